import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import { SessionLines } from '../../src/services/session-lines.js';

function linesOf(blocks: readonly Uint8Array[], most?: number): string[] {
	const lines: string[] = [];
	const reader = new SessionLines((line, cut) => lines.push(cut ? `${line}…` : line), most);
	for (const block of blocks) reader.feed(block);
	return lines;
}

function splitBy(bytes: Uint8Array, size: number): Uint8Array[] {
	const blocks: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; at += size) blocks.push(bytes.subarray(at, at + size));
	return blocks;
}

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
	['CR', 'at\rati\r', ['at', 'ati']],
	['LF', 'at\nati\n', ['at', 'ati']],
	['CR LF', 'at\r\nati\r\n', ['at', 'ati']],
	['CR NUL', 'at\r\0ati\r\0', ['at', 'ati']],
	['empty lines', '\r\r\n\n', ['', '', '']],
	['a line begun', 'at\rati', ['at']],
	['backspaces', 'aq\bt+x\x7f\x7fi\r', ['ati']],
	['more backspaces than characters', '\b\b\bat\r', ['at']],
	['telnet negotiation', '\xff\xfb\x18at\xff\xfd\x03i\r\n\xff\xf1ati\r\n', ['ati', 'ati']],
	['a telnet sub-negotiation with line ends in it', 'a\xff\xfa\x18\0VT\r\n\xff\xff\xff\xf0t\r', ['at']],
	['negotiation between CR and LF', 'at\r\xff\xf1\nati\r\n', ['at', 'ati']],
	['a doubled IAC', 'a\xff\xfft\r', ['a\xfft']],
];

describe('lines of a TCP client', () => {
	test.each(CASES)('with %s are found whole and however they are split', (_, text, expected) => {
		const bytes = bytesOf(text);
		for (let size = bytes.length; size > 0; size--) expect(linesOf(splitBy(bytes, size))).toEqual(expected);
	});

	test('with any octet missing are never more than before, and the last one is found', () => {
		const bytes = bytesOf('at+one\r\nat+two\r\n\xff\xfb\x01at+three\r\nend\r\n');
		for (let at = 0; at < bytes.length - 8; at++) {
			const lines = linesOf([bytes.subarray(0, at), bytes.subarray(at + 1)]);
			expect(lines.length).toBeLessThanOrEqual(5);
			expect(lines[lines.length - 1]).toMatch(/end$/);
		}
	});

	test('beyond the bound are cut and told once, and the next line is whole', () => {
		expect(linesOf([bytesOf('12345\r123456\r1\r')], 5)).toEqual(['12345', '12345…', '1']);
		const long = new Uint8Array(65_536).fill(0x41);
		expect(linesOf([...splitBy(long, 512), bytesOf('\rat\r')], 10)).toEqual(['AAAAAAAAAA…', 'at']);
	});

	test('are the same however random octets are split', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (bytes, size) => {
				expect(linesOf(splitBy(bytes, size), 8)).toEqual(linesOf([bytes], 8));
			}),
			{ numRuns: 200 },
		);
	});
});

describe('raw octets of a TCP client', () => {
	/** Feeds a line, then raw octets up to `count`, then lines again. */
	function raw(before: readonly string[], after: readonly string[], count: number): { raw: string; lines: string[] } {
		const lines: string[] = [];
		let taken = '';
		const reader = new SessionLines(line => lines.push(line));
		for (const block of before) reader.feed(bytesOf(block));
		reader.takeRaw(bytes => {
			const used = Math.min(bytes.length, count - taken.length);
			taken += textOf(bytes.subarray(0, used));
			if (taken.length === count) reader.takeLines();
			return used;
		});
		for (const block of after) reader.feed(bytesOf(block));
		return { raw: taken, lines };
	}

	test('may have any value, IAC and line ends too', () => {
		const all = String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));
		expect(raw(['at\r\n'], [`${all}ati\r\n`], 256)).toEqual({ raw: all, lines: ['at', 'ati'] });
	});

	test.each(['\n', '\0'])('may begin with %j where the client ends its lines with CR alone', first => {
		expect(raw(['user\r', 'pass\r', 'at\r'], [`${first}12`, 'ati\r'], 3)).toEqual({
			raw: `${first}12`,
			lines: ['user', 'pass', 'at', 'ati'],
		});
	});

	test('do not begin with the LF of the command line where it comes late', () => {
		expect(raw(['user\r\n', 'at\r'], ['\n', '123', 'ati\r\n'], 3)).toEqual({
			raw: '123',
			lines: ['user', 'at', 'ati'],
		});
	});
});
