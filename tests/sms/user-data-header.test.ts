import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import {
	concatenationElement,
	concatenationOf,
	decodeHeader,
	encodeHeader,
	type InformationElement,
	portsOf,
} from '../../src/sms/user-data-header.js';
import { elements, octets } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

const element = (id: number, data: string): InformationElement => ({ id, data: hex(data) });

describe('a user data header', () => {
	test.each<[string, InformationElement[]]>([
		['00', []],
		['050003CC0201', [element(0, 'CC0201')]],
		['06080412340302', [element(8, '12340302')]],
		['0B0003CC020105040B8423F0', [element(0, 'CC0201'), element(5, '0B8423F0')]],
		['027000', [element(0x70, '')]],
	])('%s is read and written', (octetsOfHeader, list) => {
		const decoded = unwrap(decodeHeader(hex(`${octetsOfHeader}414243`)));
		expect(decoded.elements).toEqual(list);
		expect(decoded.length).toBe(octetsOfHeader.length / 2);
		expect(hexOf(unwrap(encodeHeader(list)))).toBe(octetsOfHeader);
	});

	test.each([
		['', 'truncated', 'no octet at all'],
		['05', 'truncated', 'a length and nothing else'],
		['050003CC02', 'truncated', 'longer than the user data'],
		['FF0003CC0201', 'truncated', 'much longer than the user data'],
		['050004CC0201', 'header', 'an element longer than the header'],
		['0500FFCC0201', 'header', 'an element much longer than the header'],
		['060003CC020100', 'header', 'one octet left over'],
		['0100', 'header', 'an element without a length'],
		['040003CC0201', 'header', 'a header shorter than its element'],
	])('%s is refused as %s: %s', (octetsOfHeader, error) => {
		expect(errorOf(decodeHeader(hex(octetsOfHeader)))).toBe(error);
	});

	test('is not written when it is longer than user data can be', () => {
		expect(errorOf(encodeHeader([{ id: 1, data: new Uint8Array(137) }]))).toBe('none');
		expect(errorOf(encodeHeader([{ id: 1, data: new Uint8Array(138) }]))).toBe('too-long');
		expect(errorOf(encodeHeader(new Array(70).fill(element(1, ''))))).toBe('too-long');
		expect(errorOf(encodeHeader([{ id: 256, data: new Uint8Array(0) }]))).toBe('range');
		expect(errorOf(encodeHeader([{ id: -1, data: new Uint8Array(0) }]))).toBe('range');
	});

	test('comes back whatever its elements are', () => {
		fc.assert(
			fc.property(elements, octets(4), (list, behind) => {
				const head = unwrap(encodeHeader(list));
				const userData = new Uint8Array(head.length + behind.length);
				userData.set(head);
				userData.set(behind, head.length);
				const back = unwrap(decodeHeader(userData));
				return back.length === head.length && hexOf(unwrap(encodeHeader(back.elements))) === hexOf(head);
			}),
			{ numRuns: 100 },
		);
	});

	test('is a value or an error whatever the octets are', () => {
		fc.assert(
			fc.property(octets(20), userData => {
				const decoded = decodeHeader(userData);
				if (!decoded.ok) return decoded.error === 'truncated' || decoded.error === 'header';
				return (
					hexOf(unwrap(encodeHeader(decoded.value.elements))) === hexOf(userData.subarray(0, decoded.value.length))
				);
			}),
			{ numRuns: 200 },
		);
	});
});

describe('concatenation', () => {
	test.each([
		[{ reference: 0xcc, wide: false, total: 2, index: 1 }, element(0, 'CC0201')],
		[{ reference: 0, wide: false, total: 255, index: 255 }, element(0, '00FFFF')],
		[{ reference: 0x1234, wide: true, total: 3, index: 2 }, element(8, '12340302')],
	])('%j is the element %j', (place, coded) => {
		expect(concatenationElement(place)).toEqual(coded);
		expect(concatenationOf([coded])).toEqual(place);
	});

	test.each([
		['no header', undefined],
		['an empty header', []],
		['another element', [element(5, '0B8423F0')]],
		['index 0', [element(0, 'CC0200')]],
		['total 0', [element(0, 'CC0000')]],
		['an index beyond the total', [element(0, 'CC0203')]],
		['a wide one with an index beyond the total', [element(8, '12340203')]],
		['a narrow one of the wrong length', [element(0, 'CC020100')]],
		['a wide one of the wrong length', [element(8, 'CC0201')]],
		['an empty element', [element(0, '')]],
	])('is not there in %s', (_, list) => {
		expect(concatenationOf(list)).toBeUndefined();
	});

	test('is what the last of several elements says', () => {
		const list = [element(0, 'CC0201'), element(5, '0B8423F0'), element(8, '12340302')];
		expect(concatenationOf(list)?.reference).toBe(0x1234);
		expect(concatenationOf([...list, element(0, '070202')])?.reference).toBe(7);
		expect(concatenationOf([...list, element(0, '070203')])?.reference).toBe(0x1234);
	});
});

describe('application ports', () => {
	test.each([
		[[element(4, 'F0F1')], { destination: 0xf0, source: 0xf1, wide: false }],
		[[element(5, '0B8423F0')], { destination: 2948, source: 9200, wide: true }],
		[[element(4, 'F0F1'), element(0, 'CC0201'), element(5, '00010002')], { destination: 1, source: 2, wide: true }],
	])('of %j are %j', (list, ports) => {
		expect(portsOf(list)).toEqual(ports);
	});

	test.each([[undefined], [[]], [[element(0, 'CC0201')]], [[element(4, 'F0')]], [[element(5, '0B8423')]]])(
		'are not in %j',
		list => {
			expect(portsOf(list)).toBeUndefined();
		},
	);
});
