import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import { TelnetFilter } from '../../src/services/telnet-filter.js';

/** What is left of `text`, given in blocks of `size`. */
function filtered(text: string, size: number): { readonly left: string; readonly negotiated: boolean } {
	const filter = new TelnetFilter();
	const bytes = bytesOf(text);
	let left = '';
	for (let at = 0; at < bytes.length; at += size) left += textOf(filter.filter(bytes.subarray(at, at + size)));
	return { left, negotiated: filter.isNegotiated };
}

const CASES: readonly (readonly [string, string, string, boolean])[] = [
	['no command', 'plain text', 'plain text', false],
	['WILL, WONT, DO and DONT', '\xff\xfb\x01a\xff\xfc\x02b\xff\xfd\x03c\xff\xfe\x04d', 'abcd', true],
	['an option of the value of IAC', 'a\xff\xfb\xffb', 'ab', true],
	['commands of two octets', 'a\xff\xf1b\xff\xf4c\xff\xf9d', 'abcd', false],
	['a doubled IAC', 'a\xff\xffb\xff\xff\xff\xffc', 'a\xffb\xff\xffc', false],
	['a sub-negotiation', 'a\xff\xfa\x18\x01\xff\xf0b', 'ab', false],
	['a sub-negotiation with IAC doubled in it', 'a\xff\xfa\x1f\xff\xff\xff\xff\xff\xf0b', 'ab', false],
	['a sub-negotiation with text and line ends in it', 'a\xff\xfa\x18\0at+cmee?\r\n\xff\xf0b', 'ab', false],
	['a sub-negotiation that does not end', 'a\xff\xfa\x18 all of this is swallowed', 'a', false],
	['a command that does not end', 'a\xff', 'a', false],
	['an option that does not end', 'a\xff\xfb', 'a', false],
	['SE alone', 'a\xff\xf0b', 'ab', false],
];

describe('the filter for telnet commands', () => {
	test.each(CASES)('leaves what is data with %s, however it is split', (_what, text, left, negotiated) => {
		for (let size = 1; size <= text.length; size++) expect(filtered(text, size)).toEqual({ left, negotiated });
	});

	test('with garbage in front finds the commands behind it', () => {
		expect(filtered('\0\x01\xfe\xfd\xf0garbage\xff\xfb\x01at', 1).left).toBe('\0\x01\xfe\xfd\xf0garbageat');
	});

	test('with any octet missing is in step again after one command', () => {
		const text = 'a\xff\xfb\x18b\xff\xfd\x03c and more text';
		for (let at = 0; at < text.length; at++) {
			const { left } = filtered(text.slice(0, at) + text.slice(at + 1), 3);
			expect(left.endsWith('more text'.slice(at >= text.length - 9 ? 9 : 0))).toBe(true);
		}
	});

	test('gives the very same array where there is nothing to take out', () => {
		const bytes = bytesOf('plain');
		expect(new TelnetFilter().filter(bytes)).toBe(bytes);
	});

	test('never gives more than it got, and the same however it is split', () => {
		const octet = fc.oneof(fc.constantFrom(0xff, 0xfa, 0xf0, 0xfb, 0xfe), fc.integer({ min: 0, max: 255 }));
		fc.assert(
			fc.property(fc.array(octet, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (octets, size) => {
				const text = textOf(Uint8Array.from(octets));
				const whole = filtered(text, 1000);
				expect(filtered(text, size)).toEqual(whole);
				expect(whole.left.length).toBeLessThanOrEqual(text.length);
			}),
			{ numRuns: 200 },
		);
	});
});

describe('data for a client', () => {
	function negotiated(): TelnetFilter {
		const filter = new TelnetFilter();
		filter.filter(Uint8Array.of(0xff, 0xfb, 0x18));
		return filter;
	}

	test('that speaks telnet has its IAC doubled, and comes back as it was', () => {
		expect(textOf(negotiated().escaped(bytesOf('\xff\xffa\xff')))).toBe('\xff\xff\xff\xffa\xff\xff');
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), data => {
				expect([...new TelnetFilter().filter(negotiated().escaped(data))]).toEqual([...data]);
			}),
			{ numRuns: 200 },
		);
	});

	test('that does not is as it was, and without IAC it is the same array', () => {
		const data = bytesOf('\xff\xff');
		expect(new TelnetFilter().escaped(data)).toBe(data);
		const plain = bytesOf('plain');
		expect(negotiated().escaped(plain)).toBe(plain);
	});
});
