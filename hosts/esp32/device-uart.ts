import Serial from 'embedded:io/serial';
import Timer from 'timer';
import { ByteQueue } from '../../src/base/byte-queue.js';
import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { FaultGuard } from '../firmware/fault-guard.js';

/** A UART and its pins. */
export interface SerialLine {
	readonly port: number;
	readonly receive: number;
	readonly transmit: number;
}

export interface DeviceUartOptions {
	readonly line: SerialLine;
	/** Rate in baud to begin with. */
	readonly baud: number;
	readonly guard: FaultGuard;
	/** Drives the DTR line; left out: the board has none. */
	readonly setDtr?: (on: boolean) => void;
}

/** Octets of one hardware FIFO. */
const FIFO = 128;
/** Received octets that wait for the owner: 16 FIFOs, 178 ms at 115200 baud. */
const CAPACITY = 2048;
const SLOWEST = 300;
const FASTEST = 5_000_000;

/**
 * A serial line over the SDK's `embedded:io/serial`: 8N1, no hardware flow control. It has no transmit queue beyond the FIFO: what
 * waits stays with the owner, who knows what is urgent.
 *
 * Limits of the SDK's class, which a native driver has to lift: it reads the bare FIFO, so octets are lost when the machine is
 * busy for longer than 128 octets last (11 ms at 115200 baud), and it does not tell. `overruns` counts only what did not fit into the
 * queue of this port.
 */
export class DeviceUart implements UartPort {
	readonly #line: SerialLine;
	readonly #guard: FaultGuard;
	readonly #driveDtr: ((on: boolean) => void) | undefined;
	readonly #fifo = new Uint8Array(FIFO);
	readonly #received = new ByteQueue(CAPACITY);
	#baud: number;
	#serial: Serial | undefined;
	#listener: PortListener | undefined;
	/** Octets that the transmit FIFO takes for certain; the SDK throws where it is given more. */
	#space = 0;
	#wantsSpace = false;
	#isClosed = false;
	#reopening = false;
	#overruns = 0;

	/** Throws where the UART or a pin is in use. */
	constructor(options: DeviceUartOptions) {
		this.#line = options.line;
		this.#baud = options.baud;
		this.#guard = options.guard;
		this.#driveDtr = options.setDtr;
		this.#serial = this.#open();
	}

	get overruns(): number {
		return this.#overruns;
	}

	read(into: Uint8Array): number {
		return this.#received.read(into);
	}

	write(bytes: Uint8Array): number {
		const count = this.#serial === undefined ? 0 : Math.min(bytes.length, this.#space);
		if (count > 0) {
			this.#serial?.write(count === bytes.length ? bytes : bytes.subarray(0, count));
			this.#space -= count;
		}
		this.#wantsSpace = count < bytes.length;
		return count;
	}

	listen(listener: PortListener | undefined): void {
		if (this.#isClosed) return;
		this.#listener = listener;
		if (listener === undefined || this.#received.length === 0) return;
		this.#soon(() => {
			if (this.#listener === listener && this.#received.length > 0) listener.readable();
		});
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener = undefined;
		this.#received.clear();
		this.#soon(() => this.#shut());
	}

	/** 300 to 5,000,000 baud. Takes effect before the next octet is written; what is in the two FIFOs at that moment is lost. */
	setBaud(baud: number): boolean {
		if (this.#isClosed || !(baud >= SLOWEST && baud <= FASTEST)) return false;
		if (baud === this.#baud) return true;
		this.#baud = baud;
		this.#space = 0;
		if (this.#reopening) return true;
		this.#reopening = true;
		this.#soon(() => {
			this.#reopening = false;
			this.#shut();
			if (!this.#isClosed) this.#serial = this.#open();
		});
		return true;
	}

	setDtr(on: boolean): void {
		this.#driveDtr?.(on);
	}

	#open(): Serial {
		return new Serial({
			port: this.#line.port,
			receive: this.#line.receive,
			transmit: this.#line.transmit,
			baud: this.#baud,
			format: 'buffer',
			onReadable: this.#guard.wrap('uart receive', () => this.#receive()),
			onWritable: this.#guard.wrap('uart send', (space: number) => this.#drained(space)),
		});
	}

	#shut(): void {
		this.#serial?.close();
		this.#serial = undefined;
		this.#space = 0;
	}

	/** One FIFO per call: octets that arrive meanwhile raise the next. The FIFO is emptied even if the queue is full, or the interrupt never rests. */
	#receive(): void {
		// Into a buffer of ours: `read(count)` would give octets that never arrived when `count` is too large.
		const count = this.#serial?.read(this.#fifo);
		if (count === undefined || this.#isClosed) return;
		const taken = this.#received.write(count === FIFO ? this.#fifo : this.#fifo.subarray(0, count));
		this.#overruns += count - taken;
		this.#listener?.readable();
	}

	#drained(space: number): void {
		if (this.#reopening || this.#isClosed) return;
		this.#space = space;
		if (!this.#wantsSpace) return;
		this.#wantsSpace = false;
		this.#listener?.writable?.();
	}

	/** Outside every callback of the SDK's class, which uses freed memory after a `close` inside one (8.2.3). */
	#soon(callback: () => void): void {
		Timer.set(this.#guard.wrap('uart', callback), 0);
	}
}
