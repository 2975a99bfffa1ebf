import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { FrameView } from './frame.js';
import { FrameReader, type ReaderCounters } from './frame-reader.js';
import { StallWatch } from './stall-watch.js';

/** Octets taken from the port at a time. */
const BLOCK = 256;

export interface LineInputOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	/** The longest payload that is believed. */
	readonly limit: number;
	/** The longest silence inside a frame [ms]. */
	readonly gap: number;
	readonly onFrame: (frame: FrameView) => void;
	readonly onNoise?: ((bytes: Uint8Array) => void) | undefined;
	/** Runs what a timer gives rise to as the event it is. */
	readonly event: (handle: () => void) => void;
}

/** Brings octets from the port to the frame reader, and tells it when the line falls silent inside a frame. */
export class LineInput {
	readonly #port: BytePort;
	readonly #reader: FrameReader;
	readonly #block = new Uint8Array(BLOCK);
	readonly #gap: StallWatch;
	#octets = 0;
	#stopped = false;

	constructor(options: LineInputOptions) {
		this.#port = options.port;
		this.#reader = new FrameReader(options.limit, options.onFrame, options.onNoise);
		this.#gap = new StallWatch(options.clock, options.gap, () => options.event(() => this.silence()));
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

	private silence(): void {
		// What waits in the port counts: this machine may be the late one.
		const before = this.#octets;
		this.read();
		if (this.#octets === before) this.#reader.reset();
	}
}
