import { type Command, parseCommandLine } from '../at/command-line.js';
import { ERROR, type FinalResult } from '../at/result-code.js';
import { failure, type Result, success } from '../base/result.js';
import { textOf } from '../base/text.js';
import { isSame } from '../settings/same.js';
import type { Settings } from '../settings/schema.js';
import { onlySecrets, withOldPasswords, withOldWifiPassword } from '../settings/secrets.js';
import { SettingsKeeper } from '../settings/settings-keeper.js';
import { exportText } from '../settings/settings-text.js';
import type { Board, Service } from './board.js';
import { Interpreter } from './interpreter.js';
import {
	BAD_PARAMETERS,
	type Caller,
	type CallerData,
	type CommandOutcome,
	done,
	INVALID_INDEX,
	MEMORY_FAILURE,
	MEMORY_FULL,
	NOT_ALLOWED,
	NOT_SUPPORTED,
	type OwnCommand,
	refused,
	type Value,
} from './own-command.js';
import { SCRIPT_PROMPT } from './prompt.js';
import type { SerialLines } from './serial-lines.js';

/** What stands before each line of an export. */
const LABEL = '#ATRUNEXPORT:';
/** Octets of an import: an export with all lists full and names of a usual length has less. */
const LARGEST = 8192;
/** The commands that an import may have: those of an export, and those that set what an export leaves out. */
const SETTERS: readonly string[] = Object.freeze([
	...['#SMSATRUN', '#SMSATRUNCFG', '#SMSATWL', '#TCPATRUNCFG', '#TCPATRUNL', '#TCPATRUND', '#TCPATRUNFRWL'],
	...['#TCPATRUNAUTH', '#TCPATCMDSEQ', '#ATRUNTCP', '#ATRUNHOST', '#ATRUNSMS', '#ATRUNDELAY', '#ATRUNGRANT'],
	...['#ATRUNGUARD', '#ATRUNMODULE', '#ATRUNPIN', '#ATRUNAPN', '#ATRUNKEY', '#ATRUNCONS', '#ATRUNMODE', '#ATRUNWIFI'],
]);
/** Why a line is refused, for a person; by the codes that setters answer with. */
const REASONS: { readonly [code: number]: string } = Object.freeze({
	[NOT_ALLOWED]: 'not allowed with these settings',
	[NOT_SUPPORTED]: 'this board has no such thing',
	[MEMORY_FULL]: 'list is full',
	[INVALID_INDEX]: 'no such entry',
	[BAD_PARAMETERS]: 'bad parameters',
});
/** As the module answers where the data did not come. */
const FAILED: CommandOutcome = Object.freeze({ lines: Object.freeze([]), result: ERROR });

/** A line that stands in the way of an import, from 1. */
interface BadLine {
	readonly number: number;
	readonly why: string;
}

/**
 * `#ATRUNEXPORT` and `#ATRUNIMPORT=<size>`, from the console only. `tables` have the commands that settings are set with, as the
 * board's interpreter has them.
 *
 * An import replaces: afterwards the settings are those of the text, and what it does not name has its default. Only what stands on
 * secrets stays as it was unless the text sets it: TCP users, white-list passwords, keys, the PIN, the passwords of access points and Wi-Fi.
 * The text is read whole before anything changes; it is stored in one write, and services that are on start again with it.
 */
export function settingsCommands(...tables: readonly (readonly OwnCommand[])[]): readonly OwnCommand[] {
	const tell: OwnCommand = {
		name: '#ATRUNEXPORT',
		access: 'admin',
		parameters: [],
		execute: (board: Board, { channel }: Caller) => {
			if (channel !== 'console') return refused(NOT_ALLOWED);
			return done(...exportText(board.settings.current).map(line => `${LABEL} ${line}`));
		},
	};
	const take: OwnCommand = {
		name: '#ATRUNIMPORT',
		access: 'admin',
		parameters: [{ kind: 'integer', min: 1, max: LARGEST }],
		set: async (board: Board, [size]: readonly Value[], caller: Caller, data?: CallerData) => {
			if (caller.channel !== 'console' || data === undefined) return refused(NOT_ALLOWED);
			const text = await askText(data, size as number);
			if (text === undefined) return FAILED;
			const { current } = board.settings;
			const read = await readSettings(text, board, tables, caller);
			if (!read.ok) return { lines: [`#ATRUNIMPORT: ${read.error.number},"${read.error.why}"`], result: ERROR };
			// Somebody else has set something meanwhile, which would be lost.
			return board.settings.current === current ? replaceSettings(board, read.value) : refused(NOT_ALLOWED);
		},
	};
	return [tell, take];
}

/** Undefined: not all of it came. */
async function askText(data: CallerData, size: number): Promise<string | undefined> {
	const octets = new Uint8Array(size);
	let at = 0;
	const take = (bytes: Uint8Array) => {
		if (at + bytes.length > size) return false;
		octets.set(bytes, at);
		at += bytes.length;
		return true;
	};
	const whole = await data.ask({ prompt: `\r\n${SCRIPT_PROMPT} `, size, take });
	return whole && at === size ? textOf(octets) : undefined;
}

/** The settings that the text makes, tried out on a board of which nothing is kept. */
async function readSettings(
	text: string,
	board: Board,
	tables: readonly (readonly OwnCommand[])[],
	caller: Caller,
): Promise<Result<Settings, BadLine>> {
	const { current } = board.settings;
	const draft = draftOf(board, onlySecrets(current));
	const interpreter = new Interpreter(() => draft, ...tables);
	const lines = text.split(/\r\n|\r|\n/);
	for (let number = 1; number <= lines.length; number++) {
		const commands = commandsOf(lines[number - 1]!);
		if (commands === undefined) return failure({ number, why: 'no command line' });
		const stranger = commands.find(({ name, form }) => form !== 'set' || !SETTERS.includes(name));
		const missing = commands.find(({ name }) => interpreter.find(name) === undefined);
		if (stranger !== undefined || missing !== undefined) return failure({ number, why: 'sets no setting' });
		if (commands.length === 0) continue;
		const outcome = await interpreter.run(commands, {
			caller,
			instance: undefined,
			user: 'anyone',
			cmee: 1,
			onLine: () => {},
		});
		const why = outcome.kind === 'final' ? reasonOf(outcome.result) : 'failed';
		if (why !== undefined) return failure({ number, why });
	}
	const { accessPoints, wifi } = draft.settings.current;
	return success({
		...draft.settings.current,
		accessPoints: withOldPasswords(accessPoints, current.accessPoints),
		wifi: withOldWifiPassword(wifi, current.wifi),
	});
}

/** The commands of a line of an export, with its label or without; none: a comment or nothing; undefined: neither. */
function commandsOf(line: string): readonly Command[] | undefined {
	const trimmed = line.trim();
	const text = trimmed.startsWith(LABEL) ? trimmed.slice(LABEL.length).trim() : trimmed;
	// A command without AT begins with # too.
	if (text === '' || text === '#' || text.startsWith('# ')) return [];
	if (!/^AT/i.test(text)) return undefined;
	const parsed = parseCommandLine(text.slice(2));
	return parsed.ok && parsed.value.length > 0 ? parsed.value : undefined;
}

/** Undefined: it went well. */
function reasonOf(result: FinalResult): string | undefined {
	if (result.kind === 'ok') return undefined;
	return (result.kind === 'cme' ? REASONS[result.code] : undefined) ?? 'failed';
}

/** The board with settings that are nowhere kept, and with nothing that would act on them. */
function draftOf(board: Board, settings: Settings): Board {
	const idle = { status: 0, apply: async () => {} };
	const lines: Pick<SerialLines, 'has' | 'setRate'> = { has: port => board.lines.has(port), setRate: () => true };
	return {
		...board,
		settings: new SettingsKeeper(undefined, settings),
		smsAtrun: { ...idle, spent: () => ({ hour: 0, day: 0 }) },
		tcpServer: idle,
		tcpClient: { ...idle, failure: undefined },
		wifi: board.wifi && { status: board.wifi.status, apply: () => {} },
		lines: lines as SerialLines,
		unlock: () => {},
		forget: async () => false,
	};
}

/** Stores them all in one write. A service takes up its settings when it starts, so those that are on stop before. */
async function replaceSettings(board: Board, settings: Settings): Promise<CommandOutcome> {
	const old = board.settings.current;
	if (isSame(settings, old)) return done();
	const services: readonly Service[] = [board.smsAtrun, board.tcpServer, board.tcpClient];
	board.settings.overlay({ smsAtrun: { ...old.smsAtrun, on: false }, tcpServer: false, tcpClient: false });
	for (const service of services) await service.apply();
	const isStored = board.settings.change(settings);
	if (!isStored) board.settings.overlay({});
	// A client's first try to connect may take minutes.
	for (const service of services) void service.apply();
	if (!isStored) return refused(MEMORY_FAILURE);
	const { rates, pin, wifi } = settings;
	if (!isSame(wifi, old.wifi)) board.wifi?.apply();
	if (rates.auxiliary !== old.rates.auxiliary) board.lines.setRate(1, rates.auxiliary);
	if (rates.console !== old.rates.console) board.lines.setRate(0, rates.console);
	if (!isSame(pin, old.pin)) board.unlock();
	return done();
}
