import { pause } from '../../../src/base/deadline.js';
import type { Cell, MobileNetwork, Operator } from '../mobile-network.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandEntry,
	type CommandTable,
	cme,
	type Handler,
	OK,
	type Outcome,
	SILENT,
	testForm,
} from './command.js';
import { hex4 } from './hex4.js';
import { TIMING } from './timing.js';

const NO_NETWORK = 30;
const NOT_FOUND = 3;
const LAST_BAND = 3;

function readRegistration(name: '+CREG' | '+CGREG'): Handler {
	return ({ firmware, instance }) => {
		const mode = name === '+CREG' ? instance.profile.creg : instance.profile.cgreg;
		const state = name === '+CREG' ? firmware.registration.circuit : firmware.registration.packet;
		instance.print(`${name}: ${mode},${firmware.describeRegistration(mode, state)}`);
		return OK;
	};
}

function setRegistration(name: '+CREG' | '+CGREG'): Handler {
	return ({ instance, parameters }) => {
		const mode = integerAt(parameters, 0, 0, 2, 0);
		if (mode === undefined) return BAD_PARAMETER;
		if (name === '+CREG') instance.profile.creg = mode;
		else instance.profile.cgreg = mode;
		return OK;
	};
}

function readOperator({ firmware, instance }: CommandContext): Outcome {
	const { operator, mode } = firmware.registration;
	if (operator === undefined) instance.print(`+COPS: ${mode}`);
	else {
		const format = firmware.operatorFormat;
		instance.print(`+COPS: ${mode},${format},"${format === 2 ? operator.numeric : operator.name}"`);
	}
	return OK;
}

async function searchOperators({ firmware, instance, aborted }: CommandContext): Promise<Outcome> {
	const { network } = firmware.board;
	const late = pause(firmware.clock, TIMING.survey).then(() => true);
	if (!(await Promise.race([late, aborted.then(() => false)]))) return OK;
	if (!firmware.registration.hasSignal) return cme(NO_NETWORK);
	const state = (operator: Operator) => (operator === firmware.registration.operator ? 2 : operator.allowed ? 1 : 3);
	const found = network.operators.map(operator => `(${state(operator)},"${operator.name}","","${operator.numeric}")`);
	instance.print(`+COPS: ${found.join(',')},,(0-4),(0,2)`);
	return OK;
}

async function selectOperator(context: CommandContext): Promise<Outcome> {
	const { firmware, parameters } = context;
	const mode = integerAt(parameters, 0, 0, 4, 0);
	if (mode === undefined) return BAD_PARAMETER;
	const format = integerAt(parameters, 1, 0, 2, firmware.operatorFormat);
	if (format === undefined || format === 1) return BAD_PARAMETER;
	if (mode === 3) {
		firmware.operatorFormat = format;
		return OK;
	}
	const { registration } = firmware;
	if (mode === 2) {
		await pause(firmware.clock, TIMING.detach);
		registration.select(2);
		return OK;
	}
	if (mode === 0) {
		registration.select(0);
		await pause(firmware.clock, TIMING.selectOperator);
		return OK;
	}
	const wanted = textAt(parameters, 2);
	if (wanted === undefined) return BAD_PARAMETER;
	const operator = findOperator(firmware.board.network, wanted, format);
	if (operator === undefined || !operator.allowed) {
		await pause(firmware.clock, TIMING.register);
		if (mode === 4) {
			registration.select(0);
			return OK;
		}
		return cme(operator === undefined ? NOT_FOUND : NO_NETWORK);
	}
	registration.select(1, operator);
	await pause(firmware.clock, TIMING.register + TIMING.command);
	return registration.isRegistered ? OK : cme(NO_NETWORK);
}

function findOperator(network: MobileNetwork, wanted: string, format: number): Operator | undefined {
	return network.operators.find(operator => (format === 2 ? operator.numeric : operator.name) === wanted);
}

/** 27.007 8.5: 0 = -113 dBm or less, 31 = -51 dBm or more, 99 unknown. */
function signalQuality({ firmware, instance }: CommandContext): Outcome {
	const cell = firmware.board.network.cells[0];
	const known = firmware.registration.hasSignal && cell !== undefined;
	const level = known ? Math.max(0, Math.min(31, Math.round((cell.power + 113) / 2))) : 99;
	instance.print(`+CSQ: ${level},${known ? 0 : 99}`);
	return OK;
}

/** #MONI=<n>: 0 the serving cell, 1–6 a neighbour, 7 all of them in a table. */
function selectMonitor({ instance, parameters }: CommandContext): Outcome {
	const which = integerAt(parameters, 0, 0, 7);
	if (which === undefined || isOmitted(parameters, 0)) return BAD_PARAMETER;
	instance.profile.switches['#MONI'] = which;
	return OK;
}

function monitor({ firmware, instance }: CommandContext): Outcome {
	const { registration, board } = firmware;
	const { cells } = board.network;
	if (!registration.hasSignal) return cme(NO_NETWORK);
	const which = instance.profile.switches['#MONI'] ?? 0;
	const name = registration.operator?.name ?? '';
	if (which === 7) {
		const rows = cells.slice(0, 7).map((cell, at) => tableRow(cell, at, name));
		instance.print('#MONI: Cell  BSIC  LAC  CellId  ARFCN    Power  C1  C2  TA  RxQual  PLMN', ...rows);
		return OK;
	}
	const cell = cells[which];
	if (cell === undefined) return OK;
	const place = `BSIC:${cell.bsic}`;
	const identity = `LAC:${hex4(cell.lac)} Id:${hex4(cell.cellId)} ARFCN:${cell.arfcn} PWR:${cell.power}dbm`;
	instance.print(
		which === 0
			? `#MONI: ${name} ${place} RxQual:0 ${identity} TA:1`
			: `#MONI: Adj Cell${which} [LAC:${hex4(cell.lac)} Id:${hex4(cell.cellId)} ARFCN:${cell.arfcn}] PWR:${cell.power}dbm`,
	);
	return OK;
}

/** One row of the neighbour table: the serving cell has timing advance, quality and PLMN too. */
function tableRow(cell: Cell, at: number, name: string): string {
	const fields = [
		(at === 0 ? 'S' : `N${at}`).padStart(4),
		String(cell.bsic).padStart(4),
		hex4(cell.lac).padStart(5),
		hex4(cell.cellId).padStart(6),
		String(cell.arfcn).padStart(6),
		`${cell.power}dbm`.padStart(8),
		String(cell.c1).padStart(3),
		String(cell.c2).padStart(3),
	];
	if (at === 0) fields.push('1'.padStart(3), '0'.padStart(7), ` ${name}`);
	return `#MONI: ${fields.join(' ')}`;
}

function servingCell({ firmware, instance }: CommandContext): Outcome {
	const { registration, board } = firmware;
	const cell = board.network.cells[0];
	const { operator } = registration;
	if (cell === undefined || operator === undefined) return cme(NO_NETWORK);
	const numbers = `"${operator.name}","${operator.numeric}",${cell.bsic},${hex4(cell.lac)},1,1,,"II",01,6`;
	instance.print(`#SERVINFO: ${cell.arfcn},${cell.power},${numbers}`);
	return OK;
}

/** The cell survey: slow, and one line for each carrier. */
async function survey({ firmware, instance, aborted }: CommandContext): Promise<Outcome> {
	instance.print('Network survey started ...');
	const late = pause(firmware.clock, TIMING.survey).then(() => true);
	if (!(await Promise.race([late, aborted.then(() => false)]))) return OK;
	const numeric = firmware.board.network.operators[0]?.numeric ?? '';
	const rows = firmware.registration.hasSignal
		? firmware.board.network.cells.map(
				cell =>
					`arfcn: ${cell.arfcn} bsic: ${cell.bsic} rxLev: ${cell.power} ber: 0.00 mcc: ${numeric.slice(0, 3)} mnc: ${numeric.slice(3)} lac: ${cell.lac} cellId: ${cell.cellId} cellStatus: CELL_SUITABLE numArfcn: 1 arfcn: ${cell.arfcn}`,
			)
		: [];
	instance.print(...rows, 'Network survey ended');
	return OK;
}

/** #BND=<0–3>: bands without this network take it away, and 3, which none of its cells has, the instance too (atrun.md 4). */
function selectBand({ firmware, instance, parameters, after }: CommandContext): Outcome {
	const band = integerAt(parameters, 0, 0, LAST_BAND);
	if (band === undefined || isOmitted(parameters, 0)) return BAD_PARAMETER;
	firmware.registration.setBand(band);
	if (band < LAST_BAND) return OK;
	after(() => firmware.hang({ what: 'instance', number: instance.number, until: 'reboot' }));
	return SILENT;
}

const SURVEY: CommandEntry = Object.freeze({
	execute: survey,
	set: survey,
	serial: Object.freeze(['execute', 'set'] as const),
});

/** What a module with LTE has besides. */
export const LTE_COMMANDS: CommandTable = Object.freeze({
	'+CEREG': Object.freeze({
		// Mode 0 alone: no unsolicited results.
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CEREG: 0,${firmware.registration.evolved}`);
			return OK;
		},
		set: ({ parameters }: CommandContext) => (integerAt(parameters, 0, 0, 0, 0) === 0 ? OK : BAD_PARAMETER),
		test: testForm('(0)'),
	}),
});

/** Registration, operators, signal, cells. */
export const NETWORK_COMMANDS: CommandTable = Object.freeze({
	'+CREG': Object.freeze({
		read: readRegistration('+CREG'),
		set: setRegistration('+CREG'),
		test: testForm('(0-2)'),
		serial: Object.freeze(['set'] as const),
	}),
	'+CGREG': Object.freeze({
		read: readRegistration('+CGREG'),
		set: setRegistration('+CGREG'),
		test: testForm('(0-2)'),
	}),
	'+COPS': Object.freeze({
		read: readOperator,
		set: selectOperator,
		test: searchOperators,
		card: true,
		serial: Object.freeze(['set', 'test'] as const),
	}),
	'+CSQ': Object.freeze({ execute: signalQuality, test: testForm('(0-31,99),(0-7,99)') }),
	'#MONI': Object.freeze({ execute: monitor, set: selectMonitor, test: testForm('(0-7)') }),
	'#SERVINFO': Object.freeze({ execute: servingCell, test: () => OK }),
	'#BND': Object.freeze({
		set: selectBand,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#BND: ${firmware.registration.band}`);
			return OK;
		},
		test: testForm('(0-3)'),
	}),
	'#CSURV': SURVEY,
	'#CSURVC': SURVEY,
	'#CSURVU': SURVEY,
	'#CSURVUC': SURVEY,
	'#CSURVB': SURVEY,
	'#CSURVBC': SURVEY,
	'#CSURVP': SURVEY,
	'#CSURVPC': SURVEY,
});
