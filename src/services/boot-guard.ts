import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Restart, RestartReason } from '../ports/restart.js';
import type { Store } from '../ports/store.js';
import { TwoCopies } from '../settings/two-copies.js';
import {
	bytesOfRecord,
	isCrash,
	MOST_CRASHES,
	RESTART_REASONS,
	type RestartRecord,
	recordAfter,
	recordOf,
} from './restart-record.js';

export interface BootGuardOptions {
	readonly store: Store;
	readonly clock: Clock;
	/** How the last run ended, as the host knows it. */
	readonly restart: Restart;
}

/** From this crash in a row on the board starts in safe mode. */
export const SAFE_FROM = 3;
/** Services that ran for so long [ms] have proved themselves: the row of crashes ends. */
export const HEALTHY = 600_000;
/** Safe mode ends by itself after so long [ms]. */
export const SAFE_TIME = 1_800_000;

/**
 * Counts crashes over restarts, and says when only the console and the recovery of the module may run: the third crash in a row, each
 * within ten minutes of the start before it, means that one of the services is likely to crash again.
 *
 * Safe mode ends after half an hour, and the services start once more: a board in a van with nobody at its console is lost
 * as long as it does not listen, which is worse than another crash. One that crashes again is back in safe mode at once. The record
 * is written once a start, once when the row ends, and once before an end that the board sees coming.
 */
export class BootGuard {
	/** How the last run ended. */
	readonly restart: Restart;
	readonly #clock: Clock;
	readonly #copies: TwoCopies;
	#record: RestartRecord;
	#isSafe: boolean;
	#expects = false;
	#timer: TimerHandle | undefined;
	#onNormal: () => void = () => {};

	/** Counts this start. */
	constructor({ store, clock, restart }: BootGuardOptions) {
		this.#clock = clock;
		this.#copies = new TwoCopies(store, 'boot');
		const before = recordOf(this.#copies.read()[0]);
		const { reason } = restart;
		const why = restart.why ?? (isCrash(reason) ? before.why : '');
		this.restart = why === '' ? { reason } : { reason, why };
		this.#record = recordAfter(before, reason);
		this.#isSafe = this.#record.crashes >= SAFE_FROM;
		// A board that crashes for ever must not wear its flash out.
		if (!isCrash(reason) || before.crashes < MOST_CRASHES) this.write();
	}

	/** Only the console and the recovery of the module may run. */
	get isSafe(): boolean {
		return this.#isSafe;
	}

	/** Crashes in a row, this start's included, 0–16. */
	get crashes(): number {
		return this.#record.crashes;
	}

	/** Reasons of the last starts, newest first, this one included, at most 8. */
	get latest(): readonly RestartReason[] {
		return this.#record.latest;
	}

	/** Starts by reason since the store was empty, in a fixed order, reasons that never came included. */
	get starts(): readonly { readonly reason: RestartReason; readonly count: number }[] {
		return RESTART_REASONS.map((reason, at) => ({ reason, count: this.#record.counts[at]! }));
	}

	/** Begins to count the time of health, or of safe mode; `onNormal` comes once, when safe mode ends. */
	start(onNormal: () => void): void {
		this.#onNormal = onNormal;
		this.#timer?.cancel();
		this.#timer = undefined;
		if (this.#isSafe) this.#timer = this.after(SAFE_TIME, () => this.tryAgain());
		else if (this.#record.crashes > 0) this.#timer = this.after(HEALTHY, () => this.forget());
	}

	/** The board will end soon, and why: stored, once a start, to be told at the next. */
	expect(why: string): void {
		if (this.#expects) return;
		this.#expects = true;
		this.#record = { ...this.#record, why };
		this.write();
	}

	/** Somebody says that all is well: ends the row of crashes, and safe mode. */
	clear(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.forget();
		if (!this.#isSafe) return;
		this.#isSafe = false;
		this.#onNormal();
	}

	/** No timer is left. */
	close(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#onNormal = () => {};
	}

	private after(ms: number, callback: () => void): TimerHandle {
		return this.#clock.setTimer(this.#clock.now() + ms, callback);
	}

	private forget(): void {
		if (this.#record.crashes === 0) return;
		this.#record = { ...this.#record, crashes: 0 };
		this.write();
	}

	/** The row of crashes goes on: only the time of health that begins now can end it. */
	private tryAgain(): void {
		this.#isSafe = false;
		this.#timer = this.after(HEALTHY, () => this.forget());
		this.#onNormal();
	}

	/** Where nothing can be stored, the board works on without this memory. */
	private write(): void {
		this.#copies.write(bytesOfRecord(this.#record));
	}
}
