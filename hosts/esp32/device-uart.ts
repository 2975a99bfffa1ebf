import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { FaultGuard } from '../firmware/fault-guard.js';
import type { UartDriver } from './uart-driver.js';

/** A UART and its pins. Without the handshake lines octets can be lost, and are counted. */
export interface SerialLine {
	readonly port: number;
	readonly receive: number;
	readonly transmit: number;
	readonly requestToSend?: number;
	readonly clearToSend?: number;
}

export interface DeviceUartOptions {
	readonly line: SerialLine;
	/** Rate in baud to begin with. */
	readonly baud: number;
	readonly clock: Clock;
	readonly guard: FaultGuard;
	readonly driver: UartDriver;
	/** Drives the DTR line; left out: the board has none. */
	readonly setDtr?: (on: boolean) => void;
}

const NO_PIN = -1;
const SLOWEST = 300;
const FASTEST = 5_000_000;
/** Of what length a break is said to be, in units of 200 ms: the chip tells only that there was one. */
const BREAK = 1;

/** A rate that the UARTs of the chip can do. */
export function isBaud(baud: number): boolean {
	return baud >= SLOWEST && baud <= FASTEST;
}

/**
 * A UART of the chip, open from the beginning, for every line of the board. Between an octet's arrival and `readable` pass 10 characters of
 * silence or 64 octets (0.9 or 5.6 ms at 115200 baud), and what the machine is busy with; meanwhile 4,096 octets have space. It takes
 * 512 octets to send at most, 44 ms at 115200 baud: what waits longer stays with the owner, who knows what is urgent.
 */
export class DeviceUart implements UartPort {
	readonly #port: number;
	readonly #clock: Clock;
	readonly #guard: FaultGuard;
	readonly #driver: UartDriver;
	readonly #driveDtr: ((on: boolean) => void) | undefined;
	#listener: PortListener | undefined;
	/** Octets that the owner has been told of and left. */
	#told = 0;
	#wantsSpace = false;
	#breaks: number;
	#isClosed = false;

	/** Throws where the UART cannot be opened. */
	constructor({ line, baud, clock, guard, driver, setDtr }: DeviceUartOptions) {
		const { port, transmit, receive, requestToSend = NO_PIN, clearToSend = NO_PIN } = line;
		this.#port = port;
		this.#clock = clock;
		this.#guard = guard;
		this.#driver = driver;
		this.#driveDtr = setDtr;
		this.#breaks = driver.uartBreaks(port);
		const told = guard.wrap(`uart ${port}`, () => this.#serve());
		if (!driver.openUart(port, transmit, receive, requestToSend, clearToSend, baud, told))
			throw new Error(
				`UART ${port} cannot be opened: it is in use, or there is no memory, or a pin cannot be used for it`,
			);
	}

	/** By whole FIFOs of 128 octets, as the driver tells. */
	get overruns(): number {
		return this.#driver.uartLost(this.#port);
	}

	/** The last octet has left the chip. */
	get isSent(): boolean {
		return this.#driver.isUartSent(this.#port);
	}

	read(into: Uint8Array): number {
		if (this.#isClosed) return 0;
		const count = this.#driver.readUart(this.#port, into);
		this.#told = Math.max(0, this.#told - count);
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#isClosed) return 0;
		const count = this.#driver.writeUart(this.#port, bytes);
		this.#wantsSpace = count < bytes.length;
		return count;
	}

	listen(listener: PortListener | undefined): void {
		if (this.#isClosed) return;
		this.#listener = listener;
		this.#told = 0;
		this.#wantsSpace = false;
		// Breaks of before are nobody's.
		this.#breaks = this.#driver.uartBreaks(this.#port);
		if (listener === undefined || this.#driver.uartWaiting(this.#port) === 0) return;
		const soon = this.#guard.wrap(`uart ${this.#port}`, () => {
			if (this.#listener === listener) this.#serve();
		});
		this.#clock.setTimer(this.#clock.now(), soon);
	}

	/** What is not yet sent is lost. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener = undefined;
		this.#driver.closeUart(this.#port);
	}

	/** 300 to 5,000,000 baud. */
	setBaud(baud: number): boolean {
		return !this.#isClosed && isBaud(baud) && this.#driver.setUartBaud(this.#port, baud);
	}

	setDtr(on: boolean): void {
		this.#driveDtr?.(on);
	}

	/** Something has happened; each call of the listener may close the port or change the listener. */
	#serve(): void {
		const driver = this.#driver;
		const port = this.#port;
		const breaks = this.#isClosed ? this.#breaks : driver.uartBreaks(port);
		const isBroken = breaks !== this.#breaks;
		this.#breaks = breaks;
		if (isBroken) this.#listener?.broke?.(BREAK);
		this.#announce();
		if (this.#isClosed || !this.#wantsSpace || driver.uartSpace(port) === 0) return;
		this.#wantsSpace = false;
		this.#listener?.writable?.();
	}

	#announce(): void {
		const listener = this.#listener;
		if (listener === undefined || this.#driver.uartWaiting(this.#port) <= this.#told) return;
		listener.readable();
		if (this.#listener === listener) this.#told = this.#driver.uartWaiting(this.#port);
	}
}
