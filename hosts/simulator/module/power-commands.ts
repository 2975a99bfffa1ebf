import { pause } from '../../../src/base/deadline.js';
import { integerAt, isOmitted } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome, testForm } from './command.js';
import { TIMING } from './timing.js';

const FUNCTIONALITY: readonly number[] = Object.freeze([0, 1, 2, 4, 5]);

/** Modes in which no instance hears anything any more, until RESET (atrun.md 4). */
const DEAF: readonly number[] = Object.freeze([0, 2]);

/** +CFUN: 1 and 5 have the radio, 0, 2 and 4 do not. */
async function setFunctionality({ firmware, parameters, after }: CommandContext): Promise<Outcome> {
	const mode = integerAt(parameters, 0, 0, 7);
	const restart = integerAt(parameters, 1, 0, 1, 0);
	if (mode === undefined || restart === undefined || !FUNCTIONALITY.includes(mode)) return BAD_PARAMETER;
	if (mode !== firmware.functionality) await pause(firmware.clock, TIMING.changeFunction);
	firmware.functionality = mode;
	firmware.cardChanged();
	if (DEAF.includes(mode) && restart === 0) after(() => firmware.leave(() => firmware.deafen()));
	if (restart === 1) after(() => firmware.leave(() => firmware.board.reboot()));
	return OK;
}

/** #ENHRST=<0 off|1 once|2 periodic>[,<minutes>]; `1,0` restarts now. */
function setPeriodicReset({ firmware, parameters, after }: CommandContext): Outcome {
	const mode = integerAt(parameters, 0, 0, 2);
	const minutes = integerAt(parameters, 1, 0, 43_200, 0);
	if (mode === undefined || minutes === undefined) return BAD_PARAMETER;
	if (mode > 0 && isOmitted(parameters, 1)) return BAD_PARAMETER;
	firmware.periodicReset?.cancel();
	firmware.periodicReset = undefined;
	const { nvm } = firmware.board;
	nvm.settings.services['#ENHRST'] = mode === 2 ? `2,${minutes}` : '0';
	nvm.save();
	if (mode === 0) return OK;
	if (minutes === 0) after(() => firmware.leave(() => firmware.board.reboot()));
	else firmware.scheduleReset(minutes);
	return OK;
}

/** Functionality, restart and power-down. */
export const POWER_COMMANDS: CommandTable = Object.freeze({
	'+CFUN': Object.freeze({
		set: setFunctionality,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CFUN: ${firmware.functionality}`);
			return OK;
		},
		test: testForm('(0,1,2,4,5),(0,1)'),
	}),
	'#REBOOT': Object.freeze({
		execute: ({ firmware, after }: CommandContext) => {
			after(() => firmware.leave(() => firmware.board.reboot()));
			return OK;
		},
		test: () => OK,
	}),
	'#SHDN': Object.freeze({
		execute: ({ firmware, after }: CommandContext) => {
			after(() => firmware.leave(() => firmware.board.shutDown()));
			return OK;
		},
		test: () => OK,
	}),
	'#ENHRST': Object.freeze({
		set: setPeriodicReset,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#ENHRST: ${firmware.board.nvm.settings.services['#ENHRST'] ?? '0'}`);
			return OK;
		},
		test: testForm('(0-2),(0-43200)'),
	}),
	'+CBC': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			const { isCharging, percent } = firmware.board.supply;
			instance.print(`+CBC: ${isCharging ? 1 : 0},${percent}`);
			return OK;
		},
		test: testForm('(0-3),(0-100)'),
	}),
	'#CBC': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			const { isCharging, millivolts } = firmware.board.supply;
			instance.print(`#CBC: ${isCharging ? 1 : 0},${Math.round(millivolts / 10)}`);
			return OK;
		},
		test: () => OK,
	}),
});
