import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { before as beforeDeadline, pause } from '../../src/base/deadline.js';
import { Deferred } from '../../src/base/deferred.js';

describe('a deadline', () => {
	test('gives the outcome that comes before it, and leaves no timer', async () => {
		const clock = new VirtualClock();
		const task = new Deferred<string>();
		const race = beforeDeadline(clock, 100, task.promise, 'late');
		await clock.advance(99);
		task.resolve('done');
		expect(await clock.settled(race, 0)).toBe('done');
		expect(clock.pending()).toBe(0);
	});

	test('gives `late` when it comes first, and what comes afterwards changes nothing', async () => {
		const clock = new VirtualClock();
		const task = new Deferred<string>();
		const race = beforeDeadline(clock, 100, task.promise, 'late');
		expect(await clock.settled(race, 100)).toBe('late');
		task.resolve('done');
		expect(await race).toBe('late');
		expect(clock.now()).toBe(100);
		expect(clock.pending()).toBe(0);
	});

	test('that has passed already is late, unless the outcome is there', async () => {
		const clock = new VirtualClock();
		await clock.advance(50);
		expect(await clock.settled(beforeDeadline(clock, 10, new Deferred<number>().promise, 'late'), 0)).toBe('late');
		expect(await clock.settled(beforeDeadline(clock, 10, Promise.resolve(1), 'late'), 0)).toBe(1);
	});

	test('passes the exception of its task on, and leaves no timer', async () => {
		const clock = new VirtualClock();
		const race = beforeDeadline(clock, 100, Promise.reject(new Error('broken')), 'late');
		await expect(clock.settled(race, 100)).rejects.toThrow('broken');
		expect(clock.pending()).toBe(0);
	});
});

test('a pause is as long as it says', async () => {
	const clock = new VirtualClock();
	let over = false;
	void pause(clock, 30).then(() => {
		over = true;
	});
	await clock.advance(29);
	expect(over).toBe(false);
	await clock.advance(1);
	expect(over).toBe(true);
});

test('of a deferred value the first call counts', async () => {
	const value = new Deferred<number>();
	value.resolve(1);
	value.resolve(2);
	expect(await value.promise).toBe(1);
});
