import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../src/access/key-ring.js';
import { ReplayRecord } from '../../src/access/replay-record.js';
import { digest } from '../support/digest.js';

const key = (fill: number) => fingerprintOf(new Uint8Array(32).fill(fill), digest);
const [ONE, TWO] = [key(1), key(2)];

function copyOf(record: ReplayRecord): ReplayRecord {
	const copy = new ReplayRecord();
	expect(copy.restore(record.toOctets())).toBe(true);
	return copy;
}

describe('the replay record', () => {
	test('has a window for each key', () => {
		const record = new ReplayRecord();
		expect(record.mark(ONE, 10)).toBe(true);
		expect([record.accepts(ONE, 10), record.accepts(TWO, 10)]).toEqual([false, true]);
		expect([record.highestOf(ONE), record.highestOf(TWO)]).toEqual([10, 0]);
		expect(record.mark(ONE, 10)).toBe(false);
	});

	test('comes back after a restart as it was', () => {
		const record = new ReplayRecord();
		for (const counter of [1_700_000_000, 1_699_999_990]) record.mark(ONE, counter);
		record.mark(TWO, 0xffff_ffff);
		const copy = copyOf(record);
		expect(copy.accepts(ONE, 1_700_000_000)).toBe(false);
		expect(copy.accepts(ONE, 1_699_999_990)).toBe(false);
		expect(copy.accepts(ONE, 1_699_999_999)).toBe(true);
		expect(copy.accepts(TWO, 0xffff_ffff)).toBe(false);
		expect(copy.toOctets()).toEqual(record.toOctets());
	});

	test('is never lowered by an older copy, whichever is restored first', () => {
		const record = new ReplayRecord();
		record.mark(ONE, 10);
		const older = record.toOctets();
		record.mark(ONE, 20);
		const newer = record.toOctets();
		for (const copies of [
			[older, newer],
			[newer, older],
		]) {
			const restored = new ReplayRecord();
			for (const copy of copies) expect(restored.restore(copy)).toBe(true);
			expect([restored.highestOf(ONE), restored.accepts(ONE, 10), restored.accepts(ONE, 20)]).toEqual([
				20,
				false,
				false,
			]);
		}
		expect(record.restore(older)).toBe(true);
		expect(record.accepts(ONE, 20)).toBe(false);
	});

	test('takes no copy that was torn at any octet, changed in any octet, or put together from two', () => {
		const record = new ReplayRecord();
		record.mark(ONE, 10);
		record.mark(TWO, 11);
		const older = record.toOctets();
		record.mark(ONE, 20);
		record.mark(TWO, 21);
		const newer = record.toOctets();
		const fresh = new ReplayRecord();
		for (let at = 0; at < newer.length; at++) {
			expect(fresh.restore(newer.subarray(0, at))).toBe(false);
			const changed = newer.slice();
			changed[at]! ^= 0x40;
			expect(fresh.restore(changed)).toBe(false);
			const mixed = older.slice();
			mixed.set(newer.subarray(0, at));
			const whole = String(mixed) === String(older) || String(mixed) === String(newer);
			if (!whole) expect(fresh.restore(mixed)).toBe(false);
		}
		expect(fresh.restore(new Uint8Array(0))).toBe(false);
		expect([fresh.highestOf(ONE), fresh.highestOf(TWO)]).toEqual([0, 0]);
	});

	test('starts empty, and its record restores as that', () => {
		expect(new ReplayRecord().toOctets()).toHaveLength(8);
		expect(copyOf(new ReplayRecord()).accepts(ONE, 1)).toBe(true);
	});

	test('does not grow: it keeps the windows of 8 keys, those used last', () => {
		const record = new ReplayRecord();
		for (let fill = 1; fill <= 8; fill++) record.mark(key(fill), 100);
		record.mark(key(1), 101);
		for (let fill = 20; fill < 26; fill++) record.mark(key(fill), 100);
		expect(record.toOctets()).toHaveLength(8 + 8 * 16);
		expect(record.accepts(key(1), 101)).toBe(false);
		expect(record.accepts(key(25), 100)).toBe(false);
		expect(record.accepts(key(2), 100)).toBe(true);
	});

	test('forgets no window for a request that is refused or only looked at', () => {
		const record = new ReplayRecord();
		for (let fill = 1; fill <= 8; fill++) record.mark(key(fill), 100);
		for (let fill = 20; fill < 40; fill++) {
			record.accepts(key(fill), 5);
			record.mark(key(fill), 0);
		}
		for (let fill = 1; fill <= 8; fill++) expect(record.accepts(key(fill), 100)).toBe(false);
	});
});
