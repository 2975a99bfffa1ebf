import { pause } from '../../../src/base/deadline.js';
import { bytesOfHex, hexOf } from '../../../src/base/hex.js';
import { textOf } from '../../../src/base/text.js';
import { integerAt, isOmitted } from './arguments.js';
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
import type { ModuleSocket } from './module-socket.js';
import { socketOf } from './socket-parameter.js';
import { TIMING } from './timing.js';

const WRONG_STATE = 551;
const SEND_FAILED = 563;
const MOST_SENT = 1024;
const MOST_READ = 1500;

function receive(context: CommandContext): Outcome {
	const { instance, parameters } = context;
	const socket = socketOf(context);
	const most = integerAt(parameters, 1, 1, MOST_READ);
	if (socket === undefined || most === undefined) return BAD_PARAMETER;
	if (socket.state === 0) return cme(WRONG_STATE);
	if (socket.buffered === 0) return ERROR;
	const data = socket.take(most);
	instance.print(`#SRECV: ${socket.id},${data.length}`, socket.extension.hex === 1 ? hexOf(data) : textOf(data));
	return OK;
}

function canSend(socket: ModuleSocket): boolean {
	return socket.state === 2 || socket.state === 3;
}

async function transmit(socket: ModuleSocket, data: Uint8Array): Promise<Outcome> {
	return (await socket.send(data)) ? OK : cme(SEND_FAILED);
}

/** #SSEND=<id>: text up to Ctrl-Z. */
async function sendText(context: CommandContext): Promise<Outcome> {
	const { instance, firmware } = context;
	const socket = socketOf(context);
	if (socket === undefined) return BAD_PARAMETER;
	if (!canSend(socket)) return cme(WRONG_STATE);
	await pause(firmware.clock, TIMING.prompt);
	const hex = socket.extension.sendHex === 1;
	const typed = await instance.prompt({ kind: 'text', max: hex ? MOST_SENT * 2 : MOST_SENT });
	if (typed === undefined) return OK;
	const data = hex ? bytesOfHex(textOf(typed)) : typed;
	return data === undefined ? ERROR : transmit(socket, data);
}

/** #SSENDEXT=<id>,<n>: exactly n octets, whatever they are. */
async function sendOctets(context: CommandContext): Promise<Outcome> {
	const { instance, parameters, firmware } = context;
	const socket = socketOf(context);
	const count = integerAt(parameters, 1, 1, MOST_READ);
	if (socket === undefined || count === undefined || isOmitted(parameters, 1)) return BAD_PARAMETER;
	if (!canSend(socket)) return cme(WRONG_STATE);
	await pause(firmware.clock, TIMING.prompt);
	const data = await instance.prompt({ kind: 'octets', count });
	return data === undefined ? ERROR : transmit(socket, data);
}

/** Data of a connected socket in command mode. */
export const SOCKET_DATA_COMMANDS: CommandTable = Object.freeze({
	'#SRECV': Object.freeze({ set: receive, test: testForm('(1-6),(1-1500)') }),
	'#SSEND': Object.freeze({ set: sendText, test: testForm('(1-6)') }),
	'#SSENDEXT': Object.freeze({ set: sendOctets, test: testForm('(1-6),(1-1500)') }),
});
