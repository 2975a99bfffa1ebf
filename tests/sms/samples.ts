import { bytesOfHex } from '../../src/base/hex.js';
import type { Result } from '../../src/base/result.js';

/** The value, or a test failure that names the error. */
export function unwrap<Value>(result: Result<Value, string>): Value {
	if (!result.ok) throw new Error(`unexpected error: ${result.error}`);
	return result.value;
}

/** The error, or `none`. */
export function errorOf(result: Result<unknown, string>): string {
	return result.ok ? 'none' : result.error;
}

/** Octets of a hexadecimal text, which may have spaces. */
export function hex(text: string): Uint8Array {
	const octets = bytesOfHex(text.split(' ').join(''));
	if (octets === undefined) throw new Error(`not hexadecimal: ${text}`);
	return octets;
}

/** The two examples of Telit's application note "Running AT Commands Remotely", 2.3: 8-bit data, class 1. */
export const REQUEST_PDU =
	'079193432900200011000C919343868676110015AD26D0D0D000110157696A437032715633734E762B61727532305A5561773D3D41542B434F50533F';
export const ANSWER_PDU =
	'0791934329002000040C9193438686761100158050922102818040D1D1D10011014A756E72613772306B494563483971563534326E33513D3D0D0A2B434F50533A20302C302C22766F6461666F6E65204954220D0A0D0A4F4B0D0A';
export const REQUEST_CONTENT = '\xd0\xd0\xd0\x00\x11\x01WijCp2qV3sNv+aru20ZUaw==AT+COPS?';
export const ANSWER_CONTENT =
	'\xd1\xd1\xd1\x00\x11\x01Junra7r0kIEcH9qV542n3Q==\r\n+COPS: 0,0,"vodafone IT"\r\n\r\nOK\r\n';
