import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { OctetReader } from '../../src/sms/octet-reader.js';
import {
	decodeValidity,
	encodeValidity,
	relativeMinutes,
	relativeOctet,
	type Validity,
	validityFormatOf,
} from '../../src/sms/validity.js';
import { validity } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

const HOUR = 60;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

describe('a relative validity period', () => {
	test.each([
		[0, 5],
		[143, 12 * HOUR],
		[144, 12 * HOUR + 30],
		[167, DAY],
		[168, 2 * DAY],
		[170, 4 * DAY],
		[173, 7 * DAY],
		[196, 30 * DAY],
		[197, 5 * WEEK],
		[255, 63 * WEEK],
	])('%d is %d minutes', (octet, minutes) => {
		expect(relativeMinutes(octet)).toBe(minutes);
		expect(relativeOctet(minutes)).toBe(octet);
	});

	test('every octet comes back', () => {
		const back = Array.from({ length: 256 }, (_, octet) => relativeOctet(relativeMinutes(octet)));
		expect(back).toEqual(Array.from({ length: 256 }, (_, octet) => octet));
	});

	test.each([
		[0.1, 0],
		[1, 0],
		[6, 1],
		[12 * HOUR + 1, 144],
		[12 * HOUR + 31, 145],
		[DAY + 1, 168],
		[30 * DAY + 1, 197],
		[5 * WEEK + 1, 198],
	])('of %d minutes is rounded up to octet %d', (minutes, octet) => {
		expect(relativeOctet(minutes)).toBe(octet);
	});

	test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 63 * WEEK + 1])('of %d minutes cannot be said', minutes => {
		expect(relativeOctet(minutes)).toBeUndefined();
		expect(errorOf(encodeValidity({ form: 'relative', minutes }))).toBe('range');
	});
});

describe('a validity', () => {
	test.each<[Validity | undefined, number, string]>([
		[undefined, 0x00, ''],
		[{ form: 'relative', minutes: 7 * DAY }, 0x10, 'AD'],
		[{ form: 'enhanced', octets: hex('01AD0000000000') }, 0x08, '01AD0000000000'],
		[
			{
				form: 'absolute',
				until: { year: 2008, month: 5, day: 29, hour: 12, minute: 20, second: 18, quarterHours: 8 },
			},
			0x18,
			'80509221028180',
		],
		[{ form: 'absolute', until: undefined }, 0x18, '00000000000000'],
	])('%j has format %d and octets %s', (one, format, octets) => {
		expect(validityFormatOf(one)).toBe(format);
		expect(hexOf(unwrap(encodeValidity(one)))).toBe(octets);
		const reader = new OctetReader(hex(octets));
		expect(decodeValidity(format | 0xe7, reader)).toEqual(one);
		expect([reader.left, reader.overrun]).toEqual([0, false]);
	});

	test('that is cut short shows in the reader', () => {
		for (const [format, octets] of [
			[0x10, ''],
			[0x08, '01AD00000000'],
			[0x18, '805092210281'],
		] as const) {
			const reader = new OctetReader(hex(octets));
			decodeValidity(format, reader);
			expect(reader.overrun).toBe(true);
		}
	});

	test('in the enhanced form has seven octets', () => {
		expect(errorOf(encodeValidity({ form: 'enhanced', octets: hex('01AD') }))).toBe('range');
	});

	test('comes back whatever it is', () => {
		fc.assert(
			fc.property(validity, one => {
				const octets = unwrap(encodeValidity(one));
				const back = decodeValidity(validityFormatOf(one), new OctetReader(octets));
				return back?.form === one?.form && hexOf(unwrap(encodeValidity(back))) === hexOf(octets);
			}),
			{ numRuns: 100 },
		);
	});
});
