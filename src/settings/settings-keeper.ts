import { crc32 } from '../base/crc32.js';
import { bytesOf, textOf } from '../base/text.js';
import type { Store } from '../ports/store.js';
import { type Settings, settingsOf } from './schema.js';

const RECORDS: readonly string[] = Object.freeze(['settings_a', 'settings_b']);
const MAGIC = 0x41545331; // "ATS1"
const HEADER = 16;

interface Copy {
	readonly slot: number;
	readonly generation: number;
	readonly settings: Settings;
}

/**
 * Keeps the settings in two records that are written in turn, each with a generation and a checksum: a write torn at any
 * octet leaves the older copy whole (device-os #2049).
 */
export class SettingsKeeper {
	readonly #store: Store;
	#current: Settings;
	#slot: number;
	#generation: number;

	/** Loads the newest whole copy, else the defaults. */
	constructor(store: Store) {
		this.#store = store;
		let newest: Copy | undefined;
		for (let slot = 0; slot < RECORDS.length; slot++) {
			const copy = parseCopy(slot, store.read(RECORDS[slot]!));
			if (copy !== undefined && (newest === undefined || copy.generation > newest.generation)) newest = copy;
		}
		this.#current = newest?.settings ?? settingsOf(undefined);
		this.#slot = newest?.slot ?? 1;
		this.#generation = newest?.generation ?? 0;
	}

	get current(): Settings {
		return this.#current;
	}

	/** Replaces the given parts and stores all. False: not stored, and the old settings stay in force. */
	change(parts: Partial<Settings>): boolean {
		const settings = { ...this.#current, ...parts };
		const slot = 1 - this.#slot;
		const generation = this.#generation + 1;
		if (!this.#store.write(RECORDS[slot]!, formatCopy(generation, settings))) return false;
		this.#current = settings;
		this.#slot = slot;
		this.#generation = generation;
		return true;
	}
}

function formatCopy(generation: number, settings: Settings): Uint8Array {
	const body = bytesOf(JSON.stringify(settings));
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
	try {
		const document: unknown = JSON.parse(textOf(record.subarray(HEADER)));
		return { slot, generation: view.getUint32(4), settings: settingsOf(document) };
	} catch {
		return undefined;
	}
}

/** Over everything but the checksum's own four octets. */
function checksum(record: Uint8Array): number {
	return (crc32(record.subarray(0, 12)) ^ crc32(record.subarray(HEADER))) >>> 0;
}
