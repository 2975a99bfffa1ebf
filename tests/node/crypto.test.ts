import { expect, test } from 'vitest';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { NodeEntropy } from '../../hosts/node/node-entropy.js';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';

// RFC 1321 A.5 and FIPS 180-4's examples.
test.each([
	['MD5', '', 'D41D8CD98F00B204E9800998ECF8427E'],
	['MD5', 'message digest', 'F96B697D7CB7938D525A2F31AAF161D0'],
	['SHA-256', 'abc', 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD'],
] as const)('%s of "%s" is what the standard says', (algorithm, message, digest) => {
	expect(hexOf(new NodeDigest().digest(algorithm, bytesOf(message)))).toBe(digest);
});

test('a digest in pieces is that of the whole', () => {
	const piece = Uint8Array.of(0x61);
	const running = new NodeDigest().begin('SHA-256');
	running.update(piece);
	piece[0] = 0x62;
	running.update(piece);
	running.update(bytesOf(''));
	running.update(bytesOf('c'));
	expect(hexOf(running.finish())).toBe('BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD');
});

test('entropy fills the whole array, each time differently', () => {
	const entropy = new NodeEntropy();
	const fills = new Set<string>();
	for (let round = 0; round < 50; round++) {
		const octets = new Uint8Array(16);
		entropy.fill(octets.subarray(4));
		expect(hexOf(octets.subarray(0, 4))).toBe('00000000');
		fills.add(hexOf(octets));
	}
	expect(fills.size).toBe(50);
});
