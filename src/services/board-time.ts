import { Freshness } from '../access/freshness.js';
import type { Clock } from '../ports/clock.js';
import { type Timestamp, unixSecondsOf } from '../sms/timestamp.js';

/** Modules show two digits of the year; one that nobody told the time begins with 1980. */
const CENTURY = 70;

/** The time of day as far as the board knows it: the newest network time seen, and what has passed since. */
export class BoardTime {
	readonly #clock: Clock;
	readonly #freshness = new Freshness();
	/** The newest time that was ahead of what had passed [seconds since 1970], and when it was seen [ms]. */
	#newest = 0;
	#seenAt = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Seconds since 1970; 0: nobody knows. Never goes back. */
	now(): number {
		return this.#newest === 0 ? 0 : this.#newest + (this.#clock.now() - this.#seenAt) / 1000;
	}

	/** What `+CCLK?` told: `+CCLK: "26/11/22,18:30:00+04"`; nothing where it is no time. */
	seeClock(line: string): void {
		const found = /^\+CCLK: "([0-9]{2})\/([0-9]{2})\/([0-9]{2}),([0-9]{2}):([0-9]{2}):([0-9]{2})([+-][0-9]{2})?"/.exec(
			line,
		);
		if (found === null) return;
		const [year, month, day, hour, minute, second, zone] = found.slice(1).map(field => Number(field ?? 0)) as number[];
		const century = year! < CENTURY ? 2000 : 1900;
		const seconds = Date.UTC(century + year!, month! - 1, day!, hour!, minute!, second!) / 1000 - zone! * 900;
		this.#freshness.seeClock(seconds);
		this.#catchUp();
	}

	seeMessage(timestamp: Timestamp | undefined): void {
		this.#freshness.seeMessage(timestamp);
		this.#catchUp();
	}

	/** Whether a message is not older than `maxAge` minutes, 0 = any; an unknown age counts as fresh. */
	isFresh(timestamp: Timestamp | undefined, maxAge: number): boolean {
		if (maxAge === 0 || timestamp === undefined || this.#newest === 0) return true;
		return this.now() - unixSecondsOf(timestamp) <= maxAge * 60;
	}

	/** A message that was long under way is newer than the last one, and still does not turn the time back. */
	#catchUp(): void {
		const newest = this.#freshness.newest ?? 0;
		if (newest <= this.now()) return;
		this.#newest = newest;
		this.#seenAt = this.#clock.now();
	}
}
