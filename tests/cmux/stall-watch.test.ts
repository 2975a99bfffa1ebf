import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { StallWatch } from '../../src/cmux/stall-watch.js';

function watching() {
	const clock = new VirtualClock();
	const told: number[] = [];
	return { clock, told, watch: new StallWatch(clock, 1000, { stalled: () => told.push(clock.now()) }) };
}

describe('a stall watch', () => {
	test('tells once when the state lasts, not again while it goes on', async () => {
		const { clock, told, watch } = watching();
		watch.set(true);
		for (let step = 0; step < 50; step++) {
			await clock.advance(100);
			watch.set(true);
		}
		expect(told).toEqual([1000]);
	});

	test('says nothing of a state that comes and goes', async () => {
		const { clock, told, watch } = watching();
		for (let step = 0; step < 30; step++) {
			watch.set(step % 9 !== 8);
			await clock.advance(100);
		}
		watch.set(false);
		await clock.advance(5000);
		expect(told).toEqual([]);
	});

	test('tells of each time the state lasts', async () => {
		const { clock, told, watch } = watching();
		watch.set(true);
		await clock.advance(1500);
		watch.set(false);
		watch.set(true);
		await clock.advance(1500);
		expect(told).toEqual([1000, 2500]);
	});

	test('counts anew from a restart', async () => {
		const { clock, told, watch } = watching();
		watch.restart();
		await clock.advance(900);
		watch.restart();
		await clock.advance(900);
		expect(told).toEqual([]);
		await clock.advance(200);
		expect(told).toEqual([1900]);
	});

	test('is quiet after stop', async () => {
		const { clock, told, watch } = watching();
		watch.set(true);
		watch.stop();
		await clock.advance(5000);
		expect(told).toEqual([]);
	});
});
