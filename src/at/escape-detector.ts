import type { Clock, TimerHandle } from '../ports/clock.js';

const PLUS = 0x2b;

/**
 * Finds the escape sequence of V.250/Hayes in online mode: three S2 characters with silence of the guard time before and
 * after. Everything else passes, a false escape too, in its order.
 */
export class EscapeDetector {
	readonly #clock: Clock;
	readonly #guard: number;
	readonly #pass: (bytes: Uint8Array) => void;
	readonly #escaped: () => void;
	readonly #whole: boolean;
	readonly #character: number;
	#last: number;
	#held = 0;
	#timer: TimerHandle | undefined;

	/**
	 * `guard` in milliseconds. `whole`: the three must come in one feed of their own, as in a TCP packet; typed one by one they
	 * are data. `character`: S2, where it is not the plus sign.
	 */
	constructor(
		clock: Clock,
		guard: number,
		pass: (bytes: Uint8Array) => void,
		escaped: () => void,
		{ whole = false, character = PLUS }: { readonly whole?: boolean; readonly character?: number } = {},
	) {
		this.#clock = clock;
		this.#guard = guard;
		this.#pass = pass;
		this.#escaped = escaped;
		this.#whole = whole;
		this.#character = character;
		this.#last = clock.now();
	}

	feed(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		const now = this.#clock.now();
		const silent = now - this.#last >= this.#guard;
		this.#last = now;
		this.#timer?.cancel();
		this.#timer = undefined;
		const fits = this.#whole ? bytes.length === 3 : bytes.length <= 3;
		const plus = fits && bytes.every(octet => octet === this.#character);
		if (plus && (this.#held > 0 || silent) && this.#held + bytes.length <= 3) {
			this.#held += bytes.length;
			this.#timer = this.#clock.setTimer(now + this.#guard, () => {
				this.#timer = undefined;
				if (this.#held === 3) {
					this.#held = 0;
					this.#escaped();
				} else this.#release();
			});
			return;
		}
		this.#release();
		this.#pass(bytes);
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#held = 0;
	}

	#release(): void {
		if (this.#held === 0) return;
		const held = new Uint8Array(this.#held).fill(this.#character);
		this.#held = 0;
		this.#pass(held);
	}
}
