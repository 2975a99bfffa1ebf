/** Counters below the highest one that may still come late: the width of the window. */
export const WINDOW = 32;
const MAX_COUNTER = 0xffff_ffff;

/**
 * Which counters of a key were used (security.md, "SMS digest v2"): the highest one and, in a sliding window of 32, those
 * just below it. A counter is accepted once; what is below the window is refused.
 *
 * Counter 0 is never accepted, so a new window starts as if it were used. Nothing follows 4294967295: the
 * counter does not wrap, and the key has to be replaced.
 */
export class ReplayWindow {
	#highest = 0;
	/** Bit n: the counter n below the highest was used. */
	#used = 1;

	/** The highest counter used; 0: none. */
	get highest(): number {
		return this.#highest;
	}

	/** The 32 bits of the window, as an unsigned number; bit n is the counter n below the highest. */
	get used(): number {
		return this.#used;
	}

	/** Whether this counter has not been used and is not too old to tell. */
	accepts(counter: number): boolean {
		if (!Number.isInteger(counter) || counter < 0 || counter > MAX_COUNTER) return false;
		const behind = this.#highest - counter;
		return behind < 0 || (behind < WINDOW && ((this.#used >>> behind) & 1) === 0);
	}

	/** Uses a counter up; false: it was not acceptable, and nothing changed. */
	mark(counter: number): boolean {
		if (!this.accepts(counter)) return false;
		this.#include(counter, 1);
		return true;
	}

	/** Adds what another copy of this window saw. Nothing that was used becomes acceptable by it, whichever copy is older. */
	merge(highest: number, used: number): void {
		if (Number.isInteger(highest) && highest >= 0 && highest <= MAX_COUNTER) this.#include(highest, used | 1);
	}

	/** Adds the used counters from `counter` downwards. */
	#include(counter: number, used: number): void {
		const ahead = counter - this.#highest;
		const mine = ahead > 0 ? shifted(this.#used, ahead) : this.#used;
		this.#used = (mine | (ahead > 0 ? used : shifted(used, -ahead))) >>> 0;
		if (ahead > 0) this.#highest = counter;
	}
}

/** The window's bits when its highest counter is `steps` further on. */
function shifted(used: number, steps: number): number {
	return steps < WINDOW ? used << steps : 0;
}
