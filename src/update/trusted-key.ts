import { equalInConstantTime } from '../base/constant-time.js';
import { bytesOfHex } from '../base/hex.js';
import type { SafeRecord } from './file-box.js';
import { KEY } from './image-header.js';

/**
 * The key that images must be signed with: the firmware's own, until an image that was signed with it brought another one and passed
 * its trial. What was brought holds as long as the firmware's own stays what it was then: a firmware with a new key of its own
 * begins anew.
 */
export class TrustedKey {
	readonly #record: SafeRecord;
	readonly #own: Uint8Array | undefined;
	#current: Uint8Array | undefined;

	/** `own`: 128 hexadecimal digits; anything else is no key, and then there is none at all. */
	constructor(record: SafeRecord, own: string) {
		this.#record = record;
		this.#own = parsePublicKey(own);
		this.#current = this.#own;
		const brought = record.read().find(octets => octets.length === 2 * KEY);
		if (this.#own === undefined || brought === undefined) return;
		if (equalInConstantTime(brought.subarray(0, KEY), this.#own)) this.#current = brought.slice(KEY);
	}

	/** Undefined: no image is taken. */
	get current(): Uint8Array | undefined {
		return this.#current;
	}

	/** From now on images are signed with this one. False: not stored, and the old one stays. */
	replace(key: Uint8Array): boolean {
		if (this.#own === undefined || this.#current === undefined) return false;
		if (equalInConstantTime(key, this.#current)) return true;
		const octets = new Uint8Array(2 * KEY);
		octets.set(this.#own);
		octets.set(key, KEY);
		if (!this.#record.write(octets)) return false;
		this.#current = key.slice();
		return true;
	}
}

/** X and Y of 128 hexadecimal digits; undefined: no key. */
export function parsePublicKey(hex: string): Uint8Array | undefined {
	const key = bytesOfHex(hex);
	return key?.length === KEY ? key : undefined;
}
