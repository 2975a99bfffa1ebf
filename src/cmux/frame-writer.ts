import type { ByteQueue } from '../base/byte-queue.js';
import type { BytePort } from '../ports/byte-port.js';
import { encodeHeader, encodeTrailer, FLAG, FRAME_OVERHEAD, type FrameHead, type FrameView } from './frame.js';

/** Flags ahead of a frame that shall wake a sleeping peer (27.010 5.4.7). */
const WAKE_FLAGS = 16;

/**
 * Puts one frame at a time on a port. A frame is composed in one reused buffer and written at once; what the port does not
 * take is kept and continued by `flush`, so that no octet of another frame comes between.
 */
export class FrameWriter {
	readonly #port: BytePort;
	readonly #buffer: Uint8Array;
	readonly #onFrame: ((frame: FrameView) => void) | undefined;
	#at = 0;
	#end = 0;

	/** `limit`: the largest information field. `onFrame` sees each frame as it is composed. */
	constructor(port: BytePort, limit: number, onFrame: ((frame: FrameView) => void) | undefined) {
		this.#port = port;
		this.#buffer = new Uint8Array(WAKE_FLAGS + limit + FRAME_OVERHEAD);
		this.#onFrame = onFrame;
	}

	/** A frame is only partly written. No other may be begun. */
	get busy(): boolean {
		return this.#at < this.#end;
	}

	/** Writes a frame with a payload of at most `limit` octets; `wake` sends flags ahead. Returns its octets on the line. */
	write(head: FrameHead, payload: Uint8Array, wake: boolean): number {
		const start = this.start(wake);
		const payloadAt = encodeHeader(this.#buffer, start, head, payload.length);
		this.#buffer.set(payload, payloadAt);
		return this.finish(head, start, payloadAt, payloadAt + payload.length);
	}

	/** Writes a frame with the oldest `count` octets of a queue, which leave the queue. Returns its octets on the line. */
	writeFrom(queue: ByteQueue, count: number, head: FrameHead, wake: boolean): number {
		const start = this.start(wake);
		const payloadAt = encodeHeader(this.#buffer, start, head, count);
		queue.read(this.#buffer.subarray(payloadAt, payloadAt + count));
		return this.finish(head, start, payloadAt, payloadAt + count);
	}

	/** Continues a frame that the port took only in part. */
	flush(): void {
		if (this.#at < this.#end) this.#at += this.#port.write(this.#buffer.subarray(this.#at, this.#end));
	}

	private start(wake: boolean): number {
		if (!wake) return 0;
		this.#buffer.fill(FLAG, 0, WAKE_FLAGS);
		return WAKE_FLAGS;
	}

	private finish(head: FrameHead, start: number, payloadAt: number, payloadEnd: number): number {
		const end = encodeTrailer(this.#buffer, start, payloadAt, payloadEnd);
		this.#at = 0;
		this.#end = end;
		this.#onFrame?.({ ...head, payload: this.#buffer.subarray(payloadAt, payloadEnd) });
		this.flush();
		return end;
	}
}
