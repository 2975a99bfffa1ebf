import { bytesOfHex, hexOf } from '../../../src/base/hex.js';
import { failure, type Result, success } from '../../../src/base/result.js';
import { bytesOf, textOf } from '../../../src/base/text.js';
import { septetsOfText, textOfSeptets } from '../../../src/sms/gsm-alphabet.js';
import { textOfUcs2, ucs2OfText } from '../../../src/sms/ucs2.js';

/** The character sets of +CSCS. */
export const ALPHABETS: readonly string[] = Object.freeze(['GSM', 'IRA', '8859-1', 'PCCP437', 'UCS2', 'HEX']);

// The classes below name what is replaced: XS 13 takes a negated class that begins at U+0000 for every character.

/** `text` as the DTE gets it, one character an octet (27.005 3.1 `<data>`, 27.007 5.5). */
export function toTerminal(text: string, alphabet: string): string {
	switch (alphabet) {
		case 'UCS2':
			return hexOf(ucs2OfText(text));
		case 'HEX': {
			const septets = septetsOfText(text);
			return septets.ok ? hexOf(septets.value) : '';
		}
		case 'GSM': {
			const septets = septetsOfText(text);
			return septets.ok ? textOf(septets.value) : '';
		}
		case '8859-1':
			return text.replace(/[\u0100-\uffff]/g, '?');
		default:
			return text.replace(/[\u0080-\uffff]/g, '?');
	}
}

/** The text that the DTE meant with what it sent. Error: it is none in this alphabet. */
export function fromTerminal(data: string, alphabet: string): Result<string> {
	switch (alphabet) {
		case 'UCS2': {
			const octets = bytesOfHex(data);
			const text = octets === undefined ? undefined : textOfUcs2(octets);
			return text?.ok ? success(text.value) : failure('not UCS2');
		}
		case 'HEX': {
			const octets = bytesOfHex(data);
			return octets === undefined ? failure('not hexadecimal') : success(textOfSeptets(octets));
		}
		case 'GSM':
			return success(textOfSeptets(bytesOf(data)));
		default:
			return success(data);
	}
}
