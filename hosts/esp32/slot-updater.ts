import { SECTOR, type Updater } from '../../src/ports/updater.js';

/** The slots of the flash and the bookkeeping of the bootloader (`native-slots.c`). */
export interface SlotDriver {
	/** Octets of the spare slot; 0: the board has none. */
	slotSize(): number;
	/** The slot that runs, 0 or 1. */
	runningSlot(): number;
	isSlotOnTrial(): boolean;
	/** Of the spare slot. */
	hasSlotFailed(): boolean;
	/** The bookkeeping of the spare slot. */
	forgetSlot(): void;
	/** Of the spare slot, by its first octet. */
	eraseSector(offset: number): boolean;
	writeSlot(offset: number, bytes: Uint8Array): boolean;
	readSlot(offset: number, into: Uint8Array): boolean;
	/** The spare slot for the next start. */
	chooseSlot(): boolean;
	confirmSlot(): boolean;
	giveUpSlot(): void;
}

/** The restart of the board, which leaves a note of why. */
export interface NotedRestart {
	keepNote(why: string): void;
	restart(): void;
}

const BLOCK = 1024;

/** The slots of the chip. What one call does in the flash is at most a sector's erasure and a write of 1,024 octets, some 50 ms. */
export class SlotUpdater implements Updater {
	readonly capacity: number;
	readonly running: number;
	readonly #driver: SlotDriver;
	readonly #end: NotedRestart;

	constructor(driver: SlotDriver, end: NotedRestart) {
		this.#driver = driver;
		this.#end = end;
		this.capacity = driver.slotSize();
		this.running = driver.runningSlot();
	}

	get isOnTrial(): boolean {
		return this.#driver.isSlotOnTrial();
	}

	get hasFailed(): boolean {
		return this.#driver.hasSlotFailed();
	}

	begin(offset: number): boolean {
		if (offset % SECTOR !== 0 || offset > this.capacity || this.isOnTrial) return false;
		this.#driver.forgetSlot();
		// Without its first sector it is no image for anybody.
		return offset > 0 || this.#driver.eraseSector(0);
	}

	write(offset: number, bytes: Uint8Array): boolean {
		const end = offset + bytes.length;
		if (bytes.length > BLOCK || end > this.capacity || this.isOnTrial) return false;
		if (bytes.length === 0) return true;
		if (Math.floor((end - 1) / SECTOR) !== Math.floor(offset / SECTOR)) return false;
		if (offset % SECTOR === 0 && !this.#driver.eraseSector(offset)) return false;
		return this.#driver.writeSlot(offset, bytes);
	}

	read(offset: number, into: Uint8Array): boolean {
		return offset + into.length <= this.capacity && this.#driver.readSlot(offset, into);
	}

	activate(): boolean {
		return !this.isOnTrial && this.#driver.chooseSlot();
	}

	confirm(): boolean {
		return this.#driver.confirmSlot();
	}

	rollBack(why: string): void {
		this.#end.keepNote(why);
		this.#driver.giveUpSlot();
	}

	restart(why: string): void {
		this.#end.keepNote(why);
		this.#end.restart();
	}
}
