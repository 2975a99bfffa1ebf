import { textOf } from '../base/text.js';

/** What the lexer finds, in the order of the octets. */
export interface LexerEvents {
	/** A line that is not blank: `text` without line ends, `raw` exactly as it came, blank lines before it included. */
	line(text: string, raw: string): void;
	/** A numeric result (V0): digits ended by CR alone, with no line end before them. */
	numeric(text: string, raw: string): void;
	/** The module waits for data. */
	prompt(raw: string): void;
	/** Octets asked for by `takeOctets` or `takeAll`: a view that is valid during the call only. */
	octets(bytes: Uint8Array): void;
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;

/**
 * Octets of a module's AT port in, lines, prompts and raw blocks out (V.250 5.7, 27.007 4). Knows no command: the dialogue
 * gives the hints. Whole blocks are searched and cut by built-ins; only a line's own ends are looked at octet by octet.
 */
export class ResponseLexer {
	/** The command line whose echo, if any, is dropped. */
	echo: string | undefined;
	/** The prompt to look for at the start of a line while a command runs, `>` or `>>>`; undefined: no command runs. */
	prompt: string | undefined;
	readonly #events: LexerEvents;
	readonly #buffer: Uint8Array;
	#start = 0;
	#scan = 0;
	#end = 0;
	#octets = 0;
	#skipSpace = false;

	/** `capacity`: octets of the longest line; a longer one is delivered in pieces of that size. */
	constructor(events: LexerEvents, capacity = 768) {
		this.#events = events;
		this.#buffer = new Uint8Array(capacity);
	}

	/** Hands the next `count` octets to `octets`, whatever they are. */
	takeOctets(count: number): void {
		this.#octets = count;
	}

	/** Data mode: hands everything to `octets` until `takeLines`. */
	takeAll(): void {
		this.#octets = Number.POSITIVE_INFINITY;
	}

	takeLines(): void {
		this.#octets = 0;
	}

	/** Forgets a line begun and all hints. */
	reset(): void {
		this.#start = 0;
		this.#scan = 0;
		this.#end = 0;
		this.#octets = 0;
		this.#skipSpace = false;
		this.echo = undefined;
		this.prompt = undefined;
	}

	feed(bytes: Uint8Array): void {
		let at = 0;
		if (this.#skipSpace && bytes.length > 0) {
			this.#skipSpace = false;
			if (bytes[0] === SPACE) at = 1;
		}
		while (at < bytes.length) {
			if (this.#octets > 0 && this.#start === this.#end) {
				const count = Math.min(this.#octets, bytes.length - at);
				this.#octets -= count;
				this.#events.octets(bytes.subarray(at, at + count));
				at += count;
				continue;
			}
			at += this.#keep(bytes, at);
			this.#cut();
		}
	}

	/** Copies into the buffer what fits; returns how many octets. */
	#keep(bytes: Uint8Array, at: number): number {
		const buffer = this.#buffer;
		if (this.#start > 0 && this.#end + bytes.length - at > buffer.length) {
			buffer.copyWithin(0, this.#start, this.#end);
			this.#scan -= this.#start;
			this.#end -= this.#start;
			this.#start = 0;
		}
		if (this.#end === buffer.length) {
			this.#emit(this.#end);
			this.#scan = this.#end = this.#start = 0;
		}
		const count = Math.min(bytes.length - at, buffer.length - this.#end);
		buffer.set(at === 0 && count === bytes.length ? bytes : bytes.subarray(at, at + count), this.#end);
		this.#end += count;
		return count;
	}

	#cut(): void {
		while (this.#start < this.#end) {
			if (this.#octets > 0) {
				const count = Math.min(this.#octets, this.#end - this.#start);
				this.#octets -= count;
				const from = this.#start;
				this.#start = this.#scan = from + count;
				this.#events.octets(this.#buffer.subarray(from, from + count));
				continue;
			}
			const found = this.#buffer.subarray(this.#scan, this.#end).indexOf(LF);
			if (found < 0) {
				this.#scan = this.#end;
				this.#lookAtRest();
				return;
			}
			this.#emit(this.#scan + found + 1);
		}
		this.#start = this.#scan = this.#end = 0;
	}

	/** Delivers the line that ends before `end`; a blank one stays as the beginning of the next one's raw text. */
	#emit(end: number): void {
		const buffer = this.#buffer;
		let first = this.#start;
		while (first < end && isLineEnd(buffer[first]!)) first++;
		this.#scan = end;
		if (first === end) return;
		let last = end;
		while (isLineEnd(buffer[last - 1]!)) last--;
		const raw = textOf(buffer.subarray(this.#start, end));
		const text = raw.slice(first - this.#start, last - this.#start);
		this.#start = end;
		this.#deliver(text, raw);
	}

	#deliver(text: string, raw: string): void {
		const echo = this.echo;
		if (echo !== undefined && text.startsWith(echo)) {
			// With V0 no line end follows the echo but its own CR: the first line of the answer hangs on it.
			this.echo = undefined;
			const behind = text.slice(echo.length).replace(/^[\r\n]+/, '');
			if (behind !== '') this.#events.line(behind, raw.slice(raw.lastIndexOf(behind)));
			return;
		}
		this.#events.line(text, raw);
	}

	/** What is not ended by LF can still be complete while a command runs: a prompt, or a numeric result. */
	#lookAtRest(): void {
		const prompt = this.prompt;
		if (prompt === undefined || this.#end - this.#start > LONGEST_REST) return;
		let rest = textOf(this.#buffer.subarray(this.#start, this.#end));
		if (this.echo !== undefined && rest.startsWith(this.echo)) {
			rest = rest.slice(this.echo.length);
			if (rest.charCodeAt(0) === CR) rest = rest.slice(1);
		}
		if (/^[0-9]{1,2}\r$/.test(rest)) {
			this.#takeRest();
			this.#events.numeric(rest.slice(0, -1), rest);
			return;
		}
		const text = rest.replace(/^[\r\n]+/, '');
		if (text !== prompt && text !== `${prompt} `) return;
		// Some modules send a bare `>` and the space late, or never (gammu #1176).
		this.#skipSpace = text === prompt;
		this.#takeRest();
		this.#events.prompt(rest);
	}

	#takeRest(): void {
		this.#start = this.#scan = this.#end = 0;
		this.echo = undefined;
	}
}

/** Longer unfinished lines, an echo of 80 characters included, are neither prompt nor numeric result. */
const LONGEST_REST = 512;

function isLineEnd(octet: number): boolean {
	return octet === CR || octet === LF;
}
