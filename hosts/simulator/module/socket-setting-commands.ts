import { integerAt, textAt } from './arguments.js';
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
import type { SocketExtension } from './non-volatile.js';
import { socketOf } from './socket-parameter.js';

const WRONG_STATE = 551;

function configure(context: CommandContext): Outcome {
	const { firmware, parameters } = context;
	const socket = socketOf(context);
	if (socket === undefined) return BAD_PARAMETER;
	const former = socket.settings;
	const cid = integerAt(parameters, 1, 1, 5, former.cid);
	const packetSize = integerAt(parameters, 2, 0, 1500, former.packetSize);
	const idle = integerAt(parameters, 3, 0, 65_535, former.idle);
	const connect = integerAt(parameters, 4, 10, 1200, former.connect);
	const transmit = integerAt(parameters, 5, 0, 255, former.transmit);
	if (cid === undefined || packetSize === undefined || idle === undefined) return BAD_PARAMETER;
	if (connect === undefined || transmit === undefined) return BAD_PARAMETER;
	if (socket.state !== 0) return cme(WRONG_STATE);
	const { nvm } = firmware.board;
	// 0 = the module chooses: 300.
	nvm.settings.sockets[socket.id - 1] = { cid, packetSize: packetSize || 300, idle, connect, transmit };
	nvm.save();
	return OK;
}

function configureFurther(context: CommandContext): Outcome {
	const { firmware, parameters } = context;
	const socket = socketOf(context);
	if (socket === undefined) return BAD_PARAMETER;
	const former = socket.extension;
	const ring = integerAt(parameters, 1, 0, 2, former.ring);
	const hex = integerAt(parameters, 2, 0, 1, former.hex);
	const keepalive = integerAt(parameters, 3, 0, 240, former.keepalive);
	const autoResponse = integerAt(parameters, 4, 0, 1, former.autoResponse);
	const sendHex = integerAt(parameters, 5, 0, 1, former.sendHex);
	if (ring === undefined || hex === undefined || keepalive === undefined) return BAD_PARAMETER;
	if (autoResponse === undefined || sendHex === undefined) return BAD_PARAMETER;
	const { nvm } = firmware.board;
	nvm.settings.socketExtensions[socket.id - 1] = { ring, hex, keepalive, autoResponse, sendHex } as SocketExtension;
	nvm.save();
	return OK;
}

/** #FRWL=<action>[,<ip>,<mask>]: 0 remove, 1 add, 2 remove all. */
function firewall({ firmware, parameters }: CommandContext): Outcome {
	const action = integerAt(parameters, 0, 0, 2);
	const rules = firmware.sockets.firewall;
	if (action === 2) {
		rules.clear();
		return OK;
	}
	const address = textAt(parameters, 1);
	const mask = textAt(parameters, 2);
	if (action === undefined || address === undefined || mask === undefined) return BAD_PARAMETER;
	return (action === 1 ? rules.add(address, mask) : rules.remove(address, mask)) ? OK : ERROR;
}

/** What is set for the sockets, and the firewall before them. */
export const SOCKET_SETTING_COMMANDS: CommandTable = Object.freeze({
	'#SCFG': Object.freeze({
		set: configure,
		read: ({ firmware, instance }: CommandContext) => {
			const lines = firmware.board.nvm.settings.sockets.map(
				({ cid, packetSize, idle, connect, transmit: wait }, at) =>
					`#SCFG: ${at + 1},${cid},${packetSize},${idle},${connect},${wait}`,
			);
			instance.print(...lines);
			return OK;
		},
		test: testForm('(1-6),(1-5),(0-1500),(0-65535),(10-1200),(0-255)'),
	}),
	'#SCFGEXT': Object.freeze({
		set: configureFurther,
		read: ({ firmware, instance }: CommandContext) => {
			const lines = firmware.board.nvm.settings.socketExtensions.map(
				({ ring, hex, keepalive, autoResponse, sendHex }, at) =>
					`#SCFGEXT: ${at + 1},${ring},${hex},${keepalive},${autoResponse},${sendHex}`,
			);
			instance.print(...lines);
			return OK;
		},
		test: testForm('(1-6),(0-2),(0,1),(0-240),(0,1),(0,1)'),
	}),
	'#FRWL': Object.freeze({
		set: firewall,
		read: ({ firmware, instance }: CommandContext) => {
			instance.print(...firmware.sockets.firewall.rules.map(({ address, mask }) => `#FRWL: "${address}","${mask}"`));
			return OK;
		},
		test: testForm('(0-2)'),
	}),
});
