import type { Store } from '../../src/ports/store.js';

/** Blobs of NVS in the partition "records" (`native-records.c`). Names have 1–15 characters. */
export interface RecordDriver {
	/** 0: the records are as they were left; 1: they were damaged, and erased; 2: the partition cannot be used. */
	openRecords(): number;
	/** Undefined: there is no such record, or it cannot be read. */
	readRecord(name: string): ArrayBuffer | undefined;
	/** False: not stored; what was there before still is. */
	writeRecord(name: string, octets: Uint8Array): boolean;
	eraseRecord(name: string): void;
}

const LOST: readonly (string | undefined)[] = Object.freeze([
	undefined,
	'damaged, and erased',
	'the partition cannot be used',
]);

/** The records of the board. One that cannot be stored is no end: the board works on with what it has in memory. */
export class RecordStore implements Store {
	/** What happened to the records of before; undefined: they are there. */
	readonly lost: string | undefined;
	readonly #driver: RecordDriver;
	// Not at module level: each use of a preloaded RegExp leaks native memory (SDK 8.2.3).
	readonly #name = /^[a-z0-9_]{1,15}$/;

	constructor(driver: RecordDriver) {
		this.#driver = driver;
		this.lost = LOST[driver.openRecords()];
	}

	read(name: string): Uint8Array | undefined {
		this.#check(name);
		const record = this.#driver.readRecord(name);
		return record && new Uint8Array(record);
	}

	write(name: string, record: Uint8Array): boolean {
		this.#check(name);
		return this.#driver.writeRecord(name, record);
	}

	erase(name: string): void {
		this.#check(name);
		this.#driver.eraseRecord(name);
	}

	#check(name: string): void {
		if (!this.#name.test(name)) throw new RangeError(`"${name}" is no name of a record`);
	}
}
