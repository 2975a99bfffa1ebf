import type { Writable } from 'node:stream';
import type { Trace } from '../../src/ports/trace.js';
import { printable } from './printable.js';

/** Prints the trace, one line a note: time of day, source, text. */
export class TracePrinter implements Trace {
	readonly #out: Writable;
	/** Notes while the reader is slow; what goes beyond is counted and told, not kept. */
	#lost = 0;

	constructor(out: Writable) {
		this.#out = out;
	}

	note(source: string, text: string): void {
		if (this.#out.writableLength > 1024 * 1024) {
			this.#lost++;
			return;
		}
		if (this.#lost > 0) {
			this.#out.write(`… ${this.#lost} notes lost\n`);
			this.#lost = 0;
		}
		const time = new Date().toISOString().slice(11, 23);
		this.#out.write(`${time} ${source.padEnd(10)} ${printable(text)}\n`);
	}
}
