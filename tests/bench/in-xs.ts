import { host } from '../xs/runtime/host.js';
import { Account } from './account.js';
import type { BenchCase, XsFigures } from './case.js';

interface InUse {
	readonly slots: number;
	readonly chunks: number;
}

function inUse(): InUse {
	return { slots: host.memory('slots'), chunks: host.memory('chunks') };
}

function live(): InUse {
	host.gc();
	return inUse();
}

function difference(a: InUse, b: InUse): InUse {
	return { slots: a.slots - b.slots, chunks: a.chunks - b.chunks };
}

/** Measures a case by the engine's own counts and prints its figures as a line of JSON. */
export async function measureInXs(measured: BenchCase): Promise<void> {
	host.print(`@${JSON.stringify(await measure(measured))}`);
}

async function measure({ name, count = 20, setup }: BenchCase): Promise<XsFigures> {
	let before = live();
	let peak: InUse | undefined;
	const account = new Account(
		() => host.meter(),
		() => {
			const { slots, chunks } = difference(live(), before);
			peak = { slots: Math.max(slots, peak?.slots ?? 0), chunks: Math.max(chunks, peak?.chunks ?? 0) };
		},
		() => {
			before = live();
			peak = undefined;
		},
	);
	let run = await setup(account);
	const kept = difference(live(), before);
	// Only here: the baseline of a later setup would have the board of the one before in it.
	await run(count);
	const highest = peak;
	// Each run starts from a fresh setup, so that the same work comes to the same count. The difference of two runs leaves
	// out what a run costs by itself.
	const renew = async () => {
		run = await setup(account);
		await run(1);
	};
	const bytecodesOf = async (n: number) => {
		await renew();
		return account.costOf(() => run(n));
	};
	const allocatedBy = async (n: number) => {
		await renew();
		const start = live();
		await run(n);
		return difference(inUse(), start);
	};
	const bytecodes = (await bytecodesOf(2 * count)) - (await bytecodesOf(count));
	const again = (await bytecodesOf(2 * count)) - (await bytecodesOf(count));
	await allocatedBy(count);
	const allocated = difference(await allocatedBy(2 * count), await allocatedBy(count));
	return {
		name,
		bytecodes: bytecodes / count,
		steady: bytecodes === again,
		slots: allocated.slots / count,
		chunks: allocated.chunks / count,
		kept,
		peak: highest,
	};
}
