import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import {
	decodeTimestamp,
	encodeTimestamp,
	isoOf,
	type Timestamp,
	timestampAt,
	unixSecondsOf,
} from '../../src/sms/timestamp.js';
import { octets, timestamp } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

describe('a service centre time stamp', () => {
	test.each([
		['80509221028180', '2008-05-29T12:20:18+02:00'],
		['99309251619580', '1999-03-29T15:16:59+02:00'],
		['12210100000021', '2021-12-10T00:00:00+03:00'],
		['42209232959523', '2024-02-29T23:59:59+08:00'],
		['4220923295950A', '2024-02-29T23:59:59-05:00'],
		['4220923295955A', '2024-02-29T23:59:59-06:15'],
		['42209232959597', '2024-02-29T23:59:59+19:45'],
		['4220923295959F', '2024-02-29T23:59:59-19:45'],
		['09101000000000', '1990-01-01T00:00:00+00:00'],
		['98211332959500', '2089-12-31T23:59:59+00:00'],
	])('%s is %s, both ways', (field, iso) => {
		const decoded = decodeTimestamp(hex(field));
		expect(decoded === undefined ? 'none' : isoOf(decoded)).toBe(iso);
		expect(hexOf(unwrap(encodeTimestamp(decoded)))).toBe(field);
	});

	test('a zone of minus nothing is Greenwich', () => {
		expect(isoOf(decodeTimestamp(hex('20806291731408'))!)).toBe('2002-08-26T19:37:41+00:00');
	});

	test.each([
		['00000000000000', 'all zero'],
		['FFFFFFFFFFFFFF', 'all ones'],
		['80509221018A80', 'a digit that is none'],
		['805092210281F0', 'a zone that is none'],
		['80319221028180', 'a thirteenth month'],
		['80401321028180', '31 April'],
		['32209221028180', '29 February of a common year'],
		['80500021028180', 'day 0'],
		['80509242028180', 'hour 24'],
		['80509221068180', 'minute 60'],
		['80509221020680', 'second 60'],
		['805092210281', 'six octets'],
		['', 'nothing'],
	])('%s tells no time: %s', field => {
		expect(decodeTimestamp(hex(field))).toBeUndefined();
	});

	test('of a time that is not known is all zero', () => {
		expect(hexOf(unwrap(encodeTimestamp(undefined)))).toBe('00000000000000');
	});

	test.each([
		{ year: 1989 },
		{ year: 2090 },
		{ month: 0 },
		{ month: 13 },
		{ month: 2, day: 30 },
		{ day: 0 },
		{ hour: 24 },
		{ hour: -1 },
		{ minute: 60 },
		{ second: 60 },
		{ second: 0.5 },
		{ quarterHours: 80 },
		{ quarterHours: -80 },
		{ month: Number.NaN },
	])('with %j is not written', change => {
		const good: Timestamp = { year: 2026, month: 1, day: 31, hour: 23, minute: 59, second: 59, quarterHours: 4 };
		expect(errorOf(encodeTimestamp(good))).toBe('none');
		expect(errorOf(encodeTimestamp({ ...good, ...change }))).toBe('range');
	});

	test('counts seconds in Greenwich time', () => {
		const example = decodeTimestamp(hex('80509221028180'))!;
		expect(unixSecondsOf(example)).toBe(1_212_056_418);
		expect(unixSecondsOf({ ...example, quarterHours: 0 })).toBe(1_212_056_418 + 7200);
		expect(timestampAt(1_212_056_418, 8)).toEqual(example);
		expect(isoOf(timestampAt(0.9, -1))).toBe('1969-12-31T23:45:00-00:15');
	});

	test('comes back whatever the time is', () => {
		fc.assert(
			fc.property(timestamp, one => {
				const back = decodeTimestamp(unwrap(encodeTimestamp(one)))!;
				return isoOf(back) === isoOf(one) && unixSecondsOf(back) === unixSecondsOf(one);
			}),
			{ numRuns: 100 },
		);
	});

	test('can be written again whatever the octets were', () => {
		fc.assert(
			fc.property(octets(7, 7), field => encodeTimestamp(decodeTimestamp(field)).ok),
			{ numRuns: 100 },
		);
	});
});
