import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire, type WireOptions } from '../../hosts/simulator/wire.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { Person } from '../support/person.js';

function pattern(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);
}

function wire(options: Partial<WireOptions> = {}) {
	const clock = new VirtualClock();
	return { clock, line: new Wire(clock, { baud: 9600, capacity: 100, ...options }) };
}

describe('a wire with flow control', () => {
	test('keeps what the receiver has no space for, at the sender, and loses nothing', async () => {
		const { clock, line } = wire();
		const octets = pattern(300);
		let sent = line.dte.write(octets);
		expect(sent).toBe(100);
		await clock.advance(1_000);
		sent += line.dte.write(octets.subarray(sent));
		await clock.advance(1_000);
		// 100 at each end.
		expect([sent, line.dte.write(octets.subarray(sent))]).toEqual([200, 0]);
		const got = new Uint8Array(100);
		for (let at = 0; at < 300; at += 100) {
			expect(line.dce.read(got)).toBe(100);
			expect(got).toEqual(octets.subarray(at, at + 100));
			await clock.advance(1_000);
			sent += line.dte.write(octets.subarray(sent));
			await clock.advance(1_000);
		}
		expect([line.dte.overruns, line.dce.overruns]).toEqual([0, 0]);
	});

	test('tells the sender of space', async () => {
		const { clock, line } = wire();
		let told = 0;
		line.dte.listen({ readable: () => {}, writable: () => told++ });
		line.dte.write(pattern(101));
		await clock.advance(1_000);
		expect(told).toBe(1);
	});
});

describe('a wire without flow control', () => {
	test('loses what the receiver has no space for, and counts it there', async () => {
		const { clock, line } = wire({ flowControl: false });
		for (let at = 0; at < 3; at++) {
			expect(line.dte.write(pattern(100).map(octet => octet ^ at))).toBe(100);
			await clock.advance(1_000);
		}
		expect([line.dte.overruns, line.dce.overruns]).toEqual([0, 200]);
		const got = new Uint8Array(300);
		expect(line.dce.read(got)).toBe(100);
		expect(got.subarray(0, 100)).toEqual(pattern(100));
	});

	test('loses none while the receiver reads in time', async () => {
		const { clock, line } = wire({ flowControl: false });
		const person = new Person(line.dce, clock);
		for (let at = 0; at < 10; at++) {
			line.dte.write(pattern(100));
			await clock.advance(200);
		}
		expect(person.screen).toBe(textOf(pattern(100)).repeat(10));
		expect(line.dce.overruns).toBe(0);
	});

	test('paces the sender by its rate all the same', async () => {
		const { clock, line } = wire({ flowControl: false });
		line.dte.write(pattern(96));
		await clock.advance(99);
		expect(line.dte.write(pattern(100))).toBeLessThan(100);
		await clock.advance(2);
		expect(line.dce.read(new Uint8Array(200))).toBe(96);
	});

	test('loses in one direction what it does not in the other', async () => {
		const { clock, line } = wire({ flowControl: false });
		const person = new Person(line.dte, clock);
		for (let at = 0; at < 2; at++) {
			line.dte.write(pattern(100));
			line.dce.write(pattern(100));
			await clock.advance(500);
		}
		expect(person.screen.length).toBe(200);
		expect([line.dte.overruns, line.dce.overruns]).toEqual([0, 100]);
	});
});

describe('the rate of a wire', () => {
	test('garbles every octet where its ends have different ones', async () => {
		const { clock, line } = wire();
		const person = new Person(line.dce, clock);
		line.dce.setBaud(4800);
		line.dte.write(bytesOf('garbled'));
		await clock.advance(100);
		expect(person.screen).toHaveLength(7);
		expect(person.screen).not.toContain('a');
		line.dte.setBaud(4800);
		person.clear();
		line.dte.write(bytesOf('clear'));
		await clock.advance(100);
		expect(person.screen).toBe('clear');
	});

	test('does not exist where it is 0: whatever one end sets, octets arrive at once', async () => {
		const { clock, line } = wire({ baud: 0 });
		const person = new Person(line.dce, clock);
		expect(line.dce.setBaud(300)).toBe(true);
		line.dte.write(bytesOf('at once'));
		await clock.advance(0);
		expect([person.screen, line.dce.baud]).toEqual(['at once', 0]);
	});
});
