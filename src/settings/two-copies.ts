import { crc32 } from '../base/crc32.js';
import type { Store } from '../ports/store.js';

const MAGIC = 0x41545331; // "ATS1"
const HEADER = 16;

/**
 * What `read` found: nothing at all; what the last write left; one copy damaged or lost beside a whole one, as a write leaves them
 * that the power went away in; records without a whole one among them.
 */
export type Condition = 'empty' | 'whole' | 'one damaged' | 'all damaged';

interface Copy {
	readonly slot: number;
	readonly generation: number;
	readonly body: Uint8Array;
}

/**
 * A record kept in two copies that are written in turn, each with a generation and a checksum: a write torn at any octet
 * leaves the older copy whole (device-os #2049).
 */
export class TwoCopies {
	readonly #store: Store;
	readonly #names: readonly [string, string];
	#slot = 1;
	#generation = 0;
	#condition: Condition = 'empty';

	/** The copies are the records `<name>_a` and `<name>_b`. */
	constructor(store: Store, name: string) {
		this.#store = store;
		this.#names = [`${name}_a`, `${name}_b`];
	}

	/** As the last `read` found them. */
	get condition(): Condition {
		return this.#condition;
	}

	/** The whole copies, newest first. */
	read(): readonly Uint8Array[] {
		const copies: Copy[] = [];
		let records = 0;
		for (let slot = 0; slot < 2; slot++) {
			const record = this.#store.read(this.#names[slot]!);
			if (record !== undefined) records++;
			const copy = parseCopy(slot, record);
			if (copy !== undefined) copies.push(copy);
		}
		copies.sort((one, other) => other.generation - one.generation);
		const newest = copies[0];
		if (newest === undefined) this.#condition = records === 0 ? 'empty' : 'all damaged';
		else {
			this.#slot = newest.slot;
			this.#generation = newest.generation;
			// Only the first write ever has no copy beside it: some stores erase a record before they write the new one.
			const isWhole = copies.length === 2 || (records === 1 && newest.generation === 1);
			this.#condition = isWhole ? 'whole' : 'one damaged';
		}
		return copies.map(({ body }) => body);
	}

	/** Stores in the place of the older copy. False: not stored; the newest copy is still the old one. */
	write(body: Uint8Array): boolean {
		const slot = 1 - this.#slot;
		const generation = this.#generation + 1;
		if (!this.#store.write(this.#names[slot]!, formatCopy(generation, body))) return false;
		// What is left of earlier copies would be taken for a torn write at each start.
		if (this.#condition === 'all damaged') this.#store.erase(this.#names[1 - slot]!);
		this.#condition = 'whole';
		this.#slot = slot;
		this.#generation = generation;
		return true;
	}

	/**
	 * Removes both copies, the older one first: with the power gone in between, the newest is still there and nothing has changed.
	 * False: the store did not let go of them. Where there are none nothing is erased.
	 */
	erase(): boolean {
		this.read();
		for (const slot of [1 - this.#slot, this.#slot]) {
			const name = this.#names[slot]!;
			if (this.#store.read(name) === undefined) continue;
			this.#store.erase(name);
			if (this.#store.read(name) !== undefined) return false;
		}
		this.#slot = 1;
		this.#generation = 0;
		this.#condition = 'empty';
		return true;
	}
}

function formatCopy(generation: number, body: Uint8Array): Uint8Array {
	const record = new Uint8Array(HEADER + body.length);
	const view = new DataView(record.buffer);
	view.setUint32(0, MAGIC);
	view.setUint32(4, generation);
	view.setUint32(8, body.length);
	record.set(body, HEADER);
	view.setUint32(12, checksum(record));
	return record;
}

function parseCopy(slot: number, record: Uint8Array | undefined): Copy | undefined {
	if (record === undefined || record.length < HEADER) return undefined;
	const view = new DataView(record.buffer, record.byteOffset, record.length);
	if (view.getUint32(0) !== MAGIC || view.getUint32(8) !== record.length - HEADER) return undefined;
	if (view.getUint32(12) !== checksum(record)) return undefined;
	return { slot, generation: view.getUint32(4), body: record.subarray(HEADER) };
}

/** Over everything but the checksum's own four octets. */
function checksum(record: Uint8Array): number {
	return (crc32(record.subarray(0, 12)) ^ crc32(record.subarray(HEADER))) >>> 0;
}
