/**
 * Reads a PDU from its start to its end. Reading past the end gives zeros and marks the reader as overrun, so that a
 * decoder asks once, at its end, whether all it read was there.
 */
export class OctetReader {
	readonly #octets: Uint8Array;
	#at = 0;
	#overrun = false;

	constructor(octets: Uint8Array) {
		this.#octets = octets;
	}

	/** Octets not yet read. */
	get left(): number {
		return this.#octets.length - this.#at;
	}

	/** More was read than there is. */
	get overrun(): boolean {
		return this.#overrun;
	}

	octet(): number {
		const value = this.#octets[this.#at];
		if (value === undefined) {
			this.#overrun = true;
			return 0;
		}
		this.#at++;
		return value;
	}

	/** The next `count` octets as a view; fewer where the end comes first. */
	take(count: number): Uint8Array {
		if (count > this.left) this.#overrun = true;
		const taken = this.#octets.subarray(this.#at, this.#at + count);
		this.#at += taken.length;
		return taken;
	}
}
