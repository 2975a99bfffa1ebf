import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { type Alphabet, dataCodingScheme } from '../../src/sms/data-coding-scheme.js';
import { type MessageParts, type SplitOptions, splitOctets, splitText } from '../../src/sms/message-parts.js';
import { encodeUserData, textOfContent } from '../../src/sms/user-data.js';
import { concatenationOf } from '../../src/sms/user-data-header.js';
import { errorOf, unwrap } from './samples.js';

const OPTIONS: SplitOptions = { max: 15, reference: 7 };

/** Each part decoded by itself. */
function textsOf(parts: MessageParts, alphabet: Alphabet): string[] {
	return [...parts].map(({ content }) => unwrap(textOfContent(content, dataCodingScheme(alphabet))));
}

function lengthsOf(parts: MessageParts): number[] {
	return [...parts].map(({ content }) => content.length);
}

describe('a text', () => {
	test.each<[Alphabet, boolean, number, number[]]>([
		['gsm7', false, 0, [0]],
		['gsm7', false, 160, [160]],
		['gsm7', false, 161, [153, 8]],
		['gsm7', false, 306, [153, 153]],
		['gsm7', false, 307, [153, 153, 1]],
		['gsm7', true, 160, [160]],
		['gsm7', true, 161, [152, 9]],
		['8bit', false, 140, [140]],
		['8bit', false, 141, [134, 7]],
		['8bit', true, 141, [133, 8]],
		['ucs2', false, 70, [140]],
		['ucs2', false, 71, [134, 8]],
		['ucs2', true, 71, [132, 10]],
	])('in %s, wide reference %s, of %d characters has parts of %j', (alphabet, wide, length, lengths) => {
		const text = 'abcdefghij'.repeat(40).slice(0, length);
		const parts = unwrap(splitText(text, alphabet, { ...OPTIONS, wide }));
		expect(lengthsOf(parts)).toEqual(lengths);
		expect(parts.total).toBe(lengths.length);
		expect(parts.cut).toBe(false);
		expect(textsOf(parts, alphabet).join('')).toBe(text);
	});

	test.each<[Alphabet, boolean]>([
		['gsm7', false],
		['gsm7', true],
		['8bit', false],
		['8bit', true],
		['ucs2', false],
		['ucs2', true],
	])('in %s, wide reference %s, fills its parts as far as they go', (alphabet, wide) => {
		const parts = unwrap(splitText('x'.repeat(500), alphabet, { ...OPTIONS, wide }));
		const dcs = dataCodingScheme(alphabet);
		const { header, content } = parts.part(1)!;
		expect(encodeUserData({ header, content }, dcs).ok).toBe(true);
		const more = new Uint8Array(content.length + (alphabet === 'ucs2' ? 2 : 1));
		expect(errorOf(encodeUserData({ header, content: more }, dcs))).toBe('too-long');
	});

	test('that fits in one SMS has no header', () => {
		const parts = unwrap(splitText('AT', 'gsm7', OPTIONS));
		expect(parts.part(1)?.header).toBeUndefined();
		expect(parts.part(0)).toBeUndefined();
		expect(parts.part(2)).toBeUndefined();
	});

	test.each([
		[false, 200],
		[true, 0x1234],
	])('of several numbers its parts: wide reference %s', (wide, reference) => {
		const parts = unwrap(splitText('x'.repeat(400), 'gsm7', { max: 15, reference, wide }));
		expect([...parts].map(({ header }) => concatenationOf(header))).toEqual(
			[1, 2, 3].map(index => ({ reference, wide, total: 3, index })),
		);
	});

	test('gives the same part as often as it is asked for', () => {
		const parts = unwrap(splitText('abcdefghij'.repeat(40), 'gsm7', OPTIONS));
		expect(parts.part(2)).toEqual(parts.part(2));
		expect(parts.part(3)).toEqual([...parts][2]);
	});

	test('never parts an escape from what it escapes', () => {
		for (let before = 150; before <= 155; before++) {
			const text = `${'a'.repeat(before)}€${'b'.repeat(20)}`;
			const parts = unwrap(splitText(text, 'gsm7', OPTIONS));
			expect(textsOf(parts, 'gsm7').join('')).toBe(text);
			expect(parts.part(1)?.content.length).toBe(before === 152 ? 152 : 153);
		}
		expect(lengthsOf(unwrap(splitText('€'.repeat(80), 'gsm7', OPTIONS)))).toEqual([160]);
		expect(lengthsOf(unwrap(splitText('€'.repeat(81), 'gsm7', OPTIONS)))).toEqual([152, 10]);
	});

	test('never parts a surrogate pair', () => {
		for (let before = 64; before <= 68; before++) {
			const text = `${'a'.repeat(before)}\u{1f600}${'b'.repeat(20)}`;
			const parts = unwrap(splitText(text, 'ucs2', OPTIONS));
			expect(textsOf(parts, 'ucs2').join('')).toBe(text);
			expect(parts.part(1)?.content.length).toBe(before === 66 ? 132 : 134);
		}
	});

	test.each<[Alphabet, string, string]>([
		['gsm7', '`', ''],
		['8bit', '€', ''],
		['gsm7', 'a', '`'],
		['8bit', 'a', '…'],
	])('in %s with %j, marked %j, cannot be coded', (alphabet, text, mark) => {
		expect(errorOf(splitText(text, alphabet, { ...OPTIONS, mark }))).toBe('uncodable');
	});

	test.each([
		[{ max: 0, reference: 0 }],
		[{ max: 256, reference: 0 }],
		[{ max: Number.NaN, reference: 0 }],
		[{ max: 1, reference: -1 }],
		[{ max: 1, reference: 256 }],
		[{ max: 1, reference: 65536, wide: true }],
	])('is not split with %j', options => {
		expect(errorOf(splitText('a', 'gsm7', options))).toBe('range');
	});
});

describe('a text that does not fit', () => {
	test.each<[Alphabet, number, number]>([
		['gsm7', 1, 160],
		['gsm7', 2, 306],
		['gsm7', 15, 2295],
		['8bit', 1, 140],
		['8bit', 15, 2010],
		['ucs2', 1, 70],
		['ucs2', 3, 201],
	])('in %s is cut to what %d SMS hold: %d characters', (alphabet, max, most) => {
		const text = 'abcdefg'.repeat(500);
		const parts = unwrap(splitText(text, alphabet, { max, reference: 0 }));
		expect(parts.cut).toBe(true);
		expect(parts.total).toBe(max);
		expect(textsOf(parts, alphabet).join('')).toBe(text.slice(0, most));
		const fitting = unwrap(splitText(text.slice(0, most), alphabet, { max, reference: 0 }));
		expect([fitting.cut, fitting.total]).toEqual([false, max]);
	});

	test.each<[Alphabet, number, string, number]>([
		['gsm7', 1, '...', 160],
		['gsm7', 2, '[cut]', 306],
		['8bit', 3, '[cut]', 402],
		['ucs2', 2, '…', 268],
		['ucs2', 2, '\u{1f600}', 268],
	])('in %s, %d SMS, ends with its mark %j and has %d elements', (alphabet, max, mark, most) => {
		const parts = unwrap(splitText('abcdefg'.repeat(100), alphabet, { max, reference: 0, mark }));
		const text = textsOf(parts, alphabet).join('');
		expect(parts.cut).toBe(true);
		expect(parts.total).toBe(max);
		expect(text.endsWith(mark)).toBe(true);
		expect(lengthsOf(parts).reduce((sum, length) => sum + length)).toBe(most);
	});

	test('is left as it is when it fits to the last septet', () => {
		const parts = unwrap(splitText('a'.repeat(306), 'gsm7', { max: 2, reference: 0, mark: '...' }));
		expect(parts.cut).toBe(false);
		expect(textsOf(parts, 'gsm7').join('')).toBe('a'.repeat(306));
	});

	test('is cut between characters, also just before the mark', () => {
		for (let before = 296; before <= 306; before++) {
			const text = `${'a'.repeat(before)}€€€€€€€€`;
			const parts = unwrap(splitText(text, 'gsm7', { max: 2, reference: 0, mark: '[]' }));
			const got = textsOf(parts, 'gsm7').join('');
			expect([before, got.endsWith('[]'), text.startsWith(got.slice(0, -2))]).toEqual([before, true, true]);
		}
	});

	test('lets go of a little more where the mark would be parted', () => {
		// The mark is longer than the last part, and its pairs lie on the boundary between the parts.
		for (let length = 1; length <= 80; length++) {
			const mark = `${length % 2 === 0 ? 'x' : ''}${'€'.repeat(length)}`;
			const parts = unwrap(splitText('a'.repeat(400), 'gsm7', { max: 2, reference: 0, mark }));
			const got = textsOf(parts, 'gsm7').join('');
			expect([length, got.endsWith(mark), parts.total]).toEqual([length, true, 2]);
		}
	});

	test('is its mark alone, cut, where not even that fits', () => {
		const parts = unwrap(splitText('a'.repeat(400), 'gsm7', { max: 1, reference: 0, mark: 'b'.repeat(200) }));
		expect(textsOf(parts, 'gsm7')).toEqual(['b'.repeat(160)]);
	});
});

describe('octets', () => {
	test('are split as 8-bit data', () => {
		const octets = Uint8Array.from({ length: 300 }, (_, at) => at);
		const parts = unwrap(splitOctets(octets, OPTIONS));
		expect(lengthsOf(parts)).toEqual([134, 134, 32]);
		expect([...parts].map(({ content }) => hexOf(content)).join('')).toBe(hexOf(octets));
	});
});

describe('whatever the text is', () => {
	const character = fc.constantFrom('a', '@', '€', '[', '\r', '\u{1f600}', 'ж', 'é');

	test('its parts fit in an SMS each and join to the text or to its start', () => {
		fc.assert(
			fc.property(
				fc.array(character, { maxLength: 250 }),
				fc.constantFrom<Alphabet>('gsm7', '8bit', 'ucs2'),
				fc.integer({ min: 1, max: 4 }),
				fc.boolean(),
				(list, alphabet, max, wide) => {
					const text = list
						.filter(one => alphabet === 'ucs2' || 'a@\ré'.includes(one) || (alphabet === 'gsm7' && '€['.includes(one)))
						.join('');
					const parts = unwrap(splitText(text, alphabet, { max, reference: 1, wide }));
					const dcs = dataCodingScheme(alphabet);
					const joined = textsOf(parts, alphabet).join('');
					return (
						parts.total <= max &&
						[...parts].every(part => encodeUserData(part, dcs).ok) &&
						(parts.cut ? text.startsWith(joined) && text !== joined : text === joined)
					);
				},
			),
			{ numRuns: 60 },
		);
	});

	test('no UCS2 part begins or ends with half a pair', () => {
		fc.assert(
			fc.property(fc.array(character, { minLength: 60, maxLength: 160 }), list => {
				const parts = unwrap(splitText(list.join(''), 'ucs2', OPTIONS));
				return [...parts].every(({ content }) => {
					const startsLow = (content[0]! & 0xfc) === 0xdc;
					const endsHigh = (content[content.length - 2]! & 0xfc) === 0xd8;
					return !startsLow && !endsHigh;
				});
			}),
			{ numRuns: 40 },
		);
	});
});
