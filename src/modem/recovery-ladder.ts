/** How the next attempt to attach begins. */
export interface Attempt {
	/** `mux`: gentle, whatever state the module is in. */
	readonly rung: 'mux' | 'reset' | 'power';
	/** Before it [ms]. */
	readonly wait: number;
}

/** Pause before an attempt [ms]: doubles with each failure in a row. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
/** Between two uses of the reset line or the power [ms]: doubles too. A module that does not come back is not reset for ever. */
const FIRST_GAP = 30_000;
const LONGEST_GAP = 1_800_000;
/** A module that was ready for so long [ms] had come back: the next loss begins at the bottom. */
const STABLE = 300_000;

/**
 * Which rung of the ladder above the DLCIs is next: the multiplexer, the reset line, the power. The gentle one again and again, at
 * most a minute apart; the hard ones with a budget that shrinks (kura #2827: a wrong APN made a reset loop).
 */
export class RecoveryLadder {
	#failures = 0;
	#gap = FIRST_GAP;
	#hardAt = 0;
	#power = false;
	#readySince: number | undefined;

	/** The module is ready at `now` [ms]. */
	ready(now: number): void {
		this.#readySince = now;
	}

	/** The module is lost, or an attempt failed. */
	next(now: number): Attempt {
		if (this.#readySince !== undefined && now - this.#readySince >= STABLE) this.reset();
		this.#readySince = undefined;
		const wait = Math.min(FIRST_WAIT * 2 ** Math.min(this.#failures, 8), LONGEST_WAIT);
		const isFirst = this.#failures++ === 0;
		if (isFirst || now < this.#hardAt) return { rung: 'mux', wait };
		const rung = this.#power ? 'power' : 'reset';
		this.#power = !this.#power;
		this.#hardAt = now + this.#gap;
		this.#gap = Math.min(this.#gap * 2, LONGEST_GAP);
		return { rung, wait };
	}

	/** Begins at the bottom again. */
	reset(): void {
		this.#failures = 0;
		this.#gap = FIRST_GAP;
		this.#hardAt = 0;
		this.#power = false;
	}
}
