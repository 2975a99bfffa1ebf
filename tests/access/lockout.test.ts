import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADDRESSES, KNOWN, Lockout, OTHERS } from '../../src/access/lockout.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const A = '10.0.0.1';
const B = '10.0.0.2';

/** Failures of one address, each as soon as it may try again; returns the time after the last. */
function fail(lockout: Lockout, address: string, failures: number, from: number): number {
	let now = from;
	for (let failure = 0; failure < failures; failure++) {
		now += lockout.wait(address, now);
		lockout.failed(address, now);
	}
	return now;
}

describe('the lockout', () => {
	test('costs nothing for 2 failures, 5 s for the 3rd, then twice as much each time up to 15 minutes', () => {
		const lockout = new Lockout();
		const pauses: number[] = [];
		for (let failure = 0, now = 7; failure < 13; failure++) {
			const pause = lockout.failed(A, now);
			expect(lockout.wait(A, now)).toBe(pause);
			pauses.push(pause / SECOND);
			now += pause;
		}
		expect(pauses).toEqual([0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
	});

	test('lets an address try again when its pause is over, and not a millisecond before', () => {
		const lockout = new Lockout();
		const now = fail(lockout, A, 3, 1000);
		expect(lockout.wait(A, now + 4999)).toBe(1);
		expect(lockout.wait(A, now + 5000)).toBe(0);
		expect(lockout.wait(A, now + 5001)).toBe(0);
	});

	test('knows nothing of an address that never failed', () => {
		const lockout = new Lockout();
		expect(lockout.wait(A, 5)).toBe(0);
		lockout.succeeded(A);
		expect(lockout.list(5)).toEqual([]);
	});

	test('counts each address for itself', () => {
		const lockout = new Lockout();
		fail(lockout, A, 3, 0);
		expect(lockout.failed(B, 0)).toBe(0);
		expect(lockout.wait(B, 0)).toBe(0);
		expect(lockout.wait(A, 0)).toBe(5 * SECOND);
	});

	test('forgets an address that logs in', () => {
		const lockout = new Lockout();
		fail(lockout, A, 4, 0);
		lockout.succeeded(A);
		expect(lockout.wait(A, 0)).toBe(0);
		expect(lockout.failed(A, 0)).toBe(0);
	});

	test('forgets a failure after an hour without one, and not a millisecond before', () => {
		for (const [quiet, pause] of [
			[HOUR - 1, 10 * SECOND],
			[HOUR, 0],
		] as const) {
			const lockout = new Lockout();
			const last = fail(lockout, A, 3, 0);
			expect(lockout.failed(A, last + quiet)).toBe(pause);
		}
	});

	test('lists the addresses that have to wait, with their failures, until their pause ends', () => {
		const lockout = new Lockout();
		fail(lockout, A, 3, 0);
		fail(lockout, B, 2, 0);
		expect(lockout.list(1000)).toEqual([{ address: A, ms: 4000, failures: 3 }]);
		lockout.failed(B, 1000);
		expect(lockout.list(1000)).toEqual([
			{ address: A, ms: 4000, failures: 3 },
			{ address: B, ms: 5000, failures: 3 },
		]);
		expect(lockout.list(5000).map(({ address }) => address)).toEqual([B]);
		expect(lockout.list(6000)).toEqual([]);
	});

	test('is empty after `clear`', () => {
		const lockout = new Lockout();
		fail(lockout, A, 5, 0);
		lockout.clear();
		expect(lockout.list(0)).toEqual([]);
		expect(lockout.wait(A, 0)).toBe(0);
	});
});

describe('who knocks on during the pause', () => {
	test('makes it longer, as logins that were begun side by side do', () => {
		const lockout = new Lockout();
		expect([1, 2, 3, 4, 5].map(() => lockout.failed(A, 0))).toEqual([0, 0, 5000, 10_000, 20_000]);
		expect(lockout.failed(A, 1000)).toBe(39_000);
	});

	test('does not move its end past 15 minutes from its beginning', () => {
		const lockout = new Lockout();
		fail(lockout, A, 2, 0);
		for (let now = 0; now < 15 * MINUTE; now += SECOND) {
			lockout.failed(A, now);
			expect(now + lockout.wait(A, now)).toBeLessThanOrEqual(15 * MINUTE);
		}
		expect(lockout.wait(A, 15 * MINUTE - 1)).toBe(1);
		expect(lockout.wait(A, 15 * MINUTE)).toBe(0);
	});

	test('1,000 times is one entry, and its pause is 15 minutes at most', () => {
		const lockout = new Lockout();
		for (let failure = 0; failure < 1000; failure++) {
			expect(lockout.failed(A, failure * 10)).toBeLessThanOrEqual(15 * MINUTE);
		}
		// The pause began with the third failure.
		expect(lockout.list(9990)).toEqual([{ address: A, ms: 20 + 15 * MINUTE - 9990, failures: 1000 }]);
	});
});

describe('a full table', () => {
	const address = (index: number) => `10.1.${index >> 8}.${index & 255}`;
	const strangers = Array.from({ length: ADDRESSES - KNOWN }, (_, index) => address(index));
	const NEW = '10.9.9.9';

	function full(failures = 1): Lockout {
		const lockout = new Lockout();
		for (const at of strangers) fail(lockout, at, failures, 0);
		return lockout;
	}

	test('forgets nobody for a new address', () => {
		const lockout = full(3);
		for (let index = 100; index < 1100; index++) lockout.failed(address(index), 1000);
		const list = lockout.list(1000);
		expect(list.map(entry => entry.address)).toEqual([...strangers, OTHERS]);
		for (const at of strangers) expect(lockout.wait(at, 1000)).toBe(4000);
	});

	test('lets those without a place count as one, whose pause grows to a minute', () => {
		const lockout = full();
		const pauses: number[] = [];
		let now = 0;
		for (let index = 100; index < 110; index++) {
			const pause = lockout.failed(address(index), now);
			// Also for one that was never heard of.
			expect(lockout.wait(address(index + 500), now)).toBe(pause);
			pauses.push(pause / SECOND);
			now += pause;
		}
		expect(pauses).toEqual([0, 0, 5, 10, 20, 40, 60, 60, 60, 60]);
	});

	test('gives somebody with a thousand addresses no more than 300 tries in two hours', () => {
		const lockout = new Lockout();
		let tries = 0;
		for (let now = 0, next = 0; now < 2 * HOUR; now += SECOND) {
			for (let turn = 0; turn < 2; turn++) {
				next = (next + 1) % 1000;
				if (lockout.wait(address(next), now) > 0) continue;
				lockout.failed(address(next), now);
				tries++;
			}
		}
		expect(tries).toBeGreaterThan(100);
		expect(tries).toBeLessThan(300);
	});

	test('keeps places for the last 4 that have logged in, who wait for nobody else', () => {
		const lockout = new Lockout();
		const known = [1, 2, 3, 4, 5].map(index => address(1000 + index));
		for (const at of known) lockout.succeeded(at);
		for (const at of strangers) fail(lockout, at, 3, 0);
		for (let index = 100; index < 110; index++) lockout.failed(address(index), 0);
		expect(known.map(at => lockout.wait(at, 0) > 0)).toEqual([true, false, false, false, false]);
		expect([1, 2, 3].map(() => lockout.failed(known[4]!, 0))).toEqual([0, 0, 5000]);
		expect(lockout.wait(known[3]!, 0)).toBe(0);
	});

	test('has room again when an hour has passed without a failure', () => {
		const lockout = full();
		for (let index = 100; index < 110; index++) lockout.failed(address(index), 0);
		expect(lockout.wait(NEW, 0)).toBeGreaterThan(0);
		expect(lockout.wait(NEW, HOUR)).toBe(0);
		expect([1, 2, 3].map(() => lockout.failed(NEW, HOUR))).toEqual([0, 0, 5000]);
		expect(lockout.list(HOUR).map(entry => entry.address)).toEqual([NEW]);
	});

	test('is cleared whole', () => {
		const lockout = full(3);
		for (let index = 100; index < 110; index++) lockout.failed(address(index), 0);
		lockout.clear();
		expect([lockout.list(0), lockout.wait(NEW, 0), lockout.wait(strangers[0]!, 0)]).toEqual([[], 0, 0]);
	});

	test('stays bounded, and no pause is over 15 minutes, whatever comes', () => {
		const step = fc.record({
			who: fc.integer({ min: 0, max: 24 }),
			after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 2 * HOUR })),
			what: fc.constantFrom('failed', 'failed', 'failed', 'failed', 'succeeded'),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), steps => {
				const lockout = new Lockout();
				let now = 0;
				for (const { who, after, what } of steps) {
					now += after;
					if (what === 'succeeded') lockout.succeeded(address(who));
					else expect(lockout.failed(address(who), now)).toBe(lockout.wait(address(who), now));
					const list = lockout.list(now);
					expect(list.length).toBeLessThanOrEqual(ADDRESSES + 1);
					for (const { address: at, ms, failures } of list) {
						if (at !== OTHERS) expect(ms).toBe(lockout.wait(at, now));
						expect(ms > 0 && ms <= 15 * MINUTE && failures > 2).toBe(true);
					}
				}
			}),
			{ numRuns: 100 },
		);
	});
});
