import type { CommandClass } from '../access/grants.js';
import { PROFILES } from '../modem/profiles.js';
import type { Board } from './board.js';
import { GUARDED, ruleOf } from './guards.js';
import {
	BAD_PARAMETERS,
	type CommandOutcome,
	done,
	integer,
	type OwnCommand,
	refused,
	stored,
	text,
	type Value,
} from './own-command.js';

const ADMIN: CommandClass = 'admin';

/** What stands between quotes in a line to the module. */
function isQuotable(value: string): boolean {
	return !/[\x00-\x1f"\\\x7f-\uffff]/.test(value);
}

const guard: OwnCommand = Object.freeze({
	name: '#ATRUNGUARD',
	access: ADMIN,
	parameters: Object.freeze([integer(0, 4), integer(0, 2), integer(1, 60, true)]),
	read: (board: Board) =>
		GUARDED.map((_, guarded) => {
			const { policy, minutes } = ruleOf(board.settings.current, guarded);
			return `#ATRUNGUARD: ${guarded},${policy},${minutes}`;
		}),
	set: (board: Board, [guarded, policy, minutes]: readonly Value[]) => {
		const { current } = board.settings;
		const others = current.guards.filter(rule => rule.guarded !== guarded);
		const old = ruleOf(current, guarded as number);
		const rule = {
			guarded: guarded as number,
			policy: policy as number,
			minutes: (minutes as number | undefined) ?? old.minutes,
		};
		return stored(board, { guards: [...others, rule] });
	},
});

const module: OwnCommand = Object.freeze({
	name: '#ATRUNMODULE',
	access: ADMIN,
	parameters: Object.freeze([text(16)]),
	read: (board: Board) => {
		const { module: set } = board.settings.current;
		const { profile, model } = board.module();
		const by = set !== 'auto' ? 'set' : model === '' ? 'assumed' : model;
		return [`#ATRUNMODULE: "${set}","${profile}","${by}"`];
	},
	/** Holds from the next attach on. */
	set: (board: Board, [name]: readonly Value[]) => {
		const wanted = (name as string).toUpperCase();
		if (wanted === 'AUTO') return stored(board, { module: 'auto' });
		return PROFILES.some(profile => profile.name === wanted)
			? stored(board, { module: wanted })
			: refused(BAD_PARAMETERS);
	},
});

const pin: OwnCommand = Object.freeze({
	name: '#ATRUNPIN',
	access: ADMIN,
	parameters: Object.freeze([text(8)]),
	set: (board: Board, [code]: readonly Value[]): CommandOutcome => {
		if (code !== '' && !/^[0-9]{4,8}$/.test(code as string)) return refused(BAD_PARAMETERS);
		const outcome = stored(board, { pin: { code: code as string, tried: false } });
		if (outcome.result.kind === 'ok') board.unlock();
		return outcome;
	},
});

const accessPoint: OwnCommand = Object.freeze({
	name: '#ATRUNAPN',
	access: ADMIN,
	parameters: Object.freeze([integer(1, 5), text(63), text(50, true), text(50, true)]),
	read: (board: Board) =>
		board.settings.current.accessPoints.map(({ cid, name, user, password }) =>
			user === ''
				? `#ATRUNAPN: ${cid},"${name}"`
				: `#ATRUNAPN: ${cid},"${name}","${user}","${password === '' ? '' : '***'}"`,
		),
	set: (board: Board, [cid, name, user = '', password = '']: readonly Value[]) => {
		if (![name, user, password].every(value => isQuotable(value as string))) return refused(BAD_PARAMETERS);
		const others = board.settings.current.accessPoints.filter(point => point.cid !== cid);
		if (name === '') return stored(board, { accessPoints: others });
		const point = { cid: cid as number, name: name as string, user: user as string, password: password as string };
		return stored(board, { accessPoints: [...others, point].sort((one, other) => one.cid - other.cid) });
	},
});

const information: OwnCommand = Object.freeze({
	name: '#ATRUNINFO',
	access: 'read',
	parameters: Object.freeze([]),
	execute: (board: Board) => {
		const { profile, model, firmware, imei } = board.module();
		const { registration, signal, supply, context } = board.network();
		const lines = [
			`FIRMWARE,"${board.about.firmware}"`,
			`TARGET,"${board.about.target}"`,
			`MODULE,"${model}","${firmware}","${profile}"`,
			`IMEI,"${imei}"`,
			`UPTIME,${Math.floor(board.uptime() / 1000)}`,
			`RESTART,"${board.about.restart}","${(board.boot.restart.why ?? '').replace(/"/g, "'")}",${Number(board.boot.isSafe)}`,
			`NETWORK,${registration},${signal},${Number(context)}`,
			`SUPPLY,${supply * 10}`,
		];
		return done(...lines.map(line => `#ATRUNINFO: ${line}`));
	},
});

/** What concerns the module: its family, what guards it, PIN and access points, and what is known of it. */
export const MODULE_COMMANDS: readonly OwnCommand[] = Object.freeze([guard, module, pin, accessPoint, information]);
