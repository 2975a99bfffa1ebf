import { failure, type Result, success } from '../base/result.js';
import type { Alphabet } from './data-coding-scheme.js';
import { ESCAPE } from './gsm-alphabet.js';
import { partsInOrder } from './parts-in-order.js';
import type { PduError } from './pdu-error.js';
import { septetsOfHeader } from './septets.js';
import { contentOfText, type UserData } from './user-data.js';
import { concatenationElement, MAX_USER_DATA } from './user-data-header.js';

export interface SplitOptions {
	/** At most this many SMS, 1–255. */
	readonly max: number;
	/** The reference that the parts share, 0–255, or 0–65535 where `wide`. Nothing else of the same sender may use it. */
	readonly reference: number;
	/** A reference of 16 bits. False: parts are one or two octets longer. */
	readonly wide?: boolean;
	/** What the text ends with where it had to be cut to fit. Empty: nothing tells. */
	readonly mark?: string;
}

/** Septets of a single SMS. */
const MAX_SEPTETS = 160;
/** Octets of a header with nothing but a concatenation element. */
const HEADER_8 = 6;
const HEADER_16 = 7;

/**
 * The SMS that a text or octets are split into (23.040 9.2.3.24.1). Holds the content once, about 2 kB for 15 parts, and
 * makes a part only when it is asked for, so that it can also be asked for again.
 */
export class MessageParts {
	/** Something did not fit and was left out. */
	readonly cut: boolean;
	readonly #content: Uint8Array;
	/** Where each part ends in the content. */
	readonly #ends: readonly number[];
	readonly #options: SplitOptions;

	constructor(content: Uint8Array, ends: readonly number[], cut: boolean, options: SplitOptions) {
		this.#content = content;
		this.#ends = ends;
		this.#options = options;
		this.cut = cut;
	}

	/** How many SMS, at least 1. */
	get total(): number {
		return this.#ends.length;
	}

	/** The user data of part `index`, 1–`total`; undefined beyond. A single SMS has no header. */
	part(index: number): UserData | undefined {
		const end = this.#ends[index - 1];
		if (end === undefined) return undefined;
		const { reference, wide = false } = this.#options;
		const { total } = this;
		return {
			header: total === 1 ? undefined : [concatenationElement({ reference, wide, total, index })],
			content: this.#content.subarray(this.#ends[index - 2] ?? 0, end),
		};
	}

	/** The parts in their order. */
	[Symbol.iterator](): Iterator<UserData> {
		return partsInOrder(this);
	}
}

/**
 * Splits a text: 160 septets, 140 octets or 70 UTF-16 units for one SMS; 153, 134 or 67 for each part of more, one
 * less with a wide reference. An escape and its septet stay together, and so does a surrogate pair. Errors: `uncodable`
 * for the text or the mark; `range`.
 */
export function splitText(text: string, alphabet: Alphabet, options: SplitOptions): Result<MessageParts, PduError> {
	// No character takes less than one septet or octet, or two of UCS2: what lies further back cannot fit.
	const most = options.max * (alphabet === 'ucs2' ? MAX_USER_DATA / 2 : MAX_SEPTETS);
	const whole = contentOfText(text.slice(0, most + 1), alphabet);
	if (!whole.ok) return whole;
	const mark = contentOfText(options.mark ?? '', alphabet);
	if (!mark.ok) return mark;
	return split(whole.value, alphabet, mark.value, options);
}

/** Splits octets of an 8-bit message. Errors: `uncodable` for the mark; `range`. */
export function splitOctets(octets: Uint8Array, options: SplitOptions): Result<MessageParts, PduError> {
	const mark = contentOfText(options.mark ?? '', '8bit');
	if (!mark.ok) return mark;
	return split(octets, '8bit', mark.value, options);
}

function split(
	whole: Uint8Array,
	alphabet: Alphabet,
	mark: Uint8Array,
	options: SplitOptions,
): Result<MessageParts, PduError> {
	const { max, reference, wide = false } = options;
	if (!(max >= 1 && max <= 255 && reference >= 0 && reference <= (wide ? 0xffff : 0xff))) return failure('range');
	let ends = endsOf(whole, alphabet, options);
	let fits = ends[ends.length - 1]!;
	if (fits === whole.length) return success(new MessageParts(whole, ends, false, options));
	// The mark may move the boundary it lies on: then a little more has to go.
	for (let kept = fits - mark.length; ; kept--) {
		const content = shortened(whole, Math.max(0, kept), mark, alphabet);
		ends = endsOf(content, alphabet, options);
		fits = ends[ends.length - 1]!;
		if (fits === content.length || kept <= 0) {
			return success(new MessageParts(content.subarray(0, fits), ends, true, options));
		}
	}
}

/** Where the parts end, as many as there may be; the last end is what fits. */
function endsOf(content: Uint8Array, alphabet: Alphabet, { max, wide = false }: SplitOptions): number[] {
	if (content.length <= capacityOf(alphabet, 0)) return [content.length];
	if (max === 1) return [boundary(content, capacityOf(alphabet, 0), alphabet)];
	const capacity = capacityOf(alphabet, wide ? HEADER_16 : HEADER_8);
	const ends: number[] = [];
	for (let at = 0; at < content.length && ends.length < max; ) {
		at = at + capacity >= content.length ? content.length : boundary(content, at + capacity, alphabet);
		ends.push(at);
	}
	return ends;
}

/** Elements of the content that one SMS holds behind a header. */
function capacityOf(alphabet: Alphabet, header: number): number {
	if (alphabet === 'gsm7') return MAX_SEPTETS - septetsOfHeader(header);
	const octets = MAX_USER_DATA - header;
	return alphabet === 'ucs2' ? octets - (octets % 2) : octets;
}

/** `at`, or the place before it where no character is taken apart. */
function boundary(content: Uint8Array, at: number, alphabet: Alphabet): number {
	if (alphabet === 'gsm7') return content[at - 1] === ESCAPE ? at - 1 : at;
	if (alphabet === '8bit') return at;
	const even = at - (at % 2);
	const isHigh = (content[even - 2]! & 0xfc) === 0xd8;
	const isLow = (content[even]! & 0xfc) === 0xdc;
	return isHigh && isLow ? even - 2 : even;
}

/** The first `kept` elements, or a little less where that takes a character apart, and the mark. */
function shortened(whole: Uint8Array, kept: number, mark: Uint8Array, alphabet: Alphabet): Uint8Array {
	const end = boundary(whole, kept, alphabet);
	const content = new Uint8Array(end + mark.length);
	content.set(whole.subarray(0, end));
	content.set(mark, end);
	return content;
}
