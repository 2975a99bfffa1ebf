import { describe, expect, test } from 'vitest';
import { Account } from './account.js';

describe('the account of a bench case', () => {
	let count = 0;
	let samples = 0;
	const work = (amount: number) => {
		count += amount;
	};
	const account = () =>
		new Account(
			() => count,
			() => {
				samples++;
				work(1000);
			},
			() => work(1000),
		);

	test('counts everything while nobody shares', async () => {
		expect(await account().costOf(() => work(5))).toBe(5);
	});

	test('counts what follows asynchronously', async () => {
		const cost = await account().costOf(async () => {
			work(1);
			await null;
			work(2);
		});
		expect(cost).toBe(3);
	});

	test('charges only what is done while the co-processor is at work', async () => {
		const shared = account();
		const task = () => {
			work(100);
			shared.switchTo('coprocessor');
			work(3);
			shared.switchTo('module');
			work(100);
			shared.switchTo('coprocessor');
			work(4);
		};
		expect(await shared.costOf(() => shared.switchTo('module'))).toBe(0);
		expect(await shared.costOf(task)).toBe(7);
		expect(await shared.costOf(task)).toBe(7);
	});

	test('does not charge a sample', async () => {
		const sampled = account();
		const cost = await sampled.costOf(() => {
			work(1);
			sampled.sample();
			work(2);
		});
		expect({ cost, samples }).toEqual({ cost: 3, samples: 1 });
	});

	test('gives the mean of what units took, and nothing where none was told', () => {
		const timed = account();
		expect(timed.latency).toBeUndefined();
		for (const ms of [15, 35, 40]) timed.took(ms);
		expect(timed.latency).toBe(30);
	});
});
