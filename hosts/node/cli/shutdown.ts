/** What a long-running sub-command waits for before it tidies up. */
export class Shutdown {
	/** Settles when the user or the system wants the end. */
	readonly asked: Promise<void>;
	#ask!: () => void;
	readonly #onSignal = (): void => this.ask();

	constructor() {
		this.asked = new Promise(resolve => {
			this.#ask = resolve;
		});
		// Only once: a second Ctrl-C ends the process where tidying up hangs.
		process.once('SIGINT', this.#onSignal);
		process.once('SIGTERM', this.#onSignal);
		process.once('SIGHUP', this.#onSignal);
	}

	ask(): void {
		this.#ask();
	}
}
