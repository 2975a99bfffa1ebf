import { textOf } from '../base/text.js';

const CR = 0x0d;
const LF = 0x0a;
const NUL = 0;
const IAC = 0xff;
const SB = 0xfa;
const SE = 0xf0;
const WILL = 0xfb;
const DONT = 0xfe;

/** States of the telnet filter (RFC 854): inside a command, and how far. */
type Telnet = 'text' | 'iac' | 'option' | 'sub' | 'sub-iac';

/**
 * Lines out of what TCP clients really send: CR, CR LF, CR NUL or LF alone, split anywhere, with telnet negotiation in between
 * and backspaces. A line over the bound is given as far as it goes, once, marked `cut`; its rest is dropped.
 */
export class SessionLines {
	readonly #onLine: (line: string, cut: boolean) => void;
	readonly #most: number;
	#line = '';
	#cut = false;
	#afterCr = false;
	/** What this client sends behind its CR. */
	#mate: number | undefined;
	#telnet: Telnet = 'text';
	#raw: ((bytes: Uint8Array) => number) | undefined;

	/** `most`: characters of a line. */
	constructor(onLine: (line: string, cut: boolean) => void, most = 1024) {
		this.#onLine = onLine;
		this.#most = most;
	}

	/** Gives octets as they come to `take`, which tells how many it used, instead of making lines of them, until `takeLines`. */
	takeRaw(take: (bytes: Uint8Array) => number): void {
		this.#raw = take;
	}

	takeLines(): void {
		this.#raw = undefined;
	}

	feed(given: Uint8Array): void {
		let bytes = given;
		while (bytes.length > 0) {
			const raw = this.#raw;
			if (raw === undefined) bytes = this.#take(bytes);
			// Data may begin with any octet: only what this client always sends behind its CR still belongs to the line.
			else if (this.#afterCr) {
				this.#afterCr = false;
				if (bytes[0] === this.#mate) bytes = bytes.subarray(1);
			} else bytes = bytes.subarray(raw(bytes));
		}
	}

	/** Uses a piece of the octets, at most to the end of a line; returns the rest. */
	#take(bytes: Uint8Array): Uint8Array {
		const command = bytes.indexOf(IAC);
		if (this.#telnet !== 'text' || command === 0) return this.#negotiate(bytes);
		if (this.#afterCr) {
			this.#afterCr = false;
			const first = bytes[0]!;
			this.#mate = first === LF || first === NUL ? first : undefined;
			if (this.#mate !== undefined) return bytes.subarray(1);
		}
		const text = command < 0 ? bytes : bytes.subarray(0, command);
		const end = endOf(text);
		if (end < 0) {
			this.#keep(textOf(text));
			return bytes.subarray(text.length);
		}
		this.#keep(textOf(text.subarray(0, end)));
		this.#afterCr = bytes[end] === CR;
		const line = this.#line;
		const cut = this.#cut;
		this.#line = '';
		this.#cut = false;
		this.#onLine(/[\b\x7f]/.test(line) ? edited(line) : line, cut);
		return bytes.subarray(end + 1);
	}

	#keep(text: string): void {
		const space = this.#most - this.#line.length;
		if (text.length > space) this.#cut = true;
		this.#line += text.length > space ? text.slice(0, space) : text;
	}

	/**
	 * Uses the telnet command at the start; returns the rest. Negotiation is not answered: a client that waits for none stays in
	 * its defaults, which suit us.
	 */
	#negotiate(bytes: Uint8Array): Uint8Array {
		let at = 0;
		do {
			const octet = bytes[at++]!;
			switch (this.#telnet) {
				case 'text':
					this.#telnet = 'iac';
					break;
				case 'iac':
					if (octet === SB) this.#telnet = 'sub';
					else if (octet >= WILL && octet <= DONT) this.#telnet = 'option';
					else {
						if (octet === IAC) this.#keep('\xff');
						this.#telnet = 'text';
					}
					break;
				case 'option':
					this.#telnet = 'text';
					break;
				case 'sub':
					if (octet === IAC) this.#telnet = 'sub-iac';
					break;
				case 'sub-iac':
					this.#telnet = octet === SE ? 'text' : 'sub';
					break;
			}
		} while (at < bytes.length && this.#telnet !== 'text');
		return bytes.subarray(at);
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
