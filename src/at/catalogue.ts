import { ATRUN } from './catalogue/atrun.js';
import { BASIC } from './catalogue/basic.js';
import type { AccessClass, CatalogueEntry, Hazard, Origin, Rule, SelfCondition, Traits } from './catalogue/entry.js';
import { EQUIPMENT } from './catalogue/equipment.js';
import { MESSAGES } from './catalogue/messages.js';
import { NETWORK } from './catalogue/network.js';
import { SOCKETS } from './catalogue/sockets.js';
import type { Command, CommandForm } from './command-line.js';
import { parseParameters } from './parameters.js';

/** What the catalogue says of one command as it stands, its parameters considered. */
export interface CatalogueVerdict {
	/** False: the catalogue does not have the command. */
	readonly known: boolean;
	readonly access: AccessClass;
	readonly hazards: { readonly [origin in Origin]: readonly Hazard[] };
	/** When a 'self' hazard is real: any of them; none = always. */
	readonly selfWhen: readonly SelfCondition[];
	/** Longest time to the final result [s], behind a prompt from the end of the data. */
	readonly timeout: number;
	/** Suggested delay before execution [s]. */
	readonly delay: { readonly sms: number; readonly tcp: number };
	/** What labelled lines of its answer begin with. */
	readonly prefixes: readonly string[];
	readonly prompt: 'text' | 'octets' | undefined;
	/** Indexes of parameters that nobody may see. */
	readonly secret: readonly number[];
	/** One at a time across all instances of the module. */
	readonly serial: boolean;
	/** The body of the command line that brings back what a 'detach' or an 'other' took; with `*` for what there was before. */
	readonly undo: string | undefined;
	/** A character of the DTE ends it early (V.250 5.6.1); for others it is the beginning of the next line. */
	readonly abortable: boolean;
}

/** Longest time of a command without a time of its own [s]: the manuals name all that take longer. */
export const DEFAULT_TIMEOUT = 30;
/** What a command line may take beyond the times of its commands [s]. */
const LINE_MARGIN = 5;

const CHANGING: readonly CommandForm[] = Object.freeze(['set', 'execute']);
const NONE: readonly never[] = Object.freeze([]);
const ENTRIES = indexByName(BASIC, EQUIPMENT, NETWORK, MESSAGES, SOCKETS, ATRUN);

/** The catalogue's entry of a command name; S-parameters share one. */
export function findEntry(name: string): CatalogueEntry | undefined {
	const key = /^S[0-9]+$/.test(name) ? 'S' : name;
	return Object.hasOwn(ENTRIES, key) ? ENTRIES[key] : undefined;
}

/** Every entry, in no particular order. */
export function allEntries(): readonly CatalogueEntry[] {
	return Object.values(ENTRIES);
}

/** What the catalogue says of a command. An unknown one is 'write' without hazards; read and test forms are 'read'. */
export function lookUp(command: Command): CatalogueVerdict {
	const entry = findEntry(command.name);
	const changing = CHANGING.includes(command.form);
	const traits: Traits[] = changing && entry !== undefined ? [entry] : [];
	let access: AccessClass = changing ? (entry?.access ?? 'write') : 'read';
	for (const rule of entry?.rules ?? NONE) {
		if (!applies(rule, command)) continue;
		traits.push(rule);
		access = rule.access ?? access;
	}
	return {
		known: entry !== undefined,
		access,
		hazards: {
			console: union(traits.map(trait => trait.hazards?.console)),
			sms: union(traits.map(trait => trait.hazards?.sms)),
			tcp: union(traits.map(trait => trait.hazards?.tcp)),
		},
		selfWhen: last(traits, 'selfWhen') ?? NONE,
		timeout: last(traits, 'timeout') ?? DEFAULT_TIMEOUT,
		delay: { sms: last(traits, 'delay')?.sms ?? 0, tcp: last(traits, 'delay')?.tcp ?? 0 },
		prefixes: last(traits, 'prefixes') ?? [command.name],
		prompt: last(traits, 'prompt'),
		secret: union(traits.map(trait => trait.secret)),
		serial: last(traits, 'serial') ?? false,
		undo: last(traits, 'undo'),
		abortable: last(traits, 'abortable') ?? false,
	};
}

/**
 * Longest time of a whole command line [s]: the sum of its commands and a margin. Does not count the wait of a `serial`
 * command for one that runs on another instance.
 */
export function timeoutOf(commands: readonly Command[]): number {
	let sum = LINE_MARGIN;
	for (const command of commands) sum += lookUp(command).timeout;
	return sum;
}

function applies(rule: Rule, command: Command): boolean {
	if (!(rule.forms ?? CHANGING).includes(command.form)) return false;
	if (rule.call !== undefined) return (rule.call === 'voice') === command.args.endsWith(';');
	if (rule.dials !== undefined) {
		const string = command.args.replace(/[^0-9*#]/g, '');
		return rule.dials.some(start => string.startsWith(start));
	}
	if (rule.when === undefined && rule.unless === undefined) return true;
	const values = valuesOf(command.args);
	// What cannot be read may be anything to the module.
	if (values === undefined) return true;
	if (rule.unless?.some(pattern => fits(pattern, values))) return false;
	return rule.when === undefined || rule.when.some(pattern => fits(pattern, values));
}

/** Parameters as patterns have them. */
function valuesOf(args: string): string[] | undefined {
	const parameters = parseParameters(args);
	if (!parameters.ok) return undefined;
	return parameters.value.map(parameter => {
		if (parameter.kind === 'omitted') return '';
		if (parameter.kind === 'number') return String(parameter.value);
		const text = parameter.value.replace(/ /g, '').toUpperCase();
		return /^[+-]?[0-9]+$/.test(text) ? text.replace(/^\+?0*(?=[0-9])/, '') : text;
	});
}

function fits(pattern: string, values: readonly string[]): boolean {
	return pattern.split(',').every((wanted, index) => {
		const value = values[index];
		return value !== undefined && (wanted === '*' || wanted === value);
	});
}

function last<Key extends keyof Traits>(traits: readonly Traits[], key: Key): Traits[Key] | undefined {
	for (let at = traits.length - 1; at >= 0; at--) if (traits[at]![key] !== undefined) return traits[at]![key];
	return undefined;
}

function union<Item>(lists: readonly (readonly Item[] | undefined)[]): readonly Item[] {
	let all: readonly Item[] = NONE;
	for (const list of lists) {
		if (list === undefined) continue;
		all = all.length === 0 ? list : [...all, ...list.filter(item => !all.includes(item))];
	}
	return all;
}

function indexByName(...groups: readonly (readonly CatalogueEntry[])[]): { readonly [name: string]: CatalogueEntry } {
	const entries: { [name: string]: CatalogueEntry } = {};
	for (const group of groups) for (const entry of group) entries[entry.name] = entry;
	return Object.freeze(entries);
}
