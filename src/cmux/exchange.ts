import type { Clock, TimerHandle } from '../ports/clock.js';

export interface ExchangeOptions<Outcome> {
	readonly clock: Clock;
	/** How long each attempt waits for its answer [ms]: T1 or T2 (27.010 5.7). */
	readonly wait: number;
	/** How often an attempt is repeated: N2. */
	readonly retries: number;
	/** Sends; `attempt` counts from 0. */
	readonly send: (attempt: number) => void;
	/** The outcome when no attempt was answered. */
	readonly late: Outcome;
	/** Called once, from `settle` or when the last wait has passed. */
	readonly done: (outcome: Outcome) => void;
}

/** Something sent that wants an answer: repeated until `settle` says it came, ended when it never does. Starts at once. */
export class Exchange<Outcome> {
	readonly #options: ExchangeOptions<Outcome>;
	#attempt = 0;
	#timer: TimerHandle | undefined;
	#settled = false;

	constructor(options: ExchangeOptions<Outcome>) {
		this.#options = options;
		this.#try();
	}

	/** Ends it. The first call counts. */
	settle(outcome: Outcome): void {
		if (this.#settled) return;
		this.#settled = true;
		this.#timer?.cancel();
		this.#options.done(outcome);
	}

	#try(): void {
		const { clock, wait, retries, send, late } = this.#options;
		// Armed first: an answer can come while `send` runs.
		this.#timer = clock.setTimer(clock.now() + wait, () => {
			if (this.#settled) return;
			if (this.#attempt > retries) this.settle(late);
			else this.#try();
		});
		send(this.#attempt++);
	}
}
