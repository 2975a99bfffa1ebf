/** Where an exception ended, and what it was. */
export type FaultReport = (place: string, error: unknown) => void;

/**
 * The one place where exceptions of callbacks end: reported, and then the board restarts, at the first already, because a core that threw
 * is in no state to go on with. XS itself would abort the machine at an exception that leaves a callback and lose what it was; and where
 * the caller swallows it, the core would go on without a part. What crashes again and again is for the core's `BootGuard`.
 */
export class FaultGuard {
	readonly #report: FaultReport;
	readonly #restart: () => void;
	#ended = false;

	/** `restart` does not come back on a board. */
	constructor(report: FaultReport, restart: () => void) {
		this.#report = report;
		this.#restart = restart;
	}

	/** `callback` for the SDK, reported under the name `place`. */
	wrap<Arguments extends unknown[]>(
		place: string,
		callback: (...args: Arguments) => void,
	): (...args: Arguments) => void {
		return (...args) => this.run(place, callback, ...args);
	}

	/** Calls `callback` now. */
	run<Arguments extends unknown[]>(place: string, callback: (...args: Arguments) => void, ...args: Arguments): void {
		try {
			callback(...args);
		} catch (error) {
			this.end(place, error);
			throw error;
		}
	}

	/** Reports the first fault; what follows from it is not reported. Needs no memory after the first call. */
	end(place: string, error: unknown): void {
		if (this.#ended) return;
		this.#ended = true;
		try {
			this.#report(place, error);
		} finally {
			this.#restart();
		}
	}
}
