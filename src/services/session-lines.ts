import { textOf } from '../base/text.js';

const IAC = 0xff;
const SB = 0xfa;
const SE = 0xf0;
const WILL = 0xfb;
const DONT = 0xfe;
const BACKSPACE = /[\b\x7f]/;

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
	#telnet: Telnet = 'text';
	#raw: ((bytes: Uint8Array) => number) | undefined;

	/** `most`: characters of a line. */
	constructor(onLine: (line: string, cut: boolean) => void, most = 1024) {
		this.#onLine = onLine;
		this.#most = most;
	}

	/** Gives octets to `take`, which tells how many it used, instead of making lines of them, until `takeLines`. */
	takeRaw(take: (bytes: Uint8Array) => number): void {
		this.#raw = take;
	}

	takeLines(): void {
		this.#raw = undefined;
	}

	feed(given: Uint8Array): void {
		let bytes = this.#telnet !== 'text' || given.indexOf(IAC) >= 0 ? this.#withoutTelnet(given) : given;
		// What belongs to a prompt's data goes there; a LF or NUL that ends the command line's own CR does not.
		while (bytes.length > 0) {
			if (this.#afterCr) {
				this.#afterCr = false;
				if (bytes[0] === 0x0a || bytes[0] === 0) {
					bytes = bytes.subarray(1);
					continue;
				}
			}
			const raw = this.#raw;
			if (raw !== undefined) {
				bytes = bytes.subarray(raw(bytes));
				continue;
			}
			const end = endOf(bytes);
			if (end < 0) {
				this.#keep(textOf(bytes));
				return;
			}
			this.#keep(textOf(bytes.subarray(0, end)));
			this.#afterCr = bytes[end] === 0x0d;
			bytes = bytes.subarray(end + 1);
			const line = this.#line;
			const cut = this.#cut;
			this.#line = '';
			this.#cut = false;
			this.#onLine(BACKSPACE.test(line) ? edited(line) : line, cut);
		}
	}

	#keep(text: string): void {
		const space = this.#most - this.#line.length;
		if (text.length > space) this.#cut = true;
		this.#line += text.length > space ? text.slice(0, space) : text;
	}

	/** Negotiation is not answered: a client that waits for none stays in its defaults, which suit us. */
	#withoutTelnet(bytes: Uint8Array): Uint8Array {
		const kept = new Uint8Array(bytes.length);
		let length = 0;
		for (let at = 0; at < bytes.length; at++) {
			const octet = bytes[at]!;
			switch (this.#telnet) {
				case 'text':
					if (octet === IAC) this.#telnet = 'iac';
					else kept[length++] = octet;
					break;
				case 'iac':
					if (octet === SB) this.#telnet = 'sub';
					else if (octet >= WILL && octet <= DONT) this.#telnet = 'option';
					else {
						if (octet === IAC) kept[length++] = octet;
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
		}
		return kept.subarray(0, length);
	}
}

function endOf(bytes: Uint8Array): number {
	const cr = bytes.indexOf(0x0d);
	const lf = bytes.indexOf(0x0a);
	if (cr < 0) return lf;
	return lf < 0 ? cr : Math.min(cr, lf);
}

function edited(line: string): string {
	let text = '';
	for (const character of line) text = BACKSPACE.test(character) ? text.slice(0, -1) : text + character;
	return text;
}
