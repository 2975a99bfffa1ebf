import type { Clock, TimerHandle } from '../ports/clock.js';

/** Whom a stall watch tells. An object and not a function: three slots and more of the engine's heap less for each watch. */
export interface StallOwner {
	stalled(watch: StallWatch): void;
}

/**
 * Tells when a state has lasted too long. Made for states that come and go with every frame: turning it off and on
 * costs no timer, one timer at a time looks whether the state still lasts.
 */
export class StallWatch {
	readonly #clock: Clock;
	readonly #limit: number;
	readonly #owner: StallOwner;
	#since: number | undefined;
	#told = false;
	#timer: TimerHandle | undefined;

	/** `owner` is told once for each time the state lasts `limit` ms. */
	constructor(clock: Clock, limit: number, owner: StallOwner) {
		this.#clock = clock;
		this.#limit = limit;
		this.#owner = owner;
	}

	/** The state holds or not. Saying the same again changes nothing. */
	set(on: boolean): void {
		if (on && this.#since === undefined) this.restart();
		else if (!on) this.#since = undefined;
	}

	/** The state holds, and its time starts anew. */
	restart(): void {
		this.#since = this.#clock.now();
		this.#told = false;
		if (this.#timer === undefined) this.arm(this.#since + this.#limit);
	}

	/** Off for good; no timer remains. */
	stop(): void {
		this.#since = undefined;
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	private arm(at: number): void {
		this.#timer = this.#clock.setTimer(at, () => {
			this.#timer = undefined;
			const since = this.#since;
			if (since === undefined || this.#told) return;
			if (this.#clock.now() < since + this.#limit) {
				this.arm(since + this.#limit);
				return;
			}
			this.#told = true;
			this.#owner.stalled(this);
		});
	}
}
