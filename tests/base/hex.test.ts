import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';

describe('hexadecimal text', () => {
	test.each([
		[[], ''],
		[[0], '00'],
		[[0x0f, 0xf0], '0FF0'],
		[[0xde, 0xad, 0xbe, 0xef], 'DEADBEEF'],
	])('of %j is %s, both ways and in either case', (octets, text) => {
		const bytes = Uint8Array.from(octets);
		expect(hexOf(bytes)).toBe(text);
		expect(bytesOfHex(text)).toEqual(bytes);
		expect(bytesOfHex(text.toLowerCase())).toEqual(bytes);
	});

	test('has every octet', () => {
		const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
		const text = hexOf(all);
		expect(text.length).toBe(512);
		expect(text).toMatch(/^[0-9A-F]*$/);
		expect(bytesOfHex(text)).toEqual(all);
	});

	test.each(['0', '0G', 'G0', '0x00', ' 00', '00 ', '0 0 ', '00\n0', '00\n\n', '-1', '+1', '1.', '٠٠', '000'])(
		'%j is none',
		text => {
			expect(bytesOfHex(text)).toBeUndefined();
		},
	);

	test('of any octets comes back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
				const back = bytesOfHex(hexOf(bytes));
				return back !== undefined && String(back) === String(bytes);
			}),
			{ numRuns: 100 },
		);
	});
});
