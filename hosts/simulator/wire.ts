import { ByteQueue } from '../../src/base/byte-queue.js';
import type { PortListener, Signals, UartPort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';

export interface WireOptions {
	/**
	 * Baud of both ends at the start. 0: no rate and no pacing: octets arrive at once, though never from inside a call, and setting
	 * a rate changes nothing.
	 */
	readonly baud: number;
	/** Octets each direction holds at the sender and at the receiver, each. 4096. */
	readonly capacity?: number;
	/** Octets that the DCE's end holds to send, where it is other than `capacity`. */
	readonly dceSending?: number;
	/** Octets that arrive together at the most: 1 makes every reader see single octets. 64. */
	readonly block?: number;
	/** RTS/CTS. False: what the receiver has no space for is lost, and counted in its `overruns`. True where it is left out. */
	readonly flowControl?: boolean;
	/** What happens to octets on their way: loss, doubling, noise. Gets a copy that it may change; returns what arrives. */
	readonly disturb?: (bytes: Uint8Array, toward: 'dte' | 'dce') => Uint8Array;
}

const CAPACITY = 4096;
/** Ten bits an octet: 8N1. */
const BITS = 10;

/**
 * A serial line between a DTE and a DCE, paced by the sender's rate. With RTS/CTS what the receiver has no space for waits at the
 * sender, without it is lost. Different rates at the two ends garble every octet.
 */
export class Wire {
	readonly dte: WireEnd;
	readonly dce: WireEnd;
	/** What happens to octets on their way; can be changed at any time. */
	disturb: WireOptions['disturb'];
	#stalled = false;

	/** `clock` paces the line; each end's listener is called from a timer of its own clock where one is given. */
	constructor(clock: Clock, options: WireOptions, owners: { readonly dte?: Clock; readonly dce?: Clock } = {}) {
		this.disturb = options.disturb;
		this.dte = new WireEnd(clock, owners.dte ?? clock, options, 'dte', this);
		this.dce = new WireEnd(clock, owners.dce ?? clock, options, 'dce', this);
		this.dte.peer = this.dce;
		this.dce.peer = this.dte;
	}

	/** True: nothing passes in either direction; what is written waits at the sender as far as there is space. */
	get stalled(): boolean {
		return this.#stalled;
	}

	set stalled(on: boolean) {
		this.#stalled = on;
		if (on) return;
		this.dte.goOn();
		this.dce.goOn();
	}
}

const READY: Signals = Object.freeze({ rtc: true, rtr: true, ic: false, dv: false });

export class WireEnd implements UartPort {
	peer!: WireEnd;
	/** DTR as this end drives it. */
	dtr = true;
	#signals = READY;
	readonly #clock: Clock;
	readonly #owner: Clock;
	readonly #name: 'dte' | 'dce';
	readonly #sending: ByteQueue;
	readonly #received: ByteQueue;
	readonly #block: number;
	readonly #flowControl: boolean;
	readonly #wire: Wire;
	#baud: number;
	#listener: PortListener | undefined;
	#deliver: TimerHandle | undefined;
	#notify: TimerHandle | undefined;
	#wasFull = false;
	#arrived = false;
	#closed = false;
	#overruns = 0;

	constructor(clock: Clock, owner: Clock, options: WireOptions, name: 'dte' | 'dce', wire: Wire) {
		this.#clock = clock;
		this.#owner = owner;
		this.#name = name;
		const sending = name === 'dce' ? options.dceSending : undefined;
		this.#sending = new ByteQueue(sending ?? options.capacity ?? CAPACITY);
		this.#received = new ByteQueue(options.capacity ?? CAPACITY);
		this.#block = options.block ?? 64;
		this.#flowControl = options.flowControl ?? true;
		this.#wire = wire;
		this.#baud = options.baud;
	}

	get baud(): number {
		return this.#baud;
	}

	get overruns(): number {
		return this.#overruns;
	}

	setBaud(baud: number): boolean {
		if (this.#baud !== 0) this.#baud = baud;
		return true;
	}

	setDtr(on: boolean): void {
		this.dtr = on;
		this.peer.dtrChanged?.(on);
		this.setSignals({ rtc: on });
	}

	/** The lines as this end drives them, from one of its own clock's timers at the other end. */
	setSignals(signals: Partial<Signals>): void {
		this.#signals = { ...this.#signals, ...signals };
		const shown = this.#signals;
		this.peer.#owner.setTimer(this.peer.#owner.now(), () => this.peer.#listener?.signals?.(shown));
	}

	get peerSignals(): Signals {
		return this.peer.#signals;
	}

	/** Told when the other end changes DTR. */
	dtrChanged: ((on: boolean) => void) | undefined;

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (this.#received.length > 0) this.#wake(true);
	}

	write(bytes: Uint8Array): number {
		if (this.#closed) return 0;
		const count = this.#sending.write(bytes);
		if (count < bytes.length) this.#wasFull = true;
		this.#schedule();
		return count;
	}

	read(into: Uint8Array): number {
		const count = this.#received.read(into);
		if (count > 0) this.peer.#schedule();
		return count;
	}

	close(): void {
		this.#closed = true;
		this.#listener = undefined;
		this.#deliver?.cancel();
		this.#notify?.cancel();
		this.#deliver = undefined;
		this.#notify = undefined;
	}

	/** The line carries octets again. */
	goOn(): void {
		this.#schedule();
	}

	/** Sends the next block once its last octet has passed the line. */
	#schedule(): void {
		const space = this.#flowControl ? this.peer.#received.space : this.#block;
		if (this.#wire.stalled || this.#deliver !== undefined || this.#sending.length === 0 || space === 0) return;
		const count = Math.min(this.#sending.length, this.#block, space);
		const ms = this.#baud === 0 ? 0 : (count * BITS * 1000) / this.#baud;
		this.#deliver = this.#clock.setTimer(this.#clock.now() + ms, () => {
			this.#deliver = undefined;
			let bytes = new Uint8Array(count);
			this.#sending.read(bytes);
			if (this.#baud !== this.peer.#baud) bytes = bytes.map(octet => (octet * 37) ^ 0xa5);
			const { disturb } = this.#wire;
			if (disturb !== undefined) bytes = new Uint8Array(disturb(bytes, this.peer.#name));
			this.peer.#receive(bytes);
			if (this.#wasFull) this.#wake(false);
			this.#schedule();
		});
	}

	#receive(bytes: Uint8Array): void {
		if (this.#closed || bytes.length === 0) return;
		this.#overruns += bytes.length - this.#received.write(bytes);
		this.#wake(true);
	}

	/** Tells the listener from a timer of its owner's clock, never from inside the other end's call. */
	#wake(arrived: boolean): void {
		if (arrived) this.#arrived = true;
		if (this.#notify !== undefined) return;
		this.#notify = this.#owner.setTimer(this.#owner.now(), () => {
			this.#notify = undefined;
			if (this.#arrived) {
				this.#arrived = false;
				this.#listener?.readable();
			}
			if (this.#wasFull && this.#sending.space > 0) {
				this.#wasFull = false;
				this.#listener?.writable?.();
			}
		});
	}
}
