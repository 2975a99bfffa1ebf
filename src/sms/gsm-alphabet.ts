import { failure, type Result, success } from '../base/result.js';
import { bytesOf, textOf } from '../base/text.js';
import type { PduError } from './pdu-error.js';

/** The septet that announces a character of the extension table (23.038 6.2.1). */
export const ESCAPE = 0x1b;

/** 23.038 6.2.1: the character at index n has septet n. The escape septet stands at its own place and is no character. */
const BASIC =
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
	'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** 23.038 6.2.1.1: what follows the escape septet, as the character of the basic table, and what the pair then means. */
const EXTENSION_KEYS = '\nΛ()/<=>¡e';
const EXTENSION = '\f^{}\\[~]|€';

/** The septets of `text`, one in each element; a character of the extension table takes two. Error: `uncodable`. */
export function septetsOfText(text: string): Result<Uint8Array, PduError> {
	const [coded, uncodable] = encode(text);
	return uncodable < 0 ? success(bytesOf(coded)) : failure('uncodable');
}

/** Where in `text` the first character stands that the default alphabet and its extension lack; -1: none. */
export function firstUncodable(text: string): number {
	return encode(text)[1];
}

/** `text` with `substitute` for each character that the default alphabet and its extension lack. */
export function withoutUncodable(text: string, substitute = '?'): string {
	return text.replace(/[^\n\r -#%-?A-Z_a-z]/gu, character =>
		codeOf(character) === undefined ? substitute : character,
	);
}

/**
 * The text of septets, one in each element. An escape with a septet that the extension table lacks gives the character
 * that this septet has in the basic table; two escapes, or one at the end, give a space (23.038 6.2.1 and 6.2.1.1).
 */
export function textOfSeptets(septets: Uint8Array): string {
	return textOf(septets).replace(/\x1b[\0-\x7f]?|[^\n\r -#%-?A-Za-z]/g, coded => {
		if (coded.charCodeAt(0) !== ESCAPE) return BASIC.charAt(coded.charCodeAt(0));
		const key = coded.length > 1 ? coded.charCodeAt(1) : ESCAPE;
		if (key === ESCAPE) return ' ';
		const character = BASIC.charAt(key);
		const at = EXTENSION_KEYS.indexOf(character);
		return at < 0 ? character : EXTENSION.charAt(at);
	});
}

/**
 * The septets as characters U+0000–U+007F, and the place of the first character that has none. Most of what AT
 * commands and answers consist of is the same in ASCII and passes untouched; only the rest is looked up.
 */
function encode(text: string): [coded: string, uncodable: number] {
	let uncodable = -1;
	const coded = text.replace(/[^\n\r -#%-?A-Za-z]/gu, (character, at: number) => {
		const code = codeOf(character);
		if (code === undefined && uncodable < 0) uncodable = at;
		return code ?? '';
	});
	return [coded, uncodable];
}

/** One septet, or the escape and a second one, as characters. */
function codeOf(character: string): string | undefined {
	const septet = BASIC.indexOf(character);
	if (septet >= 0 && septet !== ESCAPE) return String.fromCharCode(septet);
	const at = EXTENSION.indexOf(character);
	return at < 0 ? undefined : String.fromCharCode(ESCAPE, BASIC.indexOf(EXTENSION_KEYS.charAt(at)));
}
