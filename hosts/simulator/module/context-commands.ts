import { pause } from '../../../src/base/deadline.js';
import { integerAt, isOmitted, textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandTable,
	cme,
	ERROR,
	OK,
	type Outcome,
	testForm,
} from './command.js';
import { TIMING } from './timing.js';

const CONTEXTS = 5;
const NO_SERVICE = 30;
const NOT_OPENED = 556;
const NAME_NOT_FOUND = 558;
const WRITES: readonly ['set'] = Object.freeze(['set']);

async function activate({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const cid = integerAt(parameters, 0, 0, CONTEXTS);
	const wanted = integerAt(parameters, 1, 0, 1);
	if (cid === undefined || wanted === undefined || cid === 0) return BAD_PARAMETER;
	if (!firmware.sockets.uses(cid)) return ERROR;
	if (wanted === 0) {
		await firmware.contexts.deactivate(cid);
		return OK;
	}
	const outcome = await firmware.contexts.activate(cid);
	if (typeof outcome === 'number') return cme(outcome);
	instance.print(`#SGACT: ${outcome}`);
	return OK;
}

/** #GPRS=<0|1>: the first context alone, with an answer of its own. */
async function switchFirst({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const wanted = integerAt(parameters, 0, 0, 1);
	if (wanted === undefined || isOmitted(parameters, 0)) return BAD_PARAMETER;
	if (wanted === 0) {
		await firmware.contexts.deactivate(1);
		return OK;
	}
	const outcome = firmware.contexts.addressOf(1) ?? (await firmware.contexts.activate(1));
	if (typeof outcome === 'number') return cme(outcome);
	instance.print(`+IP: ${outcome}`);
	return OK;
}

function readActive({ firmware, instance }: CommandContext): Outcome {
	const lines: string[] = [];
	for (let cid = 1; cid <= CONTEXTS; cid++) {
		lines.push(`#SGACT: ${cid},${firmware.contexts.addressOf(cid) === undefined ? 0 : 1}`);
	}
	instance.print(...lines);
	return OK;
}

function configureActivation({ firmware, parameters }: CommandContext): Outcome {
	const { nvm } = firmware.board;
	const cid = integerAt(parameters, 0, 1, CONTEXTS);
	if (cid === undefined) return BAD_PARAMETER;
	const former = nvm.settings.activation[cid - 1]!;
	const retry = integerAt(parameters, 1, 0, 15);
	const delay = integerAt(parameters, 2, 180, 3600, former.delay);
	const urc = integerAt(parameters, 3, 0, 1, former.urc);
	if (retry === undefined || delay === undefined || urc === undefined) return BAD_PARAMETER;
	nvm.settings.activation[cid - 1] = { retry, delay, urc: urc as 0 | 1 };
	nvm.save();
	return OK;
}

function readActivation({ firmware, instance }: CommandContext): Outcome {
	const lines = firmware.board.nvm.settings.activation.map(
		({ retry, delay, urc }, at) => `#SGACTCFG: ${at + 1},${retry},${delay},${urc}`,
	);
	instance.print(...lines);
	return OK;
}

function define({ firmware, parameters }: CommandContext): Outcome {
	const { nvm } = firmware.board;
	const cid = integerAt(parameters, 0, 1, CONTEXTS);
	if (cid === undefined) return BAD_PARAMETER;
	if (parameters.length === 1) delete nvm.settings.contexts[String(cid)];
	else {
		const type = textAt(parameters, 1, 'IP')?.toUpperCase();
		const apn = textAt(parameters, 2, '');
		const address = textAt(parameters, 3, '');
		if ((type !== 'IP' && type !== 'PPP') || apn === undefined || address === undefined) return BAD_PARAMETER;
		if (apn.length > 100 || !/^[\x20-\x7e]*$/.test(apn)) return BAD_PARAMETER;
		nvm.settings.contexts[String(cid)] = { type, apn, address };
	}
	nvm.save();
	return OK;
}

function readDefinitions({ firmware, instance }: CommandContext): Outcome {
	const lines = Object.entries(firmware.board.nvm.settings.contexts).map(
		([cid, { type, apn, address }]) => `+CGDCONT: ${cid},"${type}","${apn}","${address}",0,0`,
	);
	instance.print(...lines);
	return OK;
}

async function attach({ firmware, parameters }: CommandContext): Promise<Outcome> {
	const wanted = integerAt(parameters, 0, 0, 1);
	if (wanted === undefined || isOmitted(parameters, 0)) return BAD_PARAMETER;
	const { registration } = firmware;
	firmware.packetAttached = wanted === 1;
	registration.setPacketWanted(wanted === 1 && firmware.gprsClass !== 'CC');
	await pause(firmware.clock, wanted === 1 ? TIMING.packetAttach + TIMING.command : TIMING.detach);
	return wanted === 0 || registration.hasPacketService ? OK : cme(NO_SERVICE);
}

/** +CGACT=<state>[,<cid>…]; without contexts: off for all that are active, on for the first. */
async function changeActive({ firmware, parameters }: CommandContext): Promise<Outcome> {
	const wanted = integerAt(parameters, 0, 0, 1);
	if (wanted === undefined) return BAD_PARAMETER;
	if (wanted === 0 && parameters.length === 1) {
		for (let cid = 1; cid <= CONTEXTS; cid++) {
			if (firmware.contexts.addressOf(cid) !== undefined) await firmware.contexts.deactivate(cid);
		}
		return OK;
	}
	for (let at = 1; at < Math.max(2, parameters.length); at++) {
		const cid = integerAt(parameters, at, 1, CONTEXTS, 1);
		if (cid === undefined) return BAD_PARAMETER;
		if (wanted === 0) {
			await firmware.contexts.deactivate(cid);
			continue;
		}
		const outcome = await firmware.contexts.activate(cid);
		if (typeof outcome === 'number' && outcome !== 553) return cme(outcome);
	}
	return OK;
}

function readContexts({ firmware, instance }: CommandContext): Outcome {
	const lines = Object.keys(firmware.board.nvm.settings.contexts).map(
		cid => `+CGACT: ${cid},${firmware.contexts.addressOf(Number(cid)) === undefined ? 0 : 1}`,
	);
	instance.print(...lines);
	return OK;
}

function addresses({ firmware, instance, parameters, command }: CommandContext): Outcome {
	const cids =
		command.form === 'execute' ? [1, 2, 3, 4, 5] : parameters.map((_, at) => integerAt(parameters, at, 1, 5));
	const lines: string[] = [];
	for (const cid of cids) {
		if (cid === undefined) return BAD_PARAMETER;
		const address = firmware.contexts.addressOf(cid);
		if (address !== undefined || command.form === 'set') lines.push(`${command.name}: ${cid},"${address ?? ''}"`);
	}
	instance.print(...lines);
	return OK;
}

/** +CGCLASS: B both services, CG packet only, CC circuit only. */
async function setClass({ firmware, parameters }: CommandContext): Promise<Outcome> {
	const wanted = textAt(parameters, 0)?.toUpperCase();
	if (wanted !== 'B' && wanted !== 'CG' && wanted !== 'CC') return BAD_PARAMETER;
	await pause(firmware.clock, TIMING.detach);
	firmware.gprsClass = wanted;
	firmware.registration.setCircuitWanted(wanted !== 'CG');
	firmware.registration.setPacketWanted(wanted !== 'CC' && firmware.packetAttached);
	return OK;
}

async function resolveName({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const name = textAt(parameters, 0);
	if (name === undefined || name === '') return BAD_PARAMETER;
	await pause(firmware.clock, TIMING.resolve);
	if (firmware.contexts.addressOf(1) === undefined) return cme(NOT_OPENED);
	const address = firmware.board.network.resolve(name);
	if (address === undefined) return cme(NAME_NOT_FOUND);
	instance.print(`#QDNS: "${name}","${address}"`);
	return OK;
}

/** Packet contexts: definition, activation, attachment. */
export const CONTEXT_COMMANDS: CommandTable = Object.freeze({
	'#SGACT': Object.freeze({ set: activate, read: readActive, test: testForm('(1-5),(0,1)') }),
	'#GPRS': Object.freeze({
		set: switchFirst,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`#GPRS: ${firmware.contexts.addressOf(1) === undefined ? 0 : 1}`);
			return OK;
		},
		test: testForm('(0,1)'),
	}),
	'#SGACTCFG': Object.freeze({
		set: configureActivation,
		read: readActivation,
		test: testForm('(1-5),(0-15),(180-3600),(0,1)'),
	}),
	'+CGDCONT': Object.freeze({
		set: define,
		read: readDefinitions,
		test: testForm('(1-5),"IP",,,(0,1),(0,1)'),
	}),
	'+CGATT': Object.freeze({
		set: attach,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CGATT: ${firmware.registration.hasPacketService ? 1 : 0}`);
			return OK;
		},
		test: testForm('(0,1)'),
		serial: WRITES,
		card: true,
	}),
	'+CGACT': Object.freeze({
		set: changeActive,
		read: readContexts,
		test: testForm('(0,1)'),
		serial: WRITES,
		card: true,
	}),
	'+CGPADDR': Object.freeze({ set: addresses, execute: addresses, test: testForm('(1-5)') }),
	'#CGPADDR': Object.freeze({ set: addresses, execute: addresses, test: testForm('(1-5)') }),
	'+CGCLASS': Object.freeze({
		set: setClass,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(`+CGCLASS: "${firmware.gprsClass}"`);
			return OK;
		},
		test: testForm('("B","CG","CC")'),
	}),
	'#QDNS': Object.freeze({ set: resolveName, test: () => OK, serial: WRITES }),
});
