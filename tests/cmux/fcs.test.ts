import { describe, expect, test } from 'vitest';
import { fcsOf } from '../../src/cmux/fcs.js';
import { hex } from './support.js';

describe('the frame check sequence', () => {
	test.each([
		['SABM on DLCI 0', '03 3F 01', 0x1c],
		['UA on DLCI 0', '03 73 01', 0xd7],
		['SABM on DLCI 1', '07 3F 01', 0xde],
		['UA on DLCI 1', '07 73 01', 0x15],
		['the header of an MSC', '03 EF 09', 0xfb],
	])('of %s is that of a real module', (_, header, fcs) => {
		expect(fcsOf(hex(header), 0, 3)).toBe(fcs);
	});

	test('covers only the named part', () => {
		expect(fcsOf(hex('FF FF 03 3F 01 FF'), 2, 5)).toBe(0x1c);
	});

	test('gives the good value 0xCF when the received FCS is run through too', () => {
		expect(0xff - fcsOf(hex('03 3F 01 1C'), 0, 4)).toBe(0xcf);
	});
});
