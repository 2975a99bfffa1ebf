import { describe, expect, test } from 'vitest';
import { envelopeKindOf, markEnvelope, segmentOctet, segmentOf } from '../../src/sms/digest-envelope.js';
import { hex } from './samples.js';

const BINARY = 21;
const kindOf = (content: string, dcs = BINARY) => envelopeKindOf({ header: undefined, content: hex(content) }, dcs);

describe('digest user data', () => {
	test.each([
		['D0D0D0', 1, false],
		['D1D1D1', 1, true],
		['D2D2D2', 2, false],
		['D3D3D3', 2, true],
	] as const)('that begins with %s is version %i, answer: %s', (marker, version, answer) => {
		expect(kindOf(marker)).toEqual({ version, answer });
		expect(kindOf(`${marker}00`)).toEqual({ version, answer });
		const content = hex('000000000000');
		markEnvelope(content, { version, answer });
		expect(content).toEqual(hex(`${marker}000000`));
	});

	test.each(['', 'D0', 'D0D0', 'CFCFCF', 'D4D4D4', 'D0D0D1', 'D1D0D0', 'D0D1D0', '41542B', '00D0D0D0', 'FFFFFF'])(
		'does not begin with %j',
		content => {
			expect(kindOf(content)).toBeUndefined();
		},
	);

	test.each([
		[0x04, true],
		[0x14, true],
		[0x17, true],
		[0xf5, true],
		[0xf7, true],
		[0x44, true],
		[0x00, false],
		[0x08, false],
		[0xf1, false],
		[0xe4, false],
		[0x34, false],
		[0x84, false],
	])('is 8-bit without compression: data coding scheme %i, found: %s', (dcs, found) => {
		expect(kindOf('D0D0D0', dcs) !== undefined).toBe(found);
	});

	test('has no user data header, not even an empty one', () => {
		const content = hex('D0D0D0');
		expect(envelopeKindOf({ header: [], content }, BINARY)).toBeUndefined();
		expect(envelopeKindOf({ header: [{ id: 0, data: hex('010101') }], content }, BINARY)).toBeUndefined();
	});
});

describe('the segment octet', () => {
	test('has the index in the high nibble and the total in the low one, both ways', () => {
		for (let total = 1; total <= 15; total++) {
			for (let index = 1; index <= total; index++) {
				const octet = segmentOctet({ index, total });
				expect(octet).toBe(index * 16 + total);
				expect(segmentOf(octet)).toEqual({ index, total });
			}
		}
	});

	test.each([0x00, 0x10, 0x01, 0x21, 0xf1, 0xf0, 0xfe])('%i is none', octet => {
		expect(segmentOf(octet)).toBeUndefined();
	});
});
