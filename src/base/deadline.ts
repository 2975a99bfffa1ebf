import type { Clock } from '../ports/clock.js';

/** The outcome of `task`, or `late` once the clock reaches `at` [ms]. The timer never outlives the race. */
export function before<Value, Late>(clock: Clock, at: number, task: Promise<Value>, late: Late): Promise<Value | Late> {
	return new Promise((resolve, reject) => {
		const timer = clock.setTimer(at, () => resolve(late));
		task.then(
			value => {
				timer.cancel();
				resolve(value);
			},
			error => {
				timer.cancel();
				reject(error);
			},
		);
	});
}

/** Settles once `ms` milliseconds have passed. */
export function pause(clock: Clock, ms: number): Promise<void> {
	return new Promise(resolve => {
		clock.setTimer(clock.now() + ms, resolve);
	});
}
