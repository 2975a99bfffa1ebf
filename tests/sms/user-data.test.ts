import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { OctetReader } from '../../src/sms/octet-reader.js';
import { contentOfText, decodeUserData, encodeUserData, textOfContent } from '../../src/sms/user-data.js';
import { codedUserData, octet, octets } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

const HEADER = [{ id: 0, data: hex('CC0201') }];
const SEPTETS = 0x00;
const OCTETS = 0x04;
const UCS2 = 0x08;

describe('user data', () => {
	test.each([
		['0AE8329BFD4697D9EC37', SEPTETS, undefined, 'hellohello'],
		['0A68656C6C6F68656C6C6F', OCTETS, undefined, 'hellohello'],
		['00', SEPTETS, undefined, ''],
		['00', OCTETS, undefined, ''],
		['03004018', SEPTETS, [], 'a'],
		['0C050003CC0201D06536FB0D', SEPTETS, HEADER, 'hello'],
		['0B050003CC020168656C6C6F', OCTETS, HEADER, 'hello'],
		['06050003CC0201', OCTETS, HEADER, ''],
		['07050003CC020100', SEPTETS, HEADER, ''],
	] as [string, number, typeof HEADER | undefined, string][])(
		'%s in scheme %i is read and written',
		(coded, dcs, header, content) => {
			const reader = new OctetReader(hex(coded));
			const decoded = unwrap(decodeUserData(reader, dcs, header !== undefined));
			expect(decoded.header).toEqual(header);
			expect(textOf(decoded.content)).toBe(content);
			expect(reader.left).toBe(0);
			expect(hexOf(unwrap(encodeUserData({ header, content: bytesOf(content) }, dcs)))).toBe(coded);
		},
	);

	test.each([
		[SEPTETS, undefined, 160, 141],
		[SEPTETS, HEADER, 153, 141],
		[OCTETS, undefined, 140, 141],
		[OCTETS, HEADER, 134, 141],
		[UCS2, HEADER, 134, 141],
	])('in scheme %i with header %j holds %i elements', (dcs, header, most, length) => {
		const coded = unwrap(encodeUserData({ header, content: new Uint8Array(most) }, dcs));
		expect(coded.length).toBe(length);
		expect(unwrap(decodeUserData(new OctetReader(coded), dcs, header !== undefined)).content.length).toBe(most);
		expect(errorOf(encodeUserData({ header, content: new Uint8Array(most + 1) }, dcs))).toBe('too-long');
	});

	test('of 7-bit text of every length comes back, with a header and without', () => {
		const all = Uint8Array.from({ length: 161 }, (_, at) => (at * 37 + 5) & 0x7f);
		const wrong: string[] = [];
		for (const [header, most] of [
			[undefined, 160],
			[HEADER, 153],
		] as const) {
			for (let length = 0; length <= 161; length++) {
				const content = all.subarray(0, length);
				const coded = encodeUserData({ header, content }, SEPTETS);
				const back = coded.ok && decodeUserData(new OctetReader(coded.value), SEPTETS, header !== undefined);
				const same = back !== false && back.ok && hexOf(back.value.content) === hexOf(content);
				if (same !== length <= most) wrong.push(`${header === undefined ? 'plain' : 'header'} ${length}`);
			}
		}
		expect(wrong).toEqual([]);
	});

	test.each([
		['', SEPTETS, false, 'truncated', 'no length'],
		['0A', SEPTETS, false, 'truncated', 'a length and nothing else'],
		['0AE8329BFD4697D9EC', SEPTETS, false, 'truncated', 'an octet is missing'],
		['0568656C6C', OCTETS, false, 'truncated', 'octets are missing'],
		['A1', SEPTETS, false, 'too-long', 'more septets than any SMS has'],
		['8D', OCTETS, false, 'too-long', 'more octets than any SMS has'],
		['00', OCTETS, true, 'truncated', 'no header where there must be one'],
		['05050003CC02', OCTETS, true, 'truncated', 'the header is cut'],
		['0609000000000000', OCTETS, true, 'truncated', 'the header is longer than the length says'],
		['06050003CC0201', SEPTETS, true, 'truncated', 'the header with its fill bits is longer than the septets'],
		['0C050009CC0201D06536FB0D', SEPTETS, true, 'header', 'an element runs over the text'],
	])('%s in scheme %i, header %s, is refused as %s: %s', (coded, dcs, header, error) => {
		expect(errorOf(decodeUserData(new OctetReader(hex(coded)), dcs, header))).toBe(error);
	});

	test('comes back whatever it is', () => {
		fc.assert(
			fc.property(codedUserData, ({ dcs, userData }) => {
				const coded = unwrap(encodeUserData(userData, dcs));
				const reader = new OctetReader(coded);
				const back = unwrap(decodeUserData(reader, dcs, userData.header !== undefined));
				return reader.left === 0 && hexOf(back.content) === hexOf(userData.content);
			}),
			{ numRuns: 100 },
		);
	});

	test('is a value or an error whatever the octets are', () => {
		fc.assert(
			fc.property(octets(24), octet, fc.boolean(), (coded, dcs, header) => {
				const decoded = decodeUserData(new OctetReader(coded), dcs, header);
				return decoded.ok ? encodeUserData(decoded.value, dcs).ok : decoded.error !== 'surplus';
			}),
			{ numRuns: 200 },
		);
	});
});

describe('text', () => {
	test.each([
		['gsm7', 'a€@', SEPTETS, '611B6500'],
		['8bit', 'aé\0', OCTETS, '61E900'],
		['ucs2', 'a€', UCS2, '006120AC'],
		['8bit', 'AT', 21, '4154'],
	] as const)('in %s: %j', (alphabet, text, dcs, content) => {
		expect(hexOf(unwrap(contentOfText(text, alphabet)))).toBe(content);
		expect(unwrap(textOfContent(hex(content), dcs))).toBe(text);
	});

	test.each([
		['gsm7', '`'],
		['8bit', '€'],
		['8bit', '\u{1f600}'],
	] as const)('in %s has no %j', (alphabet, text) => {
		expect(errorOf(contentOfText(text, alphabet))).toBe('uncodable');
	});

	test.each([
		[0x20, 'compressed'],
		[0x24, 'compressed'],
		[0x28, 'compressed'],
		[UCS2, 'truncated'],
	])('of scheme %i in three octets is refused as %s', (dcs, error) => {
		expect(errorOf(textOfContent(hex('414243'), dcs))).toBe(error);
	});
});
