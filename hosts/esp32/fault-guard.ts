/** Where an exception ended, and what it was. */
export type FaultReport = (place: string, error: unknown) => void;

/**
 * The one place where exceptions of callbacks end. XS aborts the machine at an exception that leaves a callback, and loses
 * what it was: the guard reports it first. The abort then restarts the board (`esp_restart` in a release build, the debugger in a
 * debug build), because a core that threw is in no state to go on with.
 */
export class FaultGuard {
	readonly #report: FaultReport;
	#ended = false;

	constructor(report: FaultReport) {
		this.#report = report;
	}

	/** `callback` for the SDK, reported under the name `place`. */
	wrap<Arguments extends unknown[]>(
		place: string,
		callback: (...args: Arguments) => void,
	): (...args: Arguments) => void {
		return (...args) => {
			try {
				callback(...args);
			} catch (error) {
				this.end(place, error);
				throw error;
			}
		};
	}

	/** Reports the first fault; what follows from it is not reported. Needs no memory after the first call. */
	end(place: string, error: unknown): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#report(place, error);
	}
}
