import { crc32 } from '../../src/base/crc32.js';
import { SECTOR } from '../../src/ports/updater.js';
import type { Flash } from './flash.js';

/** How the image of an entry stands. `new`: chosen, not started; `pending`: started, on trial; `aborted`: it did not pass. */
export type ImageState = 'new' | 'pending' | 'valid' | 'aborted';

interface Entry {
	/** 0 or 1: the sector that it stands in. */
	readonly sector: number;
	/** Odd: slot 0; even: slot 1. The highest that may be booted is. */
	readonly sequence: number;
	readonly state: ImageState;
}

/** Octets of the table at the beginning of the flash. */
export const BOOT_TABLE = 2 * SECTOR;

const STATES: readonly ImageState[] = Object.freeze(['new', 'pending', 'valid', 'aborted']);
const SIZE = 12;

/**
 * Which slot boots: two entries in a sector each, with a sequence number and a checksum, as the bootloader of ESP-IDF keeps them (OTA
 * data partition, app rollback). An entry that a power cut tore does not count, and then the other one does.
 */
export class BootTable {
	readonly #flash: Flash;

	constructor(flash: Flash) {
		this.#flash = flash;
	}

	/** What the bootloader does at each start: a trial that was not confirmed is over. Gives the slot that runs. */
	boot(): number {
		for (const entry of this.#entries()) {
			if (entry.state === 'pending') this.#write({ ...entry, state: 'aborted' });
		}
		const active = this.active;
		if (active?.state === 'new') this.#write({ ...active, state: 'pending' });
		return slotOf(active);
	}

	/** The entry of the slot that boots next; undefined: none was ever written, and slot 0 boots. */
	get active(): Entry | undefined {
		return this.#entries()
			.filter(({ state }) => state !== 'aborted')
			.sort((one, other) => other.sequence - one.sequence)[0];
	}

	/** The state of this slot's image; undefined: the table has no entry for it. */
	stateOf(slot: number): ImageState | undefined {
		return this.#entryOf(slot)?.state;
	}

	/** The slot's image is to boot next, on trial. */
	choose(slot: number): void {
		const { active } = this;
		let sequence = (active?.sequence ?? 0) + 1;
		while (slotOf({ sequence }) !== slot) sequence++;
		this.#write({ sector: active === undefined ? 0 : 1 - active.sector, sequence, state: 'new' });
	}

	mark(slot: number, state: ImageState): void {
		const entry = this.#entryOf(slot);
		if (entry !== undefined) this.#write({ ...entry, state });
	}

	/** The slot's image is not to boot any more. */
	forget(slot: number): void {
		const entry = this.#entryOf(slot);
		if (entry !== undefined) this.#flash.erase(entry.sector * SECTOR);
	}

	#entryOf(slot: number): Entry | undefined {
		return this.#entries().find(entry => slotOf(entry) === slot);
	}

	#entries(): readonly Entry[] {
		const entries: Entry[] = [];
		for (let sector = 0; sector < 2; sector++) {
			const octets = new Uint8Array(SIZE);
			this.#flash.read(sector * SECTOR, octets);
			const view = new DataView(octets.buffer);
			const state = STATES[view.getUint32(4)];
			const sequence = view.getUint32(0);
			if (state === undefined || view.getUint32(8) !== crc32(octets.subarray(0, 8))) continue;
			entries.push({ sector, sequence, state });
		}
		return entries;
	}

	#write({ sector, sequence, state }: Entry): void {
		const octets = new Uint8Array(SIZE);
		const view = new DataView(octets.buffer);
		view.setUint32(0, sequence);
		view.setUint32(4, STATES.indexOf(state));
		view.setUint32(8, crc32(octets.subarray(0, 8)));
		this.#flash.erase(sector * SECTOR);
		this.#flash.write(sector * SECTOR, octets);
	}
}

function slotOf(entry: Pick<Entry, 'sequence'> | undefined): number {
	return entry === undefined ? 0 : 1 - (entry.sequence % 2);
}
