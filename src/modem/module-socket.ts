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
	#listener: PortListener | undefined;
	#announce: TimerHandle | undefined;
	#gather: TimerHandle | undefined;
	#waiting = true;
	#wasFull = false;
	#working = false;
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
		if (count > 0) void this.#work();
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#closed || this.#peerGone) return 0;
		const count = this.#sending.write(bytes);
		if (count < bytes.length) this.#wasFull = true;
		if (this.#gather === undefined && !this.#working) {
			this.#gather = this.#clock.setTimer(this.#clock.now() + GATHER, () => {
				this.#gather = undefined;
				void this.#work();
			});
		}
		return count;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (listener !== undefined) {
			if (this.#received.length > 0) this.#tell();
			void this.#work();
		}
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#listener = undefined;
		this.#announce?.cancel();
		this.#gather?.cancel();
		this.#onClosed();
	}

	/** SRING: the module holds data for this socket. */
	arrived(): void {
		this.#waiting = true;
		void this.#work();
	}

	/** The connection is over; what was received can still be read. */
	ended(reason: string): void {
		if (this.#closed || this.#peerGone) return;
		this.#peerGone = true;
		this.#sending.clear();
		this.#clock.setTimer(this.#clock.now(), () => this.#listener?.closed?.(reason));
	}

	/** Fetches and sends until there is nothing to do. */
	async #work(): Promise<void> {
		if (this.#working) return;
		this.#working = true;
		while (!this.#closed && !this.#peerGone) {
			if (this.#sending.length > 0) await this.#send();
			else if (this.#waiting && this.#received.space > 0 && this.#listener !== undefined) await this.#fetch();
			else break;
		}
		this.#working = false;
	}

	async #fetch(): Promise<void> {
		const most = Math.min(RECEIVE, this.#received.space);
		let count = 0;
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
		// ERROR: nothing is there; SRING tells when there is again.
		if (outcome.kind !== 'final' || outcome.result.kind !== 'ok' || count < most) this.#waiting = false;
		if (count > 0) this.#tell();
	}

	async #send(): Promise<void> {
		const octets = new Uint8Array(Math.min(this.#sending.length, SEND));
		this.#sending.read(octets);
		const instance = this.#instance;
		const outcome = await instance.run('control', {
			line: `AT#SSENDEXT=${this.#connection},${octets.length}`,
			prefixes: [],
			time: SEND_TIME,
			onPrompt: () => instance.dialogue.send(octets),
		});
		if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') {
			this.ended('the module did not send');
			return;
		}
		if (this.#wasFull) {
			this.#wasFull = false;
			this.#listener?.writable?.();
		}
	}

	#tell(): void {
		this.#announce ??= this.#clock.setTimer(this.#clock.now(), () => {
			this.#announce = undefined;
			this.#listener?.readable();
		});
	}
}
