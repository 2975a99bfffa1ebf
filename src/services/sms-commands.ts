import { isWhiteListNumber } from '../access/white-list.js';
import { base64Of } from '../base/base64.js';
import { bytesOf } from '../base/text.js';
import type { WhiteListEntry } from '../settings/schema.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type CommandOutcome,
	done,
	grantsWithout,
	INVALID_INDEX,
	MEMORY_FAILURE,
	MEMORY_FULL,
	NOT_ALLOWED,
	type OwnCommand,
	refused,
	stored,
	type Value,
} from './own-command.js';

const PASSWORDS = 2;
const PASSWORD_LENGTH = 16;
/** The white list's number in `#ATRUNGRANT`. */
const WHITE_LIST_GRANT = 0;

const smsAtrun: OwnCommand = Object.freeze({
	name: '#SMSATRUN',
	access: 'write',
	parameters: Object.freeze([Object.freeze({ kind: 'integer', min: 0, max: 1 })]),
	read: (board: Board) => [`#SMSATRUN: ${Number(board.settings.current.smsAtrun.on)},${board.smsAtrun.status}`],
	set: async (board: Board, [mode]: readonly Value[]) => {
		const { smsAtrun: own, tcpAtrun, tcpServer, tcpClient } = board.settings.current;
		const on = mode === 1;
		if (on && (tcpServer || tcpClient) && tcpAtrun.instance === own.instance) return refused(NOT_ALLOWED);
		if (!board.settings.change({ smsAtrun: { ...own, on } })) return refused(MEMORY_FAILURE);
		await board.smsAtrun.apply();
		return done();
	},
});

const smsAtrunConfiguration: OwnCommand = Object.freeze({
	name: '#SMSATRUNCFG',
	access: 'admin',
	parameters: Object.freeze([
		Object.freeze({ kind: 'integer', min: 1, max: 3 }),
		Object.freeze({ kind: 'integer', min: 0, max: 1, optional: true }),
		Object.freeze({ kind: 'integer', min: 1, max: 60, optional: true }),
	]),
	read: (board: Board) => {
		const { instance, urc, timeout } = board.settings.current.smsAtrun;
		return [`#SMSATRUNCFG: ${instance},${Number(urc)},${timeout}`];
	},
	set: (board: Board, [instance, urc, timeout]: readonly Value[]) => {
		const old = board.settings.current.smsAtrun;
		if (old.on) return refused(NOT_ALLOWED);
		return stored(board, {
			smsAtrun: {
				on: false,
				instance: instance as number,
				urc: urc === undefined ? old.urc : urc === 1,
				timeout: (timeout as number | undefined) ?? old.timeout,
			},
		});
	},
});

const smsWhiteList: OwnCommand = Object.freeze({
	name: '#SMSATWL',
	access: 'admin',
	parameters: Object.freeze([
		Object.freeze({ kind: 'integer', min: 0, max: 2 }),
		Object.freeze({ kind: 'integer', min: 1, max: 8 }),
		Object.freeze({ kind: 'integer', min: 0, max: 1, optional: true }),
		Object.freeze({ kind: 'text', max: 32, optional: true }),
	]),
	read: (board: Board) => board.settings.current.whiteList.map(describeEntry),
	set: (board: Board, [action, index, kind, text]: readonly Value[]) => {
		const list = board.settings.current.whiteList;
		const others = list.filter(entry => entry.index !== index);
		if (action === 0) return addEntry(board, others, index as number, kind, text);
		const entry = list.find(known => known.index === index);
		if (entry === undefined) return refused(INVALID_INDEX);
		return action === 1 ? storeList(board, others, entry.index) : done(describeEntry(entry));
	},
});

export const SMS_COMMANDS: readonly OwnCommand[] = Object.freeze([smsAtrun, smsAtrunConfiguration, smsWhiteList]);

function addEntry(
	board: Board,
	others: readonly WhiteListEntry[],
	index: number,
	kind: Value,
	text: Value,
): CommandOutcome {
	if (typeof text !== 'string') return refused(BAD_PARAMETERS);
	if (kind === 1) {
		if (text.length !== PASSWORD_LENGTH) return refused(BAD_PARAMETERS);
		if (others.filter(entry => entry.kind === 'password').length >= PASSWORDS) return refused(MEMORY_FULL);
		const verifier = base64Of(board.digest.digest('MD5', bytesOf(text)));
		return storeList(board, [...others, { index, kind: 'password', text: verifier }], index);
	}
	if (kind !== 0 || !isWhiteListNumber(text)) return refused(BAD_PARAMETERS);
	return storeList(board, [...others, { index, kind: 'number', text }], index);
}

/** Stores a list in which the entry `index` is another one than before. */
function storeList(board: Board, list: readonly WhiteListEntry[], index: number): CommandOutcome {
	const whiteList = list.slice().sort((one, other) => one.index - other.index);
	return stored(board, { whiteList, grants: grantsWithout(board, WHITE_LIST_GRANT, index) });
}

function describeEntry(entry: WhiteListEntry): string {
	return entry.kind === 'number' ? `#SMSATWL: 0,"${entry.text}"` : '#SMSATWL: 1,"***"';
}
