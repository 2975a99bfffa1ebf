import { Freshness } from '../access/freshness.js';
import type { Clock } from '../ports/clock.js';
import type { Timestamp } from '../sms/timestamp.js';

/** The time of day as far as the board knows it: the newest network time seen, and what has passed since. */
export class BoardTime {
	readonly #clock: Clock;
	readonly #freshness = new Freshness();
	#seenAt = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Seconds since 1970; 0: nobody knows. */
	now(): number {
		const newest = this.#freshness.newest;
		return newest === undefined ? 0 : newest + (this.#clock.now() - this.#seenAt) / 1000;
	}

	/** What `+CCLK?` told: `+CCLK: "26/11/22,18:30:00+04"`; nothing where it is no time. */
	seeClock(line: string): void {
		const found = /^\+CCLK: "([0-9]{2})\/([0-9]{2})\/([0-9]{2}),([0-9]{2}):([0-9]{2}):([0-9]{2})([+-][0-9]{2})?"/.exec(
			line,
		);
		if (found === null) return;
		const [year, month, day, hour, minute, second, zone] = found.slice(1).map(field => Number(field ?? 0)) as number[];
		const seconds = Date.UTC(2000 + year!, month! - 1, day!, hour!, minute!, second!) / 1000 - zone! * 900;
		this.#note(() => this.#freshness.seeClock(seconds));
	}

	seeMessage(timestamp: Timestamp | undefined): void {
		this.#note(() => this.#freshness.seeMessage(timestamp));
	}

	/** Whether a message is not older than `maxAge` minutes, 0 = any; an unknown age counts as fresh. */
	isFresh(timestamp: Timestamp | undefined, maxAge: number): boolean {
		if (this.now() > 0) this.#note(() => this.#freshness.seeClock(this.now()));
		return this.#freshness.isFresh(timestamp, maxAge);
	}

	#note(see: () => void): void {
		const before = this.#freshness.newest;
		see();
		if (this.#freshness.newest !== before) this.#seenAt = this.#clock.now();
	}
}
