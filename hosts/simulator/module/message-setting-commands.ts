import { numberOf, parseNumber } from '../../../src/sms/address.js';
import { integerAt, textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandEntry,
	type CommandTable,
	cms,
	OK,
	type Outcome,
	testForm,
} from './command.js';
import { fromTerminal, toTerminal } from './text-alphabet.js';

const OPERATION_NOT_ALLOWED = 302;

function setIndications({ firmware, instance, parameters }: CommandContext): Outcome {
	const former = instance.profile.indications;
	const most = [3, 3, 2, 2, 1];
	const chosen: number[] = [];
	for (const [at, limit] of most.entries()) {
		const value = integerAt(parameters, at, 0, limit, at < parameters.length ? 0 : former[at]);
		if (value === undefined || (at === 2 && value === 1)) return cms(OPERATION_NOT_ALLOWED);
		chosen.push(value);
	}
	instance.profile.indications = chosen;
	firmware.messages.indications.changed(instance);
	return OK;
}

function setServiceCentre({ firmware, instance, parameters }: CommandContext): Outcome {
	const text = textAt(parameters, 0) ?? '';
	const decoded = fromTerminal(text, instance.profile.alphabet);
	if (!decoded.ok) return cms(304);
	const type = integerAt(parameters, 1, 128, 255, decoded.value.startsWith('+') ? 145 : 129);
	const number = type === 145 && !decoded.value.startsWith('+') ? `+${decoded.value}` : decoded.value;
	const parsed = parseNumber(number);
	if (!parsed.ok || type === undefined) return cms(304);
	firmware.board.sim.serviceCentre = numberOf(parsed.value) ?? '';
	return OK;
}

function setTextParameters({ instance, parameters }: CommandContext): Outcome {
	const former = instance.profile.textParameters;
	const chosen: number[] = [];
	for (let at = 0; at < 4; at++) {
		const value = integerAt(parameters, at, 0, 255, former[at]);
		if (value === undefined) return cms(OPERATION_NOT_ALLOWED);
		chosen.push(value);
	}
	instance.profile.textParameters = chosen;
	return OK;
}

/** A number of the profile with a read form: `+NAME: value`. */
function setting(
	name: string,
	most: number,
	get: (context: CommandContext) => number,
	set: (context: CommandContext, value: number) => void,
): CommandEntry {
	return Object.freeze({
		set: (context: CommandContext) => {
			const value = integerAt(context.parameters, 0, 0, most, 0);
			if (value === undefined) return BAD_PARAMETER;
			set(context, value);
			return OK;
		},
		read: (context: CommandContext) => {
			context.instance.print(`${name}: ${get(context)}`);
			return OK;
		},
		test: testForm(most === 1 ? '(0,1)' : `(0-${most})`),
	});
}

/** Formats, indications and the service centre (27.005 3.2, 3.3). */
export const MESSAGE_SETTING_COMMANDS: CommandTable = Object.freeze({
	'+CMGF': setting(
		'+CMGF',
		1,
		({ instance }) => instance.profile.textMode,
		({ instance }, value) => {
			instance.profile.textMode = value as 0 | 1;
		},
	),
	'+CSDH': setting(
		'+CSDH',
		1,
		({ instance }) => instance.profile.showHeader,
		({ instance }, value) => {
			instance.profile.showHeader = value as 0 | 1;
		},
	),
	'#SMSMODE': setting(
		'#SMSMODE',
		1,
		({ instance }) => instance.profile.smsMode,
		({ instance }, value) => {
			instance.profile.smsMode = value as 0 | 1;
		},
	),
	'+CMMS': setting(
		'+CMMS',
		2,
		({ instance }) => instance.profile.switches['+CMMS'] ?? 0,
		({ instance }, value) => {
			instance.profile.switches['+CMMS'] = value;
		},
	),
	'+CSMS': Object.freeze({
		set: ({ instance, parameters }: CommandContext) => {
			const service = integerAt(parameters, 0, 0, 1);
			if (service === undefined) return cms(OPERATION_NOT_ALLOWED);
			instance.profile.switches['+CSMS'] = service;
			instance.print('+CSMS: 1,1,1');
			return OK;
		},
		read: ({ instance }: CommandContext) => {
			instance.print(`+CSMS: ${instance.profile.switches['+CSMS'] ?? 0},1,1,1`);
			return OK;
		},
		test: testForm('(0,1)'),
	}),
	'+CNMI': Object.freeze({
		set: setIndications,
		read: ({ instance }: CommandContext) => {
			instance.print(`+CNMI: ${instance.profile.indications.join(',')}`);
			return OK;
		},
		test: testForm('(0-3),(0-3),(0,2),(0-2),(0,1)'),
	}),
	'+CGSMS': setting(
		'+CGSMS',
		3,
		({ firmware }) => firmware.messages.bearer,
		({ firmware }, value) => firmware.messages.selectBearer(value),
	),
	'+CSCA': Object.freeze({
		set: setServiceCentre,
		read: ({ firmware, instance }: CommandContext) => {
			const number = firmware.board.sim.serviceCentre;
			const shown = toTerminal(number, instance.profile.alphabet);
			instance.print(`+CSCA: "${shown}",${number.startsWith('+') ? 145 : 129}`);
			return OK;
		},
		test: () => OK,
		card: true,
	}),
	'+CSMP': Object.freeze({
		set: setTextParameters,
		read: ({ instance }: CommandContext) => {
			instance.print(`+CSMP: ${instance.profile.textParameters.join(',')}`);
			return OK;
		},
		test: () => OK,
	}),
});
