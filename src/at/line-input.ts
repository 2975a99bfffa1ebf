import { bytesOf, textOf } from '../base/text.js';

/** The characters that end and edit a line (V.250 6.2.1, 6.2.3). */
export interface LineCharacters {
	readonly s3: number;
	readonly s5: number;
}

/** `more`: no line has ended; `line`: see `body`; `too-long`: a line ended that must not run. */
export type LineOutcome = 'more' | 'line' | 'too-long';

const AT = 2;
const ERASE = '\b \b';

/**
 * Finds command lines in what a DTE types (V.250 5.2): skips everything before `AT` (any case) or `A/`, ignores control
 * characters, and erases with S5 as far back as the `AT`. What is typed goes to the echo, ignored characters do not.
 * Blocks without control characters are taken as a whole.
 */
export class LineInput {
	/** Octets of the last `read` that were used. */
	used = 0;
	/** The line that ended, without `AT`; `A/` brings back the one before. */
	body = '';
	readonly #maxBody: number;
	readonly #echo: (bytes: Uint8Array) => void;
	readonly #prefix = /A[\x00-\x1f\x7f]*([T/])/i;
	readonly #half = /A[\x00-\x1f\x7f]*$/i;
	readonly #control = /[\x00-\x1f\x7f]/;
	readonly #controls = /[\x00-\x1f\x7f]+/g;
	#state: 'hunting' | 'half' | 'body' = 'hunting';
	#typed = '';
	#tooLong = false;

	/** `maxLine`: characters of a line with its `AT`. */
	constructor(maxLine: number, echo: (bytes: Uint8Array) => void) {
		this.#maxBody = maxLine - AT;
		this.#echo = echo;
	}

	/** A line has begun and not ended. */
	get begun(): boolean {
		return this.#state !== 'hunting';
	}

	/** Uses octets up to the end of a line, or all. */
	read(bytes: Uint8Array, { s3, s5 }: LineCharacters): LineOutcome {
		const end = bytes.indexOf(s3);
		const stop = end < 0 ? bytes.length : end;
		const text = textOf(bytes.subarray(0, stop));
		const plain = !this.#control.test(text) && !text.includes(String.fromCharCode(s5));
		let from = 0;
		let shown = '';
		let outcome: LineOutcome = 'more';
		this.used = end < 0 ? stop : end + 1;
		if (this.#state !== 'body') {
			const before = this.#state === 'half' ? `A${text}` : text;
			const found = this.#prefix.exec(before);
			from = found === null ? text.length : found.index + found[0].length - (before.length - text.length);
			if (!plain) shown = text.slice(0, from).replace(this.#controls, '');
			if (found === null) {
				this.#state = end < 0 && this.#half.test(before) ? 'half' : 'hunting';
			} else if (found[1] === '/') {
				this.#state = 'hunting';
				this.used = from;
				outcome = 'line';
			} else {
				this.#state = 'body';
				this.#typed = '';
				this.#tooLong = false;
			}
		}
		if (this.#state === 'body') {
			const added = text.slice(from);
			if (plain) this.type(added);
			else shown += this.edit(added, String.fromCharCode(s5));
			if (end >= 0) outcome = this.endLine();
		}
		this.show(
			plain ? bytes.subarray(0, this.used) : bytesOf(this.used > stop ? shown + String.fromCharCode(s3) : shown),
		);
		return outcome;
	}

	private endLine(): LineOutcome {
		this.#state = 'hunting';
		if (this.#tooLong) return 'too-long';
		this.body = this.#typed;
		return 'line';
	}

	/** Types characters one by one; returns what a terminal must show for them. */
	private edit(text: string, erase: string): string {
		let shown = '';
		for (const character of text) {
			if (character === erase) {
				if (this.#typed === '') continue;
				this.#typed = this.#typed.slice(0, -1);
				shown += ERASE;
			} else if (!this.#control.test(character)) {
				this.type(character);
				shown += character;
			}
		}
		return shown;
	}

	/** A line that was too long once stays so: what was dropped cannot be erased. */
	private type(text: string): void {
		const space = this.#maxBody - this.#typed.length;
		if (text.length > space) this.#tooLong = true;
		this.#typed += text.length > space ? text.slice(0, space) : text;
	}

	private show(bytes: Uint8Array): void {
		if (bytes.length > 0) this.#echo(bytes);
	}
}
