import { crc32 } from '../base/crc32.js';
import { SlidingCount } from './sliding-count.js';

/** How many SMS may go out (`#ATRUNSMS`): 1–100 in an hour, 1–1000 in a day. */
export interface SmsLimits {
	readonly perHour: number;
	readonly perDay: number;
}

/** What `#ATRUNSTAT` tells. */
export interface SmsBudgetCounters {
	/** SMS of the last hour and day. */
	readonly hour: number;
	readonly day: number;
	/** Since the start: SMS that went out, and those that were refused. */
	readonly taken: number;
	readonly refused: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOUR_SPANS = 12;
const DAY_SPANS = 24;
const MAGIC = 0x41545342; // "ATSB"
const HEADER = 12;
/** Elapsed milliseconds of a running span, then its counts. */
const HOUR_LENGTH = 4 + 2 * (HOUR_SPANS + 1);
const DAY_LENGTH = 4 + 2 * (DAY_SPANS + 1);

/**
 * The budget of outgoing SMS. The last quarter of each limit, rounded up, is kept for authentic requesters (a digest, or a
 * number listed in full), so that nobody who is known only by a prefix can use all of it; of a limit of 1 that is all. An
 * SMS counts for at least an hour and a day, up to 5 minutes and an hour longer.
 *
 * Times are of the monotonic clock, which starts anew with the board. The record goes on where it was written: time in
 * which the board was off does not count, so a board that keeps restarting gets no new budget. Store it before each SMS goes
 * out, and while SMS are counted also every few minutes, else a board that restarts before a span is over stands still.
 */
export class SmsBudget {
	readonly #limits: () => SmsLimits;
	readonly #hour: SlidingCount;
	readonly #day: SlidingCount;
	#sequence = 0;
	#taken = 0;
	#refused = 0;

	/** `limits` is asked each time, so that a changed setting holds at once; `now` is the time of the clock [ms]. */
	constructor(limits: () => SmsLimits, now: number) {
		this.#limits = limits;
		this.#hour = new SlidingCount(HOUR, HOUR_SPANS, now);
		this.#day = new SlidingCount(24 * HOUR, DAY_SPANS, now);
	}

	/** How many SMS could go out now for such a requester: an answer is cut to this many. */
	left(now: number, authentic: boolean): number {
		const { perHour, perDay } = this.#limits();
		const hour = limitFor(perHour, authentic) - this.#hour.totalAt(now);
		const day = limitFor(perDay, authentic) - this.#day.totalAt(now);
		return Math.max(0, Math.min(hour, day));
	}

	/** Takes `count` SMS (0 or more) out of the budget, all or none. False: there is not enough left. */
	take(now: number, authentic: boolean, count: number): boolean {
		if (!Number.isInteger(count) || count < 0) return false;
		if (count > this.left(now, authentic)) {
			this.#refused += count;
			return false;
		}
		this.#hour.add(now, count);
		this.#day.add(now, count);
		this.#taken += count;
		return true;
	}

	countersAt(now: number): SmsBudgetCounters {
		return {
			hour: this.#hour.totalAt(now),
			day: this.#day.totalAt(now),
			taken: this.#taken,
			refused: this.#refused,
		};
	}

	/** The record, 96 octets. */
	toOctets(now: number): Uint8Array {
		const octets = new Uint8Array(HEADER + HOUR_LENGTH + DAY_LENGTH);
		const view = new DataView(octets.buffer);
		this.#sequence++;
		view.setUint32(0, MAGIC);
		view.setUint32(4, this.#sequence);
		writeCount(view, HEADER, this.#hour, now);
		writeCount(view, HEADER + HOUR_LENGTH, this.#day, now);
		view.setUint32(8, checksum(octets));
		return octets;
	}

	/**
	 * Goes on with a stored record. Of several, as of two that are written in turn, the newest stays, in whichever order
	 * they are given. `off` is how long the board is known to have been off [ms]. False: it is torn, or an older one.
	 */
	restore(now: number, octets: Uint8Array, off = 0): boolean {
		if (octets.length !== HEADER + HOUR_LENGTH + DAY_LENGTH) return false;
		const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
		const sequence = view.getUint32(4);
		if (view.getUint32(0) !== MAGIC || view.getUint32(8) !== checksum(octets) || sequence <= this.#sequence)
			return false;
		this.#sequence = sequence;
		readCount(view, HEADER, HOUR_SPANS, this.#hour, now, off);
		readCount(view, HEADER + HOUR_LENGTH, DAY_SPANS, this.#day, now, off);
		return true;
	}
}

function limitFor(limit: number, authentic: boolean): number {
	return authentic ? limit : limit - Math.ceil(limit / 4);
}

function writeCount(view: DataView, at: number, count: SlidingCount, now: number): void {
	const { counts, elapsed } = count.stateAt(now);
	view.setUint32(at, elapsed);
	for (let span = 0; span < counts.length; span++) view.setUint16(at + 4 + span * 2, Math.min(counts[span]!, 0xffff));
}

function readCount(view: DataView, at: number, spans: number, count: SlidingCount, now: number, off: number): void {
	const counts = Array.from({ length: spans + 1 }, (_, span) => view.getUint16(at + 4 + span * 2));
	count.restore(now, counts, view.getUint32(at) + Math.max(0, off));
}

/** Over everything but the checksum's own four octets. */
function checksum(octets: Uint8Array): number {
	return (crc32(octets.subarray(0, 8)) ^ crc32(octets.subarray(HEADER))) >>> 0;
}
