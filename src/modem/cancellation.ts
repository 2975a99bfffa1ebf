import type { Clock } from '../ports/clock.js';

/** Lets the owner of a long task end it early: each wait ends at once, and the task looks here after each. */
export class Cancellation {
	#handlers: (() => void)[] = [];
	#cancelled = false;

	get isCancelled(): boolean {
		return this.#cancelled;
	}

	/** Idempotent. */
	cancel(): void {
		if (this.#cancelled) return;
		this.#cancelled = true;
		for (const handler of this.#handlers.splice(0)) handler();
	}

	/** Calls `handler` when it is cancelled, at once if it is already. The returned function ends that. */
	onCancel(handler: () => void): () => void {
		if (this.#cancelled) handler();
		else this.#handlers.push(handler);
		return () => {
			this.#handlers = this.#handlers.filter(other => other !== handler);
		};
	}

	/** Settles once `ms` milliseconds have passed, or on cancellation; then no timer is left. */
	pause(clock: Clock, ms: number): Promise<void> {
		if (this.#cancelled) return Promise.resolve();
		return new Promise(resolve => {
			let forget = () => {};
			const timer = clock.setTimer(clock.now() + ms, () => {
				forget();
				resolve();
			});
			forget = this.onCancel(() => {
				timer.cancel();
				resolve();
			});
		});
	}
}
