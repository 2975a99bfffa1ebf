import type { Command, CommandForm } from '../../../src/at/command-line.js';
import type { Parameter } from '../../../src/at/parameters.js';
import type { FinalResult } from '../../../src/at/result-code.js';
import type { Firmware } from './firmware.js';
import type { Instance } from './instance.js';

/** What a command ended with. A chain goes on after `ok` only. `silent`: nothing is printed. */
export type Outcome = FinalResult | { readonly kind: 'silent' };

/** One command of a line while it runs. */
export interface CommandContext {
	readonly firmware: Firmware;
	readonly instance: Instance;
	readonly command: Command;
	/** Of the set form; empty otherwise. */
	readonly parameters: readonly Parameter[];
	/** Settles when the DTE sends an octet or a break while the command runs (V.250 5.6.1). */
	readonly aborted: Promise<void>;
	/** Runs `task` once the line's result is printed. */
	after(task: () => void): void;
}

export type Handler = (context: CommandContext) => Outcome | Promise<Outcome>;

/** What the module does for one command name. A form without a handler answers an error. */
export interface CommandEntry {
	readonly execute?: Handler;
	readonly set?: Handler;
	readonly read?: Handler;
	readonly test?: Handler;
	/** Time before a handler runs [ms]; the command's default where absent. */
	readonly latency?: number;
	/** Forms that run one at a time across all instances. */
	readonly serial?: readonly CommandForm[];
	/** The command needs a card that is ready: else +CME 10, 11, 12. */
	readonly card?: true;
}

export type CommandTable = Readonly<Record<string, CommandEntry>>;

export const OK: Outcome = Object.freeze({ kind: 'ok' });
export const ERROR: Outcome = Object.freeze({ kind: 'error' });
export const NO_CARRIER: Outcome = Object.freeze({ kind: 'no-carrier' });
export const BUSY: Outcome = Object.freeze({ kind: 'busy' });
export const NO_ANSWER: Outcome = Object.freeze({ kind: 'no-answer' });
export const SILENT: Outcome = Object.freeze({ kind: 'silent' });

/** `+CME ERROR: <code>` as +CMEE allows. */
export function cme(code: number): Outcome {
	return { kind: 'cme', code };
}

/** `+CMS ERROR: <code>` as +CMEE allows. */
export function cms(code: number): Outcome {
	return { kind: 'cms', code };
}

/** What a parameter out of its range answers (27.007 9.2.1: operation not supported, as Telit has it). */
export const BAD_PARAMETER: Outcome = Object.freeze({ kind: 'cme', code: 4 });
export const NOT_ALLOWED: Outcome = Object.freeze({ kind: 'cme', code: 3 });

/** The printed line of a test form: `+NAME: ranges`. */
export function testForm(ranges: string): Handler {
	return ({ instance, command }) => {
		instance.print(`${command.name}: ${ranges}`);
		return OK;
	};
}
