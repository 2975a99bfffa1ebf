import { Deferred } from '../base/deferred.js';
import type { Signals } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { ModemStatusMessage, OutgoingMessage } from './control-message.js';
import { Exchange } from './exchange.js';
import type { Counting } from './options.js';

const NONE: Signals = Object.freeze({ rtc: false, rtr: false, ic: false, dv: false });
const READY: Signals = Object.freeze({ rtc: true, rtr: true, ic: false, dv: false });

export interface StatusCarrier {
	readonly clock: Clock;
	readonly t2: number;
	readonly n2: number;
	readonly counters: Counting;
	/** Sends a message on DLCI 0. */
	message(message: OutgoingMessage): void;
	/** A peer that had answered MSC does so no more. */
	unanswered(dlci: number): void;
}

/**
 * Both sides' modem status of one DLCI (27.010 5.4.6.3.7): V.24 signals, flow control, break. At most one MSC is on its
 * way; what changes meanwhile goes with the next one as soon as the answer is there.
 */
export class ModemStatus {
	readonly #dlci: number;
	readonly #carrier: StatusCarrier;
	#own = READY;
	#peer = NONE;
	#stopping = false;
	#break: number | undefined;
	#active = false;
	#exchange: Exchange<boolean> | undefined;
	#stale = false;
	#answered = false;
	/** Commands of the peer since ours was sent last, and waits in a row that had one. */
	#peerSpoke = false;
	#waitsWithCommand = 0;
	/** The peer answers with commands. */
	#answersByCommand = false;
	#first: Deferred<void> | undefined;
	/** The peer takes no data: FC of its last MSC. */
	peerStopped = false;
	/** The peer sent an MSC for this DLCI. */
	heard = false;

	constructor(dlci: number, carrier: StatusCarrier) {
		this.#dlci = dlci;
		this.#carrier = carrier;
	}

	get peer(): Signals {
		return this.#peer;
	}

	/** This side asked the peer to stop. */
	get stopping(): boolean {
		return this.#stopping;
	}

	/** Announces the status; settles when the peer answered, or at the latest after T2 × (N2 + 1). */
	begin(): Promise<void> {
		const first = new Deferred<void>();
		this.#first = first;
		this.#active = true;
		this.announce();
		return first.promise;
	}

	/** The DLCI is gone. */
	end(): void {
		this.#active = false;
		this.#exchange?.settle(false);
	}

	set(signals: Partial<Signals>): void {
		const { rtc, rtr, ic, dv } = this.#own;
		const next = { rtc: signals.rtc ?? rtc, rtr: signals.rtr ?? rtr, ic: signals.ic ?? ic, dv: signals.dv ?? dv };
		if (sameSignals(this.#own, next)) return;
		this.#own = next;
		this.announce();
	}

	/** Asks the peer to stop or to go on. */
	stop(on: boolean): void {
		if (this.#stopping === on) return;
		this.#stopping = on;
		this.announce();
	}

	/** Sends a break of `length` × 200 ms, 0–15. */
	sendBreak(length: number): void {
		if (!this.#active) return;
		this.#break = length;
		this.announce();
	}

	/** An MSC command of the peer. True: its V.24 signals changed. */
	received(message: ModemStatusMessage): boolean {
		this.heard = true;
		this.#peerSpoke = true;
		this.peerStopped = message.stopped;
		const changed = !sameSignals(this.#peer, message.signals);
		this.#peer = message.signals;
		if (this.#answersByCommand) this.#exchange?.settle(true);
		return changed;
	}

	/** The peer's answer to our MSC. False: none was awaited. */
	answered(): boolean {
		if (this.#exchange === undefined) return false;
		this.#exchange.settle(true);
		return true;
	}

	private announce(): void {
		if (!this.#active) return;
		if (this.#exchange !== undefined) {
			this.#stale = true;
			return;
		}
		this.#stale = false;
		this.#peerSpoke = false;
		this.#waitsWithCommand = 0;
		const length = this.#break;
		this.#break = undefined;
		const { clock, t2, n2 } = this.#carrier;
		this.#exchange = new Exchange<boolean>({
			clock,
			wait: t2,
			retries: n2,
			late: false,
			send: attempt => this.send(attempt, length),
			done: answered => this.done(answered),
		});
	}

	private send(attempt: number, length: number | undefined): void {
		if (attempt > 0) {
			// A peer that sends an MSC of its own for each of ours, and never a response, means it as the answer.
			this.#waitsWithCommand = this.#peerSpoke ? this.#waitsWithCommand + 1 : 0;
			this.#peerSpoke = false;
			if (this.#waitsWithCommand === 2) {
				this.#answersByCommand = true;
				this.#exchange?.settle(true);
				return;
			}
			this.#carrier.counters.retries++;
		}
		this.#carrier.message({
			name: 'MSC',
			command: true,
			dlci: this.#dlci,
			stopped: this.#stopping,
			signals: this.#own,
			break: length,
		});
	}

	private done(answered: boolean): void {
		this.#exchange = undefined;
		if (this.#active) {
			if (!answered) this.#carrier.counters.unanswered++;
			if (!answered && this.#answered) this.#carrier.unanswered(this.#dlci);
			this.#answered = answered;
			if (this.#stale) this.announce();
		}
		this.#first?.resolve();
		this.#first = undefined;
	}
}

function sameSignals(one: Signals, other: Signals): boolean {
	return one.rtc === other.rtc && one.rtr === other.rtr && one.ic === other.ic && one.dv === other.dv;
}
