import { bytesOf } from '../base/text.js';
import { MAX_SEGMENTS, type Segment } from './digest-envelope.js';
import { partsInOrder } from './parts-in-order.js';
import type { UserData } from './user-data.js';

/** Makes the digest user data of one SMS of an answer. */
export type SealPart = (segment: Segment, text: Uint8Array) => Uint8Array;

/** What the text of an answer ends with where it had to be cut. */
export const CUT_MARK = '...';

/**
 * The SMS that a digest answer is split into: each is complete, with its own header and digest, and has no user data
 * header. Holds the text, and makes a part only when it is asked for, so that it can also be asked for again.
 */
export class DigestParts {
	/** Something did not fit in 15 SMS and was left out; the text ends with `CUT_MARK`. */
	readonly cut: boolean;
	readonly #text: Uint8Array;
	readonly #capacity: number;
	readonly #seal: SealPart;

	/** `capacity`: octets of text that fit in one SMS. A text that fits is not copied and must stay as it is. */
	constructor(text: Uint8Array, capacity: number, seal: SealPart) {
		const most = capacity * MAX_SEGMENTS;
		this.cut = text.length > most;
		this.#text = this.cut ? shortened(text, most) : text;
		this.#capacity = capacity;
		this.#seal = seal;
	}

	/** How many SMS, 1–15. */
	get total(): number {
		return Math.max(1, Math.ceil(this.#text.length / this.#capacity));
	}

	/** The user data of part `index`, 1–`total`; undefined beyond. */
	part(index: number): UserData | undefined {
		const { total } = this;
		if (!(Number.isInteger(index) && index >= 1 && index <= total)) return undefined;
		const text = this.#text.subarray((index - 1) * this.#capacity, index * this.#capacity);
		return { header: undefined, content: this.#seal({ index, total }, text) };
	}

	/** The parts in their order. */
	[Symbol.iterator](): Iterator<UserData> {
		return partsInOrder(this);
	}
}

function shortened(text: Uint8Array, length: number): Uint8Array {
	const mark = bytesOf(CUT_MARK);
	const kept = text.slice(0, length);
	kept.set(mark, length - mark.length);
	return kept;
}
