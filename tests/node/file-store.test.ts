import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileStore } from '../../hosts/node/file-store.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import type { Store } from '../../src/ports/store.js';
import { scratchDirectory } from './support.js';

function open(directory: string): FileStore {
	const store = FileStore.open(directory);
	if (!store.ok) throw new Error(store.error);
	return store.value;
}

describe.each<[string, () => Store]>([
	['a file store', () => open(scratchDirectory())],
	['a memory store', () => new MemoryStore()],
])('%s', (_name, make) => {
	test('gives back what was written last, until it is erased', () => {
		const store = make();
		expect(store.read('settings_a')).toBeUndefined();
		expect(store.write('settings_a', Uint8Array.of(1, 2, 3))).toBe(true);
		expect(store.write('settings_a', Uint8Array.of(255, 0))).toBe(true);
		expect(store.write('other', new Uint8Array(0))).toBe(true);
		expect(store.read('settings_a')).toEqual(Uint8Array.of(255, 0));
		expect(store.read('other')).toEqual(new Uint8Array(0));
		store.erase('settings_a');
		store.erase('settings_a');
		expect(store.read('settings_a')).toBeUndefined();
	});

	test('keeps a copy: neither side changes the record by its array', () => {
		const store = make();
		const record = Uint8Array.of(1, 2);
		store.write('a', record);
		record[0] = 9;
		const read = store.read('a')!;
		read[1] = 9;
		expect(store.read('a')).toEqual(Uint8Array.of(1, 2));
	});
});

describe('a file store', () => {
	test('is found again by the next process, in a directory that it makes', () => {
		const directory = join(scratchDirectory(), 'deep', 'er');
		open(directory).write('white_list', Uint8Array.of(7));
		expect(open(directory).read('white_list')).toEqual(Uint8Array.of(7));
	});

	test('leaves nothing but the record, for its owner alone', () => {
		const directory = scratchDirectory();
		open(directory).write('a', Uint8Array.of(1));
		expect(readdirSync(directory)).toEqual(['a.record']);
		expect(statSync(join(directory, 'a.record')).mode & 0o777).toBe(0o600);
	});

	test('is not led astray by what an interrupted write left behind', () => {
		const directory = scratchDirectory();
		const store = open(directory);
		store.write('a', Uint8Array.of(1));
		writeFileSync(join(directory, 'a.record.new'), 'torn');
		expect(store.read('a')).toEqual(Uint8Array.of(1));
		expect(store.write('a', Uint8Array.of(2))).toBe(true);
		expect(readdirSync(directory)).toEqual(['a.record']);
	});

	test('neither writes nor reads a record beyond its bound, and keeps the old one', () => {
		const directory = scratchDirectory();
		const store = open(directory);
		store.write('a', Uint8Array.of(1));
		expect(store.write('a', new Uint8Array(64 * 1024 + 1))).toBe(false);
		expect(store.read('a')).toEqual(Uint8Array.of(1));
		truncateSync(join(directory, 'a.record'), 10_000_000);
		expect(store.read('a')).toBeUndefined();
	});

	test.each(['', 'UPPER', 'a/b', '..', 'sixteen_letters_', 'ä'])('takes no record by the name "%s"', name => {
		const store = open(scratchDirectory());
		expect(() => store.write(name, new Uint8Array(1))).toThrow(RangeError);
		expect(() => store.read(name)).toThrow(RangeError);
	});

	test('cannot be where a file is, and says so in one line', () => {
		const path = join(scratchDirectory(), 'file');
		writeFileSync(path, '');
		expect(FileStore.open(path)).toEqual({ ok: false, error: `cannot keep settings in ${path}: it exists already` });
		const below = join(path, 'deeper');
		expect(FileStore.open(below)).toEqual({
			ok: false,
			error: `cannot keep settings in ${below}: a part of the path is no directory`,
		});
	});
});
