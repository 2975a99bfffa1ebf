import { CHARGED, type Share } from './case.js';

/** Sums a running count (bytecodes, time): all of it, or only what is done while the charged owner is at work. */
export class Account implements Share {
	readonly #count: () => number;
	readonly #onSample: () => void;
	readonly #onBaseline: () => void;
	#shared = false;
	#charging = true;
	#since = 0;
	#sum = 0;
	#taken = 0;
	#units = 0;

	constructor(count: () => number, onSample: () => void, onBaseline: () => void) {
		this.#count = count;
		this.#onSample = onSample;
		this.#onBaseline = onBaseline;
	}

	switchTo(owner: string): void {
		const now = this.#count();
		if (this.#charging) this.#sum += now - this.#since;
		this.#shared = true;
		this.#charging = owner === CHARGED;
		this.#since = this.#count();
	}

	sample(): void {
		this.#pause(this.#onSample);
	}

	baseline(): void {
		this.#pause(this.#onBaseline);
	}

	took(ms: number): void {
		this.#taken += ms;
		this.#units++;
	}

	/** Mean of what `took` was told [ms]; undefined: nothing. */
	get latency(): number | undefined {
		return this.#units === 0 ? undefined : this.#taken / this.#units;
	}

	#pause(what: () => void): void {
		const now = this.#count();
		if (this.#charging) this.#sum += now - this.#since;
		what();
		this.#since = this.#count();
	}

	/** What `task` costs. */
	async costOf(task: () => void | Promise<void>): Promise<number> {
		this.#sum = 0;
		this.#charging = !this.#shared;
		this.#since = this.#count();
		const pending = task();
		if (pending !== undefined) await pending;
		if (this.#charging) this.#sum += this.#count() - this.#since;
		return this.#sum;
	}
}
