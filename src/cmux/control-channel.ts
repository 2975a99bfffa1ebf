import { Deferred } from '../base/deferred.js';
import type { Clock } from '../ports/clock.js';
import {
	type ControlMessage,
	decodeControl,
	encodeControl,
	isTypeOf,
	type ModemStatusMessage,
	type OutgoingMessage,
} from './control-message.js';
import { Exchange } from './exchange.js';
import { type NegotiationName, negotiated, parametersOf } from './negotiation.js';
import type { Counting } from './options.js';

/** What became of a command. */
export type CommandOutcome = 'answered' | 'refused' | 'timeout' | 'closed' | 'port';

/** Commands of which one at a time may wait for its answer. */
type CommandName = 'TEST' | 'FCon' | 'FCoff';

export interface ControlOwner {
	readonly clock: Clock;
	readonly t2: number;
	readonly n2: number;
	readonly counters: Counting;
	/** Sends an information field on DLCI 0. */
	send(field: Uint8Array): void;
	/** Whether a DLCI is there that MSC can speak of. */
	has(dlci: number): boolean;
	/** An MSC command of the peer for a DLCI that is there. */
	modemStatus(message: ModemStatusMessage): void;
	/** The peer's response to our MSC. False: none was awaited. */
	modemStatusAnswered(dlci: number): boolean;
	/** The peer does not know MSC. */
	noModemStatus(): void;
	/** FCon or FCoff of the peer. */
	flow(on: boolean): void;
	/** The peer wants to sleep. */
	sleep(): void;
	/** The largest payload that this side sends. */
	readonly n1: number;
	/** The peer wants frames of a DLCI with no more than `n1` octets of payload. */
	agreed(dlci: number, n1: number): void;
	/** The peer closes the multiplexer; the answer is already on its way. */
	closeDown(): void;
	/** Our own TEST came back. */
	echo(): void;
}

/** DLCI 0: answers the peer's commands and repeats ours until they are answered (27.010 5.4.6). */
export class ControlChannel {
	readonly #owner: ControlOwner;
	readonly #pending = new Map<CommandName, Exchange<CommandOutcome>>();
	#pattern: Uint8Array | undefined;

	constructor(owner: ControlOwner) {
		this.#owner = owner;
	}

	send(message: OutgoingMessage): void {
		this.#owner.send(encodeControl(message));
	}

	/** An information field from DLCI 0. `ownBit`: its frame carries the C/R bit of our UIH frames. */
	receive(field: Uint8Array, ownBit: boolean): void {
		const whole = decodeControl(field, message => {
			if (message.command) this.command(message, ownBit);
			else this.response(message);
		});
		if (!whole) this.#owner.counters.stray++;
	}

	/** TEST with a pattern that stays as it is until the outcome. Undefined: one is under way. */
	test(pattern: Uint8Array): Promise<CommandOutcome> | undefined {
		if (this.#pending.has('TEST')) return undefined;
		this.#pattern = pattern;
		return this.ask('TEST', { name: 'TEST', command: true, pattern });
	}

	/** FCon or FCoff. Undefined: one is under way. */
	flow(on: boolean): Promise<CommandOutcome> | undefined {
		if (this.#pending.has('FCon') || this.#pending.has('FCoff')) return undefined;
		const name = on ? 'FCon' : 'FCoff';
		return this.ask(name, { name, command: true });
	}

	/** Ends all that waits. */
	end(outcome: 'closed' | 'port'): void {
		for (const exchange of [...this.#pending.values()]) exchange.settle(outcome);
	}

	private ask(name: CommandName, message: OutgoingMessage): Promise<CommandOutcome> {
		const { clock, t2, n2, counters } = this.#owner;
		const outcome = new Deferred<CommandOutcome>();
		const exchange = new Exchange<CommandOutcome>({
			clock,
			wait: t2,
			retries: n2,
			late: 'timeout',
			send: attempt => {
				if (attempt > 0) counters.retries++;
				this.send(message);
			},
			done: result => {
				if (result === 'timeout') counters.unanswered++;
				this.#pending.delete(name);
				outcome.resolve(result);
			},
		});
		this.#pending.set(name, exchange);
		return outcome.promise;
	}

	private command(message: ControlMessage, ownBit: boolean): void {
		switch (message.name) {
			case 'PN':
			case 'RPN':
			case 'RLS':
			case 'SNC':
				this.negotiate(message.name, message.type, message.value);
				return;
			case 'MSC':
				if (!this.#owner.has(message.dlci)) {
					this.#owner.counters.stray++;
					return;
				}
				// The response repeats the command.
				this.send({ ...message, command: false });
				this.#owner.modemStatus(message);
				return;
			case 'TEST':
				if (ownBit && this.awaits(message.pattern)) this.#owner.echo();
				else this.send({ ...message, command: false });
				return;
			case 'FCon':
			case 'FCoff':
				this.send({ ...message, command: false });
				this.#owner.flow(message.name === 'FCon');
				return;
			case 'PSC':
				this.send({ ...message, command: false });
				this.#owner.sleep();
				return;
			case 'CLD':
				this.send({ ...message, command: false });
				this.#owner.closeDown();
				return;
			case 'NSC':
				this.#owner.counters.stray++;
				return;
			default:
				this.send({ name: 'NSC', command: false, type: message.type });
		}
	}

	private negotiate(name: NegotiationName, type: number, value: Uint8Array): void {
		const answer = negotiated(name, value, this.#owner.n1);
		if (answer === undefined) {
			this.#owner.counters.stray++;
			return;
		}
		this.send({ name, command: false, type, value: answer });
		if (name !== 'PN') return;
		const { dlci, n1 } = parametersOf(answer);
		this.#owner.agreed(dlci, n1);
	}

	private response(message: ControlMessage): void {
		let expected = false;
		switch (message.name) {
			case 'MSC':
				expected = this.#owner.modemStatusAnswered(message.dlci);
				break;
			case 'TEST':
				expected = this.awaits(message.pattern) && this.settle('TEST', 'answered');
				break;
			case 'FCon':
			case 'FCoff':
				expected = this.settle(message.name, 'answered');
				break;
			case 'NSC':
				expected = this.unsupported(message.type);
				break;
			default:
		}
		if (!expected) this.#owner.counters.stray++;
	}

	private unsupported(type: number): boolean {
		// A peer that says it does not know TEST is alive, which is all TEST asks.
		if (isTypeOf(type, 'TEST')) return this.settle('TEST', 'answered');
		if (isTypeOf(type, 'FCon')) return this.settle('FCon', 'refused');
		if (isTypeOf(type, 'FCoff')) return this.settle('FCoff', 'refused');
		if (!isTypeOf(type, 'MSC')) return false;
		this.#owner.noModemStatus();
		return true;
	}

	private settle(name: CommandName, outcome: CommandOutcome): boolean {
		const exchange = this.#pending.get(name);
		exchange?.settle(outcome);
		return exchange !== undefined;
	}

	/** Whether a TEST with this pattern waits for its answer. */
	private awaits(pattern: Uint8Array): boolean {
		const own = this.#pattern;
		return (
			own !== undefined &&
			this.#pending.has('TEST') &&
			own.length === pattern.length &&
			own.every((octet, at) => octet === pattern[at])
		);
	}
}
