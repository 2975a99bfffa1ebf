import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';
import { bytesOf } from '../../src/base/text.js';

describe('CRC-32', () => {
	test.each([
		['', 0],
		['123456789', 0xcbf43926],
		['a', 0xe8b7be43],
		['The quick brown fox jumps over the lazy dog', 0x414fa339],
		['\u0000', 0xd202ef8d],
		['\u00ff\u00ff\u00ff\u00ff', 0xffffffff],
	])('of %j', (text, wanted) => {
		expect(crc32(bytesOf(text))).toBe(wanted);
	});

	test('of pieces is that of the whole', () => {
		const text = bytesOf('The quick brown fox jumps over the lazy dog');
		for (let size = 1; size <= text.length; size++) {
			let sum = 0;
			for (let at = 0; at < text.length; at += size) sum = crc32(text.subarray(at, at + size), sum);
			expect(sum).toBe(0x414fa339);
		}
		expect(crc32(new Uint8Array(0), 0x414fa339)).toBe(0x414fa339);
	});

	test('sees each single bit that changes', () => {
		const record = bytesOf('settings of a board');
		const whole = crc32(record);
		for (let bit = 0; bit < record.length * 8; bit++) {
			const damaged = record.slice();
			damaged[bit >> 3]! ^= 1 << (bit & 7);
			expect(crc32(damaged)).not.toBe(whole);
		}
	});
});
