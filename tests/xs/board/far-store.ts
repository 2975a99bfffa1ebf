import type { Store } from '../../../src/ports/store.js';
import { host } from './host.js';

/** Records that the world keeps. */
export class FarStore implements Store {
	read(name: string): Uint8Array | undefined {
		const record = host.call('load', name);
		return record === undefined ? undefined : new Uint8Array(record as ArrayBuffer);
	}

	write(name: string, record: Uint8Array): boolean {
		host.call('store', name, undefined, record);
		return true;
	}

	erase(name: string): void {
		host.call('erase', name);
	}
}
