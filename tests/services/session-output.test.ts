import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import { SessionOutput } from '../../src/services/session-output.js';

/** An output whose port takes `room` octets. */
function bench(room = 0) {
	const clock = new VirtualClock();
	const seen = { text: '', full: 0, space: 0, stuck: 0, room };
	const port: BytePort = {
		read: () => 0,
		write: bytes => {
			const count = Math.min(seen.room, bytes.length);
			seen.room -= count;
			seen.text += textOf(bytes.subarray(0, count));
			return count;
		},
		close: () => {},
		listen: () => {},
	};
	const output = new SessionOutput({
		port,
		clock,
		onFull: () => seen.full++,
		onSpace: () => seen.space++,
		onStuck: () => seen.stuck++,
	});
	/** The client takes so much more. */
	const take = (count: number) => {
		seen.room += count;
		output.drain();
	};
	return { clock, seen, output, take };
}

describe('the output of a session', () => {
	test('goes straight to a port that takes it, without a timer', () => {
		const { clock, seen, output } = bench(1000);
		output.write(bytesOf('one '));
		output.write(bytesOf('two'));
		expect(seen).toMatchObject({ text: 'one two', full: 0, stuck: 0 });
		expect(clock.pending()).toBe(0);
	});

	test.each([1, 2, 3, 7, 100])('keeps its order where the port takes %i octets a time', room => {
		const { clock, seen, output, take } = bench(room);
		const text = Array.from({ length: 60 }, (_, number) => `${number} `).join('');
		for (const piece of text.split(/(?<= )/)) {
			const bytes = bytesOf(piece);
			output.write(bytes);
			// The caller may use its array again.
			bytes.fill(0);
		}
		for (let turn = 0; turn < 300; turn++) take(room);
		expect(seen.text).toBe(text);
		expect(clock.pending()).toBe(0);
	});

	test('says that it is full above 2048 octets, and that there is space below', () => {
		const { seen, output, take } = bench();
		output.write(new Uint8Array(2048));
		expect([output.isFull, seen.full]).toEqual([false, 0]);
		output.write(new Uint8Array(1));
		expect([output.isFull, seen.full]).toEqual([true, 1]);
		take(1);
		expect([output.isFull, seen.space]).toEqual([false, 1]);
	});

	test('tells who waits when nothing is left, at once where nothing was', async () => {
		const { clock, output, take } = bench();
		await output.emptied();
		output.write(bytesOf('abc'));
		let empty = false;
		void output.emptied().then(() => {
			empty = true;
		});
		take(2);
		await clock.advance(0);
		expect(empty).toBe(false);
		take(1);
		await clock.advance(0);
		expect(empty).toBe(true);
	});

	test('is stuck after a minute in which nothing was taken, not before', async () => {
		const { clock, seen, output, take } = bench();
		output.write(bytesOf('abc'));
		await clock.advance(59_000);
		take(1);
		await clock.advance(59_000);
		expect(seen.stuck).toBe(0);
		await clock.advance(1_000);
		expect(seen.stuck).toBe(1);
	});

	test('is stuck at once where more waits than the board can keep', () => {
		const { seen, output } = bench();
		for (let turn = 0; turn < 32; turn++) output.write(new Uint8Array(1024));
		expect(seen.stuck).toBe(0);
		output.write(new Uint8Array(1));
		expect(seen.stuck).toBe(1);
	});

	test('forgets what waits when it is closed, tells who waits, and leaves no timer', async () => {
		const { clock, seen, output, take } = bench();
		output.write(bytesOf('abc'));
		const emptied = output.emptied();
		output.close();
		await emptied;
		take(100);
		expect(seen.text).toBe('');
		expect(clock.pending()).toBe(0);
	});
});
