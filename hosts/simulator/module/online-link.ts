import { ByteQueue } from '../../../src/base/byte-queue.js';
import { Deferred } from '../../../src/base/deferred.js';
import type { Clock, TimerHandle } from '../../../src/ports/clock.js';
import { OK, type Outcome } from './command.js';
import type { Instance } from './instance.js';

export interface OnlineLinkOptions {
	readonly instance: Instance;
	readonly clock: Clock;
	/** Octets of a full packet (#SCFG). */
	readonly packetSize: number;
	/** Wait for more octets before a short packet goes out [ms]. */
	readonly transmitMs: number;
	/** Takes octets for the network; returns how many. */
	readonly write: (bytes: Uint8Array) => number;
	/** There is room toward the DTE again. */
	readonly wanted: () => void;
	/** The DTE left online mode; the connection stays. */
	readonly suspended: () => void;
}

const QUEUE_OCTETS = 4096;
/** Below this the DTE is stopped: one block of a terminal still fits. */
const LOW_SPACE = 1024;

/** Online mode of a socket: octets between the terminal of an instance and a connection, in packets toward the network. */
export class OnlineLink {
	readonly #options: OnlineLinkOptions;
	readonly #queue = new ByteQueue(QUEUE_OCTETS);
	readonly #outcome = new Deferred<Outcome>();
	#timer: TimerHandle | undefined;
	#due = false;
	#ended = false;

	constructor(options: OnlineLinkOptions) {
		this.#options = options;
	}

	/** CONNECT; settles with what the command line then ends with. */
	start(): Promise<Outcome> {
		const { instance, suspended } = this.#options;
		instance.goOnline({
			data: bytes => this.#typed(bytes),
			escaped: () => {
				this.#flush(true);
				this.#settle(OK);
				suspended();
			},
			drained: () => this.#options.wanted(),
		});
		return this.#outcome.promise;
	}

	/** Octets the DTE's side takes now. */
	get space(): number {
		return this.#options.instance.space;
	}

	/** Octets from the network. */
	show(bytes: Uint8Array): void {
		this.#options.instance.raw(bytes);
	}

	/** The network takes octets again. */
	writable(): void {
		this.#flush(false);
	}

	/** The connection is over. */
	end(outcome: Outcome): void {
		if (this.#ended) return;
		this.#options.instance.leaveOnline();
		this.#settle(outcome);
	}

	#settle(outcome: Outcome): void {
		this.#ended = true;
		this.#timer?.cancel();
		this.#outcome.resolve(outcome);
	}

	#typed(bytes: Uint8Array): void {
		this.#queue.write(bytes);
		if (this.#queue.space < LOW_SPACE) this.#options.instance.pauseInput();
		this.#flush(false);
		if (this.#queue.length === 0 || this.#timer !== undefined) return;
		const { clock, transmitMs } = this.#options;
		this.#timer = clock.setTimer(clock.now() + transmitMs, () => {
			this.#timer = undefined;
			this.#flush(true);
		});
	}

	/** Sends full packets, and with `all` the rest too. */
	#flush(all: boolean): void {
		if (this.#ended) return;
		if (all) this.#due = true;
		while (this.#queue.length > 0 && (this.#due || this.#queue.length >= this.#options.packetSize)) {
			const count = this.#options.write(this.#queue.peek());
			if (count === 0) break;
			this.#queue.drop(count);
		}
		if (this.#queue.length === 0) this.#due = false;
		if (this.#queue.space >= LOW_SPACE) this.#options.instance.resumeInput();
	}
}
