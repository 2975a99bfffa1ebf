import type { Clock } from '../../src/ports/clock.js';

/** Between two looks [ms]: each collects the garbage, for which everything else waits. */
const LOOK = 60_000;

/**
 * The most that the engine's memory held of what was no garbage, as far as a look a minute tells. What is in use between two collections
 * says nothing: the engine collects only when its memory is full.
 */
export class HeapPeak {
	readonly #inUse: () => number;
	#octets = 0;

	/** `inUse`: octets in use, without garbage. */
	constructor(clock: Clock, inUse: () => number) {
		this.#inUse = inUse;
		const look = () => {
			this.look();
			clock.setTimer(clock.now() + LOOK, look);
		};
		clock.setTimer(clock.now() + LOOK, look);
	}

	/** Looks, and gives the peak [octets]. */
	look(): number {
		this.#octets = Math.max(this.#octets, this.#inUse());
		return this.#octets;
	}
}
