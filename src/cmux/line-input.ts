import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { FrameView } from './frame.js';
import { FrameReader, type ReaderCounters } from './frame-reader.js';
import { type StallOwner, StallWatch } from './stall-watch.js';

/** Octets taken from the port at a time. */
const BLOCK = 256;

export interface LineOwner {
	receive(frame: FrameView): void;
	/** Runs what a timer gives rise to as the event it is. */
	event(handle: () => void): void;
}

export interface LineInputOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly owner: LineOwner;
	/** The longest payload that is believed. */
	readonly limit: number;
	/** The longest silence inside a frame [ms]. */
	readonly gap: number;
	readonly onNoise?: ((bytes: Uint8Array) => void) | undefined;
}

/** Brings octets from the port to the frame reader, and tells it when the line falls silent inside a frame. */
export class LineInput implements StallOwner {
	readonly #port: BytePort;
	readonly #reader: FrameReader;
	readonly #block = new Uint8Array(BLOCK);
	readonly #gap: StallWatch;
	readonly #owner: LineOwner;
	#octets = 0;
	#stopped = false;

	constructor(options: LineInputOptions) {
		this.#port = options.port;
		this.#reader = new FrameReader(options.limit, frame => options.owner.receive(frame), options.onNoise);
		this.#gap = new StallWatch(options.clock, options.gap, this);
		this.#owner = options.owner;
	}

	get counters(): ReaderCounters {
		return this.#reader.counters;
	}

	/** Octets taken from the port. */
	get octets(): number {
		return this.#octets;
	}

	/** Takes what the port has. */
	read(): void {
		const block = this.#block;
		while (!this.#stopped) {
			const count = this.#port.read(block);
			if (count === 0) break;
			this.#octets += count;
			this.#reader.push(count === block.length ? block : block.subarray(0, count));
		}
		if (this.#stopped) return;
		if (this.#reader.pending) this.#gap.restart();
		else this.#gap.set(false);
	}

	/** Nothing is read any more. */
	stop(): void {
		this.#stopped = true;
		this.#gap.stop();
	}

	stalled(): void {
		this.#owner.event(() => this.silence());
	}

	private silence(): void {
		// What waits in the port counts: this machine may be the late one.
		const before = this.#octets;
		this.read();
		if (this.#octets === before) this.#reader.reset();
	}
}
