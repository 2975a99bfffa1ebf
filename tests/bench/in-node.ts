import { Account } from './account.js';
import type { BenchCase, NodeFigures } from './case.js';

/** A batch takes at least so long [ms], so that the clock's own grain does not count. */
const BATCH = 5;
const BATCHES = 11;

/** Measures each case in time. `now` in milliseconds. */
export async function measureInNode(cases: readonly BenchCase[], now: () => number): Promise<readonly NodeFigures[]> {
	const figures: NodeFigures[] = [];
	for (const each of cases) figures.push(await measure(each, now));
	return figures;
}

async function measure({ name, unit, octets, pace, setup }: BenchCase, now: () => number): Promise<NodeFigures> {
	const account = new Account(
		now,
		() => {},
		() => {},
	);
	const run = await setup(account);
	let count = 1;
	for (;;) {
		const begin = now();
		await run(count);
		if (now() - begin >= BATCH) break;
		count *= 2;
	}
	const times: number[] = [];
	for (let batch = 0; batch < BATCHES; batch++) times.push(await account.costOf(() => run(count)));
	times.sort((a, b) => a - b);
	const microseconds = (times[times.length >> 1]! * 1000) / count;
	return { name, unit, octets, pace, microseconds, latency: account.latency };
}
