import type { BytePort, PortListener } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';

/** What ends with the interface that it goes over. */
export interface Tied {
	cut(): void;
}

/** What an owner reads as the reason. */
export const LOST = 'Wi-Fi lost';

/** A connection that ends with the interface. What has arrived and is not yet read goes with it. */
export class TiedPort implements BytePort, Tied {
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #untie: () => void;
	#listener: PortListener | undefined;
	#isOpen = true;
	#isCut = false;

	constructor(port: BytePort, clock: Clock, untie: () => void) {
		this.#port = port;
		this.#clock = clock;
		this.#untie = untie;
	}

	read(into: Uint8Array): number {
		return this.#isOpen ? this.#port.read(into) : 0;
	}

	write(bytes: Uint8Array): number {
		return this.#isOpen ? this.#port.write(bytes) : 0;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (this.#isOpen) this.#port.listen(listener);
		else if (this.#isCut) this.#tellEnd();
	}

	close(): void {
		this.#listener = undefined;
		this.#isCut = false;
		this.#release();
	}

	cut(): void {
		if (!this.#isOpen) return;
		this.#isCut = true;
		this.#release();
		this.#tellEnd();
	}

	#release(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#untie();
		this.#port.close();
	}

	/** From a timer: never inside a call of the owner. */
	#tellEnd(): void {
		const listener = this.#listener;
		if (listener === undefined) return;
		this.#clock.setTimer(this.#clock.now(), () => {
			if (this.#listener !== listener || !this.#isCut) return;
			this.#isCut = false;
			listener.closed?.(LOST);
		});
	}
}
