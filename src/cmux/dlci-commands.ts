import { Deferred } from '../base/deferred.js';
import type { Clock } from '../ports/clock.js';
import type { CommandOutcome } from './control-channel.js';
import { Exchange } from './exchange.js';
import type { FrameType } from './frame.js';
import type { Counting } from './options.js';

export interface CommandsOwner {
	readonly clock: Clock;
	readonly t1: number;
	readonly n2: number;
	readonly counters: Counting;
	command(dlci: number, type: FrameType): void;
}

interface Pending {
	readonly type: FrameType;
	readonly exchange: Exchange<CommandOutcome>;
	readonly outcome: Promise<CommandOutcome>;
}

/** SABM and DISC that wait for UA or DM: one for each DLCI, repeated N2 times, T1 apart (27.010 5.4.1, 5.4.2). */
export class DlciCommands {
	readonly #owner: CommandsOwner;
	readonly #pending = new Map<number, Pending>();

	constructor(owner: CommandsOwner) {
		this.#owner = owner;
	}

	/** Sends SABM or DISC. An older command for the DLCI ends with `closed`. */
	ask(dlci: number, type: FrameType): Promise<CommandOutcome> {
		this.#pending.get(dlci)?.exchange.settle('closed');
		const { clock, t1, n2, counters } = this.#owner;
		const outcome = new Deferred<CommandOutcome>();
		const exchange = new Exchange<CommandOutcome>({
			clock,
			wait: t1,
			retries: n2,
			late: 'timeout',
			send: attempt => {
				if (attempt > 0) counters.retries++;
				this.#owner.command(dlci, type);
			},
			done: result => {
				if (result === 'timeout') counters.unanswered++;
				this.#pending.delete(dlci);
				outcome.resolve(result);
			},
		});
		this.#pending.set(dlci, { type, exchange, outcome: outcome.promise });
		return outcome.promise;
	}

	/** Ends the command of a DLCI; returns what it was, or undefined where none waited. */
	settle(dlci: number, outcome: CommandOutcome): FrameType | undefined {
		const pending = this.#pending.get(dlci);
		pending?.exchange.settle(outcome);
		return pending?.type;
	}

	/** What waits on a DLCI. */
	waiting(dlci: number): FrameType | undefined {
		return this.#pending.get(dlci)?.type;
	}

	/** Settles when the command of a DLCI has its outcome. */
	async over(dlci: number): Promise<void> {
		await this.#pending.get(dlci)?.outcome;
	}

	/** Settles when everything that waits now has its outcome. */
	async allOver(): Promise<void> {
		for (const { outcome } of [...this.#pending.values()]) await outcome;
	}

	/** Ends all. */
	end(outcome: 'closed' | 'port'): void {
		for (const { exchange } of [...this.#pending.values()]) exchange.settle(outcome);
	}
}
