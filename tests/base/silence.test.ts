import { expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Silence } from '../../src/base/silence.js';

test('silence is told once, when nothing has happened for its time', async () => {
	const clock = new VirtualClock();
	const told: number[] = [];
	const silence = new Silence(clock, 1000, () => told.push(clock.now()));
	await clock.advance(900);
	silence.touch();
	await clock.advance(900);
	silence.touch();
	await clock.advance(999);
	expect(told).toEqual([]);
	await clock.advance(5000);
	expect(told).toEqual([2800]);
});

test('silence that was cancelled is not told, and leaves no timer', async () => {
	const clock = new VirtualClock();
	let told = 0;
	const silence = new Silence(clock, 1000, () => told++);
	await clock.advance(500);
	silence.touch();
	await clock.advance(600);
	silence.cancel();
	silence.cancel();
	await clock.advance(5000);
	expect(told).toBe(0);
	expect(clock.pending()).toBe(0);
});
