import { SECTOR } from '../../src/ports/updater.js';

/** NOR flash: an erased sector is all ones, and writing can only make zeros. */
export interface Flash {
	/** Octets, a multiple of a sector. */
	readonly size: number;
	read(offset: number, into: Uint8Array): void;
	/** What stands there and `bytes`, bit by bit. */
	write(offset: number, bytes: Uint8Array): void;
	/** `offset`: a multiple of a sector. */
	erase(offset: number): void;
}

/** Flash that lasts as long as the object. */
export class MemoryFlash implements Flash {
	readonly #octets: Uint8Array;

	constructor(size: number) {
		this.#octets = new Uint8Array(size).fill(0xff);
	}

	get size(): number {
		return this.#octets.length;
	}

	read(offset: number, into: Uint8Array): void {
		into.set(this.#octets.subarray(offset, offset + into.length));
	}

	write(offset: number, bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; at++) this.#octets[offset + at]! &= bytes[at]!;
	}

	erase(offset: number): void {
		this.#octets.fill(0xff, offset, offset + SECTOR);
	}
}
