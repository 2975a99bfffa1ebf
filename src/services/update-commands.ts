import { ERROR } from '../at/result-code.js';
import { HEADER } from '../update/image-header.js';
import { LONGEST_URL } from '../update/update-record.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type Caller,
	type CallerData,
	type CommandOutcome,
	done,
	integer,
	NOT_ALLOWED,
	NOT_SUPPORTED,
	type OwnCommand,
	refused,
	text,
	type Value,
} from './own-command.js';
import { SCRIPT_PROMPT } from './prompt.js';
import type { UpdateError, Updates } from './updates.js';

const GIVE_UP = 0;
const BEGIN = 1;
const DATA = 2;
const SWITCH = 3;
const FETCH = 4;
/** Octets of one `#ATRUNOTA=2`: what a connection that breaks may have to bring again is less. */
const MOST = 65_535;

/** `#ATRUNOTA`: 0 gives up; 1 takes a header; 2,<offset>,<octets> takes a piece of the firmware; 3 has it tried; 4,<URL> fetches one. */
const update: OwnCommand = Object.freeze({
	name: '#ATRUNOTA',
	access: 'admin',
	parameters: Object.freeze([integer(GIVE_UP, FETCH), text(LONGEST_URL, true), integer(1, MOST, true)]),
	read: ({ updates }: Board) => (updates === undefined ? ['#ATRUNOTA: "none"'] : describe(updates)),
	// Not async: with `begin` and `take`, which are, the command would need more of the engine's stack than a board has.
	set: (board: Board, [action, what, count]: readonly Value[], _caller: Caller, data?: CallerData) => {
		const { updates } = board;
		if (updates === undefined) return refused(NOT_SUPPORTED);
		const isAlone = what === undefined && count === undefined;
		switch (action) {
			case BEGIN:
				return isAlone ? begin(updates, data) : refused(BAD_PARAMETERS);
			case DATA:
				return take(updates, what, count, data);
			case SWITCH:
				return isAlone ? updates.switchOver().then(outcomeOf) : refused(BAD_PARAMETERS);
			case FETCH:
				return count === undefined ? outcomeOf(updates.fetch(String(what ?? ''))) : refused(BAD_PARAMETERS);
			default:
				return isAlone ? outcomeOf(updates.giveUp()) : refused(BAD_PARAMETERS);
		}
	},
});

/** New firmware over the air. */
export const UPDATE_COMMANDS: readonly OwnCommand[] = Object.freeze([update]);

async function begin(updates: Updates, data: CallerData | undefined): Promise<CommandOutcome> {
	if (data === undefined) return refused(NOT_ALLOWED);
	const header = new Uint8Array(HEADER);
	let filled = 0;
	const isWhole = await data.ask({
		prompt: `\r\n${SCRIPT_PROMPT} `,
		size: HEADER,
		take: bytes => {
			header.set(bytes, filled);
			filled += bytes.length;
			return true;
		},
	});
	if (!isWhole) return FAILED;
	const begun = updates.begin(header);
	return begun.ok ? done(...describe(updates)) : outcomeOf(begun);
}

async function take(
	updates: Updates,
	what: Value,
	count: Value,
	data: CallerData | undefined,
): Promise<CommandOutcome> {
	if (!/^[0-9]{1,8}$/.test(String(what)) || typeof count !== 'number') return refused(BAD_PARAMETERS);
	if (data === undefined) return refused(NOT_ALLOWED);
	const taken = updates.take(Number(what), count);
	if (!taken.ok) return outcomeOf(taken);
	let isKept = true;
	const write = (bytes: Uint8Array) => {
		isKept = taken.value.write(bytes);
		return isKept;
	};
	try {
		const isWhole = await data.ask({ prompt: `\r\n${SCRIPT_PROMPT} `, size: count, take: write });
		if (!isKept) return outcomeOf({ ok: false, error: 'flash' });
		return isWhole ? done() : FAILED;
	} finally {
		taken.value.end();
	}
}

function describe(updates: Updates): readonly string[] {
	const { state, version, received, size, last } = updates.status;
	const now = `#ATRUNOTA: "${state}"${version === '' ? '' : `,"${version}",${received},${size}`}`;
	return last === '' ? [now] : [now, `#ATRUNOTA: LAST,"${last}"`];
}

function outcomeOf(
	outcome: { readonly ok: true } | { readonly ok: false; readonly error: UpdateError },
): CommandOutcome {
	if (outcome.ok) return done();
	return { lines: [`#ATRUN: REFUSED,"${outcome.error}"`], result: ERROR };
}

/** The octets did not come. */
const FAILED: CommandOutcome = Object.freeze({ lines: Object.freeze([]), result: ERROR });
