import type { Clock, TimerHandle } from '../ports/clock.js';

export interface UpdateTrialOptions {
	readonly clock: Clock;
	/** What was stored before the switch can be read. */
	readonly isStoreRead: () => boolean;
	/** The module is attached. */
	readonly isAttached: () => boolean;
	/** The network is there, as far as the services that are switched on need one. */
	readonly isCovered: () => boolean;
	/** Every service that is switched on does its work. */
	readonly isUp: () => boolean;
	readonly onPassed: () => void;
	readonly onFailed: (why: string) => void;
}

/** Between two looks [ms]. */
const LOOK = 5_000;
/** Everything must have worked for so long [ms] without a break. */
export const STEADY = 60_000;
/** Time [ms] in which it did not, although nothing but the firmware can be the reason, until the image has failed. */
export const PATIENCE = 600_000;

/**
 * Watches a new image prove itself: attached to the module, and every service that is switched on at work, for a minute. Time in which
 * only the network is missing counts neither for it nor against it: the trial waits, and a restart meanwhile ends it with the old
 * image. An image that cannot read what the one before it stored has failed at once: without settings no service is switched on, and then
 * nothing is missing that could tell against it.
 */
export class UpdateTrial {
	readonly #options: UpdateTrialOptions;
	#timer: TimerHandle | undefined;
	#steady = 0;
	#lost = 0;

	constructor(options: UpdateTrialOptions) {
		this.#options = options;
	}

	start(): void {
		const { clock } = this.#options;
		this.#timer = clock.setTimer(clock.now() + LOOK, () => this.look());
	}

	/** The trial goes on without anybody who looks. */
	close(): void {
		this.#timer?.cancel();
	}

	private look(): void {
		const { isStoreRead, isAttached, isCovered, isUp, onPassed, onFailed } = this.#options;
		if (!isStoreRead()) {
			onFailed('the store cannot be read');
			return;
		}
		const attached = isAttached();
		const up = attached && isUp();
		this.#steady = up ? this.#steady + LOOK : 0;
		if (!up && (!attached || isCovered())) this.#lost += LOOK;
		if (this.#steady >= STEADY) onPassed();
		else if (this.#lost >= PATIENCE) onFailed(attached ? 'a service does not come up' : 'the module is not attached');
		else this.start();
	}
}
