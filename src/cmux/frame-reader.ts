import { fcsOf } from './fcs.js';
import {
	coversPayload,
	FLAG,
	FRAME_OVERHEAD,
	type FrameType,
	type FrameView,
	isFrameType,
	POLL_FINAL,
} from './frame.js';

/** What a reader saw since it was made. */
export interface ReaderCounters {
	/** Frames whose check sequence was wrong. */
	readonly fcsErrors: number;
	/** Frame starts that named a length over the limit. */
	readonly overlong: number;
	/** Frame starts that no frame followed: not a header, no closing flag, or the line fell silent inside. */
	readonly malformed: number;
	/** Octets that belonged to no frame, flags not counted. */
	readonly droppedOctets: number;
	/** Times a frame was found again after octets had been dropped. */
	readonly resynchronisations: number;
}

/** Octets of room beyond one frame, so that blocks from the port seldom need the buffer moved. */
const MARGIN = 256;

/**
 * Octets in, frames out: the receiving half of the basic option (27.010 5.2). It knows no time and no port.
 *
 * The length octet rules; the flags only confirm. Where header, FCS or closing flag disagree, the reader gives up no more
 * than the flag it started at, and looks for the next one in what it already has: noise, a lost or a doubled octet cost at
 * most the frame they hit. It never waits for the peer to send flags. When the line falls silent inside a frame, the
 * multiplexer calls `reset`. What no reader can know: as the FCS of UIH has eight bits and covers the header alone, noise
 * that looks like a header hides, one time in 256, what it spans.
 */
export class FrameReader {
	readonly #limit: number;
	readonly #onFrame: (frame: FrameView) => void;
	readonly #onNoise: ((bytes: Uint8Array) => void) | undefined;
	readonly #buffer: Uint8Array;
	readonly #counters = { fcsErrors: 0, overlong: 0, malformed: 0, droppedOctets: 0, resynchronisations: 0 };
	readonly #view: { -readonly [Key in keyof FrameView]: FrameView[Key] };
	#head = 0;
	#end = 0;
	#inStep = true;

	/**
	 * `limit`: the longest information field that is believed, 1–32767. `onFrame` must not call back into the reader. `onNoise` gets
	 * octets that belong to no frame, as views.
	 */
	constructor(limit: number, onFrame: (frame: FrameView) => void, onNoise?: (bytes: Uint8Array) => void) {
		this.#limit = limit;
		this.#onFrame = onFrame;
		this.#onNoise = onNoise;
		this.#buffer = new Uint8Array(limit + FRAME_OVERHEAD + MARGIN);
		this.#view = { dlci: 0, type: 0x03, commandBit: 0, pollFinal: false, payload: this.#buffer.subarray(0, 0) };
	}

	get counters(): ReaderCounters {
		return this.#counters;
	}

	/** A frame has begun and is not complete. */
	get pending(): boolean {
		return this.#end - this.#head > 1;
	}

	/** Takes all octets; every frame that they complete is given before the call returns. */
	push(bytes: Uint8Array): void {
		const buffer = this.#buffer;
		let taken = 0;
		while (taken < bytes.length) {
			const wanted = bytes.length - taken;
			if (this.#head > 0 && buffer.length - this.#end < wanted) {
				buffer.copyWithin(0, this.#head, this.#end);
				this.#end -= this.#head;
				this.#head = 0;
			}
			const count = Math.min(wanted, buffer.length - this.#end);
			buffer.set(count === bytes.length ? bytes : bytes.subarray(taken, taken + count), this.#end);
			this.#end += count;
			taken += count;
			while (this.digest());
		}
	}

	/** The line fell silent inside a frame: what is incomplete will not be completed, the frames that hide in it are given. */
	reset(): void {
		while (this.pending) {
			this.#counters.malformed++;
			this.reject();
			while (this.digest());
		}
	}

	/** One step at the head: gives a frame or gives up a flag. False: more octets are needed. */
	private digest(): boolean {
		const buffer = this.#buffer;
		const end = this.#end;
		if (!this.seekFlag()) return false;
		const head = this.#head;
		if (end - head < 4) return false;
		if (!this.isHeader(head + 1)) {
			this.#counters.malformed++;
			return this.reject();
		}
		let length = buffer[head + 3]! >> 1;
		let payloadAt = head + 4;
		if ((buffer[head + 3]! & 1) === 0) {
			if (end - head < 5) return false;
			length |= buffer[head + 4]! << 7;
			payloadAt++;
		}
		if (length > this.#limit) {
			this.#counters.overlong++;
			return this.reject();
		}
		const fcsAt = payloadAt + length;
		if (end < fcsAt + 2) return false;
		const control = buffer[head + 2]!;
		if (buffer[fcsAt] !== fcsOf(buffer, head + 1, coversPayload(control) ? fcsAt : payloadAt)) {
			if (buffer[fcsAt + 1] === FLAG) this.#counters.fcsErrors++;
			else this.#counters.malformed++;
			return this.reject();
		}
		if (buffer[fcsAt + 1] !== FLAG) {
			// A flag that two frames share may be the octet that was lost: then the next header stands in its place.
			if (end < fcsAt + 3) return false;
			if (!this.isHeader(fcsAt + 1)) {
				this.#counters.malformed++;
				return this.reject();
			}
			buffer[fcsAt] = FLAG;
			this.#head = fcsAt;
		} else {
			this.#head = fcsAt + 1;
		}
		this.give(buffer[head + 1]!, control, buffer.subarray(payloadAt, fcsAt));
		return true;
	}

	/** Moves the head to the last flag of the next run of flags. False: there is no flag. */
	private seekFlag(): boolean {
		const buffer = this.#buffer;
		if (this.#head < this.#end && buffer[this.#head] !== FLAG) {
			const found = buffer.indexOf(FLAG, this.#head);
			const next = found < 0 || found >= this.#end ? this.#end : found;
			this.#counters.droppedOctets += next - this.#head;
			this.#onNoise?.(buffer.subarray(this.#head, next));
			this.#inStep = false;
			this.#head = next;
		}
		if (this.#head === this.#end) {
			this.#head = 0;
			this.#end = 0;
			return false;
		}
		while (this.#head + 1 < this.#end && buffer[this.#head + 1] === FLAG) this.#head++;
		return true;
	}

	/** Address with its EA bit and a control octet that exists: the header of a frame can stand here. */
	private isHeader(at: number): boolean {
		return (this.#buffer[at]! & 1) === 1 && isFrameType(this.#buffer[at + 1]! & ~POLL_FINAL);
	}

	private reject(): true {
		this.#inStep = false;
		this.#head++;
		return true;
	}

	private give(address: number, control: number, payload: Uint8Array): void {
		if (!this.#inStep) {
			this.#inStep = true;
			this.#counters.resynchronisations++;
		}
		const view = this.#view;
		view.dlci = address >> 2;
		view.commandBit = address & 2 ? 1 : 0;
		view.type = (control & ~POLL_FINAL) as FrameType;
		view.pollFinal = (control & POLL_FINAL) !== 0;
		view.payload = payload;
		this.#onFrame(view);
	}
}
