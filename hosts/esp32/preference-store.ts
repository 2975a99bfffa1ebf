import Preference from 'preference';
import type { Store } from '../../src/ports/store.js';

/**
 * Records as blobs of NVS, in a domain of their own. NVS keys have at most 15 characters. The SDK erases a record before it writes the
 * new one, so a power cut between the two loses it: who writes must keep two records in turn.
 */
export class PreferenceStore implements Store {
	readonly #domain: string;
	// Not at module level: each use of a preloaded RegExp leaks native memory (SDK 8.2.3).
	readonly #name = /^[a-z0-9_]{1,15}$/;

	/** `domain` has 1–15 characters, as NVS wants. */
	constructor(domain: string) {
		this.#domain = domain;
	}

	read(name: string): Uint8Array | undefined {
		this.#check(name);
		try {
			const record = Preference.get(this.#domain, name);
			return record instanceof ArrayBuffer ? new Uint8Array(record) : undefined;
		} catch {
			return undefined;
		}
	}

	write(name: string, record: Uint8Array): boolean {
		this.#check(name);
		try {
			// A copy: the SDK stores whole buffers, and takes no views.
			Preference.set(this.#domain, name, record.slice().buffer);
			return true;
		} catch {
			return false;
		}
	}

	erase(name: string): void {
		this.#check(name);
		try {
			Preference.delete(this.#domain, name);
		} catch {
			// A medium that cannot erase does not read either.
		}
	}

	#check(name: string): void {
		if (!this.#name.test(name)) throw new RangeError(`"${name}" is no name of a record`);
	}
}
