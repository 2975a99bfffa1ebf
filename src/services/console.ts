import type { Identity } from '../access/grants.js';
import { lookUp } from '../at/catalogue.js';
import { type Command, parseCommandLine } from '../at/command-line.js';
import { DceTerminal } from '../at/dce-terminal.js';
import { ERROR, type FinalResult } from '../at/result-code.js';
import type { Instance } from '../modem/instance.js';
import type { Modem } from '../modem/modem.js';
import { settingOf } from '../modem/setting-table.js';
import type { DtePort, Signals } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { noteEffects, resultOf, TAKEN } from './console-effects.js';
import type { ConsoleLine } from './console-line.js';
import type { MultiplexerRequest } from './console-mux-command.js';
import { ConsoleRun } from './console-run.js';
import type { ConsoleSettings } from './console-settings.js';
import { DataCall } from './data-call.js';
import type { DteIntent } from './dte-intent.js';
import type { Interpreter, PortCommands, RunOutcome } from './interpreter.js';
import { isProfile, isReset, startsCall } from './profile-commands.js';
import { RingCounter } from './ring-counter.js';

/** What all consoles of a board share. */
export interface ConsoleSurroundings {
	readonly clock: Clock;
	readonly modem: Modem;
	readonly interpreter: Interpreter;
	/** Learns what the DTE takes off the network. */
	readonly intent: DteIntent;
	/** The DTE sets something of the board's own: what a remote command changed before is not undone any more. */
	readonly onChange: () => void;
}

export interface ConsoleOptions extends ConsoleSurroundings {
	readonly port: DtePort;
	readonly settings: ConsoleSettings;
	/** The module's instance that its commands go to, 1 upward. */
	readonly instance: number;
	/** DLCI toward a DTE, where `+++` is data and the break octet escapes. */
	readonly isChannel: boolean;
	/** Octets of output that may wait for the port. */
	readonly outputCapacity?: number;
	readonly line: ConsoleLine;
	/** A line with `+CMUX` has been answered with OK, and the answer has gone out. */
	readonly onMultiplexer?: (request: MultiplexerRequest) => void;
	/** The port's other side ended the connection. */
	readonly onClosed?: () => void;
}

const IDENTITY: Identity = Object.freeze({ kind: 'console', name: 'console' });
const ANSWER: Command = Object.freeze({ name: 'A', form: 'execute', args: '', text: 'A' });
/** Characters of a command line: more than any module's, which refuses what is too long for itself. */
const LONGEST_LINE = 1024;
/** 27.007 9.2: operation not allowed. */
const NOT_ALLOWED = 3;

/** One AT port for a DTE: to it a module's, with the co-processor's commands added. It is used until it is left, and then no more. */
export class Console {
	readonly #options: ConsoleOptions;
	readonly #terminal: DceTerminal;
	/** What the port answers itself, of its line and of its settings. */
	readonly #port: PortCommands;
	readonly #rings: RingCounter;
	#run: ConsoleRun | undefined;
	#call: DataCall | undefined;
	/** The instance is this console's for a data call, or for the try. */
	#hasInstance = false;
	/** The multiplexer that the last line asked for. */
	#asked: MultiplexerRequest | undefined;
	#isLeft = false;

	constructor(options: ConsoleOptions) {
		const { port, clock, settings, line, outputCapacity, onClosed } = options;
		this.#options = options;
		this.#rings = new RingCounter(clock);
		const answerer = (command: Command) => (line.answers(command) ? line : settings);
		this.#port = {
			answers: command => answerer(command).answers(command),
			run: command => answerer(command).run(command),
		};
		this.#terminal = new DceTerminal({
			port,
			clock,
			settings: settings.terminal,
			maxLine: LONGEST_LINE,
			...(outputCapacity !== undefined && { outputCapacity }),
			onLine: body => void this.take(body),
			onAbort: () => this.#run?.abort(),
			onSignals: signals => this.#call?.showDtr(signals.rtc),
			onBreak: () => this.broke(),
			...(onClosed && { onClosed: () => onClosed() }),
		});
		this.#terminal.onDrained = () => {
			this.#run?.drained();
			this.#call?.drained();
			this.multiplex();
		};
	}

	/** The module's instance that its commands go to. */
	get instance(): number {
		return this.#options.instance;
	}

	get settings(): ConsoleSettings {
		return this.#options.settings;
	}

	/** A data call is up. */
	get isOnline(): boolean {
		return this.#call !== undefined;
	}

	/** An unsolicited result code for the DTE. */
	urc(text: string): void {
		this.#terminal.urc(text);
		if (this.#rings.count(text, this.#options.settings.terminal.s0)) this.answerCall();
	}

	/** The module's V.24 signals on the instance changed: DCD and RI of a port that has them follow. */
	moduleSignals({ dv, ic }: Signals): void {
		this.#options.port.setSignals?.({ dv, ic });
	}

	/** A result that answers what came before this console was there. */
	answer(result: FinalResult): void {
		this.#terminal.finish(result);
	}

	/**
	 * Lets go of the port without closing it. What has not gone to the module does not go any more, what runs there is ended early where it
	 * can be, and a data call is given up.
	 */
	leave(): void {
		if (this.#isLeft) return;
		this.#isLeft = true;
		this.#terminal.detach();
		this.#run?.leave();
		this.#call?.hangUp();
	}

	private async take(body: string): Promise<void> {
		const terminal = this.#terminal;
		const parsed = parseCommandLine(body);
		if (!parsed.ok) {
			terminal.finish(ERROR);
			return;
		}
		const refusal = this.refusal(parsed.value);
		if (refusal !== undefined) {
			terminal.finish({ kind: 'cme', code: refusal });
			return;
		}
		await this.perform(parsed.value);
	}

	/** As if the DTE had typed ATA; where it does something else now, at the next ring. */
	private answerCall(): void {
		if (!this.#terminal.occupy()) return;
		if (this.refusal([ANSWER]) === undefined) void this.perform([ANSWER]);
		else this.#terminal.finishSilently();
	}

	/** Why the line must not run, as a +CME code; undefined: it may. A data call that may begin has its instance to itself then. */
	private refusal(commands: readonly Command[]): number | undefined {
		const { modem, instance } = this.#options;
		if (commands.some(command => this.wouldLock(command))) return NOT_ALLOWED;
		const dials = commands.some(command => startsCall(command)) && modem.instanceForDte(instance) !== undefined;
		if (!dials) return undefined;
		this.#hasInstance = modem.beginCall(instance);
		return this.#hasInstance ? undefined : TAKEN;
	}

	/** Would take the instance, or all of CMUX, away from the co-processor for good (security.md: refused inside our mux). */
	private wouldLock(command: Command): boolean {
		if (this.#options.interpreter.find(command.name) !== undefined || this.#port.answers(command)) return false;
		return lookUp(command).hazards.console.includes('lock');
	}

	private async perform(commands: readonly Command[]): Promise<void> {
		const { modem, interpreter, settings, clock, intent, onChange } = this.#options;
		if (commands.some(({ name, form }) => form === 'set' && interpreter.find(name) !== undefined)) onChange();
		const instance = modem.instanceForDte(this.instance);
		const run = new ConsoleRun({ terminal: this.#terminal, settings: settings.terminal, clock, commands, instance });
		this.#run = run;
		const outcome = await interpreter.run(commands, {
			caller: { channel: 'console', identity: IDENTITY },
			instance,
			user: settings.wishes,
			cmee: settings.terminal.cmee,
			port: this.#port,
			isWithdrawn: () => this.#isLeft,
			onSent: () => run.begin(),
			onAnswered: () => run.end(),
			onLine: (text, raw) => run.print(text, raw),
			room: () => run.room(),
			onPrompt: command => run.prompt(command),
			onOctets: bytes => run.octets(bytes),
			data: { ask: request => run.ask(request), print: bytes => run.printWhole(bytes) },
			isAlone: command => isReset(command) || isProfile(command) || settingOf(command) !== undefined,
			around: command => (isProfile(command) ? settings.aroundProfile(modem.notificationOf(this.instance)) : undefined),
			onDone: done => noteEffects(done, { modem, intent, settings, instance: this.instance }),
		});
		this.#run = undefined;
		const isDone = outcome.kind === 'final' && outcome.result.kind === 'ok';
		// Half of the line may have taken effect.
		if (!isDone && commands.some(isProfile)) modem.normalise(this.instance);
		this.finish(outcome, instance);
	}

	private finish(outcome: RunOutcome, instance: Instance | undefined): void {
		const { line, modem } = this.#options;
		const result = resultOf(outcome, instance, modem.state === 'ready');
		const asked = line.takeMultiplexer();
		if (result.kind !== 'connect') this.giveBack();
		this.#terminal.finish(result);
		if (result.kind === 'connect' && instance !== undefined) this.connected(instance);
		if (result.kind === 'ok') this.#asked = asked;
		this.multiplex();
	}

	private connected(instance: Instance): void {
		const { clock, port, settings, isChannel } = this.#options;
		const call = new DataCall({
			clock,
			terminal: this.#terminal,
			instance,
			sequence: isChannel ? undefined : settings.escape,
			onEnded: () => {
				this.#call = undefined;
				port.setSignals?.({ dv: false });
				this.giveBack();
				instance.proceed();
			},
		});
		this.#call = call;
		// The port was left while the call was set up: nobody is there to use it.
		if (this.#isLeft) call.hangUp();
	}

	/** The co-processor may have the instance again. */
	private giveBack(): void {
		if (!this.#hasInstance) return;
		this.#hasInstance = false;
		this.#options.modem.callEnded(this.instance);
	}

	/** The break octet of MSC, which replaces `+++` on a DLCI. */
	private broke(): void {
		if (this.#call !== undefined) this.#call.escape();
		else this.#run?.abort();
	}

	/** Once its OK has gone out. */
	private multiplex(): void {
		const asked = this.#asked;
		if (asked === undefined || this.#isLeft || this.#terminal.queued > 0) return;
		this.#asked = undefined;
		this.#options.onMultiplexer?.(asked);
	}
}
