import { lookUp, timeoutOf } from '../at/catalogue.js';
import { type Command, joinCommands } from '../at/command-line.js';
import { parseParameters } from '../at/parameters.js';
import { type FinalResult, formatFinal } from '../at/result-code.js';
import { textOf } from '../base/text.js';
import type { Instance, InstanceUser } from '../modem/instance.js';
import type { Rung } from '../modem/rung.js';
import type { Board } from './board.js';
import {
	BAD_PARAMETERS,
	type Caller,
	type CallerData,
	type CommandOutcome,
	describeParameters,
	done,
	fitParameters,
	NOT_SUPPORTED,
	type OwnCommand,
	PHONE_FAILURE,
	refused,
} from './own-command.js';
import { SCRIPT_PROMPT } from './prompt.js';

/** Who runs a line, where, and who hears of it. */
export interface RunContext {
	readonly caller: Caller;
	/** Where commands that are not our own go; undefined: the module cannot be reached. */
	readonly instance: Instance | undefined;
	readonly user: InstanceUser;
	/** Shows own commands' errors; the module's come as the instance prints them. */
	readonly cmee: 0 | 1 | 2;
	/** Longest time [ms] of one line on the instance; undefined: what the catalogue says of its commands. */
	readonly time?: number;
	/** After a timeout the instance is left as it is: the caller restarts the module. */
	readonly isLeft?: boolean;
	/** Answers the commands that belong to the caller's own port (E, Q, V …). */
	readonly port?: PortCommands;
	/** Nobody waits for the answer any more: what has not gone out to the module does not go. */
	isWithdrawn?(): boolean;
	/** A piece of the line has gone out to the module, and what is sent to its dialogue is for it. */
	onSent?(): void;
	/** The module has answered that piece: what is sent to its dialogue now is for another's. */
	onAnswered?(): void;
	/** A line of the answer; `raw` is what an instance prints for it. */
	onLine(text: string, raw: string): void;
	/** Settles when a further line of our own can be taken; undefined: any number can be. */
	room?(): Promise<void> | undefined;
	/** The module waits for data after `command`; undefined: such commands are cancelled. */
	onPrompt?(command: Command): void;
	/** What waited for the module's port has gone out (`Dialogue.waiting`). */
	onSpace?(): void;
	/** Data for own commands and from them; undefined: only lines can pass. */
	readonly data?: CallerData;
	/** Octets of any value within the answer; undefined: they go to `onLine`. */
	onOctets?(bytes: Uint8Array): void;
	/** Commands whose own success `onDone` must tell, whatever becomes of the rest of the line. */
	isAlone?(command: Command): boolean;
	/** What stands before and behind such a command in the line to the module; undefined: nothing. */
	around?(command: Command): readonly [before: string, after: string] | undefined;
	/** The commands that went to the module have ended well; for what is kept of their effect. */
	onDone?(commands: readonly Command[]): void;
}

/** Commands that shape the port they come by. */
export interface PortCommands {
	answers(command: Command): boolean;
	run(command: Command): CommandOutcome;
}

/** `raw`: the result code as an instance prints it. */
export type RunOutcome =
	| { readonly kind: 'final'; readonly result: FinalResult; readonly raw: string }
	/** `rung`: what brought the instance back; undefined: nothing on its DLCI did. */
	| { readonly kind: 'timeout'; readonly rung: Rung | undefined }
	| { readonly kind: 'closed' | 'busy' };

type OwnStep = Exclude<Step, { readonly kind: 'module' }>;

type Step =
	| { readonly kind: 'own'; readonly own: OwnCommand; readonly command: Command }
	| { readonly kind: 'port'; readonly port: PortCommands; readonly command: Command }
	| { readonly kind: 'module'; readonly commands: Command[] };

/** Commands after which call results are final results, not URCs: CONNECT is data mode. */
function dials(text: string): boolean {
	return /^(D|A|O|#SD|#SA|#SO|#SKTD|#SKTOP|\+CGDATA)$/.test(text);
}

/** Commands whose CONNECT is data mode too; where what blocks is left to its timeout they block (atrun.md 4). */
function streams(text: string): boolean {
	return /^(#FTPPUT|#FTPAPP|#FTPGET|\$GPSNMUN)$/.test(text);
}

/**
 * Runs parsed command lines (architecture, decision 3): own commands out of one table, all else on the module's instance as it
 * stands. A chain that mixes both is run piece by piece in order and answered as one line with one final result.
 */
export class Interpreter {
	readonly #board: () => Board;
	readonly #commands: { readonly [name: string]: OwnCommand };

	/** `board` is asked for when a command runs: the services that stand on the interpreter are part of it. */
	constructor(board: () => Board, ...tables: readonly (readonly OwnCommand[])[]) {
		this.#board = board;
		const byName: { [name: string]: OwnCommand } = {};
		for (const table of tables) for (const command of table) byName[command.name] = command;
		this.#commands = byName;
	}

	/** The own command of this name; undefined: it is the module's. */
	find(name: string): OwnCommand | undefined {
		const own = Object.hasOwn(this.#commands, name) ? this.#commands[name] : undefined;
		return own?.applies === undefined || own.applies(this.#board()) ? own : undefined;
	}

	async run(commands: readonly Command[], context: RunContext): Promise<RunOutcome> {
		// Whoever sends a bare AT from afar wants to know whether the module is there; to a DTE we are.
		if (commands.length === 0 && context.user === 'service') return this.runOnInstance(commands, context);
		let outcome: RunOutcome = finalOf({ kind: 'ok' }, context);
		for (const step of this.steps(commands, context)) {
			outcome = await (step.kind === 'module'
				? this.runOnInstance(step.commands, context)
				: this.answer(step, context));
			if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') return outcome;
		}
		return outcome;
	}

	/** Pieces in order: each of our own commands by itself, neighbours for the module together. */
	private steps(commands: readonly Command[], { port, isAlone }: RunContext): Step[] {
		const steps: Step[] = [];
		for (const command of commands) {
			const own = this.find(command.name);
			const last = steps[steps.length - 1];
			if (own !== undefined) steps.push({ kind: 'own', own, command });
			else if (port?.answers(command)) steps.push({ kind: 'port', port, command });
			else if (last?.kind === 'module' && !isAlone?.(command) && !isAlone?.(last.commands[0]!))
				last.commands.push(command);
			else steps.push({ kind: 'module', commands: [command] });
		}
		return steps;
	}

	/** A step that is not for the module. */
	private async answer(step: OwnStep, context: RunContext): Promise<RunOutcome> {
		const { lines, result } = await this.outcomeOf(step, context);
		for (let place = 0; place < lines.length; place++) {
			const room = context.room?.();
			if (room !== undefined) await room;
			context.onLine(lines[place]!, `${place === 0 ? '\r\n' : ''}${lines[place]}\r\n`);
		}
		return finalOf(result, context);
	}

	/** A fault of our own must not leave the caller without an answer for ever. */
	private async outcomeOf(step: OwnStep, context: RunContext): Promise<CommandOutcome> {
		const { command } = step;
		try {
			return step.kind === 'port' ? step.port.run(command) : await this.runOwn(step.own, command, context);
		} catch (fault) {
			this.#board().journal.record({
				time: 0,
				channel: 'board',
				identity: 'firmware',
				command: command.name,
				verdict: 'fault',
				result: String(fault),
				ms: 0,
				rung: '',
			});
			return refused(PHONE_FAILURE);
		}
	}

	private runOwn(
		own: OwnCommand,
		command: Command,
		{ caller, data }: RunContext,
	): CommandOutcome | Promise<CommandOutcome> {
		if (own.isLacking?.(this.#board()) === true) return refused(NOT_SUPPORTED);
		switch (command.form) {
			case 'test':
				return own.set === undefined && own.read === undefined ? done() : done(describeParameters(own));
			case 'read':
				return own.read === undefined ? refused(NOT_SUPPORTED) : done(...own.read(this.#board()));
			case 'execute':
				return own.execute === undefined ? refused(BAD_PARAMETERS) : own.execute(this.#board(), caller);
			case 'set': {
				if (own.set === undefined) return refused(NOT_SUPPORTED);
				const given = parseParameters(command.args);
				const values = given.ok ? fitParameters(own.parameters, given.value) : undefined;
				return values === undefined ? refused(BAD_PARAMETERS) : own.set(this.#board(), values, caller, data);
			}
		}
	}

	private async runOnInstance(commands: readonly Command[], context: RunContext): Promise<RunOutcome> {
		const { instance, onPrompt } = context;
		if (instance === undefined) return { kind: 'closed' };
		const prefixes: string[] = [];
		for (const command of commands) prefixes.push(...lookUp(command).prefixes);
		const last = commands[commands.length - 1] ?? NOTHING;
		const [before, after] = (commands.length === 1 ? context.around?.(commands[0]!) : undefined) ?? ['', ''];
		const outcome = await instance.run(context.user, {
			line: `AT${before}${joinCommands(commands)}${after}`,
			prefixes,
			time: context.time ?? timeoutOf(commands) * 1000,
			dials: dials(last.name) || (context.isLeft !== true && streams(last.name)),
			isLeft: context.isLeft === true,
			...(last.name === '#WSCRIPT' && { prompt: SCRIPT_PROMPT }),
			isWithdrawn: () => context.isWithdrawn?.() === true,
			onSent: () => context.onSent?.(),
			onLine: (text, raw) => context.onLine(text, raw),
			...(onPrompt && {
				onPrompt: () => onPrompt.call(context, commands.find(command => lookUp(command).prompt !== undefined) ?? last),
			}),
			onSpace: () => context.onSpace?.(),
			octetsAfter: octetsBehind,
			onOctets: bytes => {
				if (context.onOctets !== undefined) {
					context.onOctets(bytes);
					return;
				}
				const text = textOf(bytes);
				context.onLine(text, text);
			},
		});
		context.onAnswered?.();
		const isDone = outcome.kind === 'final' && outcome.result.kind === 'ok';
		instance.ran(context.user, commands, isDone);
		if (isDone) context.onDone?.(commands);
		return outcome;
	}
}

/** A bare `AT`. */
const NOTHING: Command = Object.freeze({ name: '', form: 'execute', args: '', text: '' });

function octetsBehind(text: string): number {
	const received = /^#SRECV: [0-9]+,([0-9]+)/.exec(text);
	return received === null ? 0 : Number(received[1]);
}

function finalOf(result: FinalResult, { cmee }: RunContext): RunOutcome {
	return { kind: 'final', result, raw: `\r\n${formatFinal(result, { verbose: true, cmee })}\r\n` };
}
