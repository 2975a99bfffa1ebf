import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { digitsOfSemiOctets, semiOctetsOfDigits } from '../../src/sms/semi-octets.js';
import { hex } from './samples.js';

describe('semi-octets', () => {
	test.each([
		['', ''],
		['12', '21'],
		['123', '21F3'],
		['1234ABCDEF', '2143BADCFE'],
	])('%j are %s', (digits, octets) => {
		expect(hexOf(semiOctetsOfDigits(digits))).toBe(octets);
		expect(digitsOfSemiOctets(hex(octets))).toBe(digits.length % 2 === 0 ? digits : `${digits}F`);
	});
});
