import { Random } from './random.js';

/** What happens to messages between the centre and their recipients. */
export interface Transit {
	/** From SUBMIT to DELIVER [ms]. */
	readonly delay: number;
	/** Each message takes up to so much longer [ms], so that a later one can come first. */
	readonly spread: number;
	/** Share of messages that are lost on the way, 0–1: nobody is told. */
	readonly lose: number;
	/** Share of messages that are delivered twice, 0–1. */
	readonly double: number;
}

const USUAL: Transit = Object.freeze({ delay: 2000, spread: 0, lose: 0, double: 0 });

/** Draws the fate of each message. The same seed and the same messages give the same fates. */
export class MessageTransit {
	readonly #usual: Transit;
	readonly #disturbances = new Set<Partial<Transit>>();
	readonly #random: Random;

	/** What `usual` leaves out is: two seconds, in order, nothing lost, nothing doubled. */
	constructor(usual: Partial<Transit> = {}, random: Random = new Random(0)) {
		this.#usual = { ...USUAL, ...usual };
		this.#random = random;
	}

	/** Adds to what happens anyway, until the returned function is called. Several may be on at a time. */
	disturb(disturbance: Partial<Transit>): () => void {
		const own = { ...disturbance };
		this.#disturbances.add(own);
		return () => this.#disturbances.delete(own);
	}

	/** What is on now: delays add up, of several shares the largest counts. */
	get now(): Transit {
		let { delay, spread, lose, double } = this.#usual;
		for (const one of this.#disturbances) {
			delay += one.delay ?? 0;
			spread += one.spread ?? 0;
			lose = Math.max(lose, one.lose ?? 0);
			double = Math.max(double, one.double ?? 0);
		}
		return { delay, spread, lose, double };
	}

	/** When the copies of one message arrive [ms from now]; none: it is lost. */
	draw(): readonly number[] {
		const { delay, spread, lose, double } = this.now;
		// Drawn only where it can matter, so that one disturbance does not change the fates under another.
		if (lose > 0 && this.#random.next() < lose) return [];
		const first = delay + this.#later(spread);
		if (double === 0 || this.#random.next() >= double) return [first];
		return [first, first + delay + this.#later(spread)];
	}

	#later(spread: number): number {
		return spread === 0 ? 0 : Math.floor(this.#random.next() * spread);
	}
}
