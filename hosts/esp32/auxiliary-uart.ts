import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';

/** A UART and its pins. Without the handshake lines octets can be lost, and are counted. */
export interface HandshakeLine {
	readonly port: number;
	readonly receive: number;
	readonly transmit: number;
	readonly requestToSend?: number;
	readonly clearToSend?: number;
}

/**
 * UARTs over the IDF's driver (`native-uart.c`), by their numbers: 8N1, with queues for both directions. Nothing here waits. Each
 * function throws where the chip has no such UART; on one that is not open nothing is done.
 */
export interface UartDriver {
	/** Numbers of pins; -1 for a handshake line that the board does not have. False: no memory, or a pin that cannot be that. */
	openUart(
		port: number,
		transmit: number,
		receive: number,
		requestToSend: number,
		clearToSend: number,
		baud: number,
	): boolean;
	/** What is not yet sent is lost. */
	closeUart(port: number): void;
	/** At once, also for what is not yet sent. */
	setUartBaud(port: number, baud: number): boolean;
	readUart(port: number, into: Uint8Array): number;
	/** Takes as many as it has space for; returns how many. */
	writeUart(port: number, bytes: Uint8Array): number;
	/** Octets that can be read now. */
	uartWaiting(port: number): number;
	/** Octets that can be written now. */
	uartSpace(port: number): number;
	/** The last octet has left the chip. */
	isUartSent(port: number): boolean;
	/** Octets that were lost since the start of the board. Has to be asked now and then while the UART is open, to be right. */
	uartLost(port: number): number;
}

export interface AuxiliaryUartOptions {
	readonly line: HandshakeLine;
	readonly clock: Clock;
	readonly driver: UartDriver;
}

/** Time between two looks at the driver [ms]: 115 octets at 115200 baud, of the 4,096 that its queue holds. */
const LOOK = 10;
/** Looks at most until the last octets have gone out after use: 10 s, for a line whose other end stops it. */
const LAST_LOOKS = 1_000;
const NO_PIN = -1;
const FIRST_BAUD = 9600;
const SLOWEST = 300;
const FASTEST = 5_000_000;
const BLOCK = 256;

/**
 * The auxiliary serial line, open only while somebody listens, so that it costs no memory and no time before. What arrives while
 * nobody listens is lost and not counted. RTS/CTS where the board has the lines.
 */
export class AuxiliaryUart implements UartPort {
	readonly #line: HandshakeLine;
	readonly #clock: Clock;
	readonly #driver: UartDriver;
	#baud = FIRST_BAUD;
	#isOpen = false;
	#listener: PortListener | undefined;
	#look: TimerHandle | undefined;
	/** Octets that the owner has been told of and left. */
	#told = 0;
	#wantsSpace = false;
	#looksLeft = 0;
	#isClosed = false;

	constructor({ line, clock, driver }: AuxiliaryUartOptions) {
		this.#line = line;
		this.#clock = clock;
		this.#driver = driver;
	}

	/** By whole FIFOs of 128 octets, as the driver tells. */
	get overruns(): number {
		return this.#driver.uartLost(this.#line.port);
	}

	/** Opens the line for a listener; where that fails it hears `closed`. Without one the line closes when all has been sent. */
	listen(listener: PortListener | undefined): void {
		if (this.#isClosed) return;
		this.#listener = listener;
		this.#told = 0;
		this.#wantsSpace = false;
		this.#looksLeft = LAST_LOOKS;
		if (listener !== undefined && this.#isOpen) this.#driver.setUartBaud(this.#line.port, this.#baud);
		else if (listener !== undefined) this.#isOpen = this.#open();
		if (listener !== undefined || this.#isOpen) this.#lookSoon();
	}

	read(into: Uint8Array): number {
		if (!this.#isOpen) return 0;
		this.#told = 0;
		return this.#driver.readUart(this.#line.port, into);
	}

	write(bytes: Uint8Array): number {
		if (!this.#isOpen) return 0;
		const count = this.#driver.writeUart(this.#line.port, bytes);
		this.#wantsSpace = count < bytes.length;
		return count;
	}

	/** 300 to 5,000,000 baud. While nobody listens it is the rate of the next use: what is still to be sent keeps its own. */
	setBaud(baud: number): boolean {
		if (this.#isClosed || !(baud >= SLOWEST && baud <= FASTEST)) return false;
		if (this.#isOpen && this.#listener !== undefined && !this.#driver.setUartBaud(this.#line.port, baud)) return false;
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
		const { port, transmit, receive, requestToSend = NO_PIN, clearToSend = NO_PIN } = this.#line;
		return this.#driver.openUart(port, transmit, receive, requestToSend, clearToSend, this.#baud);
	}

	#lookSoon(): void {
		this.#look ??= this.#clock.setTimer(this.#clock.now() + LOOK, () => {
			this.#look = undefined;
			if (this.#listener === undefined) this.#finish();
			else if (this.#isOpen) this.#serve(this.#listener);
			else {
				const listener = this.#listener;
				this.#listener = undefined;
				listener.closed?.('the UART cannot be opened');
			}
			if (this.#isOpen) this.#lookSoon();
		});
	}

	#serve(listener: PortListener): void {
		const { port } = this.#line;
		const waiting = this.#driver.uartWaiting(port);
		if (waiting > this.#told) {
			listener.readable();
			this.#told = this.#driver.uartWaiting(port);
		}
		// Empties the driver's queue of events.
		this.#driver.uartLost(port);
		if (!this.#wantsSpace || this.#driver.uartSpace(port) === 0) return;
		this.#wantsSpace = false;
		this.#listener?.writable?.();
	}

	/** Nobody listens: what arrives is dropped, and the line closes behind the last octet sent. */
	#finish(): void {
		const { port } = this.#line;
		const block = new Uint8Array(BLOCK);
		while (this.#driver.readUart(port, block) === BLOCK);
		if (--this.#looksLeft > 0 && !this.#driver.isUartSent(port)) return;
		this.#isOpen = false;
		this.#driver.closeUart(port);
	}
}
