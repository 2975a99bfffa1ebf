import { describe, expect, test } from 'vitest';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';
import { hmacSha256 } from '../../src/base/hmac.js';
import { bytesOf } from '../../src/base/text.js';
import { digest } from '../support/digest.js';

const octets = (hex: string) => bytesOfHex(hex)!;
const tag = (key: Uint8Array, ...blocks: Uint8Array[]) => hexOf(hmacSha256(digest, key, ...blocks)).toLowerCase();

describe('HMAC-SHA256', () => {
	test.each([
		[1, '0b'.repeat(20), bytesOf('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
		[
			2,
			hexOf(bytesOf('Jefe')),
			bytesOf('what do ya want for nothing?'),
			'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
		],
		[3, 'aa'.repeat(20), octets('dd'.repeat(50)), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
		[
			4,
			'0102030405060708090a0b0c0d0e0f10111213141516171819',
			octets('cd'.repeat(50)),
			'82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
		],
		[
			6,
			'aa'.repeat(131),
			bytesOf('Test Using Larger Than Block-Size Key - Hash Key First'),
			'60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
		],
		[
			7,
			'aa'.repeat(131),
			bytesOf(
				'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
			),
			'9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
		],
	])('gives what RFC 4231 has as test case %i', (_, key, message, expected) => {
		expect(tag(octets(key), message)).toBe(expected);
	});

	test('of several blocks is that of their octets in a row', () => {
		const message = bytesOf('what do ya want for nothing?');
		for (let cut = 0; cut <= message.length; cut++) {
			expect(tag(bytesOf('Jefe'), message.subarray(0, cut), message.subarray(cut))).toBe(tag(bytesOf('Jefe'), message));
		}
	});

	test('takes a key of exactly one block as it is, and leaves key and message alone', () => {
		const key = new Uint8Array(64).fill(7);
		const message = bytesOf('text');
		const padded = new Uint8Array(64);
		padded.set(key.subarray(0, 63));
		expect(tag(key, message)).not.toBe(tag(key.subarray(0, 63), message));
		expect(tag(padded, message)).toBe(tag(key.subarray(0, 63), message));
		expect([...key]).toEqual(new Array(64).fill(7));
		expect(message).toEqual(bytesOf('text'));
	});
});
