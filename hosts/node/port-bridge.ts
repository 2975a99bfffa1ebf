import type { BytePort, DtePort } from '../../src/ports/byte-port.js';

/** Octets that move at a time. */
const BLOCK = 4096;

/**
 * Carries octets both ways between two ports until it is stopped or one of them closes, and to the left one the signals of the right
 * one, where it has them. Neither port is closed by it.
 */
export class PortBridge {
	readonly #left: DtePort;
	readonly #right: BytePort;

	constructor(left: DtePort, right: BytePort, onClosed?: (reason: string) => void) {
		this.#left = left;
		this.#right = right;
		const toRight = new Flow(left, right);
		const toLeft = new Flow(right, left);
		const closed = (reason: string) => {
			toRight.move();
			toLeft.move();
			this.stop();
			onClosed?.(reason);
		};
		left.listen({ readable: () => toRight.move(), writable: () => toLeft.move(), closed });
		right.listen({
			readable: () => toLeft.move(),
			writable: () => toRight.move(),
			signals: shown => left.setSignals?.(shown),
			closed,
		});
	}

	/** Leaves both ports without a listener. */
	stop(): void {
		this.#left.listen(undefined);
		this.#right.listen(undefined);
	}
}

/** One direction. What the sink did not take waits here, and the source is not read meanwhile. */
class Flow {
	readonly #source: BytePort;
	readonly #sink: BytePort;
	readonly #block = new Uint8Array(BLOCK);
	#waiting = this.#block.subarray(0, 0);

	constructor(source: BytePort, sink: BytePort) {
		this.#source = source;
		this.#sink = sink;
	}

	move(): void {
		for (;;) {
			if (this.#waiting.length === 0) {
				this.#waiting = this.#block.subarray(0, this.#source.read(this.#block));
				if (this.#waiting.length === 0) return;
			}
			this.#waiting = this.#waiting.subarray(this.#sink.write(this.#waiting));
			if (this.#waiting.length > 0) return;
		}
	}
}
