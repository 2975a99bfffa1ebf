import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayWindow, WINDOW } from '../../src/access/replay-window.js';

const LAST = 0xffff_ffff;

function marked(...counters: number[]): ReplayWindow {
	const window = new ReplayWindow();
	for (const counter of counters) expect(window.mark(counter)).toBe(true);
	return window;
}

describe('a replay window', () => {
	test.each([
		['nothing', [], [1, 31, 32, 1_700_000_000, LAST], [0]],
		['1', [1], [2, 3, LAST], [0, 1]],
		['5', [5], [1, 2, 3, 4, 6], [0, 5]],
		['31', [31], [1, 30, 32], [0, 31]],
		['32', [32], [1, 2, 31, 33], [0, 32]],
		['33', [33], [2, 32, 34], [0, 1, 33]],
		['100', [100], [69, 99, 101], [0, 1, 68, 100]],
		['100 and 99', [100, 99], [69, 98, 101], [68, 99, 100]],
		['100 and 131', [100, 131], [101, 130, 132], [99, 100, 131]],
		['100 and 132', [100, 132], [101, 131, 133], [99, 100, 132]],
		['100 and the last', [100, LAST], [LAST - 1, LAST - 31], [100, 101, LAST - 32, LAST]],
	])('that saw %s accepts what is new and not too old', (_, seen, fresh, stale) => {
		const window = marked(...seen);
		for (const counter of fresh) expect([counter, window.accepts(counter)]).toEqual([counter, true]);
		for (const counter of stale) expect([counter, window.accepts(counter)]).toEqual([counter, false]);
		for (const counter of stale) expect(window.mark(counter)).toBe(false);
	});

	test.each([-1, 0.5, LAST + 1, Number.NaN, Number.POSITIVE_INFINITY])('never accepts %d', counter => {
		const window = new ReplayWindow();
		expect(window.accepts(counter)).toBe(false);
		expect(window.mark(counter)).toBe(false);
		expect(window.highest).toBe(0);
	});

	test('does not wrap: after the last counter only the window below it is left, then nothing', () => {
		const window = marked(LAST);
		for (let counter = LAST - 1; counter > LAST - WINDOW; counter--) expect(window.mark(counter)).toBe(true);
		for (const counter of [0, 1, 2, LAST - WINDOW, LAST - 1, LAST]) expect(window.accepts(counter)).toBe(false);
		expect(window.highest).toBe(LAST);
	});

	test('accepts each counter once, whatever order they come in', () => {
		const model = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 60 });
		fc.assert(
			fc.property(model, counters => {
				const window = new ReplayWindow();
				const used = new Set([0]);
				let highest = 0;
				for (const counter of counters) {
					const expected = counter > highest - WINDOW && !used.has(counter);
					expect(window.mark(counter)).toBe(expected);
					used.add(counter);
					highest = Math.max(highest, counter);
					expect(window.highest).toBe(highest);
				}
			}),
			{ numRuns: 100 },
		);
	});
});

describe('merging', () => {
	test('an older copy changes nothing', () => {
		const window = marked(100, 98);
		const older = marked(90);
		window.merge(older.highest, older.used);
		expect([window.highest, window.accepts(98), window.accepts(100)]).toEqual([100, false, false]);
		expect([window.accepts(90), window.accepts(99)]).toEqual([false, true]);
	});

	test('of any two copies accepts only what both accept, whichever is merged into which', () => {
		const counters = fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 12 });
		fc.assert(
			fc.property(counters, counters, (mine, others) => {
				const [one, other] = [new ReplayWindow(), new ReplayWindow()];
				for (const counter of mine) one.mark(counter);
				for (const counter of others) other.mark(counter);
				const expected: boolean[] = [];
				for (let at = 0; at <= 82; at++) expected.push(one.accepts(at) && other.accepts(at));
				const { highest, used } = one;
				one.merge(other.highest, other.used);
				other.merge(highest, used);
				for (let at = 0; at <= 82; at++) {
					expect([at, one.accepts(at), other.accepts(at)]).toEqual([at, expected[at], expected[at]]);
				}
			}),
			{ numRuns: 50 },
		);
	});

	test.each([
		[-1, 1],
		[LAST + 1, 1],
		[0.5, 1],
		[Number.NaN, 1],
	])('a copy with the highest counter %d is not taken', (highest, used) => {
		const window = marked(7);
		window.merge(highest, used);
		expect([window.highest, window.accepts(7), window.accepts(8)]).toEqual([7, false, true]);
	});

	test('a copy that forgot its own highest counter does not free it', () => {
		const window = new ReplayWindow();
		window.merge(50, 0);
		expect(window.accepts(50)).toBe(false);
	});
});
