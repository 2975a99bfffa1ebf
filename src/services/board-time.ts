import { Freshness } from '../access/freshness.js';
import type { Clock } from '../ports/clock.js';
import { type Timestamp, unixSecondsOf } from '../sms/timestamp.js';

/** Modules show two digits of the year; one that nobody told the time begins with 1980. */
const CENTURY = 70;
/** A clock that is further than this from what has passed [s] is not believed alone. */
const LEAP = 86_400;
/** A message agrees with the clock that is not further from it than this [s]: some modules leave out their zone. */
const AGREES = 43_200;

/**
 * The time of day as far as the board knows it: the newest network time seen, and what has passed since. A network that tells a wrong
 * time must not make each request too old: while the board runs, a clock that leaps waits for a message that agrees with it, and with
 * one the time goes back, too.
 */
export class BoardTime {
	readonly #clock: Clock;
	#freshness = new Freshness();
	/** The newest time that was ahead of what had passed [seconds since 1970], and when it was seen [ms]. */
	#newest = 0;
	#seenAt = 0;
	/** What the module's clock told last [seconds since 1970], and when [ms]. */
	#told: { readonly seconds: number; readonly at: number } | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Seconds since 1970; 0: nobody knows. */
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
		this.#told = { seconds, at: this.#clock.now() };
		if (this.#newest !== 0 && Math.abs(seconds - this.now()) > LEAP) return;
		this.#freshness.seeClock(seconds);
		this.catchUp();
	}

	seeMessage(timestamp: Timestamp | undefined): void {
		if (timestamp !== undefined) this.leap(unixSecondsOf(timestamp));
		this.#freshness.seeMessage(timestamp);
		this.catchUp();
	}

	/** The clock leapt, and a message with this time [seconds since 1970] says the same: what was known was wrong. */
	private leap(stamp: number): void {
		const told = this.#told;
		if (told === undefined || this.#newest === 0) return;
		const clock = told.seconds + (this.#clock.now() - told.at) / 1000;
		if (Math.abs(clock - this.now()) <= LEAP || Math.abs(clock - stamp) > AGREES) return;
		this.#freshness = new Freshness();
		this.#newest = 0;
		this.#freshness.seeClock(clock);
		this.catchUp();
	}

	/** Whether a message is not older than `maxAge` minutes, 0 = any; an unknown age counts as fresh. */
	isFresh(timestamp: Timestamp | undefined, maxAge: number): boolean {
		if (maxAge === 0 || timestamp === undefined || this.#newest === 0) return true;
		return this.now() - unixSecondsOf(timestamp) <= maxAge * 60;
	}

	/** A message that was long under way is newer than the last one, and still does not turn the time back. */
	private catchUp(): void {
		const newest = this.#freshness.newest ?? 0;
		if (newest <= this.now()) return;
		this.#newest = newest;
		this.#seenAt = this.#clock.now();
	}
}
