import { describe, expect, test } from 'vitest';
import type { Pace } from './case.js';
import { bootAt, bootPace, linePace, type Measured } from './pace.mjs';

const measured = (pace: Pace | undefined, bytecodes: number, octets?: number, latency?: number): Measured => ({
	name: 'a case',
	bytecodes,
	octets,
	latency,
	pace,
});

const receive = measured({ part: 'receive', payload: 80 }, 1000, 100);
const send = measured({ part: 'send', payload: 80 }, 500, 100);
const lex = measured({ part: 'lex' }, 200, 20);
const make = measured({ part: 'make' }, 10_000);
const boot = measured({ part: 'boot' }, 90_000, undefined, 9000);
const other = measured(undefined, 7, 7, 7);

describe('the pace that a serial line needs', () => {
	test('is that of its octets both ways, of which only the payload is lexed', () => {
		expect(linePace([other, receive, send, lex], [1000, 8000])).toEqual([
			{ baud: 1000, receive: 1000, send: 500, lex: 800, all: 2300 },
			{ baud: 8000, receive: 8000, send: 4000, lex: 6400, all: 18_400 },
		]);
	});

	test.each([
		['receiving', [send, lex]],
		['sending', [receive, lex]],
		['lexing', [receive, send]],
	])('is not told without %s', (_what, cases) => {
		expect(linePace(cases, [1000])).toBeUndefined();
	});
});

describe('the pace that a boot needs', () => {
	test('is told for computing that is so much of the time to ready', () => {
		const pace = bootPace([other, make, boot]);
		expect(pace).toMatchObject({ bytecodes: 100_000, waiting: 9000 });
		expect(pace?.shares.map(({ percent }) => percent)).toEqual([1, 10, 50]);
		// 1 s beside 9 s of waiting is a tenth of all, and 9 s are the half.
		expect(pace?.shares[1]?.pace).toBeCloseTo(100_000);
		expect(pace?.shares[2]?.pace).toBeCloseTo(100_000 / 9);
	});

	test('gives the time and the share of the boot back', () => {
		const pace = bootPace([make, boot])!;
		for (const { percent, pace: each } of pace.shares) expect(bootAt(pace, each).percent).toBeCloseTo(percent);
		expect(bootAt(pace, 100_000).ms).toBeCloseTo(1000);
	});

	test.each([
		['what makes the co-processor', [boot]],
		['what starts it', [make]],
		['its time', [make, measured({ part: 'boot' }, 90_000)]],
	])('is not told without %s', (_what, cases) => {
		expect(bootPace(cases)).toBeUndefined();
	});
});
