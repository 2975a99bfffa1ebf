import { maskSecrets } from '../../src/at/mask-secrets.js';
import { textOf } from '../../src/base/text.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import type { Trace } from '../../src/ports/trace.js';

/** A line that grows beyond this is only counted [characters]: a piece of it could not be searched for secrets. */
const LONGEST_LINE = 1024;

/**
 * A port that notes the lines that pass: `<` what was read from it, `>` what was written to it. Secrets are masked, which
 * takes whole lines; what is no text is only counted.
 */
export class TracedPort implements BytePort {
	readonly #port: BytePort;
	readonly #read: LineNotes;
	readonly #written: LineNotes;

	constructor(port: BytePort, source: string, trace: Trace) {
		this.#port = port;
		this.#read = new LineNotes(line => trace.note(source, `< ${line}`));
		this.#written = new LineNotes(line => trace.note(source, `> ${line}`));
	}

	read(into: Uint8Array): number {
		const count = this.#port.read(into);
		if (count > 0) this.#read.add(into.subarray(0, count));
		return count;
	}

	write(bytes: Uint8Array): number {
		const count = this.#port.write(bytes);
		if (count > 0) this.#written.add(bytes.subarray(0, count));
		return count;
	}

	listen(listener: PortListener | undefined): void {
		this.#port.listen(listener);
	}

	close(): void {
		this.#port.close();
	}
}

/** Cuts one direction into lines. */
class LineNotes {
	readonly #note: (line: string) => void;
	#line = '';

	constructor(note: (line: string) => void) {
		this.#note = note;
	}

	add(bytes: Uint8Array): void {
		const pieces = (this.#line + textOf(bytes)).split(/[\r\n]+/);
		this.#line = pieces.pop()!;
		for (const piece of pieces) this.#show(piece);
		if (this.#line.length <= LONGEST_LINE) return;
		this.#note(`${this.#line.length} octets without a line end`);
		this.#line = '';
	}

	#show(line: string): void {
		if (line === '') return;
		const isText = /^[\x20-\x7e\x08\x1a\x1b]+$/.test(line);
		this.#note(isText ? maskSecrets(line) : `${line.length} octets that are no text`);
	}
}
