import type { CatalogueEntry } from './catalogue/entry.js';
import { allEntries, findEntry, lookUp } from './catalogue.js';
import { type Command, joinCommands, parseCommandLine } from './command-line.js';
import { type Parameter, parseParameters, quote } from './parameters.js';

const MASK = '***';
/** Commands that may carry a secret. */
const SECRETIVE: readonly CatalogueEntry[] = Object.freeze(
	allEntries().filter(({ secret, rules }) => secret !== undefined || rules?.some(rule => rule.secret !== undefined)),
);

/**
 * A command line (with AT or without) or a line of an answer, fit for trace and journal: secrets become `***`. Of a command
 * that carries a secret only short numbers are left beside it, so that a secret in a wrong place does not show. Where a
 * command with secrets is recognised, or nearly, but cannot be read, nothing but its name is left. Other lines stay as they are.
 */
export function maskSecrets(line: string): string {
	const text = line.replace(/[\x00-\x1f\x7f]+/g, '').trim();
	const suspects = findSuspects(text);
	if (suspects.length === 0) return line;
	const answer = /^([+#][A-Z]+): (.*)$/.exec(text);
	const entry = answer === null ? undefined : findEntry(answer[1]!);
	if (answer !== null && entry !== undefined) return `${entry.name}: ${maskAnswer(entry, answer[2]!)}`;
	const start = /^AT/i.test(text) ? text.slice(0, 2) : '';
	const parsed = parseCommandLine(text.slice(start.length));
	if (!parsed.ok || !isUnderstood(parsed.value, suspects)) return `${start}${suspects[0]}${MASK}`;
	return start + joinCommands(parsed.value.map(command => ({ ...command, text: maskCommand(command) })));
}

/** Names of the commands with secrets that the text has somewhere, or that it has but for one character. */
function findSuspects(text: string): string[] {
	const compact = text.replace(/ /g, '').toUpperCase();
	const found: string[] = [];
	for (const { name } of SECRETIVE) if (mentions(compact, name)) found.push(name);
	for (let at = 0; at < compact.length; at++) {
		if (compact[at] !== '+' && compact[at] !== '#') continue;
		const [word] = /^.[A-Z0-9]*/.exec(compact.slice(at))!;
		if (findEntry(word) !== undefined) continue;
		for (const { name } of SECRETIVE) if (name !== 'D' && isNear(compact, at, name)) found.push(name);
	}
	return found;
}

function mentions(compact: string, name: string): boolean {
	return name === 'D' ? isServiceCode(compact) : compact.includes(name.slice(1));
}

/** Three stars with digits between them: a supplementary service with its PIN or password (22.030 6.5). */
function isServiceCode(text: string): boolean {
	return /\*[0-9]+\*[0-9]+\*/.test(text) && !/\*9[89]\*/.test(text);
}

/**
 * Each suspected name is part of a known command, and behind a command with a secret all commands are known extended ones: a
 * secret behind a stray semicolon would read like basic commands.
 */
function isUnderstood(commands: readonly Command[], suspects: readonly string[]): boolean {
	let missing = suspects;
	let seen = false;
	for (const { name, text } of commands) {
		const known = findEntry(name) !== undefined;
		if (seen && !(known && /^[+#$]/.test(name))) return false;
		const isSecretive = SECRETIVE.some(entry => entry.name === name);
		seen ||= isSecretive;
		// Parameters that are shown have no names of commands: one there has gone astray, and its secret with it.
		const hidden = isSecretive || name === 'D' ? text.replace(/ /g, '').toUpperCase() : name;
		if (known) missing = missing.filter(suspect => !mentions(hidden, suspect));
	}
	return missing.length === 0;
}

function maskCommand(command: Command): string {
	const { name, form, args, text } = command;
	if (name === 'D') return isServiceCode(args.replace(/ /g, '')) ? name + MASK : text;
	const entry = SECRETIVE.find(candidate => candidate.name === name);
	if (entry === undefined || form !== 'set') return text;
	const parameters = parseParameters(args);
	if (!parameters.ok) return `${name}=${MASK}`;
	const { secret } = lookUp(command);
	if (secret.length === 0 && isPhoneNumber(parameters.value[3])) return text;
	return `${name}=${parameters.value.map((value, index) => maskParameter(value, index, secret)).join(',')}`;
}

function maskAnswer(entry: CatalogueEntry, text: string): string {
	// Ranges of a test form, or a state in words (`SIM PIN2`, `READY`).
	if (text.startsWith('(') || /^[A-Z][A-Z -]*2?$/.test(text)) return text;
	const hidden = entry.tells ?? entry.secret;
	if (hidden === undefined) return text;
	const values = parseParameters(text);
	if (!values.ok) return MASK;
	if (values.value.length <= Math.min(...hidden)) return text;
	const [type, value] = values.value;
	if (entry.name === '#SMSATWL' && type?.kind === 'number' && type.value === 0 && isPhoneNumber(value)) return text;
	return values.value.map((shown, index) => maskParameter(shown, index, hidden)).join(',');
}

function maskParameter(parameter: Parameter, index: number, secret: readonly number[]): string {
	if (parameter.kind === 'omitted') return '';
	if (secret.includes(index)) return MASK;
	if (parameter.kind === 'number') return parameter.text.length <= 2 ? parameter.text : MASK;
	// A facility of +CLCK and +CPWD.
	if (index > 0 || parameter.value.length > 2) return MASK;
	return parameter.kind === 'string' ? quote(parameter.value) : parameter.value;
}

/** Passwords of the white list have 16 characters, telephone numbers 15 digits at most (E.164). */
function isPhoneNumber(parameter: Parameter | undefined): boolean {
	if (parameter === undefined || parameter.kind === 'omitted') return false;
	const text = parameter.kind === 'number' ? parameter.text : parameter.value;
	return /^\+?[0-9]{1,15}\*?$/.test(text);
}

/** The name stands at `at` with one character more, less or other. */
function isNear(text: string, at: number, name: string): boolean {
	let same = 0;
	while (same < name.length && text[at + same] === name[same]) same++;
	const rest = name.slice(same + 1);
	return (
		text.startsWith(rest, at + same + 1) ||
		text.startsWith(rest, at + same) ||
		text.startsWith(name.slice(same), at + same + 1)
	);
}
