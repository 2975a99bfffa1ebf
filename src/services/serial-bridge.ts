import { EscapeDetector } from '../at/escape-detector.js';
import { ByteQueue } from '../base/byte-queue.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';

/**
 * Why a bridge ended. `client stuck`: it took nothing for a long time while octets waited for it. A port that is gone told so
 * by `closed`.
 */
export type BridgeEnd = 'escaped' | 'idle' | 'client gone' | 'client stuck' | 'line gone';

/** Times in ms. */
export interface SerialBridgeOptions {
	readonly clock: Clock;
	/** The TCP connection. */
	readonly client: BytePort;
	readonly line: BytePort;
	/** Silence before and after `+++`. 500. */
	readonly guard?: number;
	/** Without an octet from either side for so long it ends; more than 0. */
	readonly idleTime: number;
	/** A client that takes nothing for so long while octets wait is stuck. 60,000. */
	readonly stuckTime?: number;
	/** Takes telnet's commands out of what the client sent; never gives more octets than it got. */
	readonly fromClient?: (bytes: Uint8Array) => Uint8Array;
	/** Doubles 0xFF. What it gives is used up before its next call. */
	readonly toClient?: (bytes: Uint8Array) => Uint8Array;
	/** Called once, when both ports are without a listener again. Never after `end`. */
	readonly onEnded: (how: BridgeEnd) => void;
}

const GUARD = 500;
const STUCK = 60_000;
/** Octets that move at a time. */
const BLOCK = 1024;
/**
 * Octets of the client that may wait for the line: read ahead, so that `+++` is seen behind what a line that takes nothing
 * keeps waiting. Beyond, the client is held back and can leave only by hanging up, as there is no `+++` that comes alone.
 */
const AHEAD = 2048;
const SEQUENCE = 3;
/** A read that may bring so many and brings three shows that the three came alone. */
const LEAST = SEQUENCE + 1;
/** At the end: how long the line may take nothing of what waits for it (128 octets at 300 baud take 4.3 s), and how long in all. */
const STALL = 5_000;
const FLUSH = 60_000;

/**
 * Transparent mode (atrun.md 2): joins a client with a serial line, octets both ways as they are, until `+++` in a packet of its
 * own, silence, or the end of either. Each direction holds a bounded number of octets; what does not fit stays in its port, which
 * stops its sender. What the client sent before it left still goes out to the line, as long as the line takes it.
 */
export class SerialBridge {
	/** Octets that each side has taken. */
	readonly carried = { toLine: 0, toClient: 0 };
	readonly #clock: Clock;
	readonly #client: BytePort;
	readonly #line: BytePort;
	readonly #options: SerialBridgeOptions;
	readonly #detector: EscapeDetector;
	readonly #clientBlock = new Uint8Array(BLOCK);
	readonly #lineBlock = new Uint8Array(BLOCK);
	readonly #none = new Uint8Array(0);
	readonly #ahead = new ByteQueue(AHEAD);
	/** What the client has not taken of the block that was read last. */
	#unsent: Uint8Array = this.#none;
	/** The client's port may hold octets that came earlier than they are read: of these the silence around them is not known. */
	#isBehind = false;
	#leaving: BridgeEnd | undefined;
	#over = false;
	#idleAt = 0;
	#stuckAt = 0;
	#idle: TimerHandle | undefined;
	#stuck: TimerHandle | undefined;
	#patience: TimerHandle | undefined;

	constructor(options: SerialBridgeOptions) {
		const { clock, client, line, guard = GUARD } = options;
		this.#options = options;
		this.#clock = clock;
		this.#client = client;
		this.#line = line;
		this.#detector = new EscapeDetector(
			clock,
			guard,
			bytes => this.#send(bytes),
			() => this.#leave('escaped'),
			{ whole: true },
		);
		this.#touch();
		this.#watchIdle();
		client.listen({
			readable: () => this.#readClient(),
			writable: () => this.#readLine(),
			closed: () => this.#leave('client gone'),
		});
		line.listen({
			readable: () => this.#readLine(),
			writable: () => this.#feedLine(),
			closed: () => this.#lineGone(),
		});
	}

	/** Lets go of both ports, which stay open; what waits is dropped. Idempotent. */
	end(): void {
		if (this.#over) return;
		this.#over = true;
		this.#detector.stop();
		this.#idle?.cancel();
		this.#stuck?.cancel();
		this.#patience?.cancel();
		this.#client.listen(undefined);
		this.#line.listen(undefined);
	}

	#finish(how: BridgeEnd): void {
		if (this.#over) return;
		this.end();
		this.#options.onEnded(how);
	}

	/** Reads as far as there is room, with `+++` that is held back counted in. */
	#readClient(): void {
		const block = this.#clientBlock;
		while (!this.#over && this.#leaving !== 'escaped') {
			const room = Math.min(BLOCK, this.#ahead.space - SEQUENCE);
			if (room < LEAST) {
				this.#isBehind = true;
				return;
			}
			const count = this.#client.read(room === BLOCK ? block : block.subarray(0, room));
			const wasBehind = this.#isBehind;
			this.#isBehind = false;
			if (count === 0) return;
			this.#take(count === BLOCK ? block : block.subarray(0, count), wasBehind);
		}
	}

	#take(bytes: Uint8Array, wasBehind: boolean): void {
		const { fromClient } = this.#options;
		const octets = fromClient === undefined ? bytes : fromClient(bytes);
		if (octets.length === 0) return;
		this.#touch();
		if (wasBehind && octets.length === SEQUENCE) {
			// In two pieces it cannot be the escape sequence.
			this.#detector.feed(octets.subarray(0, 1));
			this.#detector.feed(octets.subarray(1));
		} else this.#detector.feed(octets);
	}

	#send(bytes: Uint8Array): void {
		const sent = this.#ahead.length === 0 ? this.#line.write(bytes) : 0;
		this.carried.toLine += sent;
		if (sent < bytes.length) this.#ahead.write(sent === 0 ? bytes : bytes.subarray(sent));
	}

	/** The line has space. */
	#feedLine(): void {
		while (this.#ahead.length > 0) {
			const block = this.#ahead.peek();
			const sent = this.#line.write(block);
			this.carried.toLine += sent;
			this.#ahead.drop(sent);
			if (sent < block.length) break;
		}
		this.#readClient();
		if (this.#leaving !== undefined && this.#ahead.length === 0) this.#finish(this.#leaving);
	}

	#readLine(): void {
		const { toClient } = this.#options;
		const block = this.#lineBlock;
		while (!this.#over && this.#leaving !== 'client gone') {
			const isFresh = this.#unsent.length === 0;
			if (isFresh) {
				const count = this.#line.read(block);
				if (count === 0) return;
				this.#touch();
				const bytes = count === BLOCK ? block : block.subarray(0, count);
				this.#unsent = toClient === undefined ? bytes : toClient(bytes);
			}
			const sent = this.#client.write(this.#unsent);
			this.carried.toClient += sent;
			if (sent < this.#unsent.length) {
				this.#unsent = this.#unsent.subarray(sent);
				this.#watchClient(isFresh || sent > 0);
				return;
			}
			this.#unsent = this.#none;
		}
	}

	#lineGone(): void {
		this.#readLine();
		this.#finish('line gone');
	}

	/** Ends when the line has taken what waits for it, or takes nothing more of it. */
	#leave(how: 'escaped' | 'client gone'): void {
		if (this.#over) return;
		if (this.#leaving === undefined) {
			this.#idle?.cancel();
			this.#watchFlush(this.#clock.now() + FLUSH);
		}
		this.#leaving = how;
		if (how === 'client gone') this.#stuck?.cancel();
		this.#feedLine();
	}

	#watchFlush(end: number): void {
		const sent = this.carried.toLine;
		this.#patience = this.#clock.setTimer(Math.min(this.#clock.now() + STALL, end), () => {
			const stands = this.carried.toLine === sent || this.#clock.now() >= end;
			if (stands) this.#finish(this.#leaving!);
			else this.#watchFlush(end);
		});
	}

	/** The timers run on by themselves and look at the time when they end: not one timer a block. */
	#touch(): void {
		this.#idleAt = this.#clock.now() + this.#options.idleTime;
	}

	#watchIdle(): void {
		this.#idle = this.#clock.setTimer(this.#idleAt, () => {
			if (this.#clock.now() >= this.#idleAt) this.#finish('idle');
			else this.#watchIdle();
		});
	}

	#watchClient(progress: boolean): void {
		if (progress) this.#stuckAt = this.#clock.now() + (this.#options.stuckTime ?? STUCK);
		this.#stuck ??= this.#clock.setTimer(this.#stuckAt, () => {
			this.#stuck = undefined;
			if (this.#unsent.length === 0) return;
			if (this.#clock.now() >= this.#stuckAt) this.#finish('client stuck');
			else this.#watchClient(false);
		});
	}
}
