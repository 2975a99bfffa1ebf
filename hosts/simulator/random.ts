/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
	#state: number;

	/** `seed`: any whole number; its low 32 bits count. */
	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** 0 ≤ x < 1. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	}

	/** A whole number from `least` to `most`. */
	between(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	/** One item of a list that has some. */
	pick<Item>(items: readonly Item[]): Item {
		return items[this.between(0, items.length - 1)]!;
	}
}
