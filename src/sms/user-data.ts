import { failure, type Result, success } from '../base/result.js';
import { bytesOf, textOf } from '../base/text.js';
import { type Alphabet, codingSchemeOf, countsSeptets } from './data-coding-scheme.js';
import { septetsOfText, textOfSeptets } from './gsm-alphabet.js';
import type { OctetReader } from './octet-reader.js';
import type { PduError } from './pdu-error.js';
import { octetsOfSeptets, packSeptets, septetsOfHeader, unpackSeptets } from './septets.js';
import { textOfUcs2, ucs2OfText } from './ucs2.js';
import { decodeHeader, encodeHeader, type InformationElement, MAX_USER_DATA } from './user-data-header.js';

/** What an SMS carries, 23.040 9.2.3.24, apart from its data coding scheme. */
export interface UserData {
	/** The elements of the header; undefined: the message has no header (UDHI is 0). */
	readonly header: readonly InformationElement[] | undefined;
	/**
	 * What follows the header: one septet in each element where the data coding scheme says uncompressed GSM default
	 * alphabet, else octets.
	 */
	readonly content: Uint8Array;
}

/** User data indicator of a first octet: the user data begins with a header. */
export const HEADER_INDICATOR = 0x40;

const MAX_SEPTETS = 160;

/** User data length and user data. Errors: `too-long`, `range`. */
export function encodeUserData({ header, content }: UserData, dcs: number): Result<Uint8Array, PduError> {
	let head = new Uint8Array(0);
	if (header !== undefined) {
		const coded = encodeHeader(header);
		if (!coded.ok) return coded;
		head = new Uint8Array(coded.value);
	}
	const septets = countsSeptets(dcs);
	const length = (septets ? septetsOfHeader(head.length) : head.length) + content.length;
	if (length > (septets ? MAX_SEPTETS : MAX_USER_DATA)) return failure('too-long');
	const octets = new Uint8Array(1 + (septets ? octetsOfSeptets(length) : length));
	octets[0] = length;
	if (septets) {
		octets.set(packSeptets(content, head.length), 1);
		octets.set(head, 1);
	} else {
		octets.set(head, 1);
		octets.set(content, 1 + head.length);
	}
	return success(octets);
}

/**
 * Reads user data length and user data. Errors: `too-long`, `header`, and `truncated` where the header or the content
 * is longer than the length says or than what is there.
 */
export function decodeUserData(reader: OctetReader, dcs: number, hasHeader: boolean): Result<UserData, PduError> {
	const length = reader.octet();
	const septets = countsSeptets(dcs);
	if (length > (septets ? MAX_SEPTETS : MAX_USER_DATA)) return failure('too-long');
	const octets = reader.take(septets ? octetsOfSeptets(length) : length);
	if (reader.overrun) return failure('truncated');
	let header: readonly InformationElement[] | undefined;
	let headLength = 0;
	if (hasHeader) {
		const decoded = decodeHeader(octets);
		if (!decoded.ok) return decoded;
		header = decoded.value.elements;
		headLength = decoded.value.length;
		if (septets && septetsOfHeader(headLength) > length) return failure('truncated');
	}
	if (!septets) return success({ header, content: octets.slice(headLength) });
	const content = unpackSeptets(octets, length, headLength);
	return content === undefined ? failure('truncated') : success({ header, content });
}

/** The content of `text` in an alphabet; 8-bit is ISO 8859-1. Error: `uncodable`. */
export function contentOfText(text: string, alphabet: Alphabet): Result<Uint8Array, PduError> {
	switch (alphabet) {
		case 'gsm7':
			return septetsOfText(text);
		case 'ucs2':
			return success(ucs2OfText(text));
		case '8bit':
			// Not the complement of \0-\xff: XS finds that in any text.
			return /[\u0100-\u{10ffff}]/u.test(text) ? failure('uncodable') : success(bytesOf(text));
	}
}

/** The text of a message's content; 8-bit is read as ISO 8859-1. Errors: `compressed`; `truncated` for half a UCS2 character. */
export function textOfContent(content: Uint8Array, dcs: number): Result<string, PduError> {
	const { alphabet, compressed } = codingSchemeOf(dcs);
	if (compressed) return failure('compressed');
	switch (alphabet) {
		case 'gsm7':
			return success(textOfSeptets(content));
		case 'ucs2':
			return textOfUcs2(content);
		case '8bit':
			return success(textOf(content));
	}
}
