import { ByteQueue } from '../base/byte-queue.js';
import { bytesOf } from '../base/text.js';
import type { BytePort } from '../ports/byte-port.js';
import { type FinalResult, formatFinal, numericCode } from './result-code.js';
import type { TerminalSettings } from './terminal-settings.js';

/** What only final results may fill, so that a long answer cannot keep its result from the DTE [octets]. */
const RESERVE = 128;

/** The bounded way from a terminal to its port, and the formats of V.250 5.7. */
export class TerminalOutput {
	/** Lines and URCs that were dropped or cut because there was no space. */
	lost = 0;
	readonly #port: BytePort;
	readonly #settings: TerminalSettings;
	readonly #queue: ByteQueue;
	readonly #held: string[] = [];
	readonly #maxHeld: number;

	/** `capacity`: octets, the reserve for results not counted. `maxHeld`: URCs that wait. */
	constructor(port: BytePort, settings: TerminalSettings, capacity: number, maxHeld: number) {
		this.#port = port;
		this.#settings = settings;
		this.#queue = new ByteQueue(capacity + RESERVE);
		this.#maxHeld = maxHeld;
	}

	/** Octets that `write` takes in any case. */
	get space(): number {
		return Math.max(0, this.#queue.space - RESERVE);
	}

	get queued(): number {
		return this.#queue.length;
	}

	/** URCs wait. */
	get holds(): boolean {
		return this.#held.length > 0;
	}

	/** Takes octets as far as there is space; returns how many. */
	write(bytes: Uint8Array): number {
		const sent = this.#queue.length === 0 ? this.#port.write(bytes) : 0;
		if (sent === bytes.length) return sent;
		return sent + this.#queue.write(bytes.subarray(sent, sent + this.space));
	}

	/** An information response of one or more lines, whole or not at all. */
	information(lines: readonly string[]): void {
		const end = this.lineEnd();
		this.print(`${this.#settings.verbose ? end : ''}${lines.join(end)}${end}`);
	}

	/** A final result. Extended result codes look the same in V0 and V1 (V.250 5.7.3). */
	result(result: FinalResult): void {
		const text = formatFinal(result, this.#settings);
		const end = this.lineEnd();
		const long = this.#settings.verbose || text.startsWith('+');
		const bytes = bytesOf(long ? end + text + end : text + end.charAt(0));
		const sent = this.#queue.length === 0 ? this.#port.write(bytes) : 0;
		if (sent < bytes.length && this.#queue.write(bytes.subarray(sent)) < bytes.length - sent) this.lost++;
	}

	/** Keeps a URC for `releaseHeld`; the oldest makes room. */
	hold(text: string): void {
		this.#held.push(text);
		if (this.#held.length <= this.#maxHeld) return;
		this.#held.shift();
		this.lost++;
	}

	/** Prints the URCs that wait, as far as there is space: they never take the place of an answer. */
	releaseHeld(): void {
		const end = this.lineEnd();
		while (this.#held.length > 0) {
			const text = this.#held[0]!;
			if (this.#queue.length > 0 && text.length + 2 * end.length > this.space) return;
			this.#held.shift();
			if (this.#settings.quiet) continue;
			const digits = this.#settings.verbose ? undefined : numericCode(text);
			this.print(digits === undefined ? end + text + end : digits + end.charAt(0));
		}
	}

	/** Moves what waits to the port. True: nothing waits any more. */
	flush(): boolean {
		while (this.#queue.length > 0) {
			const block = this.#queue.peek();
			const sent = this.#port.write(block);
			this.#queue.drop(sent);
			if (sent < block.length) return false;
		}
		return true;
	}

	clear(): void {
		this.#held.length = 0;
		this.#queue.clear();
	}

	private print(text: string): void {
		const bytes = bytesOf(text);
		if (this.#queue.length > 0 && bytes.length > this.space) this.lost++;
		else if (this.write(bytes) < bytes.length) this.lost++;
	}

	private lineEnd(): string {
		return String.fromCharCode(this.#settings.s3, this.#settings.s4);
	}
}
