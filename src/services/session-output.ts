import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';

export interface SessionOutputOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	/** More waits than `HIGH`: whoever prints should stop. */
	readonly onFull: () => void;
	/** Little or nothing waits any more. */
	readonly onSpace: () => void;
	/** The client has taken nothing for a minute while something waited, or more waits than the board can keep. */
	readonly onStuck: () => void;
}

/** Octets that may wait beyond what the port takes. */
const HIGH = 2048;
/** Octets that are kept for a client at most: the answers of one line of own commands, which print at once. */
const MOST = 32_768;
/** A client that takes nothing for so long [ms] is gone. */
const STUCK = 60_000;

/** What a session says, as far as its client takes it. */
export class SessionOutput {
	readonly #options: SessionOutputOptions;
	#waiting: Uint8Array[] = [];
	#octets = 0;
	#stuck: TimerHandle | undefined;
	#emptied: (() => void) | undefined;

	constructor(options: SessionOutputOptions) {
		this.#options = options;
	}

	/** More waits than should. */
	get isFull(): boolean {
		return this.#octets > HIGH;
	}

	/** Settles when nothing waits any more; for one who waits at a time. */
	emptied(): Promise<void> {
		if (this.#octets === 0) return Promise.resolve();
		return new Promise(resolve => {
			this.#emptied = resolve;
		});
	}

	/** Keeps a copy of what the port does not take. */
	write(bytes: Uint8Array): void {
		const { port } = this.#options;
		const sent = this.#waiting.length === 0 ? port.write(bytes) : 0;
		if (sent === bytes.length) return;
		this.#waiting.push(bytes.slice(sent));
		this.#octets += bytes.length - sent;
		if (this.#octets > MOST) {
			this.#options.onStuck();
			return;
		}
		if (this.isFull) this.#options.onFull();
		this.watch();
	}

	/** The port takes octets again. */
	drain(): void {
		while (this.#waiting.length > 0) {
			const first = this.#waiting[0]!;
			const sent = this.#options.port.write(first);
			this.#octets -= sent;
			if (sent > 0) this.calm();
			if (sent < first.length) {
				this.#waiting[0] = first.subarray(sent);
				this.watch();
				break;
			}
			this.#waiting.shift();
		}
		if (this.#octets === 0) this.tellEmpty();
		if (!this.isFull) this.#options.onSpace();
	}

	/** Forgets what waits. */
	close(): void {
		this.calm();
		this.#waiting = [];
		this.#octets = 0;
		this.tellEmpty();
	}

	private tellEmpty(): void {
		this.#emptied?.();
		this.#emptied = undefined;
	}

	private watch(): void {
		const { clock, onStuck } = this.#options;
		this.#stuck ??= clock.setTimer(clock.now() + STUCK, onStuck);
	}

	private calm(): void {
		this.#stuck?.cancel();
		this.#stuck = undefined;
	}
}
