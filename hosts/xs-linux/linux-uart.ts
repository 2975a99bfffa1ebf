import Timer from 'timer';
import { ByteQueue } from '../../src/base/byte-queue.js';
import type { PortListener, UartPort } from '../../src/ports/byte-port.js';
import type { FaultGuard } from '../firmware/fault-guard.js';
import { LinuxSerial } from './linux-serial.js';

export interface LinuxUartOptions {
	/** Path of a serial device or a pseudo-terminal. */
	readonly device: string;
	/** Rate in baud to begin with; a pseudo-terminal has none. */
	readonly baud: number;
	readonly guard: FaultGuard;
	/** The device has gone: an adapter that was pulled, a pseudo-terminal whose other end was closed. */
	readonly onLost: () => void;
}

/** Received octets that wait for the owner. */
const CAPACITY = 4096;
const SLOWEST = 300;
const FASTEST = 4_000_000;

/** A serial line over the SDK's `embedded:io/serial` on Linux: 8N1, no hardware flow control. */
export class LinuxUart implements UartPort {
	/** What this port does not take stays with the kernel, which stops the sender or tells nobody. */
	readonly overruns = 0;
	readonly #device: string;
	readonly #guard: FaultGuard;
	readonly #onLost: () => void;
	readonly #received = new ByteQueue(CAPACITY);
	#baud: number;
	#serial: LinuxSerial | undefined;
	#listener: PortListener | undefined;
	/** Octets that one write may have; 0 until the last has gone. */
	#space = 0;
	#wantsSpace = false;
	#isClosed = false;
	#reopening = false;

	/** Throws where the device cannot be opened. */
	constructor(options: LinuxUartOptions) {
		this.#device = options.device;
		this.#baud = options.baud;
		this.#guard = options.guard;
		this.#onLost = options.onLost;
		this.#serial = this.#open();
	}

	read(into: Uint8Array): number {
		return this.#received.read(into);
	}

	/** One write at a time: the SDK throws at the next while it still holds octets of the last. */
	write(bytes: Uint8Array): number {
		const count = this.#serial === undefined ? 0 : Math.min(bytes.length, this.#space);
		if (count > 0) {
			// A copy: on Linux it takes whole buffers, and no views.
			this.#serial?.write(bytes.slice(0, count).buffer);
			this.#space = 0;
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

	/** 300 to 4,000,000 baud. What waits in the two directions at that moment can be lost. */
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

	/** A pseudo-terminal has no such line: nothing happens there. */
	setDtr(on: boolean): void {
		this.#serial?.set({ DTR: on });
	}

	#open(): LinuxSerial {
		return new LinuxSerial({
			device: this.#device,
			baud: this.#baud,
			format: 'buffer',
			onReadable: this.#guard.wrap('uart receive', () => this.#receive()),
			onWritable: this.#guard.wrap('uart send', (space: number) => this.#drained(space)),
			onError: this.#guard.wrap('uart', () => this.#lost()),
		});
	}

	#shut(): void {
		this.#serial?.close();
		this.#serial = undefined;
		this.#space = 0;
	}

	/** Called again and again while octets wait, so a full queue costs time, and loses nothing. */
	#receive(): void {
		if (this.#isClosed || this.#received.space === 0) return;
		const octets = this.#serial?.read(this.#received.space);
		if (octets === undefined) return;
		this.#received.write(new Uint8Array(octets));
		this.#listener?.readable();
	}

	#drained(space: number): void {
		if (this.#reopening || this.#isClosed) return;
		this.#space = space;
		if (!this.#wantsSpace) return;
		this.#wantsSpace = false;
		this.#listener?.writable?.();
	}

	/** The SDK closes the device itself. */
	#lost(): void {
		this.#serial = undefined;
		this.#space = 0;
		this.#onLost();
		this.#listener?.closed?.('the line has gone');
	}

	/** Outside every callback of the SDK's class, which uses freed memory after a `close` inside one (8.2.3). */
	#soon(callback: () => void): void {
		Timer.set(this.#guard.wrap('uart', callback), 0);
	}
}
