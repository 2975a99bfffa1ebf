import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { JournalEntry } from '../../src/journal/entry.js';
import { entryOf, lineOf } from '../../src/journal/entry.js';
import { Journal } from '../../src/journal/journal.js';
import { TestStore } from '../support/memory-store.js';

function entry(number: number, parts: Partial<JournalEntry> = {}): JournalEntry {
	return {
		time: 1_700_000_000 + number,
		channel: 'sms',
		identity: '+393297308677',
		command: `AT+N=${number}`,
		verdict: 'run',
		result: 'done',
		ms: number,
		rung: '',
		...parts,
	};
}

/** `from` to 0. */
function countDown(from: number): readonly number[] {
	const numbers: number[] = [];
	for (let number = from; number >= 0; number--) numbers.push(number);
	return numbers;
}

describe('a journal line', () => {
	test('gives back the entry it was made of', () => {
		expect(entryOf(lineOf(entry(7)))).toEqual(entry(7));
	});

	test('keeps separators, line ends and long texts from becoming fields or lines of their own', () => {
		const line = lineOf(entry(1, { command: `AT|\r\n\x1b${'x'.repeat(100)}`, identity: 'a|b' }));
		expect(line).not.toMatch(/[\r\n\x1b]/);
		expect(entryOf(line)).toMatchObject({ identity: 'a_b', command: `AT____${'x'.repeat(42)}` });
	});

	test.each(['', 'x', '1|2|3|4|5|6|7', 'x|a|b|c|d|e|1|', '1|a|b|c|d|e|x|', '1|a|b|c|d|e|1||'])(
		'is not made of %j',
		line => {
			expect(entryOf(line)).toBeUndefined();
		},
	);
});

describe('the journal', () => {
	test('tells the newest first, as many as are asked for', () => {
		const journal = new Journal(new TestStore(), new VirtualClock());
		for (let number = 0; number < 5; number++) journal.record(entry(number));
		expect(journal.latest(3).map(({ ms }) => ms)).toEqual([4, 3, 2]);
	});

	test('finds by any text', () => {
		const journal = new Journal(new TestStore(), new VirtualClock());
		journal.record(entry(1, { result: 'refused' }));
		journal.record(entry(2));
		expect(journal.latest(10, 'refused').map(({ ms }) => ms)).toEqual([1]);
	});

	test('keeps at most 64 entries and at least the last 48', () => {
		const store = new TestStore();
		const journal = new Journal(store, new VirtualClock());
		for (let number = 0; number < 1000; number++) journal.record(entry(number));
		const kept = journal.latest(1000).map(({ ms }) => ms);
		expect(kept.length).toBeGreaterThanOrEqual(48);
		expect(kept.length).toBeLessThanOrEqual(64);
		expect(kept[0]).toBe(999);
		expect(Object.keys(store.records).length).toBeLessThanOrEqual(4);
	});

	test('survives a restart, and goes on behind what it had', async () => {
		const store = new TestStore();
		const clock = new VirtualClock();
		const before = new Journal(store, clock);
		for (let number = 0; number < 40; number++) before.record(entry(number));
		await clock.advance(60_000);
		const after = new Journal(store, clock);
		after.record(entry(40));
		expect(after.latest(41).map(({ ms }) => ms)).toEqual(countDown(40));
	});

	test('writes at most once a minute and once a full segment', async () => {
		const clock = new VirtualClock();
		let writes = 0;
		class CountingStore extends TestStore {
			override write(name: string, record: Uint8Array): boolean {
				writes++;
				return super.write(name, record);
			}
		}
		const journal = new Journal(new CountingStore(), clock);
		for (let number = 0; number < 10; number++) {
			journal.record(entry(number));
			await clock.advance(1_000);
		}
		expect(writes).toBe(0);
		await clock.advance(60_000);
		expect(writes).toBe(1);
	});

	test('a write torn at any octet costs no entry of another segment and never throws', () => {
		const whole = new TestStore();
		const first = new Journal(whole, new VirtualClock());
		for (let number = 0; number < 20; number++) first.record(entry(number));
		first.flush();
		const size = whole.records.journal_1!.length;
		for (let tear = 0; tear < size; tear++) {
			const store = new TestStore();
			Object.assign(store.records, whole.records);
			store.records.journal_1 = whole.records.journal_1!.slice(0, tear);
			expect(new Journal(store, new VirtualClock()).latest(64).map(({ ms }) => ms)).toEqual(countDown(15));
		}
	});
});
