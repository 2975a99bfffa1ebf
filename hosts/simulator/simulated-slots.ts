import { SECTOR, type Updater } from '../../src/ports/updater.js';
import { BOOT_TABLE, BootTable } from './boot-table.js';
import type { Flash } from './flash.js';
import { FIRST_LINE, parseFirmware, type SimulatedFirmware } from './simulated-firmware.js';

export interface SlotsOptions {
	/** Holds the boot table and two slots of the same size. */
	readonly flash: Flash;
	/** What runs where slot 0 is empty: the firmware that the board left the factory with. */
	readonly factory: SimulatedFirmware;
	/** Restarts the board; `why` is the note for the next start. */
	readonly restart: (why: string) => void;
}

/** The two slots of a simulated board, with its bootloader. `boot` comes before everything else. */
export class SimulatedSlots implements Updater {
	readonly capacity: number;
	readonly #options: SlotsOptions;
	readonly #table: BootTable;
	#running = 0;
	#firmware: SimulatedFirmware;

	constructor(options: SlotsOptions) {
		this.#options = options;
		this.#table = new BootTable(options.flash);
		this.#firmware = options.factory;
		const sectors = Math.floor((options.flash.size - BOOT_TABLE) / 2 / SECTOR);
		this.capacity = sectors * SECTOR;
	}

	/** The power comes, or somebody restarted the board. */
	boot(): SimulatedFirmware {
		this.#running = this.#table.boot();
		this.#firmware = this.#firmwareIn(this.#running) ?? this.#options.factory;
		return this.#firmware;
	}

	/** What runs since the last `boot`. */
	get firmware(): SimulatedFirmware {
		return this.#firmware;
	}

	get running(): number {
		return this.#running;
	}

	get isOnTrial(): boolean {
		return this.#table.stateOf(this.#running) === 'pending';
	}

	get hasFailed(): boolean {
		return this.#table.stateOf(1 - this.#running) === 'aborted';
	}

	begin(offset: number): boolean {
		if (this.isOnTrial || offset % SECTOR !== 0 || offset > this.capacity) return false;
		this.#table.forget(1 - this.#running);
		return true;
	}

	write(offset: number, bytes: Uint8Array): boolean {
		const end = offset + bytes.length;
		if (end > this.capacity || Math.floor(offset / SECTOR) !== Math.floor((end - 1) / SECTOR)) return false;
		if (offset % SECTOR === 0) this.#options.flash.erase(this.#spare + offset);
		this.#options.flash.write(this.#spare + offset, bytes);
		return true;
	}

	read(offset: number, into: Uint8Array): boolean {
		if (offset + into.length > this.capacity) return false;
		this.#options.flash.read(this.#spare + offset, into);
		return true;
	}

	activate(): boolean {
		if (this.isOnTrial || this.#firmwareIn(1 - this.#running) === undefined) return false;
		this.#table.choose(1 - this.#running);
		return true;
	}

	confirm(): boolean {
		this.#table.mark(this.#running, 'valid');
		return true;
	}

	rollBack(why: string): void {
		if (!this.isOnTrial) return;
		this.#table.mark(this.#running, 'aborted');
		this.restart(why);
	}

	restart(why: string): void {
		this.#options.restart(why);
	}

	get #spare(): number {
		return this.#place(1 - this.#running);
	}

	#place(slot: number): number {
		return BOOT_TABLE + slot * this.capacity;
	}

	#firmwareIn(slot: number): SimulatedFirmware | undefined {
		const octets = new Uint8Array(FIRST_LINE);
		this.#options.flash.read(this.#place(slot), octets);
		return parseFirmware(octets);
	}
}
