import { failure, type Result, success } from './result.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CHARACTERS: readonly string[] = Object.freeze(Array.from(ALPHABET));
/** The value of each ASCII character; -1: none. */
const VALUES: readonly number[] = Object.freeze(
	Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code))),
);

/**
 * What is wrong with a base64 text: its length is no multiple of four, a character is foreign or the padding stands in
 * the wrong place, or the bits that padding makes superfluous are not zero, so that it is not what an encoder writes.
 */
export type Base64Error = 'length' | 'character' | 'bits';

/** Standard base64 with padding, in one line (RFC 4648 4). */
export function base64Of(bytes: Uint8Array): string {
	const rest = bytes.length % 3;
	const end = bytes.length - rest;
	let text = '';
	for (let at = 0; at < end; at += 3) {
		const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
		text +=
			CHARACTERS[bits >> 18]! + CHARACTERS[(bits >> 12) & 63]! + CHARACTERS[(bits >> 6) & 63]! + CHARACTERS[bits & 63]!;
	}
	if (rest === 0) return text;
	const bits = (bytes[end]! << 16) | ((bytes[end + 1] ?? 0) << 8);
	const third = rest === 1 ? '=' : CHARACTERS[(bits >> 6) & 63]!;
	return `${text}${CHARACTERS[bits >> 18]!}${CHARACTERS[(bits >> 12) & 63]!}${third}=`;
}

/** The octets of standard base64 with padding; white space and a second encoding of the same octets are errors. */
export function bytesOfBase64(text: string): Result<Uint8Array, Base64Error> {
	if (text.length % 4 !== 0) return failure('length');
	const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
	const digits = text.slice(0, text.length - padding);
	if (/[^A-Za-z0-9+/]/.test(digits)) return failure('character');
	const bytes = new Uint8Array((text.length / 4) * 3 - padding);
	let bits = 0;
	for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
		bits =
			(valueAt(digits, at) << 18) |
			(valueAt(digits, at + 1) << 12) |
			(valueAt(digits, at + 2) << 6) |
			valueAt(digits, at + 3);
		bytes[to] = bits >> 16;
		// An octet beyond the end of the array goes nowhere.
		bytes[to + 1] = bits >> 8;
		bytes[to + 2] = bits;
	}
	const superfluous = padding === 2 ? 0xffff : padding === 1 ? 0xff : 0;
	return (bits & superfluous) === 0 ? success(bytes) : failure('bits');
}

/** The six bits of a digit; zero beyond the end, where padding stands. */
function valueAt(digits: string, at: number): number {
	return at < digits.length ? VALUES[digits.charCodeAt(at)]! : 0;
}
