import type { Store } from '../../src/ports/store.js';
import type { Random } from './random.js';

/** A store whose power can go in the middle of a write: what was written is torn, and nothing more is stored until the next start. */
export class TearingStore implements Store {
	readonly #inner: Store;
	readonly #random: Random;
	readonly #onTorn: () => void;
	/** Writes until the one that is torn; 0: none will be. */
	#remaining = 0;
	#dark = false;

	/** `onTorn`: the power is gone; whoever owns the board stops it, calls `restore` and starts it again. Not from inside this call. */
	constructor(inner: Store, random: Random, onTorn: () => void) {
		this.#inner = inner;
		this.#random = random;
		this.#onTorn = onTorn;
	}

	/** The `nth` write from now on will be torn: 1 = the next. */
	tear(nth: number): void {
		this.#remaining = nth;
	}

	/** The power is back. */
	restore(): void {
		this.#dark = false;
	}

	read(name: string): Uint8Array | undefined {
		return this.#inner.read(name);
	}

	write(name: string, record: Uint8Array): boolean {
		if (this.#dark) return false;
		if (this.#remaining === 0 || --this.#remaining > 0) return this.#inner.write(name, record);
		this.#dark = true;
		this.#inner.write(name, record.slice(0, this.#random.between(0, record.length - 1)));
		this.#onTorn();
		return false;
	}

	erase(name: string): void {
		if (!this.#dark) this.#inner.erase(name);
	}
}
