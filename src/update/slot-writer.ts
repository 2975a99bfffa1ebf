import type { Updater } from '../ports/updater.js';

/** Octets that go to the flash at a time: they divide a sector. */
const BLOCK = 1024;

/** Octets of any length, gathered into the blocks that the flash takes. */
export class SlotWriter {
	readonly #updater: Updater;
	readonly #size: number;
	readonly #block = new Uint8Array(BLOCK);
	#filled = 0;
	#written: number;

	/** Goes on at `offset`, a multiple of a sector, in an image of `size` octets. */
	constructor(updater: Updater, offset: number, size: number) {
		this.#updater = updater;
		this.#size = size;
		this.#written = offset;
	}

	/** Octets that came, those that wait for their block included. */
	get position(): number {
		return this.#written + this.#filled;
	}

	/** Octets that the flash has. */
	get written(): number {
		return this.#written;
	}

	/** Takes the next octets. False: they would go beyond the end, or the flash refused, and nothing more can be written. */
	write(bytes: Uint8Array): boolean {
		if (this.position + bytes.length > this.#size) return false;
		for (let at = 0; at < bytes.length; ) {
			const count = Math.min(bytes.length - at, BLOCK - this.#filled);
			this.#block.set(bytes.subarray(at, at + count), this.#filled);
			this.#filled += count;
			at += count;
			if (this.#filled === BLOCK && !this.#flush()) return false;
		}
		return this.position < this.#size || this.#filled === 0 || this.#flush();
	}

	#flush(): boolean {
		if (!this.#updater.write(this.#written, this.#block.subarray(0, this.#filled))) return false;
		this.#written += this.#filled;
		this.#filled = 0;
		return true;
	}
}
