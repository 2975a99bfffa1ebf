import { describe, expect, test } from 'vitest';
import { Freshness } from '../../src/access/freshness.js';
import { timestampAt } from '../../src/sms/timestamp.js';

const NOON = Date.UTC(2026, 0, 15, 12) / 1000;
const MINUTE = 60;
const DAY = 86_400;
const at = (seconds: number, quarterHours = 0) => timestampAt(seconds, quarterHours);

function seen(...times: readonly (readonly ['clock' | 'message', number])[]): Freshness {
	const freshness = new Freshness();
	for (const [source, time] of times) {
		if (source === 'clock') freshness.seeClock(time);
		else freshness.seeMessage(at(time));
	}
	return freshness;
}

describe('the age of a message', () => {
	test.each([
		[0, 1440, true],
		[1440, 1440, true],
		[1441, 1440, false],
		[1, 1, true],
		[2, 1, false],
		[10080, 10080, true],
		[10081, 10080, false],
		[1_000_000, 0, true],
		[-60, 1, true],
	])('of %i minutes where %i are allowed is fresh: %s', (age, maxAge, fresh) => {
		const freshness = seen(['clock', NOON]);
		expect(freshness.isFresh(at(NOON - age * MINUTE), maxAge)).toBe(fresh);
		expect(freshness.ageOf(at(NOON - age * MINUTE))).toBe(Math.max(0, age * MINUTE));
	});

	test('is unknown, so fresh, without a time stamp or before any time was seen', () => {
		expect(seen(['clock', NOON]).isFresh(undefined, 1)).toBe(true);
		expect(seen(['clock', NOON]).ageOf(undefined)).toBeUndefined();
		expect(new Freshness().isFresh(at(NOON), 1)).toBe(true);
		expect(new Freshness().ageOf(at(NOON))).toBeUndefined();
	});

	test('does not depend on the time zone of either', () => {
		const freshness = new Freshness();
		freshness.seeMessage(at(NOON, 8));
		expect(freshness.ageOf(at(NOON - 300, -20))).toBe(300);
	});
});

describe('the newest time', () => {
	test.each([
		['nothing', [], undefined],
		['the clock', [['clock', NOON]], NOON],
		['a message', [['message', NOON]], NOON],
		[
			'messages in any order',
			[
				['message', NOON],
				['message', NOON - DAY],
			],
			NOON,
		],
		[
			'a clock that jumps back',
			[
				['clock', NOON],
				['clock', NOON - 30 * DAY],
			],
			NOON,
		],
		[
			'a clock that is first seen behind a message',
			[
				['message', NOON],
				['clock', NOON - 30 * DAY],
			],
			NOON,
		],
		[
			'a message a little ahead of the clock',
			[
				['clock', NOON],
				['message', NOON + DAY],
			],
			NOON + DAY,
		],
		[
			'a message far ahead of the clock',
			[
				['clock', NOON],
				['message', NOON + DAY + 1],
			],
			NOON,
		],
		[
			'a good message after one far ahead',
			[
				['clock', NOON],
				['message', NOON + 9 * DAY],
				['message', NOON + 9],
			],
			NOON + 9,
		],
		[
			'a clock that catches up',
			[
				['clock', NOON],
				['clock', NOON + 9 * DAY],
				['message', NOON + 10 * DAY],
			],
			NOON + 10 * DAY,
		],
		[
			'a clock that nobody set',
			[
				['clock', 0],
				['clock', Date.UTC(2004, 0, 1) / 1000],
			],
			undefined,
		],
		['a clock that is no number', [['clock', Number.NaN]], undefined],
		['a message of the year 2008', [['message', Date.UTC(2008, 4, 29) / 1000]], Date.UTC(2008, 4, 29) / 1000],
	] as const)('after %s', (_, times, newest) => {
		expect(seen(...times).newest).toBe(newest);
	});

	test('is not changed by a message without a time stamp', () => {
		const freshness = seen(['clock', NOON]);
		freshness.seeMessage(undefined);
		expect(freshness.newest).toBe(NOON);
	});
});
