import { integerAt, isOmitted, textAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, cme, OK, type Outcome, testForm } from './command.js';
import { TIMING } from './timing.js';

const INCORRECT_PASSWORD = 16;
const SIM_PUK_REQUIRED = 12;
const SIM_FAILURE = 13;
const SIM_PUK2_REQUIRED = 18;

function readPin({ firmware, instance }: CommandContext): Outcome {
	if (firmware.cardError() === 10) return cme(10);
	const state = firmware.board.sim.pinState;
	if (state === 'blocked') return cme(SIM_FAILURE);
	const ready = firmware.board.sim.pin2Wanted ? 'SIM PIN2' : 'READY';
	instance.print(`+CPIN: ${state === 'ready' ? ready : state === 'pin' ? 'SIM PIN' : 'SIM PUK'}`);
	return OK;
}

function setPin({ firmware, parameters }: CommandContext): Outcome {
	if (firmware.cardError() === 10) return cme(10);
	const { sim } = firmware.board;
	const first = textAt(parameters, 0);
	if (first === undefined) return BAD_PARAMETER;
	switch (sim.pinState) {
		case 'ready':
			if (!sim.pin2Wanted) return cme(3);
			return sim.verifyPin2(first) ? OK : cme(sim.pin2Attempts === 0 ? SIM_PUK2_REQUIRED : INCORRECT_PASSWORD);
		case 'blocked':
			return cme(SIM_FAILURE);
		case 'pin':
			if (!sim.verifyPin(first)) return cme(sim.pinAttempts === 0 ? SIM_PUK_REQUIRED : INCORRECT_PASSWORD);
			break;
		case 'puk': {
			const next = textAt(parameters, 1);
			if (next === undefined || !/^\d{4,8}$/.test(next)) return BAD_PARAMETER;
			if (!sim.unblock(first, next)) return cme(sim.pukAttempts === 0 ? SIM_FAILURE : INCORRECT_PASSWORD);
			break;
		}
	}
	firmware.cardChanged();
	return OK;
}

/** +CLCK: 0 unlock, 1 lock, 2 query, for the lock of the card "SC" and fixed dialling "FD"; all else is off for good. */
function lock({ firmware, instance, parameters }: CommandContext): Outcome {
	const { sim } = firmware.board;
	const facility = textAt(parameters, 0)?.toUpperCase();
	const mode = integerAt(parameters, 1, 0, 2);
	if (facility === undefined || mode === undefined) return BAD_PARAMETER;
	if (mode === 2) {
		const on = facility === 'SC' ? sim.pinEnabled : facility === 'FD' && sim.fixedDialling;
		instance.print(`+CLCK: ${on ? 1 : 0}`);
		return OK;
	}
	const pin = textAt(parameters, 2);
	if (pin === undefined || (facility !== 'SC' && facility !== 'FD')) return BAD_PARAMETER;
	if (facility === 'FD') {
		if (!sim.verifyPin2(pin)) return cme(sim.pin2Attempts === 0 ? SIM_PUK2_REQUIRED : INCORRECT_PASSWORD);
		sim.fixedDialling = mode === 1;
		return OK;
	}
	if (!sim.verifyPin(pin)) return cme(sim.pinAttempts === 0 ? SIM_PUK_REQUIRED : INCORRECT_PASSWORD);
	sim.pinEnabled = mode === 1;
	return OK;
}

function password({ firmware, parameters }: CommandContext): Outcome {
	const { sim } = firmware.board;
	const old = textAt(parameters, 1);
	const next = textAt(parameters, 2);
	if (textAt(parameters, 0)?.toUpperCase() !== 'SC' || old === undefined || next === undefined) return BAD_PARAMETER;
	if (!/^\d{4,8}$/.test(next)) return BAD_PARAMETER;
	return sim.changePin(old, next) ? OK : cme(sim.pinAttempts === 0 ? SIM_PUK_REQUIRED : INCORRECT_PASSWORD);
}

/** The card: identity, PIN, presence. */
export const CARD_COMMANDS: CommandTable = Object.freeze({
	'+CPIN': Object.freeze({ read: readPin, set: setPin, test: () => OK, latency: TIMING.pin }),
	'+CLCK': Object.freeze({
		set: lock,
		test: testForm('("SC","AO","OI","OX","AI","IR","AB","AG","AC","FD","PN")'),
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
	'+CPWD': Object.freeze({
		set: password,
		test: testForm('("SC",8)'),
		card: true,
		serial: Object.freeze(['set'] as const),
	}),
	'#PCT': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			const { sim } = firmware.board;
			instance.print(`#PCT: ${sim.pinState === 'puk' ? sim.pukAttempts : sim.pinAttempts}`);
			return OK;
		},
	}),
	'+CIMI': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(firmware.board.sim.imsi);
			return OK;
		},
		test: () => OK,
		card: true,
	}),
	'#CIMI': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(`#CIMI: ${firmware.board.sim.imsi}`);
			return OK;
		},
		test: () => OK,
		card: true,
	}),
	'#CCID': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(`#CCID: ${firmware.board.sim.iccid}`);
			return OK;
		},
		test: () => OK,
		card: true,
	}),
	'+CNUM': Object.freeze({
		execute: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CNUM: "","${firmware.board.sim.number}",145`);
			return OK;
		},
		test: () => OK,
		card: true,
	}),
	'#SIMDET': Object.freeze({
		set: ({ firmware, parameters }: CommandContext) => {
			const mode = integerAt(parameters, 0, 0, 2);
			if (mode === undefined) return BAD_PARAMETER;
			firmware.simDetection = mode as 0 | 1 | 2;
			firmware.cardChanged();
			return OK;
		},
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#SIMDET: ${firmware.simDetection},${firmware.board.sim.inserted ? 1 : 0}`);
			return OK;
		},
		test: testForm('(0-2)'),
	}),
	'#QSS': Object.freeze({
		set: ({ instance, parameters }: CommandContext) => {
			const mode = integerAt(parameters, 0, 0, 2);
			if (mode === undefined || isOmitted(parameters, 0)) return BAD_PARAMETER;
			instance.profile.simStatus = mode;
			return OK;
		},
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#QSS: ${instance.profile.simStatus},${firmware.simStatus(instance)}`);
			return OK;
		},
		test: testForm('(0-2)'),
	}),
});
