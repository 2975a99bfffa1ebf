import type { BytePort, PortListener } from '../ports/byte-port.js';

/** A port as it is, for an owner that does not look at its signals: DTR that goes off is told here. */
export class DtrWatch implements BytePort {
	readonly #port: BytePort;
	readonly #onDropped: () => void;

	constructor(port: BytePort, onDropped: () => void) {
		this.#port = port;
		this.#onDropped = onDropped;
	}

	read(into: Uint8Array): number {
		return this.#port.read(into);
	}

	write(bytes: Uint8Array): number {
		return this.#port.write(bytes);
	}

	close(): void {
		this.#port.close();
	}

	listen(listener: PortListener | undefined): void {
		this.#port.listen(
			listener && {
				readable: () => listener.readable(),
				writable: () => listener.writable?.(),
				closed: reason => listener.closed?.(reason),
				signals: ({ rtc }) => {
					if (!rtc) this.#onDropped();
				},
			},
		);
	}
}
