import type { CommandClass } from '../access/grants.js';
import { parseKey } from '../access/key-ring.js';
import { hexOf } from '../base/hex.js';
import { COUNTERS } from '../journal/counters.js';
import type { JournalEntry } from '../journal/entry.js';
import type { Grant } from '../settings/schema.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	done,
	FLAG,
	grantsWithout,
	INVALID_INDEX,
	integer,
	MEMORY_FAILURE,
	NOT_ALLOWED,
	type OwnCommand,
	refused,
	stored,
	text,
	type Value,
} from './own-command.js';

const ADMIN: CommandClass = 'admin';
/** Entries that `#ATRUNLOG` tells where nobody says how many. */
const LATEST = 10;
const ALL = 64;
/** The keys' number in `#ATRUNGRANT`. */
const KEY_GRANT = 2;

const mode: OwnCommand = Object.freeze({
	name: '#ATRUNMODE',
	access: ADMIN,
	parameters: Object.freeze([FLAG]),
	read: (board: Board) => [`#ATRUNMODE: ${Number(board.settings.current.strict)}`],
	set: (board: Board, [value]: readonly Value[]) => stored(board, { strict: value === 1 }),
});

const delay: OwnCommand = Object.freeze({
	name: '#ATRUNDELAY',
	access: 'write',
	parameters: Object.freeze([FLAG, integer(0, 30)]),
	read: (board: Board) => {
		const { tcp, sms } = board.settings.current.delay;
		return [`#ATRUNDELAY: 0,${tcp ?? 0}`, `#ATRUNDELAY: 1,${sms ?? 0}`];
	},
	set: (board: Board, [service, seconds]: readonly Value[]) => {
		const named = service === 0 ? { tcp: seconds as number } : { sms: seconds as number };
		return stored(board, { delay: { ...board.settings.current.delay, ...named } });
	},
});

const smsRules: OwnCommand = Object.freeze({
	name: '#ATRUNSMS',
	access: ADMIN,
	parameters: Object.freeze([
		FLAG,
		integer(0, 10_080, true),
		integer(1, 100, true),
		integer(1, 1000, true),
		integer(0, 1, true),
	]),
	read: (board: Board) => {
		const { v1, maxAge, perHour, perDay, dropOthers } = board.settings.current.smsRules;
		return [`#ATRUNSMS: ${Number(v1)},${maxAge},${perHour},${perDay},${Number(dropOthers)}`];
	},
	set: (board: Board, [v1, maxAge, perHour, perDay, others]: readonly Value[]) => {
		const old = board.settings.current.smsRules;
		return stored(board, {
			smsRules: {
				v1: v1 === 1,
				maxAge: (maxAge as number | undefined) ?? old.maxAge,
				perHour: (perHour as number | undefined) ?? old.perHour,
				perDay: (perDay as number | undefined) ?? old.perDay,
				dropOthers: others === undefined ? old.dropOthers : others === 1,
			},
		});
	},
});

const keys: OwnCommand = Object.freeze({
	name: '#ATRUNKEY',
	access: ADMIN,
	parameters: Object.freeze([FLAG, integer(1, 4), text(64, true)]),
	read: (board: Board) => board.settings.current.keys.map(({ id }) => `#ATRUNKEY: ${id}`),
	set: (board: Board, [action, id, hex]: readonly Value[]) => {
		const all = board.settings.current.keys;
		const others = all.filter(key => key.id !== id);
		const grants = grantsWithout(board, KEY_GRANT, id as number);
		if (action === 1) {
			return others.length === all.length ? refused(INVALID_INDEX) : stored(board, { keys: others, grants });
		}
		const key = typeof hex === 'string' ? parseKey(hex) : undefined;
		if (key === undefined) return refused(BAD_PARAMETERS);
		// Two ids with one key could be exchanged on the way, and with them their grants.
		if (others.some(other => other.hex === hexOf(key))) return refused(NOT_ALLOWED);
		const added = [...others, { id: id as number, hex: hexOf(key) }];
		return stored(board, { keys: added.sort((one, other) => one.id - other.id), grants });
	},
});

const grants: OwnCommand = Object.freeze({
	name: '#ATRUNGRANT',
	access: ADMIN,
	parameters: Object.freeze([integer(0, 2), integer(1, 8), integer(0, 127)]),
	read: (board: Board) =>
		board.settings.current.grants.map(({ kind, index, mask }) => `#ATRUNGRANT: ${kind},${index},${mask}`),
	set: (board: Board, [kind, index, mask]: readonly Value[]) => {
		const most = [8, 3, 4][kind as number]!;
		if ((index as number) > most) return refused(BAD_PARAMETERS);
		const grant = { kind, index, mask } as Grant;
		return stored(board, { grants: [...grantsWithout(board, grant.kind, grant.index), grant] });
	},
});

const log: OwnCommand = Object.freeze({
	name: '#ATRUNLOG',
	access: 'read',
	parameters: Object.freeze([integer(1, ALL, true), text(48, true)]),
	execute: (board: Board) => done(...board.journal.latest(LATEST).map(describeEntry)),
	set: (board: Board, [last, filter]: readonly Value[]) => {
		const most = (last as number | undefined) ?? LATEST;
		return done(...board.journal.latest(most, (filter as string | undefined) ?? '').map(describeEntry));
	},
});

const statistics: OwnCommand = Object.freeze({
	name: '#ATRUNSTAT',
	access: 'read',
	parameters: Object.freeze([]),
	execute: (board: Board) => {
		const { hour, day } = board.smsAtrun.spent();
		const { fcsErrors, lostOctets, overruns, attachTime } = board.line();
		const heap = board.heapPeak();
		return done(
			`#ATRUNSTAT: UPTIME,${Math.floor(board.uptime() / 1000)}`,
			`#ATRUNSTAT: SMS_HOUR,${hour}`,
			`#ATRUNSTAT: SMS_DAY,${day}`,
			`#ATRUNSTAT: SERIAL_LOST,${board.lines.lost(0) + board.lines.lost(1)}`,
			`#ATRUNSTAT: ATTACH_MS,${Math.round(attachTime)}`,
			`#ATRUNSTAT: FCS_ERRORS,${fcsErrors}`,
			`#ATRUNSTAT: CMUX_LOST,${lostOctets}`,
			`#ATRUNSTAT: OVERRUNS,${overruns}`,
			...(heap === undefined ? [] : [`#ATRUNSTAT: HEAP_PEAK,${heap}`]),
			`#ATRUNSTAT: LOOP_DELAY,${Math.round(board.loopDelay())}`,
			`#ATRUNSTAT: CRASHES,${board.boot.crashes}`,
			...board.boot.starts.map(
				({ reason, count }) => `#ATRUNSTAT: START_${reason.toUpperCase().replace('-', '_')},${count}`,
			),
			...wifiLines(board),
			...COUNTERS.map(name => `#ATRUNSTAT: ${name},${board.counters.value(name)}`),
		);
	},
});

const reset: OwnCommand = Object.freeze({
	name: '#ATRUNRESET',
	access: ADMIN,
	parameters: Object.freeze([integer(0, 4)]),
	set: async (board: Board, [what]: readonly Value[]) => {
		if (what === 0) board.counters.reset();
		else if (what === 1) board.journal.clear();
		else if (what === 3) board.lockout.clear();
		else if (what === 4) board.boot.clear();
		else if (!(await board.forget())) return refused(MEMORY_FAILURE);
		return done();
	},
});

export const BOARD_COMMANDS: readonly OwnCommand[] = Object.freeze([
	mode,
	delay,
	smsRules,
	keys,
	grants,
	log,
	statistics,
	reset,
]);

/** Nothing on a board without Wi-Fi; no signal while it is not joined. */
function wifiLines({ wifi }: Board): readonly string[] {
	if (wifi === undefined) return [];
	const { state, signal } = wifi.status;
	const lines = [`#ATRUNSTAT: WIFI_STATE,${state}`];
	if (signal !== undefined) lines.push(`#ATRUNSTAT: WIFI_SIGNAL,${signal}`);
	return lines;
}

function describeEntry(entry: JournalEntry): string {
	const { time, channel, identity, command, verdict, result, ms, rung } = entry;
	const texts = [channel, identity, command, verdict, result].map(text => `"${text.replace(/"/g, "'")}"`);
	return `#ATRUNLOG: ${time},${texts.join(',')},${ms},"${rung}"`;
}
