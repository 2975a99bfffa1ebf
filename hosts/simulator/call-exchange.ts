export type CallKind = 'data' | 'voice';

/** Why a call is over, or does not come about. */
export type CallEnd = 'hung-up' | 'busy' | 'unreachable';

/** What one end of a call is told. */
export interface CallEvents {
	/** The called end has taken the call: only the caller is told. */
	answered?(): void;
	/** Octets of the other end of a data call. They are the receiver's only during the call of this function. */
	data?(bytes: Uint8Array): void;
	/** Nothing is told after this. */
	ended(why: CallEnd): void;
}

/** One end of a call. */
export interface CallSide {
	/** The other end's number. */
	readonly number: string;
	readonly kind: CallKind;
	readonly isAnswered: boolean;
	/** The called end takes the call. No effect at the other end, or a second time. */
	answer(): void;
	/** Octets for the other end of a data call that was answered; else they are lost. */
	send(bytes: Uint8Array): void;
	/** Ends the call, or refuses it. Idempotent. */
	hangUp(): void;
}

/** Somebody who can be called: gives where the events of the call go, or undefined: engaged. Answers later, never from inside. */
export interface Callable {
	offered(call: CallSide): CallEvents | undefined;
}

/** Connects calls by number, in international form. It has no times: ringing and giving up are the ends' own. */
export class CallExchange {
	readonly #subscribers = new Map<string, Callable>();

	attach(number: string, subscriber: Callable): void {
		this.#subscribers.set(number, subscriber);
	}

	detach(number: string, subscriber: Callable): void {
		if (this.#subscribers.get(number) === subscriber) this.#subscribers.delete(number);
	}

	/** Whether anybody can be called by this number. */
	has(number: string): boolean {
		return this.#subscribers.has(number);
	}

	/** Calls; the caller's end, which rings from now on, or why there is none. */
	call(from: string, to: string, kind: CallKind, events: CallEvents): CallSide | CallEnd {
		const subscriber = this.#subscribers.get(to);
		if (subscriber === undefined) return 'unreachable';
		const call = new Call(from, to, kind, events);
		call.calledEvents = subscriber.offered(call.side('called'));
		return call.calledEvents === undefined ? 'busy' : call.side('caller');
	}
}

type Place = 'caller' | 'called';

/** One call between two ends. */
class Call {
	calledEvents: CallEvents | undefined;
	readonly #from: string;
	readonly #to: string;
	readonly #kind: CallKind;
	readonly #callerEvents: CallEvents;
	#state: 'rings' | 'answered' | 'over' = 'rings';

	constructor(from: string, to: string, kind: CallKind, events: CallEvents) {
		this.#from = from;
		this.#to = to;
		this.#kind = kind;
		this.#callerEvents = events;
	}

	side(place: Place): CallSide {
		const call = this;
		return {
			number: place === 'caller' ? this.#to : this.#from,
			kind: this.#kind,
			get isAnswered() {
				return call.#state === 'answered';
			},
			answer: () => {
				if (place === 'called') this.#answer();
			},
			send: bytes => {
				if (this.#state === 'answered' && this.#kind === 'data') this.#other(place)?.data?.(bytes);
			},
			hangUp: () => this.#hangUp(place),
		};
	}

	#answer(): void {
		if (this.#state !== 'rings') return;
		this.#state = 'answered';
		this.#callerEvents.answered?.();
	}

	#hangUp(place: Place): void {
		if (this.#state === 'over') return;
		const refused = this.#state === 'rings' && place === 'called';
		this.#state = 'over';
		this.#other(place)?.ended(refused ? 'busy' : 'hung-up');
	}

	#other(place: Place): CallEvents | undefined {
		return place === 'caller' ? this.calledEvents : this.#callerEvents;
	}
}
