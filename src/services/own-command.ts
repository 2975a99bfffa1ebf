import type { CommandClass, Identity } from '../access/grants.js';
import type { Parameter } from '../at/parameters.js';
import type { FinalResult } from '../at/result-code.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Settings } from '../settings/schema.js';
import type { Board } from './board.js';

/** One parameter of an own command. `optional`: may be left out and then keeps its value. */
export type ParameterSpec =
	| {
			readonly kind: 'integer';
			readonly min: number;
			readonly max: number;
			/** The only ones between min and max. */
			readonly values?: readonly number[];
			readonly optional?: boolean;
	  }
	| { readonly kind: 'text'; readonly max: number; readonly optional?: boolean };

/** A whole number of a range. */
export function integer(min: number, max: number, optional = false): ParameterSpec {
	return Object.freeze({ kind: 'integer', min, max, optional });
}

/** A text of so many characters at most. */
export function text(max: number, optional = false): ParameterSpec {
	return Object.freeze({ kind: 'text', max, optional });
}

/** Off or on. */
export const FLAG: ParameterSpec = integer(0, 1);

/** A parameter as it was given; undefined: left out. */
export type Value = number | string | undefined;

/** By which way a command came. */
export type Channel = 'console' | 'sms' | 'tcp';

export interface Caller {
	readonly channel: Channel;
	readonly identity: Identity;
}

/** Octets that a command asks for behind a prompt. */
export interface DataRequest {
	/** As it is printed, `\r\n>>> ` for instance. */
	readonly prompt: string;
	/** Octets of any value. */
	readonly size: number;
	/** Gets the octets in pieces as they come; false: they cannot be kept, and no more are wanted. */
	take(bytes: Uint8Array): boolean;
}

/** What the way by which a command came can do beyond lines. */
export interface CallerData {
	/** True: all octets came. False: the caller has gone, was silent for 30 s, or `take` gave up. */
	ask(request: DataRequest): Promise<boolean>;
	/** Octets of any value as part of the answer. Settles when more can be taken: who prints much waits for it. */
	print(bytes: Uint8Array): void | Promise<void>;
	/**
	 * Joins the caller's connection with a serial line once CONNECT has been printed (transparent mode); `giveBack` is called when
	 * it ends. Undefined: the way has no such mode.
	 */
	readonly join?: (line: BytePort, giveBack: () => void) => void;
}

export interface CommandOutcome {
	readonly lines: readonly string[];
	readonly result: FinalResult;
}

/** A command that the co-processor answers itself; the forms it has are the functions it has. */
export interface OwnCommand {
	readonly name: string;
	/** Class of the set and execute forms; read and test tell only. What a value does beyond it stands in the catalogue. */
	readonly access: CommandClass;
	readonly parameters: readonly ParameterSpec[];
	/** False: this board leaves the command to the module. */
	applies?(board: Board): boolean;
	/** True: this board has not what the command is for; every form is refused, with +CME ERROR: 4. */
	isLacking?(board: Board): boolean;
	/** The lines of the read form. */
	read?(board: Board): readonly string[];
	set?(board: Board, values: readonly Value[], caller: Caller, data?: CallerData): Outcome;
	execute?(board: Board, caller: Caller): Outcome;
}

type Outcome = CommandOutcome | Promise<CommandOutcome>;

/** 27.007 9.2 codes that own commands answer with. */
export const PHONE_FAILURE = 0;
export const NOT_ALLOWED = 3;
export const NOT_SUPPORTED = 4;
export const MEMORY_FULL = 20;
export const INVALID_INDEX = 21;
export const MEMORY_FAILURE = 23;
export const BAD_PARAMETERS = 50;

export function done(...lines: readonly string[]): CommandOutcome {
	return { lines, result: { kind: 'ok' } };
}

/** `code`: one of the 27.007 9.2 codes. */
export function refused(code: number): CommandOutcome {
	return { lines: [], result: { kind: 'cme', code } };
}

/** Stores these settings; the outcome of a set form that does nothing else. */
export function stored(board: Board, parts: Partial<Settings>): CommandOutcome {
	return board.settings.change(parts) ? done() : refused(MEMORY_FAILURE);
}

/** The grants without that of an entry: who takes its place must not inherit it. `kind` as in `#ATRUNGRANT`. */
export function grantsWithout(board: Board, kind: number, index: number): Settings['grants'] {
	return board.settings.current.grants.filter(grant => grant.kind !== kind || grant.index !== index);
}

/** The values of a set form; undefined where one is missing, too many, of another kind or out of range. */
export function fitParameters(
	specs: readonly ParameterSpec[],
	given: readonly Parameter[],
): readonly Value[] | undefined {
	if (given.length > specs.length) return undefined;
	const values: Value[] = [];
	for (let place = 0; place < specs.length; place++) {
		const spec = specs[place]!;
		const parameter = given[place] ?? OMITTED;
		if (parameter.kind === 'omitted') {
			if (spec.optional !== true) return undefined;
			values.push(undefined);
		} else if (spec.kind === 'integer') {
			if (parameter.kind !== 'number' || parameter.value < spec.min || parameter.value > spec.max) return undefined;
			if (spec.values !== undefined && !spec.values.includes(parameter.value)) return undefined;
			values.push(parameter.value);
		} else {
			// A telephone number or a name of digits needs no quotes.
			const text = parameter.kind === 'number' ? parameter.text : parameter.value;
			if (text.length > spec.max) return undefined;
			values.push(text);
		}
	}
	return values;
}

const OMITTED: Parameter = Object.freeze({ kind: 'omitted' });

/** The test form's answer: `#SMSATRUNCFG: (1-3),(0,1),(1-60)`. */
export function describeParameters(command: OwnCommand): string {
	const ranges = command.parameters.map(spec => {
		if (spec.kind === 'text') return '';
		if (spec.values !== undefined) return `(${spec.values.join(',')})`;
		return spec.max - spec.min === 1 ? `(${spec.min},${spec.max})` : `(${spec.min}-${spec.max})`;
	});
	return `${command.name}: ${ranges.join(',')}`;
}
