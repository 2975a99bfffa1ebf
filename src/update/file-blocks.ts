import type { Store } from '../ports/store.js';

/** Octets of a block, the last one of a file may have fewer. One record each: what flash stores hold without trouble. */
export const BLOCK = 1024;

/** The blocks of files in a store: records `file_<slot>_<block>`, each slot's counted from 0 without a gap. */
export class FileBlocks {
	readonly #store: Store;

	constructor(store: Store) {
		this.#store = store;
	}

	read(slot: number, block: number): Uint8Array | undefined {
		return this.#store.read(nameOf(slot, block));
	}

	/** False: not stored; a torn record may be left. */
	write(slot: number, block: number, bytes: Uint8Array): boolean {
		return this.#store.write(nameOf(slot, block), bytes);
	}

	/** Erases all blocks of a slot, of which `known` may be there whether or not they can be read. */
	clear(slot: number, known = 0): void {
		let end = known;
		while (this.read(slot, end) !== undefined) end++;
		// From the last to the first: where the power fails meanwhile, what is left is without a gap, and is found again.
		while (end > 0) this.#store.erase(nameOf(slot, --end));
	}
}

function nameOf(slot: number, block: number): string {
	return `file_${slot}_${block}`;
}
