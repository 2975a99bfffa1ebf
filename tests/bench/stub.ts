import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';

/** A clock that costs nothing: time stands still. */
export const stillClock: Clock = { now: () => 0, setTimer: () => ({ cancel() {} }) };

/** A port that costs next to nothing: takes all that is written, and gives what the case hands it. */
export class StubPort implements BytePort {
	#listener: PortListener | undefined;
	#waiting: Uint8Array = new Uint8Array(0);

	/** Octets that arrive together; the listener takes them before the call returns. */
	arrive(bytes: Uint8Array): void {
		this.#waiting = bytes;
		this.#listener?.readable();
	}

	read(into: Uint8Array): number {
		const waiting = this.#waiting;
		const count = Math.min(waiting.length, into.length);
		into.set(count === waiting.length ? waiting : waiting.subarray(0, count));
		this.#waiting = waiting.subarray(count);
		return count;
	}

	write(bytes: Uint8Array): number {
		return bytes.length;
	}

	close(): void {
		this.#listener = undefined;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
	}
}
