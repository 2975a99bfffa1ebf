import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import {
	type Address,
	decodeAddress,
	decodeServiceCentre,
	encodeAddress,
	encodeServiceCentre,
	labelOf,
	numberOf,
	type PhoneNumber,
	parseNumber,
	sameAddress,
} from '../../src/sms/address.js';
import { OctetReader } from '../../src/sms/octet-reader.js';
import { address, octets, phoneNumber } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

const number = (digits: string, type = 0, plan = 1): Address => ({ kind: 'number', type, plan, digits });
const sender = (text: string): Address => ({ kind: 'alphanumeric', plan: 0, text });

describe('an address in a TPDU', () => {
	test.each<[string, Address]>([
		['0C91934386867611', number('393468686711', 1)],
		['0B916407281553F8', number('46708251358', 1)],
		['0BC87238880900F1', number('27838890001', 4, 8)],
		['05812143F5', number('12345')],
		['04A12143', number('1234', 2)],
		['0181F1', number('1')],
		['0081', number('')],
		['0581BADCFE', number('*#abc')],
		['0681BA21DC', number('*#12ab')],
		['149121436587092143658709', number('12345678901234567890', 1)],
		['00D0', sender('')],
		['02D041', sender('A')],
		['0ED0D637396C7EBBCB', sender('Vodafone')],
		['09D049B7F90D00', sender('Info@')],
		['14D031D98C56B3DD7039580C', sender('12345678901')],
		['12D09BF2A6BC296FCA9B32', sender('€€€€€')],
	])('%s is read and written', (field, expected) => {
		const reader = new OctetReader(hex(field));
		expect(unwrap(decodeAddress(reader))).toEqual(expected);
		expect([reader.left, reader.overrun]).toEqual([0, false]);
		expect(hexOf(unwrap(encodeAddress(expected)))).toBe(field);
	});

	test('may count the end mark as a digit, as some service centres do', () => {
		expect(unwrap(decodeAddress(new OctetReader(hex('0691214365'))))).toEqual(number('123456', 1));
		expect(unwrap(decodeAddress(new OctetReader(hex('06912143F5'))))).toEqual(number('12345', 1));
	});

	test('of fourteen semi-octets has eight characters, though seven would take as many octets', () => {
		expect(unwrap(decodeAddress(new OctetReader(hex('0ED0D637396C7EBB01'))))).toEqual(sender('Vodafon@'));
		expect(unwrap(decodeAddress(new OctetReader(hex('0DD0D637396C7EBB01'))))).toEqual(sender('Vodafon'));
	});

	test.each([
		['1591214365870921436587092F', 'more than twenty digits'],
		['FF91', 'a length that lies'],
		['0491F143', 'an end mark before the end'],
		['06912143FF', 'two end marks'],
	])('%s is refused: %s', field => {
		expect(errorOf(decodeAddress(new OctetReader(hex(field))))).toBe('address');
	});

	test('that is cut short shows in the reader, at whichever octet', () => {
		for (const field of ['0C91934386867611', '0ED0D637396C7EBBCB']) {
			for (let length = 0; length < field.length; length += 2) {
				const reader = new OctetReader(hex(field.slice(0, length)));
				decodeAddress(reader);
				expect([length, reader.overrun]).toEqual([length, true]);
			}
		}
	});

	test.each<[Address, string]>([
		[number('123456789012345678901', 1), 'address'],
		[number('12+3'), 'address'],
		[number('12d'), 'address'],
		[number('1', 8), 'range'],
		[number('1', 5), 'range'],
		[number('1', -1), 'range'],
		[number('1', 1, 16), 'range'],
		[sender('123456789012'), 'address'],
		[sender('€€€€€€'), 'address'],
		[sender('`'), 'uncodable'],
	])('%j is not written: %s', (wrong, error) => {
		expect(errorOf(encodeAddress(wrong))).toBe(error);
	});

	test('comes back whatever its fields are', () => {
		fc.assert(
			fc.property(address, one => {
				const back = decodeAddress(new OctetReader(unwrap(encodeAddress(one))));
				return JSON.stringify(sorted(unwrap(back))) === JSON.stringify(sorted(one));
			}),
			{ numRuns: 100 },
		);
	});

	test('is a value or an error whatever the octets are', () => {
		fc.assert(
			fc.property(octets(14), field => {
				const decoded = decodeAddress(new OctetReader(field));
				if (!decoded.ok) return decoded.error === 'address' || decoded.error === 'truncated';
				return encodeAddress(decoded.value).ok;
			}),
			{ numRuns: 150 },
		);
	});
});

describe("the service centre's address before a TPDU", () => {
	test('counts octets with the type', () => {
		const centre = number('393492000200', 1) as PhoneNumber;
		expect(hexOf(unwrap(encodeServiceCentre(centre)))).toBe('0791934329002000');
		expect(unwrap(decodeServiceCentre(new OctetReader(hex('0791934329002000'))))).toEqual(centre);
	});

	test('fills an odd number of digits up', () => {
		const centre = number('31624000000', 1) as PhoneNumber;
		expect(hexOf(unwrap(encodeServiceCentre(centre)))).toBe('07911326040000F0');
		expect(unwrap(decodeServiceCentre(new OctetReader(hex('07911326040000F0'))))).toEqual(centre);
	});

	test('is a single 00 where the module has it', () => {
		expect(hexOf(unwrap(encodeServiceCentre(undefined)))).toBe('00');
		expect(decodeServiceCentre(new OctetReader(hex('00')))).toEqual({ ok: true, value: undefined });
	});

	test.each(['0CD0', '0C91214365870921436587092143', '05D0C8329BFD', '0391F143', 'FF'])('%s is refused', field => {
		expect(errorOf(decodeServiceCentre(new OctetReader(hex(field))))).toBe('address');
	});

	test('comes back whatever the number is', () => {
		fc.assert(
			fc.property(phoneNumber, centre => {
				const back = unwrap(decodeServiceCentre(new OctetReader(unwrap(encodeServiceCentre(centre)))));
				return back !== undefined && JSON.stringify(sorted(back)) === JSON.stringify(sorted(centre));
			}),
			{ numRuns: 60 },
		);
	});
});

describe('a printable number', () => {
	test.each<[string, Address]>([
		['+393468686711', number('393468686711', 1)],
		['3468686711', number('3468686711')],
		['*100#', number('*100#')],
		['4', number('4')],
	])('%s is the address it names', (text, expected) => {
		expect(unwrap(parseNumber(text))).toEqual(expected);
		expect(numberOf(expected)).toBe(text);
	});

	test.each(['', '+', '++39', '39 346', '+39a!', '0039-346', 'Vodafone', '+123456789012345678901', '1\n'])(
		'%j is none',
		text => {
			expect(errorOf(parseNumber(text))).toBe('address');
		},
	);

	test.each<[Address, string | undefined, string]>([
		[number('346', 2), '346', '346'],
		[number('346', 4, 8), '346', '346'],
		[number('', 1), undefined, ''],
		[sender('Vodafone'), undefined, '"Vodafone"'],
		[sender('+39346'), undefined, '"+39346"'],
		[sender('a\r\nb"'), undefined, '"a\\r\\nb\\""'],
	])('of %j is %s, its label %s', (one, printed, label) => {
		expect(numberOf(one)).toBe(printed);
		expect(labelOf(one)).toBe(label);
	});

	test('never equals an alphanumeric sender of the same characters', () => {
		const texts = ['39346', '+39346', '', '*100#', '"39346"'];
		for (const text of texts) {
			for (const type of [0, 1, 2]) {
				expect(sameAddress(sender(text), number(text.replace(/[+"]/g, ''), type))).toBe(false);
			}
		}
	});

	test('is the same as one that prints alike', () => {
		expect(sameAddress(number('39346', 1), number('39346', 1, 0))).toBe(true);
		expect(sameAddress(number('39346', 0), number('39346', 2))).toBe(true);
		expect(sameAddress(number('39346', 1), number('39346'))).toBe(false);
		expect(sameAddress(number('39346'), number('39347'))).toBe(false);
		expect(sameAddress(sender('Info'), sender('Info'))).toBe(true);
		expect(sameAddress(sender('Info'), sender('info'))).toBe(false);
		expect(sameAddress(number(''), number(''))).toBe(false);
	});
});

/** The fields in one order, so that equal addresses print alike. */
function sorted(one: Address): unknown {
	return Object.entries(one).sort(([left], [right]) => (left < right ? -1 : 1));
}
