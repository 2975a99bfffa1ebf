import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';

describe('octets as text', () => {
	test('have one character each', () => {
		const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
		const text = textOf(all);
		expect(text.length).toBe(256);
		expect([text.charCodeAt(0), text.charCodeAt(0x41), text.charCodeAt(0x80), text.charCodeAt(255)]).toEqual([
			0, 0x41, 0x80, 255,
		]);
		expect(bytesOf(text)).toEqual(all);
	});

	test.each([0, 1, 255, 256, 257, 511, 512, 513, 1500])('come back from a text of %d', length => {
		const bytes = Uint8Array.from({ length }, (_, at) => at * 7);
		const text = textOf(bytes);
		expect(text.length).toBe(length);
		expect(bytesOf(text)).toEqual(bytes);
	});

	test('are read from a part of a larger buffer', () => {
		expect(textOf(bytesOf('xxAT+COPS?yy').subarray(2, 10))).toBe('AT+COPS?');
	});

	test('have a question mark for each character above U+00FF', () => {
		expect(textOf(bytesOf('aé€Ā'))).toBe('aé??');
		// A character beyond the BMP has a length of two in Node and of one in XS.
		expect(textOf(bytesOf('a\u{1f600}'))).toMatch(/^a\?{1,2}$/);
	});

	test('come back whatever they are', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), bytes => String(bytesOf(textOf(bytes))) === String(bytes)),
			{ numRuns: 100 },
		);
	});
});
