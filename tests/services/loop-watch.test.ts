import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Watchdog } from '../../src/ports/watchdog.js';
import { LoopWatch, type MovingPart } from '../../src/services/loop-watch.js';

const PATIENCE = 20_000;
const LIMIT = 600_000;

/** Bites when nobody feeds it for 20 s. */
class TestWatchdog implements Watchdog {
	feeds = 0;
	bites = 0;
	readonly #clock: Clock;
	#last: number | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
		const look = () => {
			if (this.#last !== undefined && clock.now() - this.#last > PATIENCE) this.bites++;
			clock.setTimer(clock.now() + 1000, look);
		};
		look();
	}

	feed(): void {
		this.feeds++;
		this.#last = this.#clock.now();
	}
}

/** A loop whose callbacks come `delay` ms too late. */
class SlowLoop implements Clock {
	delay = 0;
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	now(): number {
		return this.#clock.now();
	}

	setTimer(at: number, callback: () => void) {
		return this.#clock.setTimer(at + this.delay, callback);
	}
}

function bench(parts: (clock: Clock) => readonly MovingPart[] = () => []) {
	const clock = new VirtualClock();
	const loop = new SlowLoop(clock);
	const watchdog = new TestWatchdog(clock);
	const told: string[] = [];
	const watch = new LoopWatch({ clock: loop, watchdog, parts: parts(clock), onStuck: why => told.push(why) });
	watch.start();
	return { clock, loop, watchdog, told, watch };
}

describe('the watch over the loop', () => {
	test('feeds at once and every second', async () => {
		const { clock, watchdog, told, watch } = bench();
		expect(watchdog.feeds).toBe(1);
		await clock.advance(3_600_000);
		expect([watchdog.feeds, watchdog.bites]).toEqual([3601, 0]);
		expect(told).toEqual([]);
		expect(watch.worstDelay).toBe(0);
	});

	test('that is closed feeds no more', async () => {
		const { clock, watchdog, watch } = bench();
		watch.close();
		await clock.advance(PATIENCE + 2000);
		expect(watchdog.feeds).toBe(1);
		expect(watchdog.bites).toBeGreaterThan(0);
	});

	test('started twice feeds once a second', async () => {
		const { clock, watchdog, watch } = bench();
		watch.start();
		await clock.advance(10_000);
		expect(watchdog.feeds).toBe(12);
	});

	test.each([
		[4_000, 0],
		[6_000, 1],
	])('a loop that is %i ms late each time: told %i times', async (delay, times) => {
		const { clock, loop, watchdog, told, watch } = bench();
		loop.delay = delay;
		await clock.advance(300_000);
		expect(told).toEqual(times === 0 ? [] : ['the loop is 6 s late']);
		expect(watchdog.bites > 0).toBe(times > 0);
		expect(watch.worstDelay).toBe(delay);
	});

	test('forgives a loop that was late once', async () => {
		const { clock, loop, watchdog, told, watch } = bench();
		loop.delay = 15_000;
		await clock.advance(1_500);
		loop.delay = 0;
		await clock.advance(300_000);
		expect([watchdog.bites, told.length, watch.worstDelay]).toEqual([0, 0, 15_000]);
	});
});

describe('a part that must move', () => {
	test('and does is no reason to starve the watchdog', async () => {
		let moved = 0;
		const { clock, watchdog, told } = bench(() => [{ name: 'modem', limit: LIMIT, lastMoved: () => moved }]);
		for (let round = 0; round < 5; round++) {
			await clock.advance(LIMIT);
			moved = clock.now();
		}
		expect([watchdog.bites, told.length]).toEqual([0, 0]);
	});

	test('and has nothing to do is none either', async () => {
		const { clock, watchdog } = bench(() => [{ name: 'modem', limit: LIMIT, lastMoved: () => undefined }]);
		await clock.advance(10 * LIMIT);
		expect(watchdog.bites).toBe(0);
	});

	test('and does not lets the watchdog bite after its limit, and the reason is told before, once', async () => {
		const { clock, watchdog, told } = bench(() => [
			{ name: 'console', limit: LIMIT, lastMoved: () => undefined },
			{ name: 'modem', limit: LIMIT, lastMoved: () => 0 },
		]);
		await clock.advance(LIMIT);
		expect([told.length, watchdog.bites]).toEqual([0, 0]);
		await clock.advance(2_000);
		expect(told).toEqual(['modem has not moved for 601 s']);
		expect(watchdog.bites).toBe(0);
		await clock.advance(PATIENCE + 1_000);
		expect(watchdog.bites).toBeGreaterThan(0);
		expect(told).toHaveLength(1);
	});

	test('and moves on before the bite is forgiven', async () => {
		let moved = 0;
		const { clock, watchdog, told } = bench(() => [{ name: 'modem', limit: LIMIT, lastMoved: () => moved }]);
		await clock.advance(LIMIT + 10_000);
		expect(told).toHaveLength(1);
		moved = clock.now();
		await clock.advance(LIMIT);
		expect(watchdog.bites).toBe(0);
	});

	test('is not to blame for time in which the loop stood still', async () => {
		const { clock, loop, told } = bench(() => [{ name: 'modem', limit: 10_000, lastMoved: () => 0 }]);
		loop.delay = 60_000;
		await clock.advance(1_500);
		loop.delay = 0;
		// The look that was due after 2 s came after 62 s: from then on the part has its 10 s.
		await clock.advance(71_000);
		expect(told).toEqual([]);
		await clock.advance(1_500);
		expect(told).toEqual(['modem has not moved for 11 s']);
	});
});
