import type { Command } from '../at/command-line.js';
import { ERROR, type FinalResult } from '../at/result-code.js';
import type { Instance } from '../modem/instance.js';
import type { Modem } from '../modem/modem.js';
import type { ConsoleSettings } from './console-settings.js';
import type { DteIntent } from './dte-intent.js';
import type { RunOutcome } from './interpreter.js';
import { isProfile, isReset, isRestart } from './profile-commands.js';

/** Telit: used by another instance. */
export const TAKEN = 612;
/** 27.007 9.2: no connection to phone. */
const NO_MODULE = 1;
/** A module that was told to restart is ready again within so long [ms]. */
const RESTART = 180_000;

/** What the DTE reads of a line's end. `isReady`: a module is there. */
export function resultOf(outcome: RunOutcome, instance: Instance | undefined, isReady: boolean): FinalResult {
	if (outcome.kind === 'final') return outcome.result;
	// Another console has a data call there.
	const isTaken = outcome.kind === 'busy' && instance?.dialogue.state === 'online';
	if (outcome.kind === 'closed' || isTaken) return { kind: 'cme', code: isReady ? TAKEN : NO_MODULE };
	return ERROR;
}

export interface EffectsOn {
	readonly modem: Modem;
	readonly intent: DteIntent;
	readonly settings: ConsoleSettings;
	/** The module's instance on which they ran. */
	readonly instance: number;
}

/** Follows what commands of a DTE, which the module has answered with OK, changed of what the co-processor uses too. */
export function noteEffects(commands: readonly Command[], { modem, intent, settings, instance }: EffectsOn): void {
	const shared = modem.shared(instance);
	intent.note(commands);
	for (const command of commands) {
		const toStored = command.name !== '&F';
		if (isProfile(command)) {
			if (command.name === '&W') {
				shared.store(settings.wishes);
				settings.store();
			}
			modem.normalise(instance);
		} else if (isReset(command)) {
			settings.reset(toStored);
			shared.reset(settings.wishes, toStored);
			modem.normalise(instance);
		} else if (isRestart(command)) {
			settings.reset(toStored);
			settings.wishes.clear();
			shared.restarted();
			void modem.restarted(RESTART);
		}
	}
}
