import type { ByteQueue } from '../base/byte-queue.js';
import { type FrameHead, FrameType } from './frame.js';
import type { FrameWriter } from './frame-writer.js';
import type { Counting } from './options.js';

/** A DLCI that has data to send. */
export interface SendSource {
	/** Of its UIH frames. */
	readonly head: FrameHead;
	readonly sending: ByteQueue;
	/** Octets wait and nothing forbids to send them. */
	readonly sendable: boolean;
	/** Octets of its largest payload. */
	readonly largest: number;
	/** Octets left the queue. */
	sent(): void;
}

/** Control frames that may wait for the line. A peer that asks faster than the line carries answers gets fewer answers. */
const WAITING = 16;

/**
 * Decides which frame goes next: control frames first, in their order, then one data frame of each DLCI in turn.
 */
export class Sender {
	readonly #writer: FrameWriter;
	readonly #ownBit: 0 | 1;
	readonly #controlHead: FrameHead;
	readonly #counters: Counting;
	readonly #nothing = new Uint8Array(0);
	readonly #urgent: { readonly head: FrameHead; readonly payload: Uint8Array }[] = [];
	readonly #sources: SendSource[] = [];
	#turn = 0;
	#asleep = false;
	/** The peer takes no data on any DLCI: FCoff (27.010 5.4.6.3.6). DLCI 0 is exempt. */
	held = false;

	/** `ownBit`: C/R of this side's commands, its responses carry the other; `uihBit`: C/R of its UIH frames. */
	constructor(writer: FrameWriter, ownBit: 0 | 1, uihBit: 0 | 1, counters: Counting) {
		this.#writer = writer;
		this.#ownBit = ownBit;
		this.#controlHead = { dlci: 0, type: FrameType.UIH, commandBit: uihBit, pollFinal: false };
		this.#counters = counters;
	}

	/** Nothing urgent waits and no frame is half written. */
	get idle(): boolean {
		return this.#urgent.length === 0 && !this.#writer.busy;
	}

	/** The port holds a begun frame. */
	get blocked(): boolean {
		return this.#writer.busy;
	}

	add(source: SendSource): void {
		this.#sources.push(source);
	}

	remove(source: SendSource): void {
		const index = this.#sources.indexOf(source);
		if (index >= 0) this.#sources.splice(index, 1);
	}

	/** SABM or DISC. */
	command(dlci: number, type: FrameType): void {
		this.queue({ dlci, type, commandBit: this.#ownBit, pollFinal: true }, this.#nothing);
	}

	/** UA or DM; F repeats the P of the command. */
	response(dlci: number, type: FrameType, final: boolean): void {
		this.queue({ dlci, type, commandBit: this.#ownBit === 1 ? 0 : 1, pollFinal: final }, this.#nothing);
	}

	/** A message on DLCI 0; `field` stays as it is until sent. */
	control(field: Uint8Array): void {
		this.queue(this.#controlHead, field);
	}

	/** The peer went to sleep: the next frame is led by flags that wake it. Nothing waits for it to answer them. */
	wakeFirst(): void {
		this.#asleep = true;
	}

	/** Sends what the port takes. */
	pump(): void {
		this.#writer.flush();
		while (!this.#writer.busy) {
			const urgent = this.#urgent.shift();
			if (urgent !== undefined) {
				this.count(this.#writer.write(urgent.head, urgent.payload, this.#asleep));
				continue;
			}
			const source = this.next();
			if (source === undefined) return;
			const count = Math.min(source.sending.length, source.largest);
			this.count(this.#writer.writeFrom(source.sending, count, source.head, this.#asleep));
			source.sent();
		}
	}

	/** Forgets all that waits. */
	clear(): void {
		this.#urgent.length = 0;
		this.#sources.length = 0;
	}

	private queue(head: FrameHead, payload: Uint8Array): void {
		if (this.#urgent.length < WAITING) this.#urgent.push({ head, payload });
		else this.#counters.discarded++;
	}

	private next(): SendSource | undefined {
		if (this.held) return undefined;
		const sources = this.#sources;
		for (let tried = 0; tried < sources.length; tried++) {
			this.#turn = this.#turn + 1 < sources.length ? this.#turn + 1 : 0;
			const source = sources[this.#turn]!;
			if (source.sendable) return source;
		}
		return undefined;
	}

	private count(octets: number): void {
		this.#asleep = false;
		this.#counters.framesSent++;
		this.#counters.octetsSent += octets;
	}
}
