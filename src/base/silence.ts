import type { Clock, TimerHandle } from '../ports/clock.js';

/**
 * Tells when nothing has happened for so long. Its timer runs on by itself and looks at the time of the last `touch` when it ends:
 * not one timer an octet.
 */
export class Silence {
	readonly #clock: Clock;
	readonly #ms: number;
	readonly #onSilent: () => void;
	#at: number;
	#timer: TimerHandle;

	/** Begins to run; `onSilent` comes once, after `ms` without `touch`, and never from inside a call. */
	constructor(clock: Clock, ms: number, onSilent: () => void) {
		this.#clock = clock;
		this.#ms = ms;
		this.#onSilent = onSilent;
		this.#at = clock.now() + ms;
		this.#timer = this.#watch();
	}

	/** Something happened. */
	touch(): void {
		this.#at = this.#clock.now() + this.#ms;
	}

	/** After this `onSilent` is not called any more. Idempotent. */
	cancel(): void {
		this.#timer.cancel();
	}

	#watch(): TimerHandle {
		return this.#clock.setTimer(this.#at, () => {
			if (this.#clock.now() >= this.#at) this.#onSilent();
			else this.#timer = this.#watch();
		});
	}
}
