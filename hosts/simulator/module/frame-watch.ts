import { FrameType, type FrameView } from '../../../src/cmux/frame.js';
import { FrameReader } from '../../../src/cmux/frame-reader.js';
import type { BytePort } from '../../../src/ports/byte-port.js';

const LONGEST = 256;
/** Close-down, as a command (27.010 5.4.6.3.3). */
const CLOSE_DOWN = 0xc3;

/** Reads a line and says nothing, until a frame on it ends the multiplexer: DISC on DLCI 0, or CLD. */
export class FrameWatch {
	readonly #port: BytePort;
	readonly #reader: FrameReader;
	readonly #block = new Uint8Array(LONGEST);
	#ended = false;

	/** `onEnd` is called from inside the port's `readable`, once. */
	constructor(port: BytePort, onEnd: () => void) {
		this.#port = port;
		this.#reader = new FrameReader(LONGEST, frame => {
			if (endsMux(frame)) this.#ended = true;
		});
		port.listen({
			readable: () => {
				this.#read();
				if (!this.#ended) return;
				this.stop();
				onEnd();
			},
		});
	}

	stop(): void {
		this.#port.listen(undefined);
	}

	#read(): void {
		for (let count = this.#port.read(this.#block); count > 0 && !this.#ended; count = this.#port.read(this.#block)) {
			this.#reader.push(this.#block.subarray(0, count));
		}
	}
}

function endsMux({ dlci, type, payload }: FrameView): boolean {
	if (dlci !== 0) return false;
	return type === FrameType.DISC || (type === FrameType.UIH && payload[0] === CLOSE_DOWN);
}
