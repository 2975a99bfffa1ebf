import { textOf } from '../base/text.js';
import { TelnetFilter } from './telnet-filter.js';

const CR = 0x0d;
const LF = 0x0a;
const NUL = 0;

/**
 * Lines out of what TCP clients really send: CR, CR LF, CR NUL or LF alone, split anywhere, with telnet negotiation in between
 * and backspaces. A line over the bound is given as far as it goes, once, marked `cut`; its rest is dropped.
 */
export class SessionLines {
	readonly telnet = new TelnetFilter();
	readonly #onLine: (line: string, cut: boolean) => void;
	readonly #most: number;
	#line = '';
	#cut = false;
	#afterCr = false;
	/** What this client sends behind its CR. */
	#mate: number | undefined;
	#raw: ((bytes: Uint8Array) => number) | undefined;

	/** `most`: characters of a line. */
	constructor(onLine: (line: string, cut: boolean) => void, most = 1024) {
		this.#onLine = onLine;
		this.#most = most;
	}

	/**
	 * Gives octets as they come to `take`, which tells how many it used, instead of making lines of them, until `takeLines`. A
	 * client that has not negotiated may send any octet, 0xFF too.
	 */
	takeRaw(take: (bytes: Uint8Array) => number): void {
		this.#raw = take;
	}

	takeLines(): void {
		this.#raw = undefined;
	}

	/** What a client sends in transparent mode, without telnet's commands and without what still belongs to its last line. */
	dataOf(given: Uint8Array): Uint8Array {
		const bytes = this.telnet.isNegotiated ? this.telnet.filter(given) : given;
		if (!this.#afterCr || bytes.length === 0) return bytes;
		this.#afterCr = false;
		return bytes[0] === this.#mate ? bytes.subarray(1) : bytes;
	}

	feed(given: Uint8Array): void {
		const isClean = this.telnet.isNegotiated;
		let bytes = isClean ? this.telnet.filter(given) : given;
		while (bytes.length > 0) {
			const raw = this.#raw;
			if (raw === undefined) {
				// To the end of a line and no further: behind it something else may begin.
				const end = endOf(bytes);
				const piece = end < 0 ? bytes : bytes.subarray(0, end + 1);
				bytes = bytes.subarray(piece.length);
				this.take(isClean ? piece : this.telnet.filter(piece));
			} else if (this.#afterCr) {
				// Data may begin with any octet: only what this client always sends behind its CR still belongs to the line.
				this.#afterCr = false;
				if (bytes[0] === this.#mate) bytes = bytes.subarray(1);
			} else bytes = bytes.subarray(raw(bytes));
		}
	}

	/** Text with at most one line end, its last octet. */
	private take(given: Uint8Array): void {
		let bytes = given;
		if (bytes.length === 0) return;
		if (this.#afterCr) {
			this.#afterCr = false;
			const first = bytes[0]!;
			this.#mate = first === LF || first === NUL ? first : undefined;
			if (this.#mate !== undefined) bytes = bytes.subarray(1);
		}
		const end = endOf(bytes);
		this.keep(textOf(end < 0 ? bytes : bytes.subarray(0, end)));
		if (end < 0) return;
		this.#afterCr = bytes[end] === CR;
		const line = this.#line;
		const cut = this.#cut;
		this.#line = '';
		this.#cut = false;
		this.#onLine(/[\b\x7f]/.test(line) ? edited(line) : line, cut);
	}

	private keep(text: string): void {
		const space = this.#most - this.#line.length;
		if (text.length > space) this.#cut = true;
		this.#line += text.length > space ? text.slice(0, space) : text;
	}
}

function endOf(bytes: Uint8Array): number {
	const cr = bytes.indexOf(CR);
	const lf = bytes.indexOf(LF);
	if (cr < 0) return lf;
	return lf < 0 ? cr : Math.min(cr, lf);
}

function edited(line: string): string {
	let text = '';
	for (const character of line) text = /[\b\x7f]/.test(character) ? text.slice(0, -1) : text + character;
	return text;
}
