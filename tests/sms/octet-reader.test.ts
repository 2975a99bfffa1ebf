import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { OctetReader } from '../../src/sms/octet-reader.js';
import { hex } from './samples.js';

describe('the octet reader', () => {
	test('reads octets and blocks in their order', () => {
		const reader = new OctetReader(hex('0102030405'));
		expect([reader.octet(), hexOf(reader.take(2)), reader.left, reader.octet()]).toEqual([1, '0203', 2, 4]);
		expect([hexOf(reader.take(0)), hexOf(reader.take(1)), reader.left, reader.overrun]).toEqual(['', '05', 0, false]);
	});

	test('gives a zero past the end and says so from then on', () => {
		const reader = new OctetReader(hex('FF'));
		expect([reader.octet(), reader.overrun, reader.octet(), reader.overrun]).toEqual([255, false, 0, true]);
		expect([reader.take(0).length, reader.overrun, reader.left]).toEqual([0, true, 0]);
	});

	test('gives what there is of a block past the end and says so', () => {
		const reader = new OctetReader(hex('0102'));
		expect([hexOf(reader.take(3)), reader.overrun, reader.left]).toEqual(['0102', true, 0]);
	});
});
