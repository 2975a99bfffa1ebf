import type { Toward } from './fault.js';
import type { Random } from './random.js';

/** What becomes of an octet that is hit. */
export type Noise = 'lose' | 'double' | 'corrupt';

/** Hits octets on a line at a rate: loses, doubles or changes them. */
export class LineNoise {
	readonly #noise: Noise;
	readonly #rate: number;
	readonly #toward: Toward;
	readonly #random: Random;
	/** Octets that pass before the next one is hit. */
	#ahead: number;

	/** `rate`: 0–1, the share of octets that are hit. */
	constructor(noise: Noise, rate: number, toward: Toward, random: Random) {
		this.#noise = noise;
		this.#rate = rate;
		this.#toward = toward;
		this.#random = random;
		this.#ahead = this.#gap();
	}

	/** What arrives of `bytes`, at the board (`dte`) or at the module (`dce`). May change and return the same array. */
	pass(bytes: Uint8Array, toward: 'dte' | 'dce'): Uint8Array {
		if (this.#toward !== 'both' && this.#toward !== (toward === 'dte' ? 'board' : 'module')) return bytes;
		if (this.#ahead >= bytes.length) {
			this.#ahead -= bytes.length;
			return bytes;
		}
		const arrived: number[] = [];
		for (const octet of bytes) {
			if (this.#ahead-- > 0) {
				arrived.push(octet);
				continue;
			}
			this.#ahead = this.#gap();
			if (this.#noise === 'double') arrived.push(octet, octet);
			else if (this.#noise === 'corrupt') arrived.push(octet ^ this.#random.between(1, 255));
		}
		return Uint8Array.from(arrived);
	}

	/** Octets between two hits: geometric, so that one draw serves for all of them. */
	#gap(): number {
		if (this.#rate >= 1) return 0;
		return Math.floor(Math.log(1 - this.#random.next()) / Math.log(1 - this.#rate));
	}
}
