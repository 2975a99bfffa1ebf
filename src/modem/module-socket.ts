import { ByteQueue } from '../base/byte-queue.js';
import type { BytePort, PortListener } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Instance } from './instance.js';

/** Most octets of one `#SRECV`, and of one `#SSENDEXT`. */
const RECEIVE = 1500;
const SEND = 1024;
const QUEUE = 2048;
/** Longest times [ms]: `#SSENDEXT` waits for the network to take its octets. */
const RECEIVE_TIME = 10_000;
const SEND_TIME = 60_000;
/** Octets written one after another go out together when nothing more comes for so long [ms]. */
const GATHER = 5;
/** A closed port has so long [ms] to send what was written. */
const LINGER = 5_000;
/** Until the queue of the instance, which was full, is tried again [ms]. */
const BUSY = 200;
/** `+CME ERROR`: wrong state. The socket is not connected any more, and NO CARRIER was lost. */
const WRONG_STATE = 551;

/**
 * One connected socket of the module in command mode, as a byte port: fetched by `#SRECV` as far as there is space, sent by
 * `#SSENDEXT`, which is binary-safe.
 */
export class ModuleSocket implements BytePort {
	readonly #connection: number;
	readonly #instance: Instance;
	readonly #clock: Clock;
	readonly #onClosed: () => void;
	readonly #received = new ByteQueue(QUEUE);
	readonly #sending = new ByteQueue(QUEUE);
	/** What `#SSENDEXT` sends. */
	#block: Uint8Array | undefined;
	#listener: PortListener | undefined;
	#announce: TimerHandle | undefined;
	/** Until the next try to send or to fetch. */
	#gather: TimerHandle | undefined;
	#end: TimerHandle | undefined;
	#waiting = true;
	#wasFull = false;
	#working = false;
	/** This side has closed the port; the socket itself may have octets to send. */
	#closing = false;
	#closed = false;
	#peerGone = false;

	/** `onClosed`: this side closed the port; the socket itself is the owner's to close. */
	constructor(connection: number, instance: Instance, clock: Clock, onClosed: () => void) {
		this.#connection = connection;
		this.#instance = instance;
		this.#clock = clock;
		this.#onClosed = onClosed;
	}

	read(into: Uint8Array): number {
		const count = this.#received.read(into);
		if (count > 0) void this.work();
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#closing || this.#peerGone) return 0;
		const count = this.#sending.write(bytes);
		if (count < bytes.length) this.#wasFull = true;
		if (!this.#working) this.workIn(GATHER);
		return count;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (listener !== undefined) {
			if (this.#received.length > 0) this.tell();
			void this.work();
		}
	}

	/** What was written still goes out, for 5 s at most; the owner hears of the end after that. */
	close(): void {
		if (this.#closing) return;
		this.#closing = true;
		this.#listener = undefined;
		this.#announce?.cancel();
		this.#end?.cancel();
		if (this.#peerGone || (this.#sending.length === 0 && this.#block === undefined)) this.release();
		else {
			this.#end = this.#clock.setTimer(this.#clock.now() + LINGER, () => this.release());
			void this.work();
		}
	}

	private release(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#gather?.cancel();
		this.#end?.cancel();
		this.#onClosed();
	}

	/** SRING: the module holds data for this socket. */
	arrived(): void {
		this.#waiting = true;
		void this.work();
	}

	/** The connection is over; what was received can still be read. */
	ended(reason: string): void {
		if (this.#closed || this.#peerGone) return;
		this.#peerGone = true;
		this.#sending.clear();
		this.#gather?.cancel();
		if (this.#closing) {
			this.release();
			return;
		}
		this.#end = this.#clock.setTimer(this.#clock.now(), () => this.#listener?.closed?.(reason));
	}

	private workIn(ms: number): void {
		this.#gather ??= this.#clock.setTimer(this.#clock.now() + ms, () => {
			this.#gather = undefined;
			void this.work();
		});
	}

	/** Fetches and sends until there is nothing to do. */
	private async work(): Promise<void> {
		if (this.#working || this.#gather !== undefined) return;
		this.#working = true;
		while (!this.#closed && !this.#peerGone && this.#gather === undefined) {
			if (this.#sending.length > 0 || this.#block !== undefined) await this.send();
			else if (this.#waiting && this.#received.space > 0 && this.#listener !== undefined) await this.fetch();
			else break;
		}
		this.#working = false;
		if (this.#closing && this.#gather === undefined) this.release();
	}

	private async fetch(): Promise<void> {
		const most = Math.min(RECEIVE, this.#received.space);
		let count = 0;
		// Before it is asked: a SRING that comes meanwhile tells of more.
		this.#waiting = false;
		const outcome = await this.#instance.run('control', {
			line: `AT#SRECV=${this.#connection},${most}`,
			prefixes: ['#SRECV'],
			time: RECEIVE_TIME,
			octetsAfter: text => {
				const found = /^#SRECV: [0-9]+,([0-9]+)/.exec(text);
				return found === null ? 0 : Math.min(Number(found[1]), most);
			},
			onOctets: bytes => {
				count += this.#received.write(bytes);
			},
		});
		if (count > 0) this.tell();
		if (outcome.kind === 'busy') {
			this.#waiting = true;
			this.workIn(BUSY);
		} else if (outcome.kind !== 'final') this.ended('the module does not answer');
		else if (outcome.result.kind === 'cme' && outcome.result.code === WRONG_STATE) {
			this.ended('the connection is over');
		} else if (count === most) this.#waiting = true;
	}

	private async send(): Promise<void> {
		const octets = this.#block ?? new Uint8Array(Math.min(this.#sending.length, SEND));
		if (this.#block === undefined) this.#sending.read(octets);
		this.#block = octets;
		const instance = this.#instance;
		const outcome = await instance.run('control', {
			line: `AT#SSENDEXT=${this.#connection},${octets.length}`,
			prefixes: [],
			time: SEND_TIME,
			onPrompt: () => instance.dialogue.send(octets),
		});
		if (outcome.kind === 'busy') {
			this.workIn(BUSY);
			return;
		}
		this.#block = undefined;
		if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') {
			this.ended('the module did not send');
			return;
		}
		if (this.#wasFull) {
			this.#wasFull = false;
			this.#listener?.writable?.();
		}
	}

	private tell(): void {
		this.#announce ??= this.#clock.setTimer(this.#clock.now(), () => {
			this.#announce = undefined;
			this.#listener?.readable();
		});
	}
}
