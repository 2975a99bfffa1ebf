import { integerAt, textAt } from './arguments.js';
import {
	BAD_PARAMETER,
	type CommandContext,
	type CommandTable,
	cme,
	ERROR,
	NO_CARRIER,
	OK,
	type Outcome,
	testForm,
} from './command.js';
import { socketOf } from './socket-parameter.js';
import { TIMING } from './timing.js';

const WRONG_STATE = 551;
const NOT_OPENED = 556;
const NO_SOCKET = 557;
const NAME_NOT_FOUND = 558;
const OPEN_TIMEOUT = 559;
const CONNECT_FAILED = 562;
const ALREADY_LISTENING = 564;
const NOT_RESUMED = 566;
const OTHER_INSTANCE = 612;
const NOT_SUPPORTED = 4;

/** #SD=<id>,<protocol>,<port>,<host>[,<closure>[,<local port>[,<mode>]]] */
async function dial(context: CommandContext): Promise<Outcome> {
	const { firmware, instance, parameters, aborted } = context;
	const socket = socketOf(context);
	const protocol = integerAt(parameters, 1, 0, 1);
	const port = integerAt(parameters, 2, 1, 65_535);
	const host = textAt(parameters, 3);
	const closure = integerAt(parameters, 4, 0, 255, 0);
	const asked = integerAt(parameters, 5, 0, 65_535, 0);
	const mode = integerAt(parameters, 6, 0, 1, 0);
	if (socket === undefined || protocol === undefined || port === undefined || host === undefined) return BAD_PARAMETER;
	if (closure === undefined || asked === undefined || mode === undefined || host === '') return BAD_PARAMETER;
	if (protocol === 1) return cme(NOT_SUPPORTED);
	if (socket.state !== 0) return cme(WRONG_STATE);
	if (firmware.contexts.addressOf(socket.settings.cid) === undefined) return cme(NOT_OPENED);
	const { epoch } = socket;
	let given = false;
	void aborted.then(() => {
		given = true;
	});
	const address = firmware.board.network.resolve(host) ?? host;
	const attempt = firmware.board.sockets.connect(address, port, socket.settings.connect * 100);
	const outcome = await Promise.race([attempt, aborted.then(() => undefined)]);
	if (outcome === undefined || given || socket.epoch !== epoch || firmware.clock.ended) {
		void attempt.then(late => {
			if (late.ok) late.value.close();
		});
		return NO_CARRIER;
	}
	if (!outcome.ok) return connectFault(context, outcome.error);
	const localPort = asked === 0 ? firmware.sockets.nextPort() : asked;
	return socket.connected(instance, localPort, outcome.value, mode === 0 ? 'online' : 'command');
}

/** With +CMEE=0 a failed connection is NO CARRIER, as on a call. */
function connectFault({ instance }: CommandContext, error: string): Outcome {
	if (instance.profile.cmee === 0) return NO_CARRIER;
	if (error === 'bad-address') return cme(NAME_NOT_FOUND);
	return cme(error === 'timeout' ? OPEN_TIMEOUT : CONNECT_FAILED);
}

/** #SL=<id>,<state>,<port>[,<closure>] */
async function listen(context: CommandContext): Promise<Outcome> {
	const { firmware, instance, parameters } = context;
	const socket = socketOf(context);
	const wanted = integerAt(parameters, 1, 0, 1);
	const port = integerAt(parameters, 2, 1, 65_535);
	const closure = integerAt(parameters, 3, 0, 255, 0);
	if (socket === undefined || wanted === undefined || port === undefined || closure === undefined) return BAD_PARAMETER;
	if (wanted === 0) {
		if (socket.state === 4) socket.close();
		return OK;
	}
	if (socket.state === 4) return cme(ALREADY_LISTENING);
	if (socket.state !== 0) return cme(WRONG_STATE);
	if (firmware.contexts.addressOf(socket.settings.cid) === undefined) return cme(NOT_OPENED);
	const { epoch } = socket;
	const listener = await firmware.board.sockets.listen(port, connection => {
		if (firmware.clock.ended) connection.close();
		else socket.called(connection);
	});
	if (!listener.ok) return cme(listener.error === 'busy' ? ALREADY_LISTENING : NO_SOCKET);
	if (socket.epoch !== epoch || socket.state !== 0 || firmware.clock.ended) {
		listener.value.close();
		return ERROR;
	}
	socket.startListening(instance, port, listener.value);
	return OK;
}

/** #SA=<id>[,<mode>]: 0 online, 1 command mode. */
function answer(context: CommandContext): Outcome | Promise<Outcome> {
	const socket = socketOf(context);
	const mode = integerAt(context.parameters, 1, 0, 1, 0);
	if (socket === undefined || mode === undefined) return BAD_PARAMETER;
	if (socket.state !== 5) return ERROR;
	if (socket.owner !== context.instance) return cme(OTHER_INSTANCE);
	return socket.answer(mode === 0 ? 'online' : 'command');
}

function resume(context: CommandContext): Outcome | Promise<Outcome> {
	const socket = socketOf(context);
	if (socket === undefined) return BAD_PARAMETER;
	if (socket.state !== 0 && socket.owner !== context.instance) return cme(OTHER_INSTANCE);
	return socket.resume() ?? cme(NOT_RESUMED);
}

function shutDown(context: CommandContext): Outcome {
	const socket = socketOf(context);
	if (socket === undefined) return BAD_PARAMETER;
	if (socket.state === 0) return OK;
	if (socket.owner !== context.instance) return cme(OTHER_INSTANCE);
	socket.close();
	return OK;
}

function status(context: CommandContext): Outcome {
	const { firmware, instance, command } = context;
	const one = socketOf(context);
	if (command.form === 'set' && one === undefined) return BAD_PARAMETER;
	const shown = one === undefined ? firmware.sockets.all : [one];
	const lines = shown.map(socket => {
		const { state, id, localPort, peer } = socket;
		if (state === 0) return `#SS: ${id},0`;
		const own = `#SS: ${id},${state},${firmware.contexts.addressOf(socket.settings.cid) ?? ''},${localPort}`;
		return peer === undefined ? own : `${own},${peer.address},${peer.port}`;
	});
	instance.print(...lines);
	return OK;
}

function counters(context: CommandContext): Outcome {
	const one = socketOf(context);
	if (context.command.form === 'set' && one === undefined) return BAD_PARAMETER;
	const shown = one === undefined ? context.firmware.sockets.all : [one];
	const lines = shown.map(
		({ id, sentOctets, receivedOctets, buffered }) => `#SI: ${id},${sentOctets},${receivedOctets},${buffered},0`,
	);
	context.instance.print(...lines);
	return OK;
}

/** Sockets, as the module's TCP/IP stack has them. */
export const SOCKET_COMMANDS: CommandTable = Object.freeze({
	'#SD': Object.freeze({
		set: dial,
		test: testForm('(1-6),(0,1),(1-65535),,(0,255),(0-65535),(0,1)'),
		latency: TIMING.socket,
	}),
	'#SL': Object.freeze({ set: listen, test: testForm('(1-6),(0,1),(1-65535),(0,255)'), latency: TIMING.socket }),
	'#SA': Object.freeze({ set: answer, test: testForm('(1-6),(0,1)'), latency: TIMING.socket }),
	'#SO': Object.freeze({ set: resume, test: testForm('(1-6)') }),
	'#SH': Object.freeze({ set: shutDown, test: testForm('(1-6)'), latency: TIMING.socket }),
	'#SS': Object.freeze({ execute: status, set: status, test: testForm('(1-6)') }),
	'#SI': Object.freeze({ execute: counters, set: counters, test: testForm('(1-6)') }),
});
