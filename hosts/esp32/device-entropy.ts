import type { Entropy } from '../../src/ports/entropy.js';
import { fillRandom } from './hardware-random.js';

/** The chip's random number generator. */
export class DeviceEntropy implements Entropy {
	readonly #isRadioOn: () => boolean;

	/** Left out: the firmware has no radio. */
	constructor(isRadioOn: () => boolean = () => false) {
		this.#isRadioOn = isRadioOn;
	}

	fill(into: Uint8Array): void {
		if (into.length > 0) fillRandom(into, this.#isRadioOn());
	}
}
