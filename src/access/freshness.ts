import { type Timestamp, unixSecondsOf } from '../sms/timestamp.js';

const MINUTE = 60;
const DAY = 86_400;
/** 2008-01-01, older than the application note: a module that nobody told the time shows 1980, 2000 or 2004. */
const EARLIEST = 1_199_145_600;

/**
 * The newest network time seen, and how old a message is by it (`#ATRUNSMS`, maxAge). It keeps a board that was off for
 * days from running what was meant for then; it does not tell replayed messages, which get a new time stamp.
 *
 * - The time comes from the module's clock and from the time stamps of messages. Show it the clock first, and the time
 *   stamps of all messages that wait before asking about the first of them.
 * - It never goes back: a clock that jumps back changes nothing.
 * - A time stamp that leads a known clock by more than a day does not count, so a service centre with a wrong year makes
 *   nothing stale. Without a clock the time stamps are all there is, and such a one counts until the restart.
 * - It is not stored: after a restart the first time seen is the newest.
 */
export class Freshness {
	#clock: number | undefined;
	#newest: number | undefined;

	/** Seconds since 1970-01-01T00:00:00Z; undefined: no time is known yet. */
	get newest(): number | undefined {
		return this.#newest;
	}

	/** The module's clock [Unix seconds], where the network sets it. A time before 2008 is none. */
	seeClock(unixSeconds: number): void {
		if (!(unixSeconds >= EARLIEST)) return;
		this.#clock = Math.max(this.#clock ?? unixSeconds, unixSeconds);
		this.#see(unixSeconds);
	}

	/** A message's time stamp (TP-SCTS); undefined: it has none. */
	seeMessage(timestamp: Timestamp | undefined): void {
		if (timestamp === undefined) return;
		const seconds = unixSecondsOf(timestamp);
		if (this.#clock === undefined || seconds <= this.#clock + DAY) this.#see(seconds);
	}

	/** Seconds from the message to the newest time, not below 0; undefined where either is not known. */
	ageOf(timestamp: Timestamp | undefined): number | undefined {
		if (timestamp === undefined || this.#newest === undefined) return undefined;
		return Math.max(0, this.#newest - unixSecondsOf(timestamp));
	}

	/** Whether a message is not older than `maxAge` [minutes, 0–10080; 0: any age will do]. An unknown age counts as fresh. */
	isFresh(timestamp: Timestamp | undefined, maxAge: number): boolean {
		return maxAge === 0 || (this.ageOf(timestamp) ?? 0) <= maxAge * MINUTE;
	}

	#see(unixSeconds: number): void {
		this.#newest = Math.max(this.#newest ?? unixSeconds, unixSeconds);
	}
}
