import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { octetsOfSeptets, packSeptets, septetsOfHeader, unpackSeptets } from '../../src/sms/septets.js';
import { hex } from './samples.js';

/** The packing as 23.038 6.1.2.1 draws it: a row of bits, lowest first, behind the header and its fill bits. */
function packedBitByBit(septets: Uint8Array, header: number): Uint8Array {
	let bits = '0'.repeat(Math.ceil((header * 8) / 7) * 7);
	for (const septet of septets) {
		for (let bit = 0; bit < 7; bit++) bits += (septet >> bit) & 1;
	}
	const octets = new Uint8Array(Math.ceil(bits.length / 8));
	for (let at = 0; at < bits.length; at++) {
		if (bits.charAt(at) === '1') octets[at >> 3]! |= 1 << (at & 7);
	}
	return octets;
}

function counting(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 37 + 5) & 0x7f);
}

describe('septets', () => {
	test.each([
		['', ''],
		['a', '61'],
		['hellohello', 'E8329BFD4697D9EC37'],
		['How are you?', 'C8F71D14969741F977FD07'],
		['1234567', '31D98C56B3DD00'],
		['12345678', '31D98C56B3DD70'],
	])('pack %j into %s and back', (text, packed) => {
		expect(hexOf(packSeptets(bytesOf(text)))).toBe(packed);
		expect(textOf(unpackSeptets(hex(packed), text.length)!)).toBe(text);
	});

	test('seven and eight septets take seven octets, and only their number tells a last @ from spare bits', () => {
		expect(octetsOfSeptets(7)).toBe(7);
		expect(octetsOfSeptets(8)).toBe(7);
		expect(hexOf(packSeptets(bytesOf('1234567\0')))).toBe(hexOf(packSeptets(bytesOf('1234567'))));
		expect(unpackSeptets(hex('31D98C56B3DD00'), 7)!.length).toBe(7);
		expect(unpackSeptets(hex('31D98C56B3DD00'), 8)![7]).toBe(0);
	});

	test.each([
		[0, 0],
		[1, 2],
		[6, 7],
		[7, 8],
		[8, 10],
		[13, 15],
		[140, 160],
	])('a header of %d octets takes the place of %d septets', (octets, septets) => {
		expect(septetsOfHeader(octets)).toBe(septets);
	});

	test('every length from 0 to 161 packs as the bits say and comes back', () => {
		const wrong: number[] = [];
		for (let length = 0; length <= 161; length++) {
			const septets = counting(length);
			const packed = packSeptets(septets);
			const back = unpackSeptets(packed, length);
			if (packed.length !== octetsOfSeptets(length) || hexOf(back!) !== hexOf(septets)) wrong.push(length);
			if (length % 5 === 0 && hexOf(packed) !== hexOf(packedBitByBit(septets, 0))) wrong.push(length);
		}
		expect(wrong).toEqual([]);
	});

	test('every number of fill bits packs as the bits say and comes back', () => {
		const wrong: string[] = [];
		for (let header = 0; header <= 9; header++) {
			for (const length of [0, 1, 2, 7, 8, 9, 20]) {
				const septets = counting(length);
				const packed = packSeptets(septets, header);
				const back = unpackSeptets(packed, septetsOfHeader(header) + length, header);
				if (hexOf(packed) !== hexOf(packedBitByBit(septets, header)) || hexOf(back!) !== hexOf(septets)) {
					wrong.push(`${header} ${length}`);
				}
			}
		}
		expect(wrong).toEqual([]);
	});

	test('what the header and the fill bits hold does not reach the septets', () => {
		const packed = packSeptets(bytesOf('hello'), 6);
		packed.set([255, 255, 255, 255, 255, 255]);
		packed[6]! |= 1;
		expect(textOf(unpackSeptets(packed, 12, 6)!)).toBe('hello');
	});

	test('a field with too few octets has no septets', () => {
		expect(unpackSeptets(hex('E8329BFD4697D9EC'), 10)).toBeUndefined();
		expect(unpackSeptets(hex(''), 1)).toBeUndefined();
	});

	test('octets behind the field are ignored', () => {
		expect(textOf(unpackSeptets(hex('E8329BFD4697D9EC37FFFF'), 10)!)).toBe('hellohello');
		expect(textOf(unpackSeptets(hex(`E8329BFD4697D9EC37${'FF'.repeat(20)}`), 10)!)).toBe('hellohello');
	});

	test('a header that fills the field leaves no septets', () => {
		expect(unpackSeptets(hex('050003CC0201'), 6, 6)).toEqual(new Uint8Array(0));
		expect(unpackSeptets(hex('050003CC020100'), 7, 6)).toEqual(new Uint8Array(0));
	});

	test('any septets behind any header come back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60, max: 127 }), fc.nat(20), (septets, header) => {
				const packed = packSeptets(septets, header);
				const back = unpackSeptets(packed, septetsOfHeader(header) + septets.length, header);
				return hexOf(packed) === hexOf(packedBitByBit(septets, header)) && hexOf(back!) === hexOf(septets);
			}),
			{ numRuns: 60 },
		);
	});
});
