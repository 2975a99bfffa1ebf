import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { TimerHandle } from '../../src/ports/clock.js';
import { DeviceUart, type DeviceUartOptions, isBaud } from './device-uart.js';

/** Time between two looks at a line that is about to close [ms]. */
const LOOK = 10;
/** Looks at most until the last octets have gone out: 10 s, for a line whose other end stops it. */
const LAST_LOOKS = 1_000;
const FIRST_BAUD = 9600;
const BLOCK = 256;

/**
 * The auxiliary serial line: a UART that is open only while somebody listens, so that it costs no memory and no time before. What
 * arrives while nobody listens is lost and not counted.
 */
export class AuxiliaryUart implements UartPort {
	readonly #options: Omit<DeviceUartOptions, 'baud'>;
	#baud = FIRST_BAUD;
	#uart: DeviceUart | undefined;
	#isHeard = false;
	#look: TimerHandle | undefined;
	#looksLeft = 0;
	#isClosed = false;

	constructor(options: Omit<DeviceUartOptions, 'baud'>) {
		this.#options = options;
	}

	get overruns(): number {
		return this.#options.driver.uartLost(this.#options.line.port);
	}

	/** Opens the line for a listener; where that fails it hears `closed`. Without one the line closes when all has been sent. */
	listen(listener: PortListener | undefined): void {
		if (this.#isClosed) return;
		this.#look?.cancel();
		this.#look = undefined;
		this.#isHeard = listener !== undefined;
		this.#looksLeft = LAST_LOOKS;
		if (listener === undefined) {
			this.#uart?.listen(undefined);
			if (this.#uart !== undefined) this.#lookSoon(() => this.#finish());
		} else if (this.#open()) this.#uart?.listen(listener);
		else
			this.#lookSoon(() => {
				this.#isHeard = false;
				this.#finish();
				listener.closed?.('the UART cannot be opened');
			});
	}

	read(into: Uint8Array): number {
		return this.#uart?.read(into) ?? 0;
	}

	write(bytes: Uint8Array): number {
		return this.#uart?.write(bytes) ?? 0;
	}

	/** 300 to 5,000,000 baud. While nobody listens it is the rate of the next use: what is still to be sent keeps its own. */
	setBaud(baud: number): boolean {
		if (this.#isClosed || !isBaud(baud)) return false;
		if (this.#isHeard && this.#uart !== undefined && !this.#uart.setBaud(baud)) return false;
		this.#baud = baud;
		return true;
	}

	/** The board has no such line. */
	setDtr(): void {}

	close(): void {
		this.listen(undefined);
		this.#isClosed = true;
	}

	#open(): boolean {
		if (this.#uart !== undefined) return this.#uart.setBaud(this.#baud);
		try {
			this.#uart = new DeviceUart({ ...this.#options, baud: this.#baud });
			return true;
		} catch {
			return false;
		}
	}

	#lookSoon(callback: () => void): void {
		const { clock } = this.#options;
		this.#look = clock.setTimer(clock.now() + LOOK, () => {
			this.#look = undefined;
			callback();
		});
	}

	/** Nobody listens: what arrives is dropped, and the line closes behind the last octet sent. */
	#finish(): void {
		const uart = this.#uart;
		if (uart === undefined) return;
		const block = new Uint8Array(BLOCK);
		while (uart.read(block) === BLOCK);
		if (--this.#looksLeft > 0 && !uart.isSent) {
			this.#lookSoon(() => this.#finish());
			return;
		}
		this.#uart = undefined;
		uart.close();
	}
}
