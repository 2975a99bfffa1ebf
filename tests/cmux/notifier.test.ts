import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Notifier } from '../../src/cmux/notifier.js';

describe('the notifier', () => {
	test('delivers at the end of the event that gave rise to it', () => {
		const notifier = new Notifier(new VirtualClock());
		const order: string[] = [];
		notifier.run(() => {
			notifier.post({ deliver: () => order.push('told') });
			order.push('handled');
		});
		expect(order).toEqual(['handled', 'told']);
	});

	test('delivers from a timer what was posted outside an event', async () => {
		const clock = new VirtualClock();
		const notifier = new Notifier(clock);
		const order: string[] = [];
		notifier.post({ deliver: () => order.push('told') });
		expect(order).toEqual([]);
		await clock.advance(0);
		expect(order).toEqual(['told']);
	});

	test('lets the machine breathe between owners that answer each other', async () => {
		const clock = new VirtualClock();
		const notifier = new Notifier(clock);
		let told = 0;
		const again = {
			deliver: () => {
				told++;
				if (told < 5) notifier.post(again);
			},
		};
		notifier.run(() => notifier.post(again));
		expect(told).toBe(1);
		await clock.advance(0);
		expect(told).toBe(5);
	});

	test('tells the others when one owner throws', async () => {
		const clock = new VirtualClock();
		const notifier = new Notifier(clock);
		const order: string[] = [];
		expect(() =>
			notifier.run(() => {
				notifier.post({
					deliver: () => {
						throw new Error('mistake');
					},
				});
				notifier.post({ deliver: () => order.push('told') });
			}),
		).toThrow('mistake');
		await clock.advance(0);
		expect(order).toEqual(['told']);
	});
});
