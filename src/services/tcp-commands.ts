import { isAdmitted, parseIpv4 } from '../access/firewall.js';
import { makeUser } from '../access/users.js';
import type { NetworkError } from '../ports/network.js';
import type { FirewallRule } from '../settings/schema.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type CommandOutcome,
	done,
	FLAG,
	INVALID_INDEX,
	integer,
	MEMORY_FAILURE,
	MEMORY_FULL,
	NOT_ALLOWED,
	type OwnCommand,
	type ParameterSpec,
	refused,
	stored,
	text,
	type Value,
} from './own-command.js';

const RULES = 5;
const USERS = 3;
/** The list of users in `#ATRUNGRANT`. */
const USER_GRANT = 1;
const NAME = 50;
/** `authMode` of our own: challenge and response. */
const CHALLENGE = 2;
/** What a module answers to `#SD` in the same case (module.md). */
const CODES: Readonly<Record<NetworkError, number>> = Object.freeze({
	busy: 557,
	refused: 562,
	timeout: 559,
	unreachable: 556,
	'no-context': 556,
	'bad-address': 558,
	failed: 550,
});
/** Nothing that would end the string it stands in on the module, and nothing that no name has. */
function isHost(text: string): boolean {
	return /^[!#-+\--:<-~]*$/.test(text);
}

const PORT: ParameterSpec = integer(1, 65_535);

function optional(min: number, max: number): ParameterSpec {
	return integer(min, max, true);
}

const tcpConfiguration: OwnCommand = Object.freeze({
	name: '#TCPATRUNCFG',
	access: 'admin',
	parameters: Object.freeze([
		integer(1, 6),
		integer(1, 3),
		PORT,
		PORT,
		text(100),
		optional(0, 1),
		optional(1, 5),
		optional(0, 2),
		optional(0, 5),
		optional(1, 3600),
	]),
	read: (board: Board) => {
		const own = board.settings.current.tcpAtrun;
		const first = `${own.connId},${own.instance},${own.tcpPort},${own.hostPort},"${own.host}"`;
		const rest = `${Number(own.urc)},${own.timeout},${own.authMode},${own.retryCount},${own.retryDelay}`;
		return [`#TCPATRUNCFG: ${first},${rest}`];
	},
	set: (board: Board, values: readonly Value[]) => {
		const { tcpAtrun: old, tcpServer, tcpClient } = board.settings.current;
		if (tcpServer || tcpClient) return refused(NOT_ALLOWED);
		const [connId, instance, tcpPort, hostPort, host, urc, timeout, authMode, retryCount, retryDelay] = values;
		if (!isHost(host as string)) return refused(BAD_PARAMETERS);
		if (authMode === CHALLENGE) {
			if (board.settings.current.strict) return refused(BAD_PARAMETERS);
			// Nobody could log in.
			if (board.settings.current.keys.length === 0) return refused(NOT_ALLOWED);
		}
		return stored(board, {
			tcpAtrun: {
				connId: connId as number,
				instance: instance as number,
				tcpPort: tcpPort as number,
				hostPort: hostPort as number,
				host: host as string,
				urc: urc === undefined ? old.urc : urc === 1,
				timeout: (timeout as number | undefined) ?? old.timeout,
				authMode: (authMode as number | undefined) ?? old.authMode,
				retryCount: (retryCount as number | undefined) ?? old.retryCount,
				retryDelay: (retryDelay as number | undefined) ?? old.retryDelay,
			},
		});
	},
});

const tcpListen: OwnCommand = Object.freeze({
	name: '#TCPATRUNL',
	access: 'write',
	parameters: Object.freeze([FLAG]),
	read: (board: Board) => [`#TCPATRUNL: ${Number(board.settings.current.tcpServer)},${board.tcpServer.status}`],
	set: async (board: Board, [mode]: readonly Value[]) => {
		const on = mode === 1;
		if (on && (isInstanceTaken(board) || board.settings.current.tcpClient)) return refused(NOT_ALLOWED);
		if (!board.settings.change({ tcpServer: on })) return refused(MEMORY_FAILURE);
		await board.tcpServer.apply();
		return done();
	},
});

const tcpDial: OwnCommand = Object.freeze({
	name: '#TCPATRUND',
	access: 'write',
	parameters: Object.freeze([FLAG]),
	read: (board: Board) => [`#TCPATRUND: ${Number(board.settings.current.tcpClient)},${board.tcpClient.status}`],
	set: async (board: Board, [mode]: readonly Value[]) => {
		const { tcpAtrun, tcpServer, hosts, strict } = board.settings.current;
		const on = mode === 1;
		if (on && (isInstanceTaken(board) || tcpServer)) return refused(NOT_ALLOWED);
		if (on && tcpAtrun.host === '' && (strict || hosts.length === 0)) return refused(NOT_ALLOWED);
		if (!board.settings.change({ tcpClient: on })) return refused(MEMORY_FAILURE);
		await board.tcpClient.apply();
		// OK means connected (atrun.md 2). The service stays on after an error, and goes on trying.
		const { failure } = board.tcpClient;
		return on && failure !== undefined ? refused(CODES[failure]) : done();
	},
});

const tcpFirewall: OwnCommand = Object.freeze({
	name: '#TCPATRUNFRWL',
	access: 'admin',
	parameters: Object.freeze([integer(0, 2), text(15, true), text(15, true)]),
	read: (board: Board) => board.settings.current.firewall.map(rule => `#TCPATRUNFRWL: "${rule.ip}","${rule.mask}"`),
	set: (board: Board, [action, ip, mask]: readonly Value[]) => {
		if (action === 2) return admitting(board, []);
		if (typeof ip !== 'string' || typeof mask !== 'string') return refused(BAD_PARAMETERS);
		if (parseIpv4(ip) === undefined || parseIpv4(mask) === undefined) return refused(BAD_PARAMETERS);
		const rules = board.settings.current.firewall;
		const others = rules.filter(rule => !isSame(rule, { ip, mask }));
		if (action === 0) {
			return others.length === rules.length ? refused(INVALID_INDEX) : admitting(board, others);
		}
		if (others.length >= RULES) return refused(MEMORY_FULL);
		return admitting(board, [...others, { ip, mask }]);
	},
});

const tcpUsers: OwnCommand = Object.freeze({
	name: '#TCPATRUNAUTH',
	access: 'admin',
	parameters: Object.freeze([integer(0, 2), text(NAME, true), text(NAME, true)]),
	read: (board: Board) => board.settings.current.users.map(user => `#TCPATRUNAUTH: "${user.name}","***"`),
	set: (board: Board, [action, name, password]: readonly Value[]) => {
		const { users, grants } = board.settings.current;
		const others = grants.filter(({ kind }) => kind !== USER_GRANT);
		if (action === 2) return stored(board, { users: [], grants: others });
		if (typeof name !== 'string' || !isTypeable(name)) return refused(BAD_PARAMETERS);
		const place = users.findIndex(user => user.name === name);
		// Users have no numbers of their own: when one goes, those behind it move up, and so all their grants end.
		if (action === 0) {
			if (place < 0) return refused(INVALID_INDEX);
			return stored(board, { users: users.filter((_, at) => at !== place), grants: others });
		}
		if (typeof password !== 'string' || !isTypeable(password)) return refused(BAD_PARAMETERS);
		if (place < 0 && users.length >= USERS) return refused(MEMORY_FULL);
		const user = makeUser(name, password, board.digest, board.entropy);
		return stored(board, { users: place < 0 ? [...users, user] : users.map((old, at) => (at === place ? user : old)) });
	},
});

const tcpClose: OwnCommand = Object.freeze({
	name: '#TCPATRUNCLOSE',
	access: 'write',
	parameters: Object.freeze([]),
	execute: (board: Board) => (board.tcpSessions.finish('closed by command') ? done() : refused(NOT_ALLOWED)),
});

const tcpRules: OwnCommand = Object.freeze({
	name: '#ATRUNTCP',
	access: 'admin',
	parameters: Object.freeze([
		FLAG,
		optional(5, 300),
		optional(0, 65_535),
		optional(0, 1),
		optional(0, 1),
		optional(0, 1440),
	]),
	read: (board: Board) => {
		const { hostNetwork, login, idle, mutual, hello, slowRetry } = board.settings.current.tcpRules;
		return [`#ATRUNTCP: ${Number(hostNetwork)},${login},${idle},${Number(mutual)},${Number(hello)},${slowRetry}`];
	},
	set: (board: Board, [carrier, login, idle, mutual, hello, slowRetry]: readonly Value[]) => {
		const { tcpRules: old, tcpServer, tcpClient, keys, strict } = board.settings.current;
		const hostNetwork = carrier === 1;
		if (hostNetwork && !board.hasHostNetwork) return refused(NOT_ALLOWED);
		if (hostNetwork !== old.hostNetwork && (tcpServer || tcpClient)) return refused(NOT_ALLOWED);
		// No host could prove itself.
		if (mutual === 1 && (keys.length === 0 || (strict && !old.mutual))) return refused(NOT_ALLOWED);
		return stored(board, {
			tcpRules: {
				hostNetwork,
				login: (login as number | undefined) ?? old.login,
				idle: (idle as number | undefined) ?? old.idle,
				mutual: mutual === undefined ? old.mutual : mutual === 1,
				hello: hello === undefined ? old.hello : hello === 1,
				slowRetry: (slowRetry as number | undefined) ?? old.slowRetry,
			},
		});
	},
});

const furtherHosts: OwnCommand = Object.freeze({
	name: '#ATRUNHOST',
	access: 'admin',
	parameters: Object.freeze([FLAG, integer(1, 4), text(100, true), optional(1, 65_535)]),
	read: (board: Board) =>
		board.settings.current.hosts.map(({ index, host, port }) => `#ATRUNHOST: ${index},"${host}",${port}`),
	set: (board: Board, [action, index, host, port]: readonly Value[]) => {
		const { hosts } = board.settings.current;
		const others = hosts.filter(entry => entry.index !== index);
		if (action === 1) return others.length === hosts.length ? refused(INVALID_INDEX) : stored(board, { hosts: others });
		if (typeof host !== 'string' || host === '' || !isHost(host) || port === undefined) return refused(BAD_PARAMETERS);
		const added = [...others, { index: index as number, host, port: port as number }];
		return stored(board, { hosts: added.sort((one, other) => one.index - other.index) });
	},
});

const commandSequence: OwnCommand = Object.freeze({
	name: '#TCPATCMDSEQ',
	access: 'write',
	parameters: Object.freeze([FLAG]),
	read: (board: Board) => [`#TCPATCMDSEQ: ${Number(board.settings.current.commandSequence)}`],
	set: (board: Board, [mode]: readonly Value[]) => stored(board, { commandSequence: mode === 1 }),
});

export const TCP_COMMANDS: readonly OwnCommand[] = Object.freeze([
	tcpConfiguration,
	tcpListen,
	tcpFirewall,
	tcpUsers,
	tcpClose,
	commandSequence,
	tcpDial,
	tcpRules,
	furtherHosts,
]);

/** SMS ATRUN has the instance that is meant for TCP ATRUN. */
function isInstanceTaken(board: Board): boolean {
	const { smsAtrun, tcpAtrun } = board.settings.current;
	return smsAtrun.on && smsAtrun.instance === tcpAtrun.instance;
}

/** Whether two rules admit the same addresses. */
function isSame(one: FirewallRule, other: FirewallRule): boolean {
	return one.mask === other.mask && isAdmitted([one], other.ip);
}

/** Whether a client can send it as a line and the read form can print it. */
function isTypeable(text: string): boolean {
	return text !== '' && !/[\x00-\x1f"\x7f]/.test(text);
}

/** Stores the rules; a carrier with a filter of its own learns them too. */
function admitting(board: Board, firewall: readonly FirewallRule[]): CommandOutcome {
	const outcome = stored(board, { firewall });
	void board.tcpServer.apply();
	return outcome;
}
