import { bytesOfHex, hexOf } from '../base/hex.js';

/**
 * Semi-octets, 23.040 9.1.2.3: two digits in an octet, the first in the low half. Gives the digits `0–9A–F` in their
 * order, two for each octet.
 */
export function digitsOfSemiOctets(octets: Uint8Array): string {
	return hexOf(octets).replace(/(.)(.)/g, '$2$1');
}

/** The octets of digits `0–9A–F`; an odd number of them is filled up with `F`. */
export function semiOctetsOfDigits(digits: string): Uint8Array {
	const even = digits.length % 2 === 0 ? digits : `${digits}F`;
	return bytesOfHex(even.replace(/(.)(.)/g, '$2$1')) ?? new Uint8Array(0);
}
