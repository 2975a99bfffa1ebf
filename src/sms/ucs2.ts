import { failure, type Result, success } from '../base/result.js';
import type { PduError } from './pdu-error.js';

/** At most this many characters go to one call of `fromCodePoint`. */
const BLOCK = 256;
/** The first character that takes a surrogate pair. */
const ASTRAL = 0x10000;

/**
 * The UTF-16 units of `text`, high octet first. Mobiles send surrogate pairs in what 23.038 6.2.3 calls UCS2. XS, as the
 * device has it, counts such a character as one and Node as two; the octets are the same.
 */
export function ucs2OfText(text: string): Uint8Array {
	const octets = new Uint8Array(text.length * 4);
	let to = 0;
	for (let at = 0; at < text.length; at++) {
		let unit = text.charCodeAt(at);
		if (unit >= ASTRAL) {
			const high = 0xd800 | ((unit - ASTRAL) >> 10);
			octets[to++] = high >> 8;
			octets[to++] = high;
			unit = 0xdc00 | (unit & 0x3ff);
		}
		octets[to++] = unit >> 8;
		octets[to++] = unit;
	}
	return octets.slice(0, to);
}

/** The text of UTF-16 units, high octet first. Error: `truncated`, where half a unit is missing. */
export function textOfUcs2(octets: Uint8Array): Result<string, PduError> {
	if (octets.length % 2 !== 0) return failure('truncated');
	const characters = new Uint32Array(octets.length / 2);
	let count = 0;
	let previous = 0;
	for (let at = 0; at < octets.length; at += 2) {
		const unit = (octets[at]! << 8) | octets[at + 1]!;
		if ((unit & 0xfc00) === 0xdc00 && (previous & 0xfc00) === 0xd800) {
			characters[count - 1] = ASTRAL + ((previous & 0x3ff) << 10) + (unit & 0x3ff);
			previous = 0;
		} else {
			characters[count++] = unit;
			previous = unit;
		}
	}
	let text = '';
	for (let at = 0; at < count; at += BLOCK) {
		const block = characters.subarray(at, Math.min(at + BLOCK, count));
		text += String.fromCodePoint.apply(null, block as unknown as number[]);
	}
	return success(text);
}
