import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Channel } from '../../src/cmux/channel.js';
import type { MuxClosed } from '../../src/cmux/multiplexer.js';
import { connected, drained, joined, pair, pattern, recorded } from './support.js';

/** Sends all of `bytes` as space comes. */
function feed(channel: Channel, bytes: Uint8Array): void {
	let at = 0;
	const more = () => {
		at += channel.write(bytes.subarray(at));
	};
	channel.listen({ readable: () => {}, writable: more });
	more();
}

/** Collects what arrives, at once. */
function collect(channel: Channel): () => Uint8Array {
	const parts: Uint8Array[] = [];
	channel.listen({ readable: () => parts.push(drained(channel)) });
	return () => joined(...parts);
}

describe('two multiplexers back to back', () => {
	test.each([1, 3, 64])('open, talk and close over a line of %i octets at a time', async block => {
		const ended: MuxClosed[] = [];
		const { clock, a, near, far } = await connected({ block }, {}, { onClosed: reason => ended.push(reason) });
		expect(near.peerSignals).toMatchObject({ rtc: true, rtr: true });
		const heard = collect(far);
		const answered = collect(near);
		near.write(bytesOf('AT+COPS?\r'));
		await clock.until(() => heard().length === 9, 100);
		expect(textOf(heard())).toBe('AT+COPS?\r');
		far.write(pattern(400));
		await clock.until(() => answered().length === 400, 200);
		expect(answered()).toEqual(pattern(400));
		expect(await clock.settled(a.test(), 1000)).toMatchObject({ ok: true });
		await clock.settled(a.close(), 1000);
		await clock.advance(100);
		expect(ended).toEqual(['asked']);
		expect(a.statistics).toMatchObject({ retries: 0, stray: 0, fcsErrors: 0, malformed: 0, droppedOctets: 0 });
	});

	test('carry three channels at once, each fairly', async () => {
		const { clock, a, near, accepted } = await connected({ capacity: 200 });
		const second = await clock.settled(a.open(2), 1000);
		const third = await clock.settled(a.open(3), 1000);
		if (!second.ok || !third.ok) throw new Error('not open');
		await clock.advance(10);
		const heard = accepted.map(collect);
		for (const channel of [near, second.value, third.value]) feed(channel, pattern(3000));
		await clock.until(() => heard.some(data => data().length >= 2000), 2000);
		for (const data of heard) expect(data().length).toBeGreaterThan(1500);
		await clock.until(() => heard.every(data => data().length === 3000), 2000);
		for (const data of heard) expect(data()).toEqual(pattern(3000));
	});

	test('move 20 kB intact to a slow reader, who stops the sender', async () => {
		const options = { receiveQueue: 1024 };
		const { clock, a, b, near, far } = await connected({ capacity: 200 }, options, options);
		const bytes = pattern(20_000);
		feed(near, bytes);
		const parts: Uint8Array[] = [];
		const into = new Uint8Array(120);
		let length = 0;
		for (let step = 0; step < 1000 && length < bytes.length; step++) {
			await clock.advance(25);
			const count = far.read(into);
			parts.push(into.slice(0, count));
			length += count;
		}
		expect(joined(...parts)).toEqual(bytes);
		expect(b.statistics.lostOctets).toBe(0);
		// Stop and go were MSC commands, beside the 158 data frames.
		expect(b.statistics.framesSent).toBeGreaterThan(20);
		expect(a.statistics.retries + b.statistics.retries).toBe(0);
	});

	test('keep a channel alive while the reader of another sleeps', async () => {
		const { clock, a, b, near, accepted } = await connected({ capacity: 200 });
		const second = await clock.settled(a.open(2), 1000);
		if (!second.ok) throw new Error('not open');
		feed(near, pattern(10_000));
		await clock.advance(3000);
		const heard = collect(accepted[1]!);
		second.value.write(bytesOf('alive'));
		await clock.advance(50);
		expect(textOf(heard())).toBe('alive');
		expect(b.statistics.lostOctets).toBe(0);
		expect(await clock.settled(a.test(), 1000)).toMatchObject({ ok: true });
	});

	test('carry a break and signals', async () => {
		const { clock, near, far } = await connected();
		const told = recorded(far);
		near.sendBreak(4);
		await clock.advance(50);
		near.setSignals({ rtc: false });
		await clock.advance(50);
		expect(told).toEqual(['broke 4', 'signals rtr']);
	});

	test('open a DLCI again after it was closed from either end', async () => {
		const { clock, a, near, far, accepted } = await connected();
		const told = recorded(far);
		near.close();
		await clock.advance(50);
		expect(told).toEqual(['closed disconnected']);
		expect(await clock.settled(a.open(1), 1000)).toMatchObject({ ok: true });
		accepted[1]!.close();
		await clock.advance(50);
		expect(a.channel(1)).toBeUndefined();
		expect(await clock.settled(a.open(1), 1000)).toMatchObject({ ok: true });
		expect(accepted).toHaveLength(3);
	});

	test('are told of by the responder when it closes', async () => {
		const ended: MuxClosed[] = [];
		const { clock, b, near } = await connected({}, { onClosed: reason => ended.push(reason) });
		const told = recorded(near);
		await clock.settled(b.close(), 1000);
		expect(ended).toEqual(['asked']);
		expect(told).toEqual(['closed disconnected']);
	});

	test('close at the same moment', async () => {
		const { clock, a, b } = await connected();
		await clock.settled(Promise.all([a.close(), b.close()]), 1000);
		expect(clock.now()).toBeLessThan(900);
	});

	test('leave no timer behind', async () => {
		const { clock, a, b, near } = await connected();
		near.write(pattern(500));
		await clock.settled(a.close(), 1000);
		await clock.settled(b.close(), 1000);
		let steps = 0;
		clock.onStep = (_, run) => {
			steps++;
			run();
		};
		await clock.advance(1000);
		const after = steps;
		await clock.advance(600_000);
		expect(steps).toBe(after);
	});

	test.each([
		['SABM on DLCI 0', 0],
		['UA on DLCI 0', 1],
		['SABM on DLCI 1', 2],
		['UA on DLCI 1', 3],
		['MSC of the responder', 4],
		['MSC of the initiator', 5],
		['answer to an MSC', 6],
	])('get over a lost %s', async (_, lost) => {
		// Each frame of the opening dialogue is a block of its own; so is each repetition.
		let index = 0;
		const { clock, a, b, accepted } = pair({
			block: 64,
			disturb: bytes => (index++ === lost ? new Uint8Array(0) : bytes),
		});
		expect(await clock.settled(a.start(), 1000)).toMatchObject({ ok: true });
		const open = await clock.settled(a.open(1), 2000);
		expect(open).toMatchObject({ ok: true });
		await clock.advance(400);
		expect(a.statistics.retries + b.statistics.retries).toBeGreaterThan(0);
		expect(accepted).toHaveLength(1);
		expect(accepted[0]!.isOpen).toBe(true);
	});

	test('are in step again after any noise, loss and doubling', async () => {
		const noise = fc.record({
			seed: fc.integer({ min: 1, max: 0x7fffffff }),
			kind: fc.constantFrom('lose', 'double', 'change', 'insert'),
			period: fc.integer({ min: 5, max: 60 }),
		});
		await fc.assert(
			fc.asyncProperty(noise, async ({ seed, kind, period }) => {
				let on = false;
				let state = seed;
				const random = (limit: number) => {
					state = (state * 48_271) % 0x7fffffff;
					return state % limit;
				};
				const disturb = (bytes: Uint8Array) => {
					if (!on || random(Math.max(2, period >> 3)) !== 0) return bytes;
					const at = random(bytes.length);
					const extra = Uint8Array.from([kind === 'double' ? bytes[at]! : random(256)]);
					if (kind === 'lose') return joined(bytes.subarray(0, at), bytes.subarray(at + 1));
					if (kind === 'change') return joined(bytes.subarray(0, at), extra, bytes.subarray(at + 1));
					return joined(bytes.subarray(0, at), extra, bytes.subarray(at));
				};
				const ended: MuxClosed[] = [];
				const { clock, a, b, near, far } = await connected(
					{ block: 16, disturb },
					{ onClosed: reason => ended.push(reason) },
				);
				const heard = collect(far);
				on = true;
				for (let round = 0; round < 6; round++) {
					near.write(pattern(40));
					await clock.advance(20);
				}
				on = false;
				await clock.advance(300);
				const before = heard().length;
				expect([ended.length, near.isOpen, far.isOpen]).toEqual([0, true, true]);
				near.write(bytesOf('in step'));
				await clock.advance(50);
				expect(textOf(heard().subarray(before))).toBe('in step');
				expect(await clock.settled(a.test(), 2000)).toMatchObject({ ok: true });
				expect(b.statistics.lostOctets).toBe(0);
			}),
			{ numRuns: 40 },
		);
	});

	test('of different N1 understand each other in both length forms', async () => {
		for (const n1 of [8, 127, 128, 256]) {
			const { clock, near, far } = await connected({}, { n1 }, { n1: 31 });
			const heard = collect(far);
			const answered = collect(near);
			near.write(pattern(600));
			far.write(pattern(600));
			await clock.advance(300);
			expect(heard()).toEqual(pattern(600));
			expect(answered()).toEqual(pattern(600));
		}
	});
});
