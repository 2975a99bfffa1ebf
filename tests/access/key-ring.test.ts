import { describe, expect, test } from 'vitest';
import { fingerprintOf, keyOf, parseKey } from '../../src/access/key-ring.js';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';
import { digest } from '../support/digest.js';

const HEX = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';

describe('a key', () => {
	test('is 64 hexadecimal digits of either case', () => {
		expect(parseKey(HEX)).toEqual(bytesOfHex(HEX));
		expect(parseKey(HEX.toLowerCase())).toEqual(bytesOfHex(HEX));
	});

	test.each(['', HEX.slice(1), HEX.slice(2), `${HEX}00`, `${HEX}\n`, `G${HEX.slice(1)}`])('is not %j', text => {
		expect(parseKey(text)).toBeUndefined();
	});

	test('is found by its id, and one that is damaged is none', () => {
		const keys = [
			{ id: 1, hex: HEX },
			{ id: 3, hex: 'zz' },
		];
		expect(keyOf(keys, 1)).toEqual(bytesOfHex(HEX));
		for (const id of [0, 2, 3, 4]) expect(keyOf(keys, id)).toBeUndefined();
	});

	test('has a fingerprint of 8 octets: the start of its SHA-256', () => {
		expect(hexOf(fingerprintOf(bytesOfHex(HEX)!, digest))).toBe('630DCD2966C43366');
	});
});
