import type { Clock } from '../ports/clock.js';

/** A call whose last ring is so long ago [ms] rings no more: rings come every 5 s. */
const SILENCE = 8_000;

/** Counts the rings of a call that comes in, for S0: the module itself must answer none (V.250 6.3.8). */
export class RingCounter {
	readonly #clock: Clock;
	#count = 0;
	#last = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Looks at an unsolicited result code. True: it is a ring, and the call has rung `most` times or more; 0: never. */
	count(text: string, most: number): boolean {
		if (!/^(RING$|\+CRING:)/.test(text)) return false;
		const now = this.#clock.now();
		this.#count = now - this.#last > SILENCE ? 1 : this.#count + 1;
		this.#last = now;
		return most > 0 && this.#count >= most;
	}
}
