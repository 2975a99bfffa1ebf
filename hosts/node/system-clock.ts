import type { Clock, TimerHandle } from '../../src/ports/clock.js';

/** The longest delay that setTimeout takes [ms]; longer waits are cut into pieces. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The process's monotonic clock. */
export class SystemClock implements Clock {
	now(): number {
		return performance.now();
	}

	setTimer(at: number, callback: () => void): TimerHandle {
		let timer: NodeJS.Timeout;
		const arm = () => {
			const delay = Math.ceil(Math.max(0, at - this.now()));
			timer = setTimeout(fire, Math.min(delay, LONGEST_DELAY));
		};
		// Node's timers count whole milliseconds of the event loop and may fire a fraction early.
		const fire = () => (this.now() < at ? arm() : callback());
		arm();
		return { cancel: () => clearTimeout(timer) };
	}
}
