import { describe, expect, test } from 'vitest';
import { codingSchemeOf, countsSeptets, dataCodingScheme } from '../../src/sms/data-coding-scheme.js';

const PLAIN = {
	alphabet: 'gsm7',
	compressed: false,
	messageClass: undefined,
	deleteAfterReading: false,
	waiting: undefined,
};

describe('the data coding scheme', () => {
	test.each([
		[0x00, {}],
		[0x03, {}],
		[0x04, { alphabet: '8bit' }],
		[0x08, { alphabet: 'ucs2' }],
		[0x0c, {}],
		[0x10, { messageClass: 0 }],
		[0x13, { messageClass: 3 }],
		[21, { alphabet: '8bit', messageClass: 1 }],
		[0x1a, { alphabet: 'ucs2', messageClass: 2 }],
		[0x20, { compressed: true }],
		[0x28, { alphabet: 'ucs2', compressed: true }],
		[0x36, { alphabet: '8bit', compressed: true, messageClass: 2 }],
		[0x40, { deleteAfterReading: true }],
		[0x55, { alphabet: '8bit', messageClass: 1, deleteAfterReading: true }],
		[0x78, { alphabet: 'ucs2', compressed: true, messageClass: 0, deleteAfterReading: true }],
		[0x80, {}],
		[0x95, {}],
		[0xbf, {}],
		[0xc0, { waiting: { kind: 'voicemail', active: false, discard: true } }],
		[0xc8, { waiting: { kind: 'voicemail', active: true, discard: true } }],
		[0xd9, { waiting: { kind: 'fax', active: true, discard: false } }],
		[0xda, { waiting: { kind: 'email', active: true, discard: false } }],
		[0xe3, { alphabet: 'ucs2', waiting: { kind: 'other', active: false, discard: false } }],
		[0xf0, { messageClass: 0 }],
		[0xf2, { messageClass: 2 }],
		[0xf5, { alphabet: '8bit', messageClass: 1 }],
		[0xfd, { alphabet: '8bit', messageClass: 1 }],
	])('%i is read as 23.038 says', (dcs, differences) => {
		expect(codingSchemeOf(dcs)).toEqual({ ...PLAIN, ...differences });
	});

	test('its groups all read without a gap', () => {
		const alphabets = { gsm7: 0, '8bit': 0, ucs2: 0 };
		let septets = 0;
		for (let dcs = 0; dcs < 256; dcs++) {
			alphabets[codingSchemeOf(dcs).alphabet]++;
			if (countsSeptets(dcs)) septets++;
		}
		// General groups: 128, of which a half 7-bit or reserved; then 64 reserved, 32 + 16 waiting, 16 of class.
		expect(alphabets).toEqual({ gsm7: 64 + 64 + 32 + 8, '8bit': 32 + 8, ucs2: 32 + 16 });
		expect(septets).toBe(168 - 32);
	});

	test.each([
		['gsm7', undefined, 0x00],
		['gsm7', 0, 0x10],
		['8bit', undefined, 0x04],
		['8bit', 1, 21],
		['ucs2', undefined, 0x08],
		['ucs2', 3, 0x1b],
	] as const)('%s of class %s is coded as %i and read back', (alphabet, messageClass, dcs) => {
		expect(dataCodingScheme(alphabet, messageClass)).toBe(dcs);
		expect(codingSchemeOf(dcs)).toEqual({ ...PLAIN, alphabet, messageClass });
	});
});
