import type { Command } from '../at/command-line.js';
import type { Modem } from '../modem/modem.js';
import type { ConsoleSettings } from './console-settings.js';
import type { DteIntent } from './dte-intent.js';
import { isProfile, isReset, isRestart } from './profile-commands.js';

/** A module that was told to restart is ready again within so long [ms]. */
const RESTART = 180_000;

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
