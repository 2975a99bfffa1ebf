import type { Clock, TimerHandle } from '../ports/clock.js';

/** Somebody who has something to tell an owner. */
export interface Notice {
	deliver(): void;
}

/**
 * Calls owners only when none of their own calls is on the stack: at the end of an event of the lower port, else from a
 * timer. One event delivers what was posted during it; what that in turn posts waits for a timer, so no two owners can keep
 * the machine busy between them.
 */
export class Notifier {
	readonly #clock: Clock;
	#posted: Notice[] = [];
	#timer: TimerHandle | undefined;
	#inEvent = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Delivers `notice` soon. The caller posts a notice that is still waiting only once. */
	post(notice: Notice): void {
		this.#posted.push(notice);
		if (!this.#inEvent) this.schedule();
	}

	/** Handles an event that comes from below, then delivers. */
	run(event: () => void): void {
		this.#inEvent = true;
		try {
			event();
			this.#deliver();
		} finally {
			this.#inEvent = false;
			if (this.#posted.length > 0) this.schedule();
		}
	}

	private schedule(): void {
		if (this.#timer !== undefined) return;
		this.#timer = this.#clock.setTimer(this.#clock.now(), () => {
			this.#timer = undefined;
			this.run(() => {});
		});
	}

	/** An owner that throws keeps the others from nothing: they are told by the next timer. */
	#deliver(): void {
		for (let count = this.#posted.length; count > 0; count--) this.#posted.shift()!.deliver();
	}
}
