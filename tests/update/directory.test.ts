import { describe, expect, test } from 'vitest';
import {
	type Directory,
	FILES,
	formatDirectory,
	isFileName,
	parseDirectory,
	SLOTS,
} from '../../src/update/directory.js';

const TWO: Directory = {
	files: [
		{ name: 'a', size: 0, crc: 0, hidden: false, slot: 16 },
		{ name: 'gateway rev.2.py', size: 32_768, crc: 0xdeadbeef, hidden: true, slot: 0 },
	],
	chosen: 'gateway rev.2.py',
};

describe('the record of a directory', () => {
	test.each<[string, Directory]>([
		['no file', { files: [], chosen: undefined }],
		['two files, the second chosen', TWO],
		['two files, none chosen', { ...TWO, chosen: undefined }],
		[
			'as many files as there can be',
			{
				files: [...'abcdefghijklmnop'].map((name, slot) => ({ name, size: slot, crc: slot, hidden: false, slot })),
				chosen: 'p',
			},
		],
	])('comes back with %s', (_, directory) => {
		expect(parseDirectory(formatDirectory(directory))).toEqual(directory);
	});

	test('cut anywhere, or with an octet too many, is none', () => {
		const octets = formatDirectory(TWO);
		for (let length = 0; length < octets.length; length++) {
			expect(parseDirectory(octets.subarray(0, length))).toBeUndefined();
		}
		expect(parseDirectory(Uint8Array.of(...octets, 0))).toBeUndefined();
	});

	test.each<[string, Partial<Directory['files'][number]>]>([
		['two files in one slot', { slot: 16 }],
		['a slot that does not exist', { slot: SLOTS }],
		['the same name twice', { name: 'a' }],
		['a name that no file can have', { name: 'a"b' }],
		['a file without a name', { name: '' }],
	])('with %s is none', (_, change) => {
		const [first, second] = TWO.files;
		expect(parseDirectory(formatDirectory({ ...TWO, files: [first!, { ...second!, ...change }] }))).toBeUndefined();
	});

	test.each<[string, number, number]>([
		['of another version', 0, 2],
		['with too many files', 1, FILES + 1],
		['that chooses a file beyond its last', 2, 2],
	])('%s is none', (_, at, octet) => {
		const octets = formatDirectory(TWO);
		octets[at] = octet;
		expect(parseDirectory(octets)).toBeUndefined();
	});
});

test('any printable character of ASCII but quote, comma and backslash can be in a name', () => {
	let allowed = '';
	for (let code = 0; code < 256; code++)
		if (isFileName(String.fromCharCode(code))) allowed += String.fromCharCode(code);
	expect(allowed).toBe(" !#$%&'()*+-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");
	expect(['a'.repeat(16), 'a'.repeat(17), '', 'a\n'].map(isFileName)).toEqual([true, false, false, false]);
});
