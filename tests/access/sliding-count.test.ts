import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlidingCount } from '../../src/access/sliding-count.js';

describe('a sliding count', () => {
	test('forgets an event once its span is out of the stretch', () => {
		const count = new SlidingCount(1000, 10, 0);
		count.add(150, 3);
		count.add(990, 1);
		expect([count.totalAt(990), count.totalAt(1199), count.totalAt(1200), count.totalAt(1999)]).toEqual([4, 4, 1, 1]);
		expect(count.totalAt(2000)).toBe(0);
	});

	test('begins at any time, and is empty after a long pause', () => {
		const count = new SlidingCount(1000, 10, 123_456);
		count.add(123_456, 5);
		expect(count.totalAt(123_456 + 1099)).toBe(5);
		expect(count.totalAt(1e12)).toBe(0);
		count.add(1e12, 2);
		expect(count.totalAt(1e12 + 1000)).toBe(2);
	});

	test('is not moved by a clock that goes back', () => {
		const count = new SlidingCount(1000, 10, 5000);
		count.add(5000, 2);
		expect(count.totalAt(0)).toBe(2);
		expect(count.stateAt(0).elapsed).toBe(0);
	});

	test('goes on where its state was taken', () => {
		const count = new SlidingCount(1000, 10, 0);
		count.add(0, 1);
		count.add(540, 2);
		const { counts, elapsed } = count.stateAt(570);
		const other = new SlidingCount(1000, 10, 9_000_000);
		other.restore(9_000_000, counts, elapsed);
		for (const later of [0, 100, 529, 530, 1029, 1030]) {
			expect([later, other.totalAt(9_000_000 + later)]).toEqual([later, later < 530 ? 3 : later < 1030 ? 2 : 0]);
		}
	});

	test('counts every event of the stretch, and none older than one span more', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(300), { maxLength: 30 }), steps => {
				const count = new SlidingCount(1000, 10, 0);
				const times: number[] = [];
				let now = 0;
				for (const step of steps) {
					now += step;
					count.add(now, 1);
					times.push(now);
					const total = count.totalAt(now);
					expect(total).toBeGreaterThanOrEqual(times.filter(time => time > now - 1000).length);
					expect(total).toBeLessThanOrEqual(times.filter(time => time > now - 1101).length);
				}
			}),
			{ numRuns: 50 },
		);
	});
});
