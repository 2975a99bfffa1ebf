import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { textOfUcs2, ucs2OfText } from '../../src/sms/ucs2.js';
import { errorOf, hex, unwrap } from './samples.js';

describe('UCS2', () => {
	test.each([
		['', ''],
		['A', '0041'],
		['\0', '0000'],
		['€à', '20AC00E0'],
		['Привет', '041F04400438043204350442'],
		['\u{1f600}', 'D83DDE00'],
		['a\u{1f600}b', '0061D83DDE000062'],
	])('%j is %s', (text, octets) => {
		expect(hexOf(ucs2OfText(text))).toBe(octets);
		expect(unwrap(textOfUcs2(hex(octets)))).toBe(text);
	});

	test('half a surrogate pair comes back as it went', () => {
		expect(hexOf(ucs2OfText(unwrap(textOfUcs2(hex('D83D0041')))))).toBe('D83D0041');
		expect(hexOf(ucs2OfText(unwrap(textOfUcs2(hex('DE00')))))).toBe('DE00');
	});

	test('half a unit is an error', () => {
		expect(errorOf(textOfUcs2(hex('00')))).toBe('truncated');
		expect(errorOf(textOfUcs2(hex('004100')))).toBe('truncated');
	});

	test('a text longer than one block comes back', () => {
		const text = 'aé€'.repeat(300);
		expect(unwrap(textOfUcs2(ucs2OfText(text)))).toBe(text);
	});
});
