import { failure, type Result, success } from '../base/result.js';
import type { PduError } from './pdu-error.js';
import { digitsOfSemiOctets } from './semi-octets.js';

/** A service centre's time stamp, 23.040 9.2.3.11: local time and where on earth that is. */
export interface Timestamp {
	/** 1990–2089; the TPDU carries two digits. */
	readonly year: number;
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	/** Local time minus GMT in quarters of an hour, -79 to 79. */
	readonly quarterHours: number;
}

/** Octets that a time stamp takes. */
export const TIMESTAMP_LENGTH = 7;
const SIGN = 0x08;
const FIRST_YEAR = 1990;
const MAX_QUARTER_HOURS = 79;

/** Seven octets; for a time that is not known all zero, which no time has. Error: `range`. */
export function encodeTimestamp(timestamp: Timestamp | undefined): Result<Uint8Array, PduError> {
	if (timestamp === undefined) return success(new Uint8Array(TIMESTAMP_LENGTH));
	if (!isTime(timestamp)) return failure('range');
	const { year, month, day, hour, minute, second, quarterHours } = timestamp;
	const octets = Uint8Array.of(year % 100, month, day, hour, minute, second, Math.abs(quarterHours)).map(swapped);
	if (quarterHours < 0) octets[6]! |= SIGN;
	return success(octets);
}

/**
 * The time in seven octets; undefined where they tell none: a digit that is no decimal one, a thirteenth month. Some
 * service centres send that, and the message is still to be read.
 */
export function decodeTimestamp(octets: Uint8Array): Timestamp | undefined {
	if (octets.length !== TIMESTAMP_LENGTH) return undefined;
	const negative = (octets[6]! & SIGN) !== 0;
	const plain = octets.slice();
	plain[6]! &= ~SIGN;
	const digits = digitsOfSemiOctets(plain);
	if (!/^[0-9]{14}$/.test(digits)) return undefined;
	const number = (at: number) => Number(digits.slice(at * 2, at * 2 + 2));
	const timestamp = {
		year: number(0) < FIRST_YEAR % 100 ? 2000 + number(0) : 1900 + number(0),
		month: number(1),
		day: number(2),
		hour: number(3),
		minute: number(4),
		second: number(5),
		quarterHours: negative && number(6) > 0 ? -number(6) : number(6),
	};
	return isTime(timestamp) ? timestamp : undefined;
}

/** Seconds since 1970-01-01T00:00:00Z. */
export function unixSecondsOf(timestamp: Timestamp): number {
	const { year, month, day, hour, minute, second, quarterHours } = timestamp;
	return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - quarterHours * 900;
}

/** The time stamp of a moment in seconds since 1970-01-01T00:00:00Z, at a place `quarterHours` east of Greenwich. */
export function timestampAt(unixSeconds: number, quarterHours = 0): Timestamp {
	const local = new Date((Math.floor(unixSeconds) + quarterHours * 900) * 1000);
	return {
		year: local.getUTCFullYear(),
		month: local.getUTCMonth() + 1,
		day: local.getUTCDate(),
		hour: local.getUTCHours(),
		minute: local.getUTCMinutes(),
		second: local.getUTCSeconds(),
		quarterHours,
	};
}

/** The form of ISO 8601: `2008-05-29T12:20:18+02:00`. */
export function isoOf(timestamp: Timestamp): string {
	const { year, month, day, hour, minute, second, quarterHours } = timestamp;
	const zone = Math.abs(quarterHours);
	const sign = quarterHours < 0 ? '-' : '+';
	const date = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
	const time = `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`;
	return `${date}T${time}${sign}${twoDigits(zone >> 2)}:${twoDigits((zone & 3) * 15)}`;
}

function isTime(timestamp: Timestamp): boolean {
	const { year, month, day, hour, minute, second, quarterHours } = timestamp;
	const fields = [year, month, day, hour, minute, second, quarterHours];
	if (!fields.every(Number.isInteger) || Math.abs(quarterHours) > MAX_QUARTER_HOURS) return false;
	if (year < FIRST_YEAR || year > FIRST_YEAR + 99 || month < 1 || month > 12 || day < 1) return false;
	// Day 0 of the next month is the last of this one.
	if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
	return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

/** Two decimal digits as semi-octets. */
function swapped(value: number): number {
	return ((value % 10) << 4) | Math.floor(value / 10);
}

function twoDigits(value: number): string {
	return String(value).padStart(2, '0');
}
