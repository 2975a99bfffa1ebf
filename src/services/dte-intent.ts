import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import type { Clock } from '../ports/clock.js';

/** What the DTE took off the network counts as meant for so long [ms]: then the board may look after itself again. */
const MOST = 86_400_000;

/**
 * What the console has detached (`+CFUN=4`, `+COPS=2`, `+CGATT=0` …): the DTE's intent, which health watch and guards leave alone
 * until the console ends it, or a day has passed (security.md).
 */
export class DteIntent {
	readonly #clock: Clock;
	/** Names of the commands, and until when they count. */
	#until: { [name: string]: number } = {};

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** The DTE has taken something off the network. */
	get isLeft(): boolean {
		const now = this.#clock.now();
		return Object.values(this.#until).some(until => until > now);
	}

	/** These commands of the console have run. */
	note(commands: readonly Command[]): void {
		for (const command of commands) {
			if (command.form === 'read' || command.form === 'test') continue;
			const hazards = lookUp(command).hazards.console;
			// A module that starts again is on the network again.
			if (hazards.includes('power')) this.#until = {};
			else if (hazards.includes('detach')) this.#until[command.name] = this.#clock.now() + MOST;
			else delete this.#until[command.name];
		}
	}
}
