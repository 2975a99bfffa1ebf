import Time from 'time';
import Timer from 'timer';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { FaultGuard } from './fault-guard.js';

/** Longest wait of one SDK timer [ms], 12.4 days; it compares times as signed 32-bit differences. */
const LONGEST_WAIT = 2 ** 30;

/** Milliseconds since this object was made. `Time.ticks` wraps every 49.7 days; this clock does not. */
export class XsClock implements Clock {
	readonly #guard: FaultGuard;
	#ticks = Time.ticks;
	#elapsed = 0;

	constructor(guard: FaultGuard) {
		this.#guard = guard;
		// However idle the core is, no wrap goes unseen.
		Timer.repeat(() => void this.now(), LONGEST_WAIT);
	}

	now(): number {
		const ticks = Time.ticks;
		// Ticks are a 32-bit counter that the SDK gives as a signed number; on Linux they are the time of day, which may be set back.
		this.#elapsed += Math.max(0, (ticks - this.#ticks) | 0);
		this.#ticks = ticks;
		return this.#elapsed;
	}

	setTimer(at: number, callback: () => void): TimerHandle {
		let timer: Timer | undefined;
		const arm = () => {
			const wait = Math.min(Math.max(0, Math.ceil(at - this.now())), LONGEST_WAIT);
			timer = Timer.set(fire, wait);
		};
		const fire = this.#guard.wrap('timer', () => {
			timer = undefined;
			if (this.now() < at) arm();
			else callback();
		});
		arm();
		return {
			cancel: () => {
				Timer.clear(timer);
				timer = undefined;
			},
		};
	}
}
