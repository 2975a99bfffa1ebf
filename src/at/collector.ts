import { bytesOf } from '../base/text.js';

/**
 * What a prompt collects. `max`: octets of a text, 1024 where it is left out. `count`: at least 1; `take` gets octets as they come
 * (views), and none are kept.
 */
export type Collect =
	| { readonly kind: 'text'; readonly max?: number }
	| { readonly kind: 'octets'; readonly count: number; readonly take?: (bytes: Uint8Array) => void };

/** How a prompt ended: Ctrl-Z or all octets; ESC; Ctrl-Z after more than `max` octets. */
export type CollectEnd = 'whole' | 'aborted' | 'overflow';

const CTRL_Z = 0x1a;
const ESC = 0x1b;
const MAX_TEXT = 1024;
const ERASE = '\b \b';

/** The data behind a prompt: text that Ctrl-Z ends and ESC gives up (27.005 3.5.1), or a number of octets of any value. */
export class Collector {
	/** Octets of the last `take` that were used. */
	used = 0;
	readonly #buffer: Uint8Array;
	readonly #isText: boolean;
	readonly #take: ((bytes: Uint8Array) => void) | undefined;
	/** Octets still to come. */
	#left: number;
	readonly #echo: (bytes: Uint8Array) => void;
	#length = 0;
	#overflow = false;

	/** `echo` gets what is typed of a text. */
	constructor(collect: Collect, echo: (bytes: Uint8Array) => void) {
		this.#isText = collect.kind === 'text';
		this.#take = collect.kind === 'octets' ? collect.take : undefined;
		this.#left = collect.kind === 'octets' ? collect.count : 0;
		const kept = this.#take === undefined ? this.#left : 0;
		this.#buffer = new Uint8Array(collect.kind === 'text' ? (collect.max ?? MAX_TEXT) : kept);
		this.#echo = echo;
	}

	/** What was collected: a view. */
	get data(): Uint8Array {
		return this.#buffer.subarray(0, this.#length);
	}

	/** Uses octets up to the end of the data, or all. `erase`: S5. Undefined: more is to come. */
	take(bytes: Uint8Array, erase: number): CollectEnd | undefined {
		if (!this.#isText) {
			this.used = Math.min(bytes.length, this.#left);
			this.#left -= this.used;
			const octets = bytes.subarray(0, this.used);
			if (this.#take === undefined) this.#append(octets);
			else this.#take(octets);
			return this.#left === 0 ? 'whole' : undefined;
		}
		const done = bytes.indexOf(CTRL_Z);
		const escapeAt = bytes.indexOf(ESC);
		const aborted = escapeAt >= 0 && (done < 0 || escapeAt < done);
		const stop = aborted ? escapeAt : done;
		const text = stop < 0 ? bytes : bytes.subarray(0, stop);
		this.used = stop < 0 ? bytes.length : stop + 1;
		if (text.includes(erase)) this.#edit(text, erase);
		else if (text.length > 0) {
			this.#append(text);
			this.#echo(text);
		}
		if (stop < 0) return undefined;
		if (aborted) return 'aborted';
		return this.#overflow ? 'overflow' : 'whole';
	}

	#append(bytes: Uint8Array): void {
		const space = this.#buffer.length - this.#length;
		if (bytes.length > space) this.#overflow = true;
		this.#buffer.set(bytes.length > space ? bytes.subarray(0, space) : bytes, this.#length);
		this.#length += Math.min(bytes.length, space);
	}

	/** Text with erasing characters in it, octet by octet. */
	#edit(text: Uint8Array, erase: number): void {
		let shown = '';
		for (let at = 0; at < text.length; at++) {
			if (text[at] !== erase) {
				this.#append(text.subarray(at, at + 1));
				shown += String.fromCharCode(text[at]!);
			} else if (this.#length > 0) {
				this.#length--;
				shown += ERASE;
			}
		}
		if (shown !== '') this.#echo(bytesOf(shown));
	}
}
