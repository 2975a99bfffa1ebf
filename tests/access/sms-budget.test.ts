import { describe, expect, test } from 'vitest';
import { SmsBudget, type SmsLimits } from '../../src/access/sms-budget.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIMITS: SmsLimits = { perHour: 30, perDay: 200 };

function budgetOf(limits: SmsLimits = LIMITS, now = 0): SmsBudget {
	return new SmsBudget(() => limits, now);
}

/** How many SMS go out one by one until there are no more. */
function drain(budget: SmsBudget, now: number, authentic: boolean): number {
	let count = 0;
	while (count < 2000 && budget.take(now, authentic, 1)) count++;
	return count;
}

describe('the budget of SMS', () => {
	test.each([
		[30, 200, 30, 22],
		[1, 1000, 1, 0],
		[2, 1000, 2, 1],
		[3, 1000, 3, 2],
		[4, 1000, 4, 3],
		[100, 1000, 100, 75],
		[100, 10, 10, 7],
		[100, 1, 1, 0],
	])('of %i an hour and %i a day has %i for authentic requesters, %i for others', (perHour, perDay, all, others) => {
		expect(drain(budgetOf({ perHour, perDay }), 0, true)).toBe(all);
		const shared = budgetOf({ perHour, perDay });
		expect(shared.left(0, false)).toBe(others);
		expect(drain(shared, 0, false)).toBe(others);
		expect(shared.left(0, true)).toBe(all - others);
		expect(drain(shared, 0, true)).toBe(all - others);
	});

	test('gives all SMS of an answer or none', () => {
		const budget = budgetOf();
		expect(budget.take(0, true, 16)).toBe(true);
		expect(budget.take(0, true, 15)).toBe(false);
		expect([budget.left(0, true), budget.left(0, false)]).toEqual([14, 6]);
		expect(budget.take(0, true, 14)).toBe(true);
		for (const count of [Number.NaN, -1, 0.5]) expect(budget.take(0, true, count)).toBe(false);
		expect(budget.countersAt(0)).toMatchObject({ taken: 30, refused: 15 });
		expect(budget.take(0, true, 0)).toBe(true);
	});

	test('comes back after an hour, and within a day not beyond its limit', () => {
		const budget = budgetOf({ perHour: 30, perDay: 70 });
		expect(drain(budget, 0, true)).toBe(30);
		expect(drain(budget, HOUR - 1, true)).toBe(0);
		expect(drain(budget, HOUR + 5 * MINUTE, true)).toBe(30);
		expect(drain(budget, 3 * HOUR, true)).toBe(10);
		expect(drain(budget, 23 * HOUR, true)).toBe(0);
		expect(drain(budget, 25 * HOUR, true)).toBe(30);
	});

	test('never lets more out in any hour or day than the limits say', () => {
		const budget = budgetOf({ perHour: 5, perDay: 20 });
		const sent: number[] = [];
		for (let now = 0; now < 60 * HOUR; now += 7 * MINUTE) if (budget.take(now, true, 1)) sent.push(now);
		const most = (stretch: number) =>
			Math.max(...sent.map(begin => sent.filter(time => time >= begin && time < begin + stretch).length));
		expect(most(HOUR)).toBe(5);
		expect(most(24 * HOUR)).toBe(20);
	});

	test('counts what went out and what was refused', () => {
		const budget = budgetOf({ perHour: 10, perDay: 15 });
		budget.take(0, true, 10);
		budget.take(0, true, 4);
		budget.take(2 * HOUR, true, 5);
		expect(budget.countersAt(2 * HOUR)).toEqual({ hour: 5, day: 15, taken: 15, refused: 4 });
		expect(budget.countersAt(50 * HOUR)).toEqual({ hour: 0, day: 0, taken: 15, refused: 4 });
	});

	test('obeys changed limits at once, also lower ones', () => {
		let limits: SmsLimits = { perHour: 10, perDay: 100 };
		const budget = new SmsBudget(() => limits, 0);
		budget.take(0, true, 8);
		limits = { perHour: 4, perDay: 100 };
		expect([budget.left(0, true), budget.take(0, true, 1)]).toEqual([0, false]);
		limits = { perHour: 9, perDay: 100 };
		expect(budget.left(0, true)).toBe(1);
	});
});

describe('the budget after a restart', () => {
	test('goes on with its record: a board that keeps restarting gets nothing new', () => {
		let record = budgetOf().toOctets(0);
		let sent = 0;
		for (let restart = 0; restart < 50; restart++) {
			const budget = budgetOf(LIMITS, 3000);
			expect(budget.restore(3000, record)).toBe(true);
			while (budget.take(3000, true, 1)) {
				sent++;
				record = budget.toOctets(3000);
			}
		}
		expect(sent).toBe(30);
	});

	test('counts the time that the board ran, also within a span', () => {
		let budget = budgetOf();
		drain(budget, 0, true);
		// 27 runs of 2.5 minutes: a span of the hour never ends in one run.
		for (let run = 0; run < 27; run++) {
			expect(budget.left(149_000, true)).toBe(run < 26 ? 0 : 30);
			const record = budget.toOctets(150_000);
			budget = budgetOf();
			budget.restore(0, record);
		}
		expect(budget.left(0, true)).toBe(30);
	});

	test('counts the time that the board is known to have been off', () => {
		const before = budgetOf();
		drain(before, 0, true);
		const record = before.toOctets(0);
		const [soon, late, back] = [budgetOf(), budgetOf(), budgetOf()];
		soon.restore(0, record, 30 * MINUTE);
		late.restore(0, record, 2 * HOUR);
		back.restore(0, record, -2 * HOUR);
		expect([soon.left(0, true), late.left(0, true), back.left(0, true)]).toEqual([0, 30, 0]);
		expect(late.countersAt(0).day).toBe(30);
	});

	test('takes the newest of two copies, in either order', () => {
		const before = budgetOf();
		const older = before.toOctets(0);
		before.take(0, true, 20);
		const newer = before.toOctets(0);
		for (const copies of [
			[older, newer],
			[newer, older],
		]) {
			const budget = budgetOf();
			for (const copy of copies) budget.restore(0, copy);
			expect(budget.left(0, true)).toBe(10);
		}
	});

	test('takes no record that was torn or changed at any octet', () => {
		const before = budgetOf();
		before.take(0, true, 20);
		const record = before.toOctets(0);
		const budget = budgetOf();
		for (let at = 0; at < record.length; at++) {
			const changed = record.slice();
			changed[at]! ^= 1;
			expect(budget.restore(0, changed)).toBe(false);
			expect(budget.restore(0, record.subarray(0, at))).toBe(false);
		}
		expect(budget.left(0, true)).toBe(30);
		expect(record).toHaveLength(96);
	});
});
