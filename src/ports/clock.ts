/** Time as a port. Monotonic, in milliseconds since some fixed moment. */
export interface Clock {
	now(): number;
	/** Calls `callback` once, at the absolute time `at` [ms] or as soon as possible after it; never from inside this call. */
	setTimer(at: number, callback: () => void): TimerHandle;
}

export interface TimerHandle {
	/** After this the callback is not called any more. Idempotent. */
	cancel(): void;
}
