import type { Identity } from '../access/grants.js';
import { lookUp } from '../at/catalogue.js';
import { type Command, parseCommandLine } from '../at/command-line.js';
import { DceTerminal } from '../at/dce-terminal.js';
import type { Dialogue } from '../at/dialogue.js';
import { ERROR } from '../at/result-code.js';
import { bytesOf } from '../base/text.js';
import type { Instance } from '../modem/instance.js';
import type { Modem } from '../modem/modem.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { ConsoleSettings } from './console-settings.js';
import { DataCall } from './data-call.js';
import type { Interpreter, RunOutcome } from './interpreter.js';
import { promptOf, promptSize } from './prompt.js';

export interface ConsoleOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly modem: Modem;
	readonly interpreter: Interpreter;
}

const IDENTITY: Identity = Object.freeze({ kind: 'console', name: 'console' });
/** Characters of a command line: more than any module's, which refuses what is too long for itself. */
const LONGEST_LINE = 1024;
/** Octets of output that must be free, else the module waits. */
const LOW = 512;
const CTRL_Z = '\x1a';
const ESC = 0x1b;
const CR = 0x0d;
/** 27.007 9.2: no connection to phone, operation not allowed; Telit: used by another instance. */
const NO_MODULE = 1;
const NOT_ALLOWED = 3;
const TAKEN = 612;
/** Commands after which an instance has none of the settings that we gave it. */
function resets(text: string): boolean {
	return /^(Z|&F)$/.test(text);
}

/** The board's local port: to a DTE the module's AT port, with the co-processor's commands added. */
export class Console {
	readonly #options: ConsoleOptions;
	readonly #settings = new ConsoleSettings();
	readonly #terminal: DceTerminal;
	#answering: Instance | undefined;
	#held: Dialogue | undefined;
	#adopted = false;

	constructor(options: ConsoleOptions) {
		this.#options = options;
		this.#terminal = new DceTerminal({
			port: options.port,
			clock: options.clock,
			settings: this.#settings.terminal,
			maxLine: LONGEST_LINE,
			onLine: body => void this.#run(body),
			onAbort: () => this.#answering?.dialogue.send(Uint8Array.of(CR)),
		});
		this.#terminal.onDrained = () => this.#release();
		options.modem.onReady.push(() => this.#adopt());
	}

	/** An unsolicited result code for the DTE. */
	urc(text: string): void {
		this.#terminal.urc(text);
	}

	/** A message that no service took arrived at `index`. */
	messageArrived(index: number): void {
		if (this.#settings.wantsMessages) this.urc(`+CMTI: "SM",${index}`);
	}

	close(): void {
		this.#terminal.detach();
		this.#release();
	}

	#adopt(): void {
		const stored = this.#options.modem.dteNotification;
		if (this.#adopted || stored === undefined) return;
		this.#adopted = true;
		this.#settings.adoptNotification(stored);
	}

	async #run(body: string): Promise<void> {
		const { modem, interpreter } = this.#options;
		const parsed = parseCommandLine(body);
		if (!parsed.ok) {
			this.#terminal.finish(ERROR);
			return;
		}
		if (parsed.value.some(command => this.#wouldLock(command))) {
			this.#terminal.finish({ kind: 'cme', code: NOT_ALLOWED });
			return;
		}
		const instance = modem.dteInstance;
		this.#answering = instance;
		const outcome = await interpreter.run(parsed.value, {
			caller: { channel: 'console', identity: IDENTITY },
			instance,
			user: 'dte',
			cmee: this.#settings.terminal.cmee,
			port: this.#settings,
			onLine: (text, raw) => this.#print(text, raw),
			onPrompt: command => this.#prompt(command, instance),
			onOctets: bytes => this.#printOctets(bytes),
			isAlone: ({ name, form }) => resets(name) || (name === '+CMGF' && form === 'set'),
			onDone: commands => this.#note(commands),
		});
		this.#answering = undefined;
		this.#finish(outcome, instance);
	}

	/** Would take the instance, or all of CMUX, away from the co-processor for good (security.md: refused inside our mux). */
	#wouldLock(command: Command): boolean {
		if (this.#options.interpreter.find(command.name) !== undefined || this.#settings.answers(command)) return false;
		return lookUp(command).hazards.console.includes('lock');
	}

	#finish(outcome: RunOutcome, instance: Instance | undefined): void {
		if (outcome.kind === 'final') {
			this.#terminal.finish(outcome.result);
			if (outcome.result.kind !== 'connect' || instance === undefined) return;
			// What DataCall holds back is let go by the terminal's next empty queue, like an answer.
			this.#held = instance.dialogue;
			new DataCall(this.#options.clock, this.#terminal, instance.dialogue, () => instance.proceed());
			return;
		}
		if (outcome.kind === 'closed') {
			const taken = this.#options.modem.state === 'ready';
			this.#terminal.finish({ kind: 'cme', code: taken ? TAKEN : NO_MODULE });
			return;
		}
		this.#terminal.finish(ERROR);
	}

	#print(text: string, raw: string): void {
		const { verbose, s3, s4 } = this.#settings.terminal;
		if (verbose && s3 === 13 && s4 === 10) this.#terminal.raw(raw);
		else this.#terminal.information(text);
		this.#holdWhenFull();
	}

	#printOctets(bytes: Uint8Array): void {
		this.#terminal.raw(bytes);
		this.#holdWhenFull();
	}

	#holdWhenFull(): void {
		if (this.#terminal.space < LOW) this.#hold(this.#answering?.dialogue);
	}

	/** The DTE reads more slowly than the module prints: the module's channel is stopped meanwhile. */
	#hold(dialogue: Dialogue | undefined): void {
		this.#held = dialogue;
		dialogue?.pause();
	}

	#release(): void {
		const held = this.#held;
		this.#held = undefined;
		held?.proceed();
	}

	/** What the commands changed that both the DTE and the co-processor use. */
	#note(commands: readonly Command[]): void {
		const { shared } = this.#options.modem;
		for (const { name, form, args } of commands) {
			if (name === '+CMGF' && form === 'set') shared.chose(Number(args) === 1 ? 1 : 0);
			if (!resets(name)) continue;
			this.#settings.reset(name === 'Z');
			this.#options.modem.normalise();
		}
	}

	#prompt(command: Command, instance: Instance | undefined): void {
		const size = promptSize(command);
		const collect = size === undefined ? { kind: 'text' as const } : { kind: 'octets' as const, count: size };
		this.#terminal.prompt(promptOf(command), collect, data => {
			const dialogue = instance?.dialogue;
			if (data === undefined) dialogue?.send(Uint8Array.of(ESC));
			else {
				dialogue?.send(data);
				if (size === undefined) dialogue?.send(bytesOf(CTRL_Z));
			}
		});
	}
}
