import type { Clock, TimerHandle } from '../../../src/ports/clock.js';

/** The time of one run of the module's firmware: when the power goes, everything that was still to happen is forgotten. */
export class RunClock implements Clock {
	readonly #clock: Clock;
	readonly #timers = new Set<TimerHandle>();
	#ended = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	get ended(): boolean {
		return this.#ended;
	}

	now(): number {
		return this.#clock.now();
	}

	setTimer(at: number, callback: () => void): TimerHandle {
		if (this.#ended) return { cancel: () => undefined };
		const timer = this.#clock.setTimer(at, () => {
			this.#timers.delete(handle);
			callback();
		});
		const handle: TimerHandle = {
			cancel: () => {
				this.#timers.delete(handle);
				timer.cancel();
			},
		};
		this.#timers.add(handle);
		return handle;
	}

	/** Cancels every timer; none can be set any more. What waits for one waits for ever. */
	end(): void {
		this.#ended = true;
		for (const timer of [...this.#timers]) timer.cancel();
		this.#timers.clear();
	}
}
