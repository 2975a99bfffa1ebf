import { describe, expect, test } from 'vitest';
import { type RecordDriver, RecordStore } from '../../hosts/esp32/record-store.js';
import { bytesOf, textOf } from '../../src/base/text.js';

/** What `native-records.c` does, without the flash. */
class FakeRecords implements RecordDriver {
	readonly blobs = new Map<string, Uint8Array>();
	isFull = false;
	readonly #outcome: number;

	constructor(outcome = 0) {
		this.#outcome = outcome;
	}

	openRecords(): number {
		return this.#outcome;
	}

	readRecord(name: string): ArrayBuffer | undefined {
		return this.blobs.get(name)?.slice().buffer as ArrayBuffer | undefined;
	}

	writeRecord(name: string, octets: Uint8Array): boolean {
		if (this.isFull) return false;
		this.blobs.set(name, octets.slice());
		return true;
	}

	eraseRecord(name: string): void {
		this.blobs.delete(name);
	}
}

describe('the records of the device', () => {
	test('come back as they were, whatever part of a buffer they were', () => {
		const store = new RecordStore(new FakeRecords());
		expect(store.write('settings_a', bytesOf('xabcx').subarray(1, 4))).toBe(true);
		expect(textOf(store.read('settings_a')!)).toBe('abc');
		expect(store.write('empty', new Uint8Array(0))).toBe(true);
		expect(store.read('empty')).toEqual(new Uint8Array(0));
	});

	test('are undefined where there are none, and erasing none is no error', () => {
		const store = new RecordStore(new FakeRecords());
		store.write('a', bytesOf('x'));
		store.erase('a');
		store.erase('a');
		expect(store.read('a')).toBeUndefined();
	});

	test('say it where one is not stored', () => {
		const records = new FakeRecords();
		const store = new RecordStore(records);
		store.write('a', bytesOf('old'));
		records.isFull = true;
		expect([store.write('a', bytesOf('new')), textOf(store.read('a')!)]).toEqual([false, 'old']);
	});

	test.each([
		[0, undefined],
		[1, 'damaged, and erased'],
		[2, 'the partition cannot be used'],
	])('opened with %d: %s', (outcome, lost) => {
		expect(new RecordStore(new FakeRecords(outcome)).lost).toBe(lost);
	});

	test.each(['', 'UPPER', 'sixteen_letters_', 'a b', 'é'])('have no name "%s"', name => {
		const store = new RecordStore(new FakeRecords());
		for (const use of [() => store.read(name), () => store.write(name, new Uint8Array(1)), () => store.erase(name)])
			expect(use).toThrow(RangeError);
	});
});
