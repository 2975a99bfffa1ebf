import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { firstUncodable, septetsOfText, textOfSeptets, withoutUncodable } from '../../src/sms/gsm-alphabet.js';
import { errorOf, hex, unwrap } from './samples.js';

/** The basic table of 23.038 6.2.1, one row of sixteen septets each; the escape septet (1B) shows as a space. */
const ROWS = [
	'@£$¥èéùìòÇ\nØø\rÅå',
	'Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ',
	' !"#¤%&\'()*+,-./',
	'0123456789:;<=>?',
	'¡ABCDEFGHIJKLMNO',
	'PQRSTUVWXYZÄÖÑÜ§',
	'¿abcdefghijklmno',
	'pqrstuvwxyzäöñüà',
];

const PAIRS: readonly (readonly [character: string, septets: string])[] = [
	['\f', '1B0A'],
	['^', '1B14'],
	['{', '1B28'],
	['}', '1B29'],
	['\\', '1B2F'],
	['[', '1B3C'],
	['~', '1B3D'],
	[']', '1B3E'],
	['|', '1B40'],
	['€', '1B65'],
];

describe('the GSM default alphabet', () => {
	test('decodes every row of the basic table', () => {
		const decoded = ROWS.map((_, row) => {
			// One at a time: the escape septet would take the next one with it.
			return Array.from({ length: 16 }, (__, column) => textOfSeptets(Uint8Array.of(row * 16 + column))).join('');
		});
		expect(decoded).toEqual(ROWS);
	});

	test('codes each character of the basic table as its septet', () => {
		const wrong: string[] = [];
		ROWS.join('')
			.split('')
			.forEach((character, septet) => {
				if (septet !== 0x1b && hexOf(unwrap(septetsOfText(character))) !== hexOf(Uint8Array.of(septet))) {
					wrong.push(character);
				}
			});
		expect(wrong).toEqual([]);
	});

	test.each(PAIRS)('codes %j as the pair %s and back', (character, septets) => {
		expect(hexOf(unwrap(septetsOfText(character)))).toBe(septets);
		expect(textOfSeptets(hex(septets))).toBe(character);
		expect(textOfSeptets(hex(`41${septets}42`))).toBe(`A${character}B`);
	});

	test('keeps @, which is septet 0, at the start, in the middle and at the end', () => {
		expect(hexOf(unwrap(septetsOfText('@a@@b@')))).toBe('006100006200');
		expect(textOfSeptets(hex('006100006200'))).toBe('@a@@b@');
	});

	test('does not take control characters for the septets of the same number', () => {
		for (const control of ['\0', '\x01', '\t', '\v', '\x10', '\x1a', '\x1b', '\x7f']) {
			expect([control, errorOf(septetsOfText(control)), firstUncodable(control)]).toEqual([control, 'uncodable', 0]);
		}
	});

	test.each([
		['', -1],
		['AT+COPS?', -1],
		['[€]', -1],
		['`', 0],
		['ab`c', 2],
		['€ç', 1],
		['à´è', 1],
		['OK\u{1f600}', 2],
		['AТ', 1],
	] as const)('finds the first character of %j that cannot be coded at %d', (text, at) => {
		expect(firstUncodable(text)).toBe(at);
		expect(errorOf(septetsOfText(text))).toBe(at < 0 ? 'none' : 'uncodable');
	});

	test('replaces what cannot be coded, a surrogate pair as one character', () => {
		expect(withoutUncodable('a`b[€]\u{1f600}ç_@')).toBe('a?b[€]??_@');
		expect(withoutUncodable('`', '')).toBe('');
		expect(withoutUncodable('$^Δ')).toBe('$^Δ');
	});

	test.each([
		['1B41', 'A', 'an escape before a septet without an extension shows the basic character'],
		['1B00', '@', 'even where that is septet 0'],
		['1B0D', '\r', 'a carriage return is left as it is'],
		['1B', ' ', 'an escape at the end is a space'],
		['411B', 'A ', 'also behind a character'],
		['1B1B65', ' e', 'two escapes are one space'],
		['1B1B1B65', ' €', 'and then a pair may follow'],
	])('decodes %s as %j: %s', (septets, text) => {
		expect(textOfSeptets(hex(septets))).toBe(text);
	});

	test('gives back any text of its characters', () => {
		const characters = [...ROWS.join('').replace(' ', ''), ...PAIRS.map(([character]) => character)];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 40 }), list => {
				const text = list.join('');
				return textOfSeptets(unwrap(septetsOfText(text))) === text;
			}),
			{ numRuns: 100 },
		);
	});

	test('gives text that it can code again for any septets', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40, max: 127 }), septets => firstUncodable(textOfSeptets(septets)) === -1),
			{ numRuns: 100 },
		);
	});
});
