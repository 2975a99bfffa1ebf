import { pause } from '../../../src/base/deadline.js';
import { textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandTable,
	cme,
	NO_CARRIER,
	OK,
	type Outcome,
	testForm,
} from './command.js';
import { TIMING } from './timing.js';

/** What Telit modules answer around FTP: context not opened, not connected. */
const NOT_OPENED = 556;
const NOT_CONNECTED = 557;
const CONTEXT = 1;

/** What the module knows of its FTP session: a server that takes every login and every file. */
export interface FtpSession {
	/** The files that were put, and how many octets of each. */
	readonly files: Map<string, number>;
}

async function open({ firmware, parameters }: CommandContext): Promise<Outcome> {
	const server = textAt(parameters, 0);
	if (server === undefined || server === '' || textAt(parameters, 2) === undefined) return BAD_PARAMETER;
	if (firmware.contexts.addressOf(CONTEXT) === undefined) return cme(NOT_OPENED);
	await pause(firmware.clock, TIMING.ftp);
	firmware.ftp ??= { files: new Map() };
	return OK;
}

/** #FTPPUT="name": what the DTE sends goes into the file, until a break, the escape sequence or DTR closes it. */
async function put({ firmware, instance, parameters }: CommandContext): Promise<Outcome> {
	const name = textAt(parameters, 0);
	const session = firmware.ftp;
	if (name === undefined || name === '') return BAD_PARAMETER;
	if (session === undefined) return cme(NOT_CONNECTED);
	await pause(firmware.clock, TIMING.ftp);
	session.files.set(name, 0);
	return new Promise(resolve => {
		instance.goOnline({
			data: bytes => session.files.set(name, (session.files.get(name) ?? 0) + bytes.length),
			escaped: () => resolve(NO_CARRIER),
		});
	});
}

async function close({ firmware }: CommandContext): Promise<Outcome> {
	await pause(firmware.clock, TIMING.detach);
	firmware.ftp = undefined;
	return OK;
}

/** FTP as far as it blocks: one command at a time across all instances. */
export const FTP_COMMANDS: CommandTable = Object.freeze({
	'#FTPOPEN': Object.freeze({ set: open, test: testForm(',,,(0,1)'), serial: Object.freeze(['set'] as const) }),
	'#FTPPUT': Object.freeze({ set: put, test: () => OK, serial: Object.freeze(['set'] as const) }),
	'#FTPCLOSE': Object.freeze({ execute: close, test: () => OK, serial: Object.freeze(['execute'] as const) }),
});
