import { crc32 } from '../base/crc32.js';
import type { Store } from '../ports/store.js';

const MAGIC = 0x41545331; // "ATS1"
const HEADER = 16;

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

	/** The copies are the records `<name>_a` and `<name>_b`. */
	constructor(store: Store, name: string) {
		this.#store = store;
		this.#names = [`${name}_a`, `${name}_b`];
	}

	/** The whole copies, newest first. */
	read(): readonly Uint8Array[] {
		const copies: Copy[] = [];
		for (let slot = 0; slot < 2; slot++) {
			const copy = parseCopy(slot, this.#store.read(this.#names[slot]!));
			if (copy !== undefined) copies.push(copy);
		}
		copies.sort((one, other) => other.generation - one.generation);
		const newest = copies[0];
		if (newest !== undefined) {
			this.#slot = newest.slot;
			this.#generation = newest.generation;
		}
		return copies.map(({ body }) => body);
	}

	/** Stores in the place of the older copy. False: not stored; the newest copy is still the old one. */
	write(body: Uint8Array): boolean {
		const slot = 1 - this.#slot;
		const generation = this.#generation + 1;
		if (!this.#store.write(this.#names[slot]!, formatCopy(generation, body))) return false;
		this.#slot = slot;
		this.#generation = generation;
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
