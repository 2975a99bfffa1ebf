import { bytesOfHex, hexOf } from '../../../src/base/hex.js';
import { decodePdu, encodePdu, type Pdu } from '../../../src/sms/pdu.js';
import type { BenchCase } from '../case.js';

/** DELIVER from +393334567890, no header, 18 September 2026: 8-bit data (DCS 15), or the default alphabet (DCS 00). */
const ORIGIN = '0791934329002000040C91933343658709';
const STAMP = '62908121000080';
const OCTETS = 'A'.repeat(280);
/** 160 times `U`: septets 1010101. */
const SEPTETS = 'D56AB55AAD56AB'.repeat(20);

const PDUS: readonly (readonly [what: string, hex: string])[] = [
	['140 octets of 8-bit data', `${ORIGIN}0015${STAMP}8C${OCTETS}`],
	['160 septets', `${ORIGIN}0000${STAMP}A0${SEPTETS}`],
];

function decoded(hex: string): Pdu {
	const pdu = decodePdu(hex);
	if (!pdu.ok) throw new Error(pdu.error);
	return pdu.value;
}

const decode = ([what, hex]: readonly [string, string]): BenchCase => ({
	name: `SMS decode, ${what}`,
	unit: 'part',
	octets: hex.length,
	setup: () => n => {
		for (let at = 0; at < n; at++) decoded(hex);
	},
});

const encode = ([what, hex]: readonly [string, string]): BenchCase => ({
	name: `SMS encode, ${what}`,
	unit: 'part',
	octets: hex.length,
	setup() {
		const pdu = decoded(hex);
		return n => {
			for (let at = 0; at < n; at++) {
				const coded = encodePdu(pdu);
				if (!coded.ok || coded.value.hex !== hex) throw new Error('another PDU');
			}
		};
	},
});

const hexadecimal: BenchCase = {
	name: 'hexadecimal both ways, 176 octets',
	unit: 'PDU',
	setup() {
		const octets = new Uint8Array(176).fill(0xa5);
		return n => {
			for (let at = 0; at < n; at++) bytesOfHex(hexOf(octets));
		};
	},
};

export default [...PDUS.map(decode), ...PDUS.map(encode), hexadecimal];
