import { equalInConstantTime } from '../base/constant-time.js';
import { pause } from '../base/deadline.js';
import { failure, type Result, success } from '../base/result.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import { SECTOR, type Updater } from '../ports/updater.js';
import type { SafeRecord } from './file-box.js';
import { type ImageHeader, parseHeader } from './image-header.js';
import { SlotWriter } from './slot-writer.js';
import { formatUpdate, parseUpdate, type UpdateRecord } from './update-record.js';

export interface SpareSlotOptions {
	readonly updater: Updater;
	/** Tells the next life of the board how far this one came. */
	readonly record: SafeRecord;
	readonly clock: Clock;
	readonly digest: Digest;
}

/** `flash`, `store`: they refused. `nothing begun`: no image is on its way. `incomplete`: not all of it is there. */
export type SlotError = 'flash' | 'store' | 'nothing begun' | 'incomplete';

/** An image that is on its way into the spare slot, or all there. */
export interface Arrival {
	readonly header: ImageHeader;
	readonly octets: Uint8Array;
	/** Octets of the firmware that have come. */
	readonly received: number;
	/** Where the rest is fetched from; '': somebody brings it. */
	readonly url: string;
}

/** How far it has come is stored each time so many octets more are written: a power cut costs them at most. */
const CHECKPOINT = 16 * SECTOR;
/** Octets that are read and hashed at a time, and how many such blocks until everything else has its turn. */
const BLOCK = 1024;
const BLOCKS = 16;

/**
 * The spare slot, as it fills with an image whose header was accepted. The record of it is written before the flash is touched, and tells
 * less than is there rather than more: after a power cut an image goes on where it is whole for sure.
 */
export class SpareSlot {
	readonly #options: SpareSlotOptions;
	#record: UpdateRecord | undefined;
	#header: ImageHeader | undefined;
	#writer: SlotWriter | undefined;

	constructor(options: SpareSlotOptions) {
		this.#options = options;
		for (const copy of options.record.read()) {
			const record = parseUpdate(copy);
			// An empty record is the newest word too: there is nothing.
			if (record === undefined && copy.length > 0) continue;
			// Somebody put a firmware there by cable, and runs it.
			const isGone = record?.phase === 'receiving' && record.slot === options.updater.running;
			this.#remember(isGone ? undefined : record);
			break;
		}
	}

	/** What is stored of the last update; undefined: nothing. */
	get record(): UpdateRecord | undefined {
		return this.#record;
	}

	/** The header of the image that the record is about, whatever became of it. */
	get header(): ImageHeader | undefined {
		return this.#header;
	}

	/** The image that is on its way or waits to be chosen; undefined: none. */
	get arrival(): Arrival | undefined {
		const { record, header } = { record: this.#record, header: this.#header };
		if (record?.phase !== 'receiving' || header === undefined) return undefined;
		return { header, octets: record.header, received: this.#writer?.position ?? record.offset, url: record.url };
	}

	/** Begins this image, or goes on with it where it is the one that is on its way; tells how many octets are there. */
	begin(octets: Uint8Array, url: string): Result<number, SlotError> {
		const { arrival, options } = { arrival: this.arrival, options: this.#options };
		const spare = 1 - options.updater.running;
		if (arrival !== undefined && this.#record?.slot === spare && equalInConstantTime(arrival.octets, octets)) {
			if (url !== arrival.url && !this.#store({ ...this.#record, url })) return failure('store');
			return success(arrival.received);
		}
		this.#writer = undefined;
		const header = octets.slice();
		const fresh: UpdateRecord = { phase: 'receiving', slot: spare, offset: 0, starts: 0, header, url };
		return this.#store(fresh) ? success(0) : failure('store');
	}

	/** Takes the next octets of the firmware, none of them beyond its end. False: the flash or the store refused. */
	write(bytes: Uint8Array): boolean {
		const { record, header } = { record: this.#record, header: this.#header };
		if (record?.phase !== 'receiving' || header === undefined) return false;
		this.#writer ??= this.#open(record.offset, header.size);
		if (this.#writer === undefined) return false;
		if (!this.#writer.write(bytes)) {
			// What stands there is anybody's guess: the next try begins where it is whole for sure.
			this.checkpoint();
			this.#writer = undefined;
			return false;
		}
		const { written } = this.#writer;
		if (written === header.size || written - record.offset >= CHECKPOINT) this.checkpoint();
		return true;
	}

	/** Stores how far the image has come, where that is further than stored; whoever brought it has gone. */
	checkpoint(): void {
		const { record, header, writer } = { record: this.#record, header: this.#header, writer: this.#writer };
		if (record === undefined || header === undefined || writer === undefined) return;
		const { written } = writer;
		const offset = written === header.size ? written : written - (written % SECTOR);
		if (offset > record.offset) this.#store({ ...record, offset, starts: 0 });
		if (written === header.size) this.#writer = undefined;
	}

	/** Reads the whole image back and compares it with its header: what counts is what the bootloader will find. */
	async verify(): Promise<Result<void, SlotError | 'damaged'>> {
		const { updater, clock, digest } = this.#options;
		const { arrival, record } = { arrival: this.arrival, record: this.#record };
		if (arrival === undefined) return failure('nothing begun');
		const { size, hash } = arrival.header;
		if (arrival.received < size) return failure('incomplete');
		const running = digest.begin('SHA-256');
		const block = new Uint8Array(BLOCK);
		for (let at = 0, blocks = 0; at < size; at += BLOCK) {
			const piece = block.subarray(0, Math.min(BLOCK, size - at));
			if (!updater.read(at, piece)) return failure('flash');
			running.update(piece);
			if (++blocks % BLOCKS === 0) await pause(clock, 0);
			if (this.#record !== record) return failure('nothing begun');
		}
		return equalInConstantTime(running.finish(), hash) ? success(undefined) : failure('damaged');
	}

	/** Chooses the image for the next restart. Whoever chooses has checked it. */
	choose(): Result<void, SlotError | 'not bootable'> {
		const { record, arrival } = { record: this.#record, arrival: this.arrival };
		if (record === undefined || arrival === undefined) return failure('nothing begun');
		const { size } = arrival.header;
		if (arrival.received < size) return failure('incomplete');
		if (!this.#store({ ...record, phase: 'switching', offset: size, url: '' })) return failure('store');
		if (this.#options.updater.activate()) return success(undefined);
		this.#store({ ...record, offset: size, url: '' });
		return failure('not bootable');
	}

	/** One more start of the board has found it. */
	countStart(): void {
		const record = this.#record;
		if (record !== undefined) this.#store({ ...record, starts: Math.min(record.starts + 1, 0xff) });
	}

	/** The image of the record runs, on trial. */
	beginTrial(): void {
		if (this.#record?.phase === 'switching') this.#store({ ...this.#record, phase: 'trial' });
	}

	/** The image of the record lies in the spare slot again, all of it: it can be chosen once more. */
	fallBack(): void {
		const { record, header } = { record: this.#record, header: this.#header };
		if (record !== undefined && header !== undefined) {
			this.#store({ ...record, phase: 'receiving', offset: header.size, url: '' });
		}
	}

	/** Nothing is on its way any more. False: the store refused. */
	forget(): boolean {
		this.#writer = undefined;
		if (this.#record === undefined) return true;
		if (!this.#options.record.write(new Uint8Array(0))) return false;
		this.#remember(undefined);
		return true;
	}

	#open(offset: number, size: number): SlotWriter | undefined {
		const { updater } = this.#options;
		return updater.begin(offset) ? new SlotWriter(updater, offset, size) : undefined;
	}

	#store(record: UpdateRecord): boolean {
		if (!this.#options.record.write(formatUpdate(record))) return false;
		this.#remember(record);
		return true;
	}

	#remember(record: UpdateRecord | undefined): void {
		const header = record && parseHeader(record.header);
		this.#header = header?.ok ? header.value : undefined;
		this.#record = header?.ok ? record : undefined;
	}
}
