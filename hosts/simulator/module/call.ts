import { Deferred } from '../../../src/base/deferred.js';
import type { TimerHandle } from '../../../src/ports/clock.js';
import type { Callable, CallEvents, CallKind, CallSide } from '../call-exchange.js';
import { BUSY, NO_ANSWER, NO_CARRIER, OK, type Outcome } from './command.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';
import { Ringing } from './ringing.js';

/** `<stat>` of +CLCC (27.007 7.18). */
export type CallState = 0 | 2 | 3 | 4;
const ACTIVE = 0;
const ALERTING = 3;
const INCOMING = 4;

/** What CONNECT says of a data call: V.32, the rate that +CBST has by default. */
const RATE = '9600';
/** S7 [s]. */
const USUAL_WAIT = 60;

/** The one call that the module can have, of voice or data, from either side, until one of them hangs up. */
export class Call implements Callable {
	readonly #firmware: Firmware;
	readonly #ringing: Ringing;
	#state: CallState | undefined;
	#kind: CallKind = 'data';
	#number = '';
	#outgoing = false;
	/** The end of a call through the exchange; a line that only answers has none. */
	#side: CallSide | undefined;
	/** Who dialled or answered. */
	#instance: Instance | undefined;
	/** Settles what the line of D, A or O ends with. */
	#line: Deferred<Outcome> | undefined;
	#end: TimerHandle | undefined;
	/** Octets that the DTE sent. */
	sentOctets = 0;

	constructor(firmware: Firmware) {
		this.#firmware = firmware;
		this.#ringing = new Ringing(firmware, instance => this.answer(instance));
	}

	/** The instance that has the data call. */
	get owner(): Instance | undefined {
		return this.#kind === 'data' && this.#state === ACTIVE ? this.#instance : undefined;
	}

	/** Undefined: there is no call. */
	get state(): CallState | undefined {
		return this.#state;
	}

	get isData(): boolean {
		return this.#kind === 'data';
	}

	get isOutgoing(): boolean {
		return this.#outgoing;
	}

	/** The other end's number. */
	get number(): string {
		return this.#number;
	}

	/** Registration changed: it can be called, or not any more. */
	changed(): void {
		const { board, registration } = this.#firmware;
		const own = board.centre.international(board.sim.number);
		if (registration.isRegistered) board.network.exchange.attach(own, this);
		else {
			board.network.exchange.detach(own, this);
			this.drop();
		}
	}

	/** A line that only answers; it hangs up after `lasts` ms, where it does at all. */
	connect(instance: Instance, lasts: number | undefined): Promise<Outcome> {
		const { clock } = this.#firmware;
		this.#begin(instance, 'data', '', true);
		this.#state = ACTIVE;
		if (lasts !== undefined) this.#end = clock.setTimer(clock.now() + lasts, () => this.#ended(NO_CARRIER));
		return this.resume();
	}

	/**
	 * Calls a subscriber of the exchange. Settles when a data call is over or escaped from; with voice at once, as with
	 * #DIALMODE=0: what becomes of it is told unasked.
	 */
	dial(instance: Instance, number: string, kind: CallKind, aborted: Promise<void>): Promise<Outcome> {
		const { board, clock } = this.#firmware;
		this.#begin(instance, kind, number, true);
		const line = new Deferred<Outcome>();
		this.#line = kind === 'data' ? line : undefined;
		const side = board.network.exchange.call(
			board.centre.international(board.sim.number),
			number,
			kind,
			this.#events(),
		);
		if (typeof side === 'string') {
			this.#forget();
			return Promise.resolve(side === 'busy' ? BUSY : NO_CARRIER);
		}
		this.#side = side;
		this.#state = ALERTING;
		const wait = (instance.profile.registers[7] || USUAL_WAIT) * 1000;
		this.#end = clock.setTimer(clock.now() + wait, () => this.#giveUp(NO_ANSWER));
		if (kind === 'voice') return Promise.resolve(OK);
		void aborted.then(() => {
			if (this.#line === line && this.#state === ALERTING) this.#giveUp(NO_CARRIER);
		});
		return line.promise;
	}

	offered(side: CallSide): CallEvents | undefined {
		if (this.#state !== undefined) return undefined;
		this.#begin(undefined, side.kind, side.number, false);
		this.#side = side;
		this.#state = INCOMING;
		this.#ringing.start(side.number, side.kind);
		return this.#events();
	}

	/** A, or S0: OK for voice, CONNECT for data. */
	answer(instance: Instance): Outcome | Promise<Outcome> {
		if (this.#state !== INCOMING) return NO_CARRIER;
		this.#ringing.stop();
		this.#instance = instance;
		this.#state = ACTIVE;
		this.#side?.answer();
		return this.#kind === 'voice' ? OK : this.resume();
	}

	/** Online, at the start or by O: ends with OK when the DTE escapes, with NO CARRIER when the call is over. */
	resume(): Promise<Outcome> {
		this.#line = new Deferred();
		const { promise } = this.#line;
		this.#goOnline();
		return promise;
	}

	/** H and +CHUP: ends the call, or refuses the one that comes. */
	hangUp(): void {
		const side = this.#side;
		this.#forget();
		side?.hangUp();
		// Another instance may still be at its D.
		this.#settle(NO_CARRIER);
	}

	/** The radio is gone, or the firmware ends: both ends hear of it. */
	drop(): void {
		if (this.#state === undefined) return;
		const side = this.#side;
		this.#ended(NO_CARRIER);
		side?.hangUp();
	}

	/** The firmware ends. */
	end(): void {
		const { board } = this.#firmware;
		board.network.exchange.detach(board.centre.international(board.sim.number), this);
		this.hangUp();
	}

	#begin(instance: Instance | undefined, kind: CallKind, number: string, outgoing: boolean): void {
		this.#instance = instance;
		this.#kind = kind;
		this.#number = number;
		this.#outgoing = outgoing;
		this.sentOctets = 0;
	}

	#events(): CallEvents {
		return {
			answered: () => {
				this.#end?.cancel();
				this.#state = ACTIVE;
				if (this.#kind === 'data') this.#goOnline();
			},
			data: bytes => {
				const instance = this.#instance;
				// What the DTE does not take in time is lost: a call has no flow control of its own here.
				if (instance?.isOnline && instance.space >= bytes.length) instance.raw(bytes.slice());
			},
			ended: why => this.#ended(why === 'busy' ? BUSY : NO_CARRIER),
		};
	}

	#goOnline(): void {
		const instance = this.#instance;
		const handler = {
			data: (bytes: Uint8Array) => {
				this.sentOctets += bytes.length;
				this.#side?.send(bytes);
			},
			escaped: () => this.#settle(OK),
		};
		instance?.goOnline(handler, this.#side !== undefined && instance.profile.extended > 0 ? RATE : undefined);
	}

	#giveUp(outcome: Outcome): void {
		const side = this.#side;
		this.#ended(outcome);
		side?.hangUp();
	}

	/** The call is over from the other side: the end of the command line, or unasked. */
	#ended(outcome: Outcome): void {
		const instance = this.#instance;
		const line = this.#line;
		this.#forget();
		if (line !== undefined) {
			this.#line = undefined;
			instance?.leaveOnline();
			line.resolve(outcome);
		} else if (instance !== undefined) {
			instance.urc(outcome === BUSY ? 'BUSY' : outcome === NO_ANSWER ? 'NO ANSWER' : 'NO CARRIER');
		}
	}

	#forget(): void {
		this.#ringing.stop();
		this.#end?.cancel();
		this.#end = undefined;
		this.#state = undefined;
		this.#side = undefined;
		this.#instance = undefined;
	}

	#settle(outcome: Outcome): void {
		const line = this.#line;
		this.#line = undefined;
		line?.resolve(outcome);
	}
}
