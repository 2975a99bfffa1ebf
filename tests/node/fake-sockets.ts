import type { ListenerSocket, Sockets, TcpCallbacks, TcpSocket } from '../../hosts/firmware/sockets/sockets.js';
import type { Clock } from '../../src/ports/clock.js';

/** As lwIP is set up on the board: two segments. */
const SEND_BUFFER = 2872;

/**
 * The SDK's classes over lwIP, with the habits of theirs that hurt (8.2.3): they throw where they are given more than they said, or too late;
 * what has happened comes as one message; the end waits until all was read, and may be told twice.
 */
export class FakeSockets implements Sockets {
	readonly clock: Clock;
	readonly tcp: FakeTcp[] = [];
	readonly listeners: FakeListener[] = [];
	readonly asked: { readonly host: string; answer(address: string | undefined): void }[] = [];
	/** What the next call throws. */
	error: string | undefined;
	/** Memory that the stack has lost for good. */
	leaks = 0;

	constructor(clock: Clock) {
		this.clock = clock;
	}

	get last(): FakeTcp {
		return this.tcp[this.tcp.length - 1]!;
	}

	connect(address: string, port: number, callbacks: TcpCallbacks): TcpSocket {
		this.#fail();
		const socket = new FakeTcp(this.clock, `${address}:${port}`);
		socket.callbacks = callbacks;
		this.tcp.push(socket);
		return socket;
	}

	adopt(from: TcpSocket, callbacks: TcpCallbacks): TcpSocket {
		this.#fail();
		const old = from as FakeTcp;
		if (old.isGone) throw new Error('invalid from');
		const socket = new FakeTcp(this.clock, old.peer);
		socket.callbacks = callbacks;
		socket.isReady = true;
		socket.arrived.push(...old.arrived.splice(0));
		old.close();
		this.tcp.push(socket);
		socket.happened({ writable: true, readable: socket.arrived.length > 0 });
		return socket;
	}

	listen(port: number, onReadable: (count: number) => void): ListenerSocket {
		this.#fail();
		if (this.listeners.some(other => other.isOpen && other.port === port)) this.leaks++;
		const listener = new FakeListener(this, port, onReadable);
		this.listeners.push(listener);
		return listener;
	}

	resolve(host: string, onResolved: (address: string | undefined) => void): void {
		this.#fail();
		this.asked.push({ host, answer: onResolved });
	}

	#fail(): void {
		const { error } = this;
		this.error = undefined;
		if (error !== undefined) throw new Error(error);
	}
}

export class FakeTcp implements TcpSocket {
	readonly peer: string;
	callbacks: TcpCallbacks | undefined;
	readonly arrived: number[] = [];
	readonly sent: number[] = [];
	space = SEND_BUFFER;
	isReady = false;
	isClosed = false;
	/** The stack has given the connection up. */
	isGone = false;
	readonly #clock: Clock;
	readonly #events = { readable: false, writable: false, error: false };
	#isPosted = false;

	constructor(clock: Clock, peer: string) {
		this.#clock = clock;
		this.peer = peer;
	}

	get remoteAddress(): string {
		if (this.isGone) throw new Error('null pointer');
		return this.peer;
	}

	read(into: Uint8Array): void {
		this.#validate();
		if (into.length === 0 || into.length > this.arrived.length) throw new Error('invalid');
		into.set(this.arrived.splice(0, into.length));
		if (this.arrived.length === 0 && this.isGone) this.happened({ error: true });
	}

	write(bytes: Uint8Array): number | undefined {
		this.#validate();
		if (!this.isReady) throw new Error('not ready');
		if (this.isGone) return undefined;
		if (bytes.length > this.space) throw new Error('would block');
		this.sent.push(...bytes);
		this.space -= bytes.length;
		return this.space;
	}

	close(): void {
		this.isClosed = true;
	}

	/** The peer sends. */
	arrive(text: string): void {
		for (const character of text) this.arrived.push(character.charCodeAt(0));
		this.happened({ readable: true });
	}

	/** The connection is made. */
	open(): void {
		this.isReady = true;
		this.happened({ writable: true });
	}

	/** The peer has taken so many octets. */
	acknowledge(count: number): void {
		this.space = Math.min(SEND_BUFFER, this.space + count);
		this.happened({ writable: true });
	}

	/** The peer hangs up, or the connection fails. */
	fail(): void {
		this.isGone = true;
		this.happened({ error: true });
	}

	/** One message for all that happens before it is taken. */
	happened(events: Partial<FakeTcpEvents>): void {
		Object.assign(this.#events, { ...this.#events, ...events });
		if (this.#isPosted) return;
		this.#isPosted = true;
		this.#clock.setTimer(this.#clock.now(), () => this.#deliver());
	}

	#deliver(): void {
		const { readable, writable, error } = { ...this.#events };
		this.#isPosted = false;
		Object.assign(this.#events, { readable: false, writable: false, error: false });
		if (error) this.isReady = false;
		if (readable && this.arrived.length > 0) this.#call(told => told.onReadable(this.arrived.length));
		if (this.isGone && this.arrived.length > 0) return;
		if (!this.isGone && writable) this.#call(told => told.onWritable(this.space));
		if (this.isGone) this.#call(told => told.onError());
	}

	#call(tell: (callbacks: TcpCallbacks) => void): void {
		if (!this.isClosed && this.callbacks !== undefined) tell(this.callbacks);
	}

	#validate(): void {
		if (this.isClosed) throw new TypeError('this: invalid');
	}
}

interface FakeTcpEvents {
	readable: boolean;
	writable: boolean;
	error: boolean;
}

export class FakeListener implements ListenerSocket {
	readonly port: number;
	isOpen = true;
	readonly #owner: FakeSockets;
	readonly #onReadable: (count: number) => void;
	readonly #pending: FakeTcp[] = [];
	#isPosted = false;

	constructor(owner: FakeSockets, port: number, onReadable: (count: number) => void) {
		this.#owner = owner;
		this.port = port;
		this.#onReadable = onReadable;
	}

	/** A peer connects, and may have sent something already. */
	knock(peer: string, text = ''): FakeTcp {
		const socket = new FakeTcp(this.#owner.clock, peer);
		socket.isReady = true;
		if (text !== '') socket.arrive(text);
		this.#pending.push(socket);
		if (!this.#isPosted) {
			this.#isPosted = true;
			this.#owner.clock.setTimer(this.#owner.clock.now(), () => {
				this.#isPosted = false;
				if (this.isOpen && this.#pending.length > 0) this.#onReadable(this.#pending.length);
			});
		}
		return socket;
	}

	read(): TcpSocket | undefined {
		if (!this.isOpen) throw new TypeError('this: invalid');
		const socket = this.#pending.shift();
		if (socket === undefined) this.#owner.leaks++;
		return socket;
	}

	close(): void {
		this.isOpen = false;
		for (const socket of this.#pending.splice(0)) socket.close();
	}
}
