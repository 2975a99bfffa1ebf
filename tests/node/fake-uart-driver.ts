import type { UartDriver } from '../../hosts/esp32/uart-driver.js';
import { FaultGuard } from '../../hosts/firmware/fault-guard.js';
import { ByteQueue } from '../../src/base/byte-queue.js';
import type { PortListener } from '../../src/ports/byte-port.js';

/** What `native-uart.c` does, without the chip: one UART, whatever its number. Its far end is the test. */
export class FakeUartDriver implements UartDriver {
	opened: readonly (number | (() => void))[] | undefined;
	baud = 0;
	lost = 0;
	breaks = 0;
	refuses = false;
	/** No rate can be set on an open line. */
	refusesRates = false;
	readonly received = new ByteQueue(4096);
	readonly sending = new ByteQueue(512);
	readonly log: string[] = [];
	#told: (() => void) | undefined;

	/** What does not fit is lost, as without RTS. */
	arrive(bytes: Uint8Array): void {
		this.lost += bytes.length - this.received.write(bytes);
		this.#told?.();
	}

	/** The first `count` octets under way have gone out. */
	send(count: number): void {
		this.sending.drop(count);
		this.#told?.();
	}

	break(): void {
		this.breaks++;
		this.#told?.();
	}

	/** Something that is of no interest to anybody. */
	stir(): void {
		this.#told?.();
	}

	openUart(
		port: number,
		transmit: number,
		receive: number,
		requestToSend: number,
		clearToSend: number,
		baud: number,
		told: () => void,
	): boolean {
		if (this.refuses || this.opened !== undefined) return false;
		this.opened = [port, transmit, receive, requestToSend, clearToSend, baud];
		this.baud = baud;
		this.#told = told;
		this.log.push(`open ${baud}`);
		return true;
	}

	closeUart(): void {
		this.opened = undefined;
		this.#told = undefined;
		this.sending.clear();
		this.received.clear();
		this.log.push('close');
	}

	setUartBaud(_port: number, baud: number): boolean {
		if (this.refusesRates) return false;
		this.baud = baud;
		return true;
	}

	readUart(_port: number, into: Uint8Array): number {
		return this.received.read(into);
	}

	writeUart(_port: number, bytes: Uint8Array): number {
		return this.sending.write(bytes);
	}

	uartWaiting(): number {
		return this.received.length;
	}

	uartSpace(): number {
		return this.sending.space;
	}

	isUartSent(): boolean {
		return this.sending.length === 0;
	}

	uartLost(): number {
		return this.lost;
	}

	uartBreaks(): number {
		return this.breaks;
	}
}

/** Notes what it is told, and reads when it is said to. */
export class UartOwner implements PortListener {
	readonly events: string[] = [];
	readonly got = new Uint8Array(100);

	readable(): void {
		this.events.push('readable');
	}

	writable(): void {
		this.events.push('writable');
	}

	broke(length: number): void {
		this.events.push(`break ${length}`);
	}

	closed(reason: string): void {
		this.events.push(reason);
	}
}

/** A guard of callbacks that never throw. */
export function noFault(): FaultGuard {
	return new FaultGuard(
		(place, error) => {
			throw new Error(`${place}: ${String(error)}`);
		},
		() => {},
	);
}
