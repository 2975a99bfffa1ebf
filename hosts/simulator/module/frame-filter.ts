import { ByteQueue } from '../../../src/base/byte-queue.js';
import { encodeHeader, encodeTrailer, FRAME_OVERHEAD, FrameType, type FrameView } from '../../../src/cmux/frame.js';
import { FrameReader } from '../../../src/cmux/frame-reader.js';
import type { BytePort, PortListener } from '../../../src/ports/byte-port.js';

const LONGEST = 2048;
const BLOCK = 256;

/**
 * A line of the multiplexer on which UIH frames with C/R = 0 do not arrive: what a Telit ME910 makes of them
 * (field-failures.md 5). Octets between frames do not arrive either.
 */
export class FrameFilter implements BytePort {
	readonly #port: BytePort;
	readonly #reader: FrameReader;
	readonly #passed = new ByteQueue(2 * (LONGEST + FRAME_OVERHEAD));
	readonly #block = new Uint8Array(BLOCK);
	readonly #frame = new Uint8Array(LONGEST + FRAME_OVERHEAD);

	constructor(port: BytePort) {
		this.#port = port;
		this.#reader = new FrameReader(LONGEST, frame => this.#pass(frame));
	}

	read(into: Uint8Array): number {
		// A block completes no more than what was begun before it and itself: there is room for both.
		while (this.#passed.length < into.length && this.#passed.space > LONGEST + FRAME_OVERHEAD + BLOCK) {
			const count = this.#port.read(this.#block);
			if (count === 0) break;
			this.#reader.push(this.#block.subarray(0, count));
		}
		return this.#passed.read(into);
	}

	write(bytes: Uint8Array): number {
		return this.#port.write(bytes);
	}

	listen(listener: PortListener | undefined): void {
		this.#port.listen(listener);
	}

	close(): void {
		this.#port.close();
	}

	#pass(view: FrameView): void {
		if (view.type === FrameType.UIH && view.commandBit === 0) return;
		const payloadAt = encodeHeader(this.#frame, 0, view, view.payload.length);
		this.#frame.set(view.payload, payloadAt);
		const end = encodeTrailer(this.#frame, 0, payloadAt, payloadAt + view.payload.length);
		this.#passed.write(this.#frame.subarray(0, end));
	}
}
