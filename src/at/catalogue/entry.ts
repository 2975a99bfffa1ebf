import type { CommandForm } from '../command-line.js';

/** What a command does: tells and changes nothing, changes something, or changes who may do what. */
export type AccessClass = 'read' | 'write' | 'admin';

/**
 * What a command does to the channel it came by.
 * - `power`: the module switches off or restarts.
 * - `detach`: SIM, network or packet domain is lost until it is undone.
 * - `lock`: no way back by command: no answer is seen any more, or the instance is gone.
 * - `data`: the instance leaves command state, or waits for octets that the channel cannot give.
 * - `late`: the answer comes when a call is over.
 * - `prompt`: asks for data that the channel cannot give.
 * - `self`: cuts off or changes the service it came by.
 * - `other`: takes the network from the other service alone, until it is undone. No reason to refuse it.
 * - `cut`: the answer may be longer than what the channel carries.
 */
export type Hazard = 'power' | 'detach' | 'lock' | 'data' | 'late' | 'prompt' | 'self' | 'other' | 'cut';

/** Where a command comes from. */
export type Origin = 'console' | 'sms' | 'tcp';

export type Hazards = { readonly [origin in Origin]?: readonly Hazard[] };

/**
 * When a 'self' hazard over TCP is real: the socket in the command is the service's, the service runs on instance 1, the
 * service's socket is on a context other than 1, the socket in the command is not 1. Any of them; none = always.
 */
export type SelfCondition = 'own-socket' | 'first-instance' | 'other-context' | 'not-socket-1';

export interface Traits {
	readonly hazards?: Hazards;
	readonly selfWhen?: readonly SelfCondition[];
	/** Longest time to the final result [s], behind a prompt from the end of the data. */
	readonly timeout?: number;
	/** Suggested delay before execution [s]. */
	readonly delay?: { readonly sms?: number; readonly tcp?: number };
	/** What labelled lines of the answer begin with, where it is not the command's name. */
	readonly prefixes?: readonly string[];
	/** Asks for text up to Ctrl-Z, or for a number of octets. */
	readonly prompt?: 'text' | 'octets';
	/** Indexes of parameters that nobody may see. */
	readonly secret?: readonly number[];
	/** One at a time across all instances of the module. */
	readonly serial?: boolean;
	/**
	 * The body of the command line that brings back what a 'detach' or an 'other' took; `*` stands for what the read form told before
	 * the command ran.
	 */
	readonly undo?: string;
	/** A character of the DTE ends it early (V.250 5.6.1). */
	readonly abortable?: boolean;
}

/**
 * Traits of some uses of a command. Hazards and secrets are added, all else replaces. A pattern has the values of the first
 * parameters, without quotes, in upper case, numbers without leading zeros; `*` is any value, an empty one is omitted.
 */
export interface Rule extends Traits {
	/** Set and execute, where it is left out. */
	readonly forms?: readonly CommandForm[];
	/** Any of these patterns; left out: always. Parameters that cannot be read match. */
	readonly when?: readonly string[];
	/** None of these patterns. */
	readonly unless?: readonly string[];
	/** D: the dial string begins so, T and P left out. */
	readonly dials?: readonly string[];
	/** D: a semicolon makes the call a voice call. */
	readonly call?: 'voice' | 'data';
	readonly access?: AccessClass;
}

/** A command. Access and traits are those of the set and execute forms; read and test forms are 'read' without hazards. */
export interface CatalogueEntry extends Traits {
	readonly name: string;
	readonly access: AccessClass;
	/** Where the facts come from. */
	readonly source: string;
	/** Indexes of an answer's values that nobody may see, where they are other than the parameters'. */
	readonly tells?: readonly number[];
	readonly rules?: readonly Rule[];
}

/** The same hazards wherever the command comes from. */
export function everywhere(...hazards: readonly Hazard[]): Hazards {
	return { console: hazards, sms: hazards, tcp: hazards };
}

/** Leaves command state. A TCP session goes on in data mode and needs no care. */
export const DATA_MODE: Hazards = freeze({ console: ['data'], sms: ['data'] });

/** One entry for each of the names, which spaces separate. */
export function each(names: string, entry: Omit<CatalogueEntry, 'name'>): CatalogueEntry[] {
	return names.split(' ').map(name => ({ name, ...entry }));
}

/** Freezes a table with all that is in it, so that it can stay in flash. */
export function freeze<Table extends object>(table: Table): Readonly<Table> {
	for (const value of Object.values(table)) {
		if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) freeze(value);
	}
	return Object.freeze(table);
}
