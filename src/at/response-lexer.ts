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
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/**
 * Octets of a module's AT port in, lines, prompts and raw blocks out (V.250 5.7, 27.007 4). Knows no command: the dialogue
 * gives the hints. What it finds does not depend on the pieces in which the octets come. Whole blocks are searched and cut by
 * built-ins; only a line's own ends are looked at octet by octet.
 */
export class ResponseLexer {
	readonly #events: LexerEvents;
	readonly #buffer: Uint8Array;
	#start = 0;
	#scan = 0;
	#end = 0;
	#octets = 0;
	#skipSpace = false;
	/** The command line whose echo, if any, is dropped. */
	#echo: string | undefined;
	/** Undefined: no command runs. */
	#prompt: string | undefined;
	/** A line came with a line end before it, as V1 has it: digits alone are text, not results. */
	#verbose = false;
	/** The command line may go over to V0 in the middle of its answer. */
	#switches = false;
	/** A line or prompt came since `begin`. */
	#answered = false;

	/** `capacity`: octets of the longest line; a longer one is delivered in pieces of that size. */
	constructor(events: LexerEvents, capacity = 768) {
		this.#events = events;
		this.#buffer = new Uint8Array(capacity);
	}

	/** The command line `line` goes out. `prompt` (`>`, `>>>`) is what the module asks for data with. */
	begin(line: string, prompt: string): void {
		this.#echo = line;
		this.#prompt = prompt;
		this.#verbose = false;
		this.#switches = /V0?(?![0-9])/i.test(line);
		this.#answered = false;
	}

	/** The command has ended: until the next one there is no echo, no prompt and no numeric result. */
	end(): void {
		this.#echo = undefined;
		this.#prompt = undefined;
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
		this.end();
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
			at += this.keep(bytes, at);
			this.cut();
		}
	}

	/** Copies into the buffer what fits; returns how many octets. */
	private keep(bytes: Uint8Array, at: number): number {
		const buffer = this.#buffer;
		if (this.#start > 0 && this.#end + bytes.length - at > buffer.length) {
			buffer.copyWithin(0, this.#start, this.#end);
			this.#scan -= this.#start;
			this.#end -= this.#start;
			this.#start = 0;
		}
		if (this.#end === buffer.length) {
			this.deliver(this.#end);
			this.#scan = this.#end = this.#start = 0;
			// Whoever got the piece may want octets now.
			return 0;
		}
		const count = Math.min(bytes.length - at, buffer.length - this.#end);
		buffer.set(at === 0 && count === bytes.length ? bytes : bytes.subarray(at, at + count), this.#end);
		this.#end += count;
		return count;
	}

	private cut(): void {
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
			const end = found < 0 ? this.#end : this.#scan + found + 1;
			if (this.#prompt !== undefined && this.takeHead(end)) continue;
			if (found < 0) {
				this.#scan = this.#end;
				return;
			}
			this.deliver(end);
		}
		this.#start = this.#scan = this.#end = 0;
	}

	/** Delivers the line that ends before `end`; a blank one stays as the beginning of the next one's raw text. */
	private deliver(end: number): void {
		const buffer = this.#buffer;
		const first = this.firstOf(end);
		this.#scan = end;
		if (first === end) return;
		let last = end;
		while (isLineEnd(buffer[last - 1]!)) last--;
		const raw = textOf(buffer.subarray(this.#start, end));
		const text = raw.slice(first - this.#start, last - this.#start);
		if (buffer[this.#start] === CR && !this.#switches) this.#verbose = true;
		this.#answered = true;
		this.#start = end;
		this.#events.line(text, raw);
	}

	/** Takes what a running command's line can begin with and no LF ends: its echo, a numeric result, a prompt. */
	private takeHead(end: number): boolean {
		const first = this.firstOf(end);
		if (first === end) return false;
		const octet = this.#buffer[first]!;
		const prompt = this.#prompt!;
		const echo = this.#echo;
		if (echo !== undefined && octet === echo.charCodeAt(0)) {
			const behind = first + echo.length;
			if (behind < end && isLineEnd(this.#buffer[behind]!) && this.text(first, behind) === echo) {
				// With V0 no line end follows the echo but its own CR: the first line of the answer hangs on it.
				this.take(behind + 1);
				return true;
			}
		}
		if (octet >= DIGIT_0 && octet <= DIGIT_9 && !this.#verbose) {
			// The LF is left of an information line that was taken for a result: with V0 nothing tells one from the other.
			const found = /^\n?([0-9]{1,2})\r/.exec(this.text(this.#start, Math.min(end, first + 3)));
			if (found === null) return false;
			this.take(this.#start + found[0].length);
			this.#events.numeric(found[1]!, found[0]);
			return true;
		}
		if (octet !== prompt.charCodeAt(0) || (this.#answered && first === this.#start)) return false;
		const behind = first + prompt.length;
		if (behind > end || this.text(first, behind) !== prompt) return false;
		const raw = this.text(this.#start, behind);
		// Some modules send a bare `>` and the space late, or never (gammu #1176).
		this.#skipSpace = behind === this.#end;
		this.#answered = true;
		this.take(behind < this.#end && this.#buffer[behind] === SPACE ? behind + 1 : behind);
		this.#events.prompt(raw);
		return true;
	}

	/** The line continues at `from`; what was echoed before it is no echo any more. */
	private take(from: number): void {
		this.#start = this.#scan = from;
		this.#echo = undefined;
	}

	/** Where the line begins behind its blank ones; `end`: it is blank itself. */
	private firstOf(end: number): number {
		let first = this.#start;
		while (first < end && isLineEnd(this.#buffer[first]!)) first++;
		return first;
	}

	private text(from: number, end: number): string {
		return textOf(this.#buffer.subarray(from, end));
	}
}

function isLineEnd(octet: number): boolean {
	return octet === CR || octet === LF;
}
