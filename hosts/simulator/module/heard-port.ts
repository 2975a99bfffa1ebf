import type { BytePort, PortListener } from '../../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../../src/ports/clock.js';

/** A port that knows when something was read from it. */
export class HeardPort implements BytePort {
	readonly #port: BytePort;
	readonly #clock: Clock;
	#heard = 0;

	constructor(port: BytePort, clock: Clock) {
		this.#port = port;
		this.#clock = clock;
	}

	read(into: Uint8Array): number {
		const count = this.#port.read(into);
		if (count > 0) this.#heard = this.#clock.now();
		return count;
	}

	write(bytes: Uint8Array): number {
		return this.#port.write(bytes);
	}

	close(): void {
		this.#port.close();
	}

	listen(listener: PortListener | undefined): void {
		this.#port.listen(listener);
	}

	/** Calls `over` once nothing was read for `most` ms, from now on. */
	watchSilence(most: number, over: () => void): TimerHandle {
		const clock = this.#clock;
		this.#heard = clock.now();
		const wait = () =>
			clock.setTimer(this.#heard + most, () => {
				if (clock.now() >= this.#heard + most) over();
				else timer = wait();
			});
		let timer = wait();
		return { cancel: () => timer.cancel() };
	}
}
