import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Restart, RestartReason } from '../../src/ports/restart.js';
import { BootGuard, HEALTHY, SAFE_FROM, SAFE_TIME } from '../../src/services/boot-guard.js';
import { bytesOfRecord, MOST_CRASHES, RESTART_REASONS, recordOf } from '../../src/services/restart-record.js';
import { TestStore } from '../support/memory-store.js';

const MINUTE = 60_000;

class CountingStore extends TestStore {
	writes = 0;

	override write(name: string, record: Uint8Array): boolean {
		this.writes++;
		return super.write(name, record);
	}
}

/** A board that starts again and again on one store. */
class Starts {
	readonly store = new CountingStore();
	clock = new VirtualClock();
	normal = 0;

	/** A start after an end of this kind; its timers are new, as on a device. */
	start(reason: RestartReason, why?: string): BootGuard {
		this.clock = new VirtualClock();
		this.normal = 0;
		const restart: Restart = why === undefined ? { reason } : { reason, why };
		const guard = new BootGuard({ store: this.store, clock: this.clock, restart });
		guard.start(() => this.normal++);
		return guard;
	}

	/** Starts after `count` crashes in a row. */
	crash(count: number): BootGuard {
		for (let more = count; more > 1; more--) this.start('fault');
		return this.start('fault');
	}
}

describe('the guard over the starts', () => {
	test('knows of a board that never started that all is well', () => {
		const starts = new Starts();
		const guard = starts.start('power-on');
		expect(guard.isSafe).toBe(false);
		expect(guard.crashes).toBe(0);
		expect(guard.latest).toEqual(['power-on']);
		expect(starts.clock.pending()).toBe(0);
	});

	test.each([
		['power-on', false],
		['reset', false],
		['software', false],
		['fault', true],
		['watchdog', true],
		['brown-out', false],
		['unknown', false],
	] as const)('three starts by %s in a row: safe mode %s', (reason, isSafe) => {
		const starts = new Starts();
		starts.start('power-on');
		expect(starts.start(reason).isSafe).toBe(false);
		expect(starts.start(reason).isSafe).toBe(false);
		expect(starts.start(reason).isSafe).toBe(isSafe);
	});

	test.each([
		['power-on', 1],
		['reset', 1],
		['software', 1],
		['brown-out', SAFE_FROM],
		['unknown', SAFE_FROM],
	] as const)('%s between the second crash and the third: %i in a row', (reason, crashes) => {
		const starts = new Starts();
		starts.crash(2);
		starts.start(reason);
		expect(starts.start('watchdog').crashes).toBe(crashes);
	});

	test('ends the row after ten minutes of health, not before', async () => {
		for (const [ms, crashes] of [
			[HEALTHY - 1, 3],
			[HEALTHY, 1],
		] as const) {
			const starts = new Starts();
			starts.crash(2);
			await starts.clock.advance(ms);
			const guard = starts.start('fault');
			expect(guard.crashes).toBe(crashes);
			expect(guard.isSafe).toBe(crashes >= SAFE_FROM);
		}
	});

	test('keeps the reasons of the last eight starts, and counts all', () => {
		const starts = new Starts();
		for (let round = 0; round < 5; round++) {
			starts.start('power-on');
			starts.start('brown-out');
		}
		const guard = starts.start('watchdog');
		expect(guard.latest).toEqual([
			'watchdog',
			'brown-out',
			'power-on',
			'brown-out',
			'power-on',
			'brown-out',
			'power-on',
			'brown-out',
		]);
		expect(guard.starts.filter(({ count }) => count > 0)).toEqual([
			{ reason: 'power-on', count: 5 },
			{ reason: 'watchdog', count: 1 },
			{ reason: 'brown-out', count: 5 },
		]);
		expect(guard.starts.map(({ reason }) => reason)).toEqual(RESTART_REASONS);
	});
});

describe('safe mode', () => {
	test('ends by itself after half an hour, once', async () => {
		const starts = new Starts();
		const guard = starts.crash(3);
		await starts.clock.advance(SAFE_TIME - 1);
		expect([guard.isSafe, starts.normal]).toEqual([true, 0]);
		await starts.clock.advance(1);
		expect([guard.isSafe, starts.normal]).toEqual([false, 1]);
		await starts.clock.advance(10 * SAFE_TIME);
		expect(starts.normal).toBe(1);
		expect(starts.clock.pending()).toBe(0);
	});

	test('is back at once where the services crash again within ten minutes', async () => {
		const starts = new Starts();
		starts.crash(3);
		await starts.clock.advance(SAFE_TIME + HEALTHY - 1);
		expect(starts.start('fault').isSafe).toBe(true);
	});

	test('is over where they run for ten minutes', async () => {
		const starts = new Starts();
		const guard = starts.crash(3);
		await starts.clock.advance(SAFE_TIME + HEALTHY);
		expect(guard.crashes).toBe(0);
		expect(starts.start('fault').isSafe).toBe(false);
	});

	test('does not count its own time as health: it may be what keeps the board alive', async () => {
		const starts = new Starts();
		starts.crash(3);
		await starts.clock.advance(SAFE_TIME - 1);
		expect(starts.start('watchdog').isSafe).toBe(true);
	});

	test('ends when the console says so, and the row with it', () => {
		const starts = new Starts();
		const guard = starts.crash(3);
		guard.clear();
		guard.clear();
		expect([guard.isSafe, guard.crashes, starts.normal]).toEqual([false, 0, 1]);
		expect(starts.clock.pending()).toBe(0);
		expect(starts.start('fault').crashes).toBe(1);
	});

	test('that is closed ends nothing any more', async () => {
		const starts = new Starts();
		const guard = starts.crash(3);
		guard.close();
		expect(starts.clock.pending()).toBe(0);
		guard.clear();
		expect(starts.normal).toBe(0);
	});
});

describe('why the last run ended', () => {
	test('is what the host knows', () => {
		expect(new Starts().start('fault', 'fault in timer: TypeError').restart).toEqual({
			reason: 'fault',
			why: 'fault in timer: TypeError',
		});
	});

	test('is else what the board saw coming, told once and only after a crash', () => {
		const starts = new Starts();
		starts.start('power-on').expect('modem has not moved for 601 s');
		expect(starts.start('watchdog').restart.why).toBe('modem has not moved for 601 s');
		expect(starts.start('watchdog').restart).toEqual({ reason: 'watchdog' });
		starts.start('power-on').expect('modem has not moved for 601 s');
		expect(starts.start('power-on').restart).toEqual({ reason: 'power-on' });
	});

	test('is one line of at most 120 characters', () => {
		const starts = new Starts();
		starts.start('power-on').expect(`a\r\nb${'x'.repeat(500)}`);
		expect(starts.start('watchdog').restart.why).toBe(`a__b${'x'.repeat(116)}`);
	});
});

describe('the record of the starts', () => {
	test('is written once a start, once when the row ends, once before an end that was seen coming', async () => {
		const starts = new Starts();
		const guard = starts.crash(2);
		expect(starts.store.writes).toBe(2);
		await starts.clock.advance(60 * MINUTE);
		expect(starts.store.writes).toBe(3);
		guard.expect('one');
		guard.expect('two');
		guard.clear();
		expect(starts.store.writes).toBe(4);
	});

	test('is not written any more by a board that crashes for ever', () => {
		const starts = new Starts();
		const guard = starts.crash(100);
		expect(guard.isSafe).toBe(true);
		expect(guard.crashes).toBe(MOST_CRASHES);
		expect(starts.store.writes).toBe(MOST_CRASHES);
		expect(starts.start('power-on').crashes).toBe(0);
	});

	test('torn at any octet is the one before', () => {
		const whole = new Starts();
		whole.crash(3);
		const { length } = whole.store.records.boot_a!;
		for (let tear = 0; tear < length; tear++) {
			const starts = new Starts();
			starts.crash(2);
			starts.store.tear = tear;
			starts.start('fault');
			starts.store.tear = undefined;
			expect(starts.start('fault').crashes).toBe(3);
		}
	});

	test('that cannot be stored keeps the board from nothing', () => {
		const starts = new Starts();
		starts.store.tear = 0;
		expect(starts.crash(5).isSafe).toBe(false);
	});

	test.each([
		['nothing', ''],
		['other text', 'hello'],
		['numbers out of range', '-1\n\n-1,x,1e9\n'],
		['reasons nobody knows', '0\nmeteor\n'],
	])('made of %s is that of a new board', (_, text) => {
		const octets = Uint8Array.from(text, character => character.charCodeAt(0));
		expect(recordOf(octets)).toEqual(recordOf(undefined));
	});

	test('is read as it was written', () => {
		const record = {
			crashes: 7,
			latest: ['fault', 'brown-out'] as const,
			counts: [1, 2, 3, 4, 5, 6, 7],
			why: 'fault in timer: RangeError: "x" is none',
		};
		expect(recordOf(bytesOfRecord(record))).toEqual(record);
	});
});
