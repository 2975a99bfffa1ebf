import type { Store } from '../../src/ports/store.js';

/** Records in memory. `tear` makes the next write lose its octets from there on, as a power cut would. */
export class TestStore implements Store {
	readonly records: { [name: string]: Uint8Array } = {};
	tear: number | undefined;

	read(name: string): Uint8Array | undefined {
		return this.records[name]?.slice();
	}

	write(name: string, record: Uint8Array): boolean {
		this.records[name] = record.slice(0, this.tear ?? record.length);
		return this.tear === undefined;
	}

	erase(name: string): void {
		delete this.records[name];
	}
}
