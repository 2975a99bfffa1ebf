import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64Of, bytesOfBase64 } from '../../src/base/base64.js';
import { bytesOfHex, hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';

describe('base64', () => {
	test.each([
		['', ''],
		['f', 'Zg=='],
		['fo', 'Zm8='],
		['foo', 'Zm9v'],
		['foob', 'Zm9vYg=='],
		['fooba', 'Zm9vYmE='],
		['foobar', 'Zm9vYmFy'],
		['\0', 'AA=='],
		['\xff\xff\xff', '////'],
		['\xfb\xef\xbe', '++++'],
	])('of %j is %s, both ways (RFC 4648 10)', (text, coded) => {
		expect(base64Of(bytesOf(text))).toBe(coded);
		const decoded = bytesOfBase64(coded);
		expect(decoded.ok && textOf(decoded.value)).toBe(text);
	});

	test('of a 16-octet digest has 24 characters', () => {
		const digest = bytesOfHex('5A28C2A76A95DEC36FF9AAEEDB46546B')!;
		expect(base64Of(digest)).toBe('WijCp2qV3sNv+aru20ZUaw==');
		expect(bytesOfBase64('WijCp2qV3sNv+aru20ZUaw==')).toEqual({ ok: true, value: digest });
	});

	test.each([
		['Z', 'length'],
		['Zg', 'length'],
		['Zg=', 'length'],
		['Zm9vY', 'length'],
		['Zg==\n', 'length'],
		['Zm9\n', 'character'],
		['Zm 9', 'character'],
		['Zm9-', 'character'],
		['Zm9_', 'character'],
		['Zm9é', 'character'],
		['Zm9€', 'character'],
		['Z===', 'character'],
		['====', 'character'],
		['Zg==Zg==', 'character'],
		['Z=g=', 'character'],
		['=Zg=', 'character'],
		['Zh==', 'bits'],
		['Zm9=', 'bits'],
	])('%j is refused: %s', (coded, error) => {
		expect(bytesOfBase64(coded)).toEqual({ ok: false, error });
	});

	test('of any octets comes back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
				const decoded = bytesOfBase64(base64Of(bytes));
				return decoded.ok && hexOf(decoded.value) === hexOf(bytes);
			}),
			{ numRuns: 100 },
		);
	});

	test('is the only text of its octets, or refused', () => {
		const text = fc.array(fc.constantFrom(...'ABgwZz09+/=')).map(list => list.join(''));
		fc.assert(
			fc.property(text, coded => {
				const decoded = bytesOfBase64(coded);
				return !decoded.ok || base64Of(decoded.value) === coded;
			}),
			{ numRuns: 200 },
		);
	});
});
