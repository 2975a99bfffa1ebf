import { failure, type Result, success } from '../base/result.js';

/** What a command asks: `+X`, `+X?`, `+X=?`, `+X=…` (27.007 4.1). */
export type CommandForm = 'execute' | 'read' | 'test' | 'set';

/** One command of a command line. */
export interface Command {
	/** Upper case with its prefix: `E`, `&F`, `S3`, `D`, `+CMGS`, `#SMSATWL`, `$GPSP`, `\Q`. */
	readonly name: string;
	/** `S3=13`, `E0` and `D123` are 'set', `E` is 'execute'. */
	readonly form: CommandForm;
	/**
	 * The text behind `=`, the digits of a basic command, the dial string of D with its semicolon; empty otherwise. No spaces
	 * at its ends.
	 */
	readonly args: string;
	/** The command as typed, without separators and without spaces at its ends. */
	readonly text: string;
}

/** Why a line is no command line, and where: an index into the body. */
export interface LineError {
	readonly reason: LineErrorReason;
	readonly at: number;
}

/**
 * `character`: a control character; `name`: no command begins here; `string`: a quoted string has no end; `syntax`: something
 * stands where a command must end; `count`: more than MAX_COMMANDS commands.
 */
export type LineErrorReason = 'character' | 'name' | 'string' | 'syntax' | 'count';

/** Commands of one line, at most. */
export const MAX_COMMANDS = 80;

/** V.250 5.4.1, and the prefixes of manufacturers. */
const EXTENDED_PREFIXES = '+#$^@*!%';
const BASIC_PREFIXES = '&\\%';
/** Beyond letters and digits, from the second character on (V.250 5.4.1). */
const NAME_MARKS = '!%-./:_';

/**
 * Splits a command line body (what follows AT) into its commands (V.250 5.2 to 5.4).
 *
 * A line with an error has no commands: nothing of it may run. Control characters and open strings are errors wherever they
 * stand, so that the module never reads another command in a line than the one that was judged here. D takes the rest of the
 * line up to its semicolon; behind that, further commands may follow (V.250 6.3.1). Additional semicolons are accepted.
 * `%X` is basic syntax when no further letter follows, else extended.
 */
export function parseCommandLine(body: string): Result<readonly Command[], LineError> {
	const control = body.search(/[\x00-\x1f\x7f]/);
	if (control >= 0) return failure({ reason: 'character', at: control });
	const commands: Command[] = [];
	let at = skip(body, 0, ' ;');
	while (at < body.length) {
		if (commands.length === MAX_COMMANDS) return failure({ reason: 'count', at });
		const found = parseCommand(body, at);
		if (!found.ok) return found;
		const { name, form, args, end } = found.value;
		commands.push({ name, form, args: cut(body, args, end), text: cut(body, at, end) });
		at = skip(body, end, ' ;');
	}
	return success(commands);
}

/** The body that parses to the same commands. */
export function joinCommands(commands: readonly Command[]): string {
	let body = '';
	let separate = false;
	for (const { name, text } of commands) {
		body += separate ? `;${text}` : text;
		separate = EXTENDED_PREFIXES.includes(name.charAt(0));
	}
	return body;
}

/** Where a command's parts lie: `args` to `end`, spaces included. */
interface Span {
	readonly name: string;
	readonly form: CommandForm;
	readonly args: number;
	readonly end: number;
}

function parseCommand(body: string, at: number): Result<Span, LineError> {
	const first = body.charAt(at);
	const second = isLetter(body, at + 1);
	if (EXTENDED_PREFIXES.includes(first) && second && (first !== '%' || isLetter(body, at + 2)))
		return parseExtended(body, at);
	if (BASIC_PREFIXES.includes(first) && second) return parseBasic(body, at + 2, body.slice(at, at + 2).toUpperCase());
	if (!isLetter(body, at)) return failure({ reason: 'name', at });
	const name = first.toUpperCase();
	if (name === 'D') return parseDial(body, at);
	if (name !== 'S') return parseBasic(body, at + 1, name);
	const digits = skip(body, at + 1, ' ');
	const end = skipDigits(body, digits);
	return parseParameter(body, end, `S${body.slice(digits, end).replace(/^0+(?=.)/, '')}`);
}

/** `<name>`, `<name>?`, `<name>=?`, `<name>=…` up to the semicolon (V.250 5.4). */
function parseExtended(body: string, at: number): Result<Span, LineError> {
	let end = at + 2;
	while (isNameCharacter(body, end)) end++;
	const name = body.slice(at, end).toUpperCase();
	const mark = skip(body, end, ' ');
	const value = skip(body, mark + 1, ' ');
	let form: CommandForm = 'execute';
	end = mark;
	if (body.charAt(mark) === '?') {
		form = 'read';
		end = value;
	} else if (body.charAt(mark) === '=') {
		if (body.charAt(value) !== '?') {
			const close = endOfText(body, value);
			if (close < 0) return failure({ reason: 'string', at: value });
			return success({ name, form: 'set', args: value, end: close });
		}
		form = 'test';
		end = skip(body, value + 1, ' ');
	}
	if (end < body.length && body.charAt(end) !== ';') return failure({ reason: 'syntax', at: end });
	return success({ name, form, args: end, end });
}

/** `<name>` and its number, which modules also accept behind `=` (V.250 5.3.1). */
function parseBasic(body: string, at: number, name: string): Result<Span, LineError> {
	const digits = skip(body, at, ' ');
	const end = skipDigits(body, digits);
	if (end > digits) return success({ name, form: 'set', args: digits, end });
	return parseParameter(body, at, name);
}

/** What follows an S-parameter: `?`, `=?`, `=` with digits or without, or nothing (V.250 5.3.2). */
function parseParameter(body: string, at: number, name: string): Result<Span, LineError> {
	const mark = skip(body, at, ' ');
	if (body.charAt(mark) === '?') return success({ name, form: 'read', args: mark + 1, end: mark + 1 });
	if (body.charAt(mark) !== '=') return success({ name, form: 'execute', args: at, end: at });
	const value = skip(body, mark + 1, ' ');
	if (body.charAt(value) === '?') return success({ name, form: 'test', args: value + 1, end: value + 1 });
	return success({ name, form: 'set', args: value, end: skipDigits(body, value) });
}

function parseDial(body: string, at: number): Result<Span, LineError> {
	const args = skip(body, at + 1, ' ');
	let end = endOfText(body, args);
	if (end < 0) return failure({ reason: 'string', at: args });
	if (end < body.length) end++;
	return success({ name: 'D', form: end > args ? 'set' : 'execute', args, end });
}

/** The first semicolon outside quotes, or the end of the body; -1 where a string has no end. */
function endOfText(body: string, from: number): number {
	let at = from;
	for (;;) {
		const semicolon = body.indexOf(';', at);
		const end = semicolon < 0 ? body.length : semicolon;
		const open = body.indexOf('"', at);
		if (open < 0 || open > end) return end;
		const close = body.indexOf('"', open + 1);
		if (close < 0) return -1;
		at = close + 1;
	}
}

function skip(body: string, from: number, characters: string): number {
	let at = from;
	while (at < body.length && characters.includes(body.charAt(at))) at++;
	return at;
}

function skipDigits(body: string, from: number): number {
	let at = from;
	while (isDigit(body, at)) at++;
	return at;
}

function isDigit(body: string, at: number): boolean {
	const code = body.charCodeAt(at);
	return code >= 0x30 && code <= 0x39;
}

function isLetter(body: string, at: number): boolean {
	const code = body.charCodeAt(at) | 0x20;
	return code >= 0x61 && code <= 0x7a;
}

function isNameCharacter(body: string, at: number): boolean {
	return isLetter(body, at) || isDigit(body, at) || (at < body.length && NAME_MARKS.includes(body.charAt(at)));
}

/** The text between two places without spaces at its ends. A no-break space is data. */
function cut(body: string, from: number, to: number): string {
	let end = to;
	while (end > from && body.charAt(end - 1) === ' ') end--;
	return body.slice(from, end);
}
