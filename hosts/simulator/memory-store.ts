import type { Store } from '../../src/ports/store.js';

/** Records that last as long as the object. */
export class MemoryStore implements Store {
	readonly #records: { [name: string]: Uint8Array } = {};

	read(name: string): Uint8Array | undefined {
		return this.#records[name]?.slice();
	}

	write(name: string, record: Uint8Array): boolean {
		this.#records[name] = record.slice();
		return true;
	}

	erase(name: string): void {
		delete this.#records[name];
	}
}
