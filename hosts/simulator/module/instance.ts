import type { Collect } from '../../../src/at/collector.js';
import { type Command, parseCommandLine } from '../../../src/at/command-line.js';
import { DceTerminal } from '../../../src/at/dce-terminal.js';
import { EscapeDetector } from '../../../src/at/escape-detector.js';
import { parseParameters } from '../../../src/at/parameters.js';
import { pause } from '../../../src/base/deadline.js';
import { Deferred } from '../../../src/base/deferred.js';
import type { BytePort, SignalPort, Signals } from '../../../src/ports/byte-port.js';
import { BAD_PARAMETER, type CommandContext, type CommandEntry, ERROR, OK, type Outcome } from './command.js';
import { takeInSilence } from './deaf-port.js';
import type { Firmware } from './firmware.js';
import { HeardPort } from './heard-port.js';
import type { Profile } from './profile.js';
import { TIMING } from './timing.js';

const MAX_LINE = 80;
const MAX_PARAMETERS = 20;
/** Room for the longest answer, a +CMGL of a full card [octets]. */
const OUTPUT = 32_768;
const HELD_URCS = 64;

/** What a prompt says, and how long [ms] the DTE may be silent; without it, for ever. */
export interface PromptOptions {
	readonly text?: string;
	readonly silence?: number;
}

/** What reads the octets of online mode. */
export interface OnlineHandler {
	data(bytes: Uint8Array): void;
	/** `+++`, a break, or DTR dropped: back to command mode. */
	escaped(): void;
	/** The terminal has sent everything it had. */
	drained?(): void;
}

/** One AT command interpreter: its profile, its terminal, and the command line it runs. */
export class Instance {
	readonly number: number;
	profile: Profile;
	readonly #firmware: Firmware;
	#terminal: DceTerminal | undefined;
	#port: BytePort | undefined;
	#signals: SignalPort | undefined;
	#running: Promise<void> = Promise.resolve();
	#abort: Deferred<void> | undefined;
	#online: OnlineHandler | undefined;
	#prompted: ((data: undefined) => void) | undefined;
	#escape: EscapeDetector | undefined;
	#heard: HeardPort | undefined;

	constructor(firmware: Firmware, number: number, profile: Profile) {
		this.#firmware = firmware;
		this.number = number;
		this.profile = profile;
	}

	get attached(): boolean {
		return this.#port !== undefined;
	}

	/** Packet data that was escaped from waits for O or H. */
	hasLoop = false;

	get isOnline(): boolean {
		return this.#online !== undefined;
	}

	/** Serves commands on `port` until it closes or `detach`. `signals`: a channel of the multiplexer. */
	attach(port: BytePort, signals?: SignalPort): void {
		this.detach();
		this.hasLoop = false;
		this.#port = port;
		this.#signals = signals;
		if (this.#firmware.board.hangs.of(this.number) === undefined) this.#serve(port);
		else this.#waste(port);
		signals?.setSignals({ rtc: true, rtr: true, dv: false, ic: false });
	}

	/** Takes octets and answers nothing from now on. A command that runs, or data mode, never ends for the DTE. */
	hang(): void {
		const port = this.#port;
		const signals = this.#signals;
		this.detach();
		if (port === undefined) return;
		this.#port = port;
		this.#signals = signals;
		this.#waste(port);
	}

	/** Hangs no longer: the next command line is heard. */
	resume(): void {
		this.#running = Promise.resolve();
		if (this.#port !== undefined && this.#terminal === undefined) this.#serve(this.#port);
	}

	#waste(port: BytePort): void {
		takeInSilence(port, {
			closed: () => {
				if (this.#port === port) this.detach();
			},
			broke: () => this.#firmware.free('break', this.number),
		});
	}

	#serve(port: BytePort): void {
		const heard = new HeardPort(port, this.#firmware.clock);
		this.#heard = heard;
		const terminal = new DceTerminal({
			port: heard,
			clock: this.#firmware.clock,
			settings: this.profile,
			maxLine: MAX_LINE,
			outputCapacity: OUTPUT,
			heldUrcs: HELD_URCS,
			onLine: body => this.#take(terminal, body),
			onAbort: () => this.#abort?.resolve(),
			onClosed: () => {
				if (this.#terminal === terminal) this.detach();
			},
			onSignals: shown => this.#signalsChanged(shown),
			onBreak: () => this.interrupt(),
		});
		terminal.onDrained = () => this.#online?.drained?.();
		this.#terminal = terminal;
	}

	/** The port is gone. A command that runs goes on without a reader. */
	detach(): void {
		const online = this.#online;
		this.#online = undefined;
		this.#escape?.stop();
		this.#escape = undefined;
		if (this.#terminal === undefined) this.#port?.listen(undefined);
		this.#terminal?.detach();
		this.#terminal = undefined;
		this.#port = undefined;
		this.#signals = undefined;
		this.#prompted?.(undefined);
		online?.escaped();
	}

	/** Information lines of the command that runs. */
	print(...lines: readonly string[]): void {
		if (lines.length === 1) this.#terminal?.information(lines[0]!);
		else if (lines.length > 1) this.#terminal?.lines(lines);
	}

	raw(bytes: Uint8Array | string): void {
		this.#terminal?.raw(bytes);
	}

	/** An unsolicited line, once no command runs and no line is being typed. */
	urc(text: string): void {
		this.#terminal?.urc(text);
	}

	/** Asks for data after `> `; undefined: aborted with ESC, too long, silence, or no terminal any more. */
	prompt(collect: Collect, { text, silence }: PromptOptions = {}): Promise<Uint8Array | undefined> {
		const shown = text ?? (this.#firmware.board.quirks.barePrompt ? '\r\n>' : '\r\n> ');
		return new Promise(resolve => {
			if (this.#terminal === undefined) {
				resolve(undefined);
				return;
			}
			this.#prompted = resolve;
			const watch = silence === undefined ? undefined : this.#heard?.watchSilence(silence, () => resolve(undefined));
			this.#terminal.prompt(shown, collect, data => {
				watch?.cancel();
				resolve(data);
			});
		});
	}

	/** Octets for the DTE that the terminal can take now. */
	get space(): number {
		return this.#terminal?.space ?? 0;
	}

	/** Takes no octets from the DTE until `resumeInput`: back-pressure in online mode. */
	pauseInput(): void {
		this.#terminal?.pause();
	}

	resumeInput(): void {
		this.#terminal?.resume();
	}

	/** Answers CONNECT, with `text` behind it, and hands what the DTE sends to `handler`, until `leaveOnline` or `handler.escaped`. */
	goOnline(handler: OnlineHandler, text?: string): void {
		const terminal = this.#terminal;
		if (terminal === undefined) {
			handler.escaped();
			return;
		}
		this.#online = handler;
		this.#signals?.setSignals({ dv: true });
		terminal.finish({ kind: 'connect', ...(text !== undefined && { text }) });
		if (this.#signals !== undefined || this.profile.skipEscape === 1) {
			terminal.online(bytes => handler.data(bytes));
			return;
		}
		const guard = (this.profile.registers[12] ?? 50) * 20;
		const detector = new EscapeDetector(
			this.#firmware.clock,
			guard,
			bytes => handler.data(bytes),
			() => this.interrupt(),
		);
		this.#escape = detector;
		terminal.online(bytes => detector.feed(bytes));
	}

	/** Back to command mode, where the handler's owner says so. */
	leaveOnline(): void {
		if (this.#online === undefined) return;
		this.#online = undefined;
		this.#escape?.stop();
		this.#escape = undefined;
		this.#signals?.setSignals({ dv: false });
		this.#terminal?.offline();
	}

	/** A break or an escape sequence: ends online mode, or aborts the command that runs. */
	interrupt(): void {
		const online = this.#online;
		if (online === undefined) {
			this.#abort?.resolve();
			return;
		}
		this.leaveOnline();
		online.escaped();
	}

	/** DTR of the UART or of the channel went off. */
	dtrDropped(): void {
		if (this.profile.dtr > 0) this.interrupt();
	}

	#signalsChanged(shown: Signals): void {
		if (!shown.rtc) this.dtrDropped();
	}

	/** Runs something that ends like a command line, though nobody typed one: a call that is answered by itself. */
	runUnasked(task: () => Outcome | Promise<Outcome>): void {
		this.#running = this.#running.then(async () => {
			const outcome = await task();
			if (outcome.kind === 'silent') this.#terminal?.finishSilently();
			else this.#terminal?.finish(outcome);
		});
	}

	#take(terminal: DceTerminal, body: string): void {
		this.#running = this.#running.then(() => this.#run(terminal, body));
	}

	async #run(terminal: DceTerminal, body: string): Promise<void> {
		const tasks: (() => void)[] = [];
		const outcome = await this.#execute(body, tasks);
		if (this.#terminal === terminal) {
			if (outcome.kind === 'silent') terminal.finishSilently();
			else terminal.finish(outcome);
		}
		for (const task of tasks) task();
	}

	async #execute(body: string, tasks: (() => void)[]): Promise<Outcome> {
		const commands = parseCommandLine(body);
		if (!commands.ok) return ERROR;
		const abort = new Deferred<void>();
		this.#abort = abort;
		let outcome: Outcome = OK;
		for (const command of commands.value) {
			outcome = await this.#perform(command, abort.promise, tasks);
			if (outcome.kind !== 'ok') break;
		}
		// After a hang the next line may run before this one has ended.
		if (this.#abort === abort) this.#abort = undefined;
		return outcome;
	}

	async #perform(command: Command, aborted: Promise<void>, tasks: (() => void)[]): Promise<Outcome> {
		const firmware = this.#firmware;
		const entry = firmware.entry(command.name);
		const handler = entry?.[command.form];
		if (entry === undefined || handler === undefined) {
			await pause(firmware.clock, TIMING.command);
			return entry === undefined ? ERROR : BAD_PARAMETER;
		}
		const parameters = parseParameters(command.form === 'set' ? command.args : '', MAX_PARAMETERS);
		if (!parameters.ok) return BAD_PARAMETER;
		const context: CommandContext = {
			firmware,
			instance: this,
			command,
			parameters: parameters.value,
			aborted,
			after: task => tasks.push(task),
		};
		const run = async () => {
			await pause(firmware.clock, entry.latency ?? TIMING.command);
			const missing = cardFault(entry, firmware);
			return missing ?? handler(context);
		};
		return entry.serial?.includes(command.form) ? firmware.gate.run(run) : run();
	}
}

/** Why a command that needs the card cannot run now: +CME 10, 11, 12 or 13. */
function cardFault(entry: CommandEntry, firmware: Firmware): Outcome | undefined {
	if (entry.card !== true) return undefined;
	const code = firmware.cardError();
	return code === undefined ? undefined : { kind: 'cme', code };
}
