/** Cuts a stream of octets into lines of UTF-8 text. Lines end in LF; a CR before it belongs to the end. */
export class LineSplitter {
	readonly #longest: number;
	#pending: Buffer = Buffer.alloc(0);

	/** `longest` bounds a line [octets]. */
	constructor(longest: number) {
		this.#longest = longest;
	}

	/** The lines that are complete now, or undefined once a line has grown beyond the bound. */
	push(chunk: Uint8Array): string[] | undefined {
		this.#pending = Buffer.concat([this.#pending, chunk]);
		const lines: string[] = [];
		for (;;) {
			const end = this.#pending.indexOf(0x0a);
			if ((end < 0 ? this.#pending.length : end) > this.#longest) return undefined;
			if (end < 0) return lines;
			lines.push(this.#pending.toString('utf8', 0, end).replace(/\r$/, ''));
			this.#pending = this.#pending.subarray(end + 1);
		}
	}
}
