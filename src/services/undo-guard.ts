import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import type { Cancellation } from '../modem/cancellation.js';
import type { Modem } from '../modem/modem.js';
import type { Clock } from '../ports/clock.js';
import type { Audit } from './audit.js';

/** After so long [ms] what a requester took from the board comes back (own-commands.md, `#ATRUNGUARD`: 10 minutes). */
const AFTER = 600_000;
/** Longest time of an undoing line [ms]. */
const TIME = 160_000;

/**
 * Takes back what a remote command detached (`+CFUN=4`, `+COPS=2`, `+CGSMS=0` …), by the catalogue's `undo`, unless a further
 * authentic request arrives meanwhile: then its sender can still reach the board and knows what it wants (security.md).
 */
export class UndoGuard {
	readonly #clock: Clock;
	readonly #modem: Modem;
	readonly #audit: Audit;
	readonly #stopping: Cancellation;
	/** Counts what would be undone; an older one has been overtaken. */
	#turn = 0;

	constructor(clock: Clock, modem: Modem, audit: Audit, stopping: Cancellation) {
		this.#clock = clock;
		this.#modem = modem;
		this.#audit = audit;
		this.#stopping = stopping;
	}

	/** An authentic request arrived: what waits to be undone stays as it is. */
	forget(): void {
		this.#turn++;
	}

	/** These commands have run over `channel`: their detaching ones are undone after their time. */
	watch(commands: readonly Command[], channel: 'sms' | 'tcp'): void {
		const bodies: string[] = [];
		for (const command of commands) {
			const { hazards, undo } = lookUp(command);
			if (undo !== undefined && hazards[channel].includes('detach')) bodies.push(undo);
		}
		if (bodies.length > 0) void this.#undoLater(bodies.reverse());
	}

	async #undoLater(bodies: readonly string[]): Promise<void> {
		const turn = ++this.#turn;
		await this.#stopping.pause(this.#clock, AFTER);
		if (this.#stopping.isCancelled || turn !== this.#turn) return;
		for (const body of bodies) {
			const answer = await this.#modem.control?.ask(`AT${body}`, TIME);
			this.#audit.note({
				channel: 'board',
				identity: 'guard',
				command: `AT${body}`,
				verdict: 'recovered',
				result: answer?.ok === true ? 'undone' : 'failed',
				rung: 'undo',
			});
		}
	}
}
