import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Watchdog } from '../ports/watchdog.js';

/** A part of the co-processor that must move on. */
export interface MovingPart {
	/** For the record: `modem`. */
	readonly name: string;
	/** It may rest for so long [ms]. */
	readonly limit: number;
	/** When it moved last [ms of the clock]; undefined: it has nothing to do. */
	lastMoved(): number | undefined;
}

export interface LoopWatchOptions {
	readonly clock: Clock;
	readonly watchdog: Watchdog;
	readonly parts: readonly MovingPart[];
	/** Called once, when the watchdog is left hungry for the first time, with the reason: the time to store it. */
	readonly onStuck: (why: string) => void;
}

/** Between two looks [ms]: the watchdog needs a longer patience. */
const BEAT = 1_000;
/** A look that comes later than this [ms] is late: a write to the flash or a collection of garbage takes a tenth of it. */
const LATE = 5_000;
/** So many late looks in a row mean that the loop does not keep up any more. */
const LATE_LOOKS = 3;

/**
 * Feeds the watchdog from the loop that everything runs in, as long as the loop is in time and its parts move on. A loop that stands
 * still feeds nothing; one that turns while a part waits for something that never comes is what only this can see. A part that
 * moves on before the watchdog bites is forgiven.
 */
export class LoopWatch {
	readonly #options: LoopWatchOptions;
	#timer: TimerHandle | undefined;
	/** When the parts began to have their chance [ms]: time in which the loop itself stood still is not theirs. */
	#since = 0;
	#lateLooks = 0;
	#worstDelay = 0;
	#isTold = false;

	constructor(options: LoopWatchOptions) {
		this.#options = options;
	}

	/** The most that a look was late since the start [ms]. */
	get worstDelay(): number {
		return this.#worstDelay;
	}

	/** Feeds now, and from now on every second. */
	start(): void {
		this.close();
		const { clock, watchdog } = this.#options;
		this.#since = clock.now();
		this.#lateLooks = 0;
		watchdog.feed();
		this.lookAgain();
	}

	/** Nobody feeds the watchdog any more. */
	close(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	private lookAgain(): void {
		const due = this.#options.clock.now() + BEAT;
		this.#timer = this.#options.clock.setTimer(due, () => {
			// First, so that a fault in a look does not end the looks.
			this.lookAgain();
			this.look(this.#options.clock.now() - due);
		});
	}

	private look(delay: number): void {
		const { clock, watchdog, onStuck } = this.#options;
		this.#worstDelay = Math.max(this.#worstDelay, delay);
		this.#lateLooks = delay > LATE ? this.#lateLooks + 1 : 0;
		if (this.#lateLooks > 0) this.#since = clock.now();
		const why = this.#lateLooks >= LATE_LOOKS ? `the loop is ${seconds(delay)} s late` : this.stuckPart();
		if (why === undefined) watchdog.feed();
		else if (!this.#isTold) {
			this.#isTold = true;
			onStuck(why);
		}
	}

	private stuckPart(): string | undefined {
		const now = this.#options.clock.now();
		for (const part of this.#options.parts) {
			const moved = part.lastMoved();
			const rest = moved === undefined ? 0 : now - Math.max(moved, this.#since);
			if (rest > part.limit) return `${part.name} has not moved for ${seconds(rest)} s`;
		}
		return undefined;
	}
}

function seconds(ms: number): number {
	return Math.round(ms / 1000);
}
