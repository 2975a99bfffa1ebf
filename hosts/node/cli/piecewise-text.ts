import { linesOf } from '../printable.js';

/** How long a piece without line end may wait for the rest before it is shown [ms]. */
const PIECE_MS = 150;
/** The longest such piece [characters]. */
const LONGEST_PIECE = 4096;

/** Makes lines of a text that comes in pieces. A prompt, which has no line end, comes out after a moment too. */
export class PiecewiseText {
	readonly #onLines: (lines: readonly string[]) => void;
	#pending = '';
	#timer: NodeJS.Timeout | undefined;

	constructor(onLines: (lines: readonly string[]) => void) {
		this.#onLines = onLines;
	}

	take(text: string): void {
		clearTimeout(this.#timer);
		this.#pending += text;
		const end = Math.max(this.#pending.lastIndexOf('\n'), this.#pending.lastIndexOf('\r')) + 1;
		this.#give(this.#pending.length - end > LONGEST_PIECE ? this.#pending.length : end);
		if (this.#pending.trim() !== '') this.#timer = setTimeout(() => this.flush(), PIECE_MS);
	}

	/** Gives what still waits. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#give(this.#pending.length);
	}

	#give(length: number): void {
		const lines = linesOf(this.#pending.slice(0, length));
		this.#pending = this.#pending.slice(length);
		if (lines.length > 0) this.#onLines(lines);
	}
}
