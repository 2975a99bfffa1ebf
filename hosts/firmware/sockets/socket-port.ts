import type { BytePort, PortListener } from '../../../src/ports/byte-port.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { FaultGuard } from '../fault-guard.js';
import type { TcpCallbacks, TcpSocket } from './sockets.js';

const ENDED = 'connection ended';

/**
 * A connection over the SDK's class. It has no queue of its own: what the owner does not read stays in the stack and closes the window
 * of the peer, and a write takes no more than the stack said that it has space for.
 */
export class SocketPort implements BytePort {
	/** Told once when the connection is there, or cannot be had. */
	onOpen: ((isOpen: boolean) => void) | undefined;
	readonly #clock: Clock;
	readonly #socket: TcpSocket | undefined;
	#listener: PortListener | undefined;
	/** Octets that can be read. */
	#waiting = 0;
	/** Octets that the stack takes for certain; it throws where it is given more. */
	#space = 0;
	#wantsSpace = false;
	#isEnded = false;
	#isEndTold = false;
	#isClosed = false;

	/** `open` gets the callbacks for the SDK; throws what it throws. */
	constructor(clock: Clock, guard: FaultGuard, open: (callbacks: TcpCallbacks) => TcpSocket) {
		this.#clock = clock;
		this.#socket = open({
			onReadable: guard.wrap('TCP receive', (count: number) => this.#arrived(count)),
			onWritable: guard.wrap('TCP send', (space: number) => this.#drained(space)),
			onError: guard.wrap('TCP error', () => this.#end()),
		});
	}

	read(into: Uint8Array): number {
		const count = Math.min(into.length, this.#waiting);
		if (count === 0) return 0;
		this.#waiting -= count;
		this.#socket?.read(count === into.length ? into : into.subarray(0, count));
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#isEnded || this.#isClosed) return 0;
		const count = this.#send(bytes, Math.min(bytes.length, this.#space));
		this.#wantsSpace = count < bytes.length;
		return count;
	}

	listen(listener: PortListener | undefined): void {
		if (this.#isClosed) return;
		this.#listener = listener;
		if (listener === undefined || (this.#waiting === 0 && !this.#isEnded)) return;
		this.#clock.setTimer(this.#clock.now(), () => {
			if (this.#listener === listener && this.#waiting > 0) listener.readable();
			if (this.#listener === listener) this.#tellEnd();
		});
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener = undefined;
		this.#waiting = 0;
		this.#socket?.close();
	}

	/** Where the end came together with the last octets the SDK throws before it tells of it: `onError` follows. */
	#send(bytes: Uint8Array, count: number): number {
		if (count === 0) return 0;
		try {
			this.#space = this.#socket?.write(count === bytes.length ? bytes : bytes.subarray(0, count)) ?? 0;
			return count;
		} catch {
			this.#space = 0;
			return 0;
		}
	}

	#arrived(count: number): void {
		if (this.#isClosed) return;
		this.#waiting = count;
		this.#listener?.readable();
	}

	#drained(space: number): void {
		if (this.#isClosed || this.#isEnded) return;
		this.#space = space;
		this.#opened(true);
		if (!this.#wantsSpace || this.#isClosed) return;
		this.#wantsSpace = false;
		this.#listener?.writable?.();
	}

	/** The SDK tells this only when all that arrived has been read. */
	#end(): void {
		if (this.#isClosed || this.#isEnded) return;
		this.#isEnded = true;
		this.#opened(false);
		this.#tellEnd();
	}

	#opened(isOpen: boolean): void {
		const told = this.onOpen;
		this.onOpen = undefined;
		told?.(isOpen);
	}

	#tellEnd(): void {
		if (!this.#isEnded || this.#isEndTold || this.#listener === undefined) return;
		this.#isEndTold = true;
		this.#listener.closed?.(ENDED);
	}
}
