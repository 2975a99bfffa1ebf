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
		return new XsTimer(this, this.#guard, at, callback);
	}
}

/** One timer. An object with few functions: a board has a dozen at a time, and every function of its own costs them eight slots each. */
class XsTimer implements TimerHandle {
	readonly #clock: XsClock;
	readonly #guard: FaultGuard;
	readonly #at: number;
	readonly #callback: () => void;
	#timer: Timer | undefined;

	constructor(clock: XsClock, guard: FaultGuard, at: number, callback: () => void) {
		this.#clock = clock;
		this.#guard = guard;
		this.#at = at;
		this.#callback = callback;
		this.arm();
	}

	cancel(): void {
		Timer.clear(this.#timer);
		this.#timer = undefined;
	}

	private arm(): void {
		const wait = Math.min(Math.max(0, Math.ceil(this.#at - this.#clock.now())), LONGEST_WAIT);
		this.#timer = Timer.set(() => this.fire(), wait);
	}

	private fire(): void {
		this.#timer = undefined;
		if (this.#clock.now() < this.#at) this.arm();
		else this.#guard.run('timer', this.#callback);
	}
}
