import { ByteQueue } from '../../src/base/byte-queue.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { PortListener } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { NetworkError } from '../../src/ports/network.js';
import type { HostConnection, HostListener, SocketHost } from './socket-host.js';

/** Octets that each direction of a connection holds. */
const CAPACITY = 4096;
/** Time a packet takes from one end to the other [ms]. */
const TRANSIT_MS = 20;
const FIRST_DYNAMIC_PORT = 1332;

/**
 * TCP without a network: tests dial in with `dial` and offer servers with `serve`, and hold the far end of each
 * connection as a byte port. The module's side uses it as its `SocketHost`.
 */
export class MemorySockets implements SocketHost {
	readonly #clock: Clock;
	readonly #listening = new Map<number, (connection: HostConnection) => void>();
	readonly #servers = new Map<string, (connection: HostConnection) => void>();
	/** Addresses that never answer: a connect to one of them runs into its timeout. */
	readonly silent = new Set<string>();
	#nextPort = FIRST_DYNAMIC_PORT;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	async listen(
		port: number,
		onConnection: (connection: HostConnection) => void,
	): Promise<Result<HostListener, NetworkError>> {
		if (this.#listening.has(port)) return failure('busy');
		this.#listening.set(port, onConnection);
		return success({
			close: () => {
				if (this.#listening.get(port) === onConnection) this.#listening.delete(port);
			},
		});
	}

	async connect(host: string, port: number, timeoutMs: number): Promise<Result<HostConnection, NetworkError>> {
		if (this.silent.has(host)) {
			await this.#pause(timeoutMs);
			return failure('timeout');
		}
		await this.#pause(TRANSIT_MS * 2);
		const server = this.#servers.get(`${host}:${port}`);
		if (server === undefined) return failure('refused');
		const [near, far] = this.#pair(host, port, '10.0.0.1', this.#nextPort++);
		server(far);
		return success(near);
	}

	/** True while a module listens on `port`. */
	isListening(port: number): boolean {
		return this.#listening.has(port);
	}

	/** Calls the module's listener on `port` as the peer `from`; undefined where nobody listens. */
	dial(port: number, from = '127.0.0.1'): HostConnection | undefined {
		const onConnection = this.#listening.get(port);
		if (onConnection === undefined) return undefined;
		const [near, far] = this.#pair(from, this.#nextPort++, '10.0.0.1', port);
		onConnection(near);
		return far;
	}

	/** Offers a server that modules can connect to; `onConnection` gets the server's end. */
	serve(host: string, port: number, onConnection: (connection: HostConnection) => void): HostListener {
		const key = `${host}:${port}`;
		this.#servers.set(key, onConnection);
		return { close: () => this.#servers.delete(key) };
	}

	/** The near end sees `peer`, the far end sees `own`. */
	#pair(peer: string, peerPort: number, own: string, ownPort: number): [MemoryConnection, MemoryConnection] {
		const near = new MemoryConnection(this.#clock, peer, peerPort);
		const far = new MemoryConnection(this.#clock, own, ownPort);
		near.join(far);
		far.join(near);
		return [near, far];
	}

	#pause(ms: number): Promise<void> {
		return new Promise(resolve => {
			this.#clock.setTimer(this.#clock.now() + ms, resolve);
		});
	}
}

class MemoryConnection implements HostConnection {
	readonly peerAddress: string;
	readonly peerPort: number;
	readonly #clock: Clock;
	readonly #sending = new ByteQueue(CAPACITY);
	readonly #received = new ByteQueue(CAPACITY);
	#peer: MemoryConnection | undefined;
	#listener: PortListener | undefined;
	#transit: TimerHandle | undefined;
	#wake: TimerHandle | undefined;
	#arrived = false;
	#wasFull = false;
	#closing = false;
	#ended: string | undefined;
	#told = false;

	constructor(clock: Clock, peerAddress: string, peerPort: number) {
		this.#clock = clock;
		this.peerAddress = peerAddress;
		this.peerPort = peerPort;
	}

	join(peer: MemoryConnection): void {
		this.#peer = peer;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (this.#received.length > 0) this.#arrived = true;
		this.#tell();
	}

	read(into: Uint8Array): number {
		const count = this.#received.read(into);
		const peer = this.#peer;
		if (count > 0 && peer !== undefined) peer.#carry();
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#closing || this.#ended !== undefined) return 0;
		const count = this.#sending.write(bytes);
		if (count < bytes.length) this.#wasFull = true;
		this.#carry();
		return count;
	}

	close(): void {
		this.#listener = undefined;
		this.#wake?.cancel();
		this.#wake = undefined;
		if (this.#closing) return;
		this.#closing = true;
		this.#carry();
	}

	/** Moves what is waiting, and the end of the stream behind it, after the time of one transit. */
	#carry(): void {
		const peer = this.#peer;
		if (peer === undefined || this.#transit !== undefined) return;
		if (this.#sending.length === 0 ? !this.#closing : peer.#received.space === 0 && !peer.#closing) return;
		this.#transit = this.#clock.setTimer(this.#clock.now() + TRANSIT_MS, () => {
			this.#transit = undefined;
			const gone = peer.#closing || peer.#ended !== undefined;
			while (this.#sending.length > 0 && (gone || peer.#received.space > 0)) {
				const block = this.#sending.peek();
				const count = gone ? block.length : peer.#received.write(block);
				this.#sending.drop(count);
				peer.#arrived = true;
			}
			if (this.#sending.length === 0 && this.#closing) {
				peer.#ended ??= 'closed by peer';
				this.#peer = undefined;
			}
			peer.#tell();
			this.#tell();
			this.#carry();
		});
	}

	/** Tells the listener what is new, from a timer of its own. */
	#tell(): void {
		if (this.#wake !== undefined || this.#listener === undefined) return;
		const space = this.#wasFull && this.#sending.space > 0;
		if (!this.#arrived && !space && (this.#ended === undefined || this.#told)) return;
		this.#wake = this.#clock.setTimer(this.#clock.now(), () => {
			this.#wake = undefined;
			if (this.#arrived) {
				this.#arrived = false;
				if (this.#received.length > 0) this.#listener?.readable();
			}
			if (this.#wasFull && this.#sending.space > 0) {
				this.#wasFull = false;
				this.#listener?.writable?.();
			}
			if (this.#ended !== undefined && !this.#told) {
				this.#told = true;
				this.#listener?.closed?.(this.#ended);
			}
		});
	}
}
