import type { Identity } from '../access/grants.js';
import { lookUp } from '../at/catalogue.js';
import { type Command, parseCommandLine } from '../at/command-line.js';
import { DceTerminal } from '../at/dce-terminal.js';
import type { Dialogue } from '../at/dialogue.js';
import { ERROR } from '../at/result-code.js';
import { before } from '../base/deadline.js';
import { Deferred } from '../base/deferred.js';
import { bytesOf } from '../base/text.js';
import type { Instance } from '../modem/instance.js';
import type { Modem } from '../modem/modem.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { askTerminal } from './console-data.js';
import { ConsoleSettings } from './console-settings.js';
import { DataCall } from './data-call.js';
import type { DteIntent } from './dte-intent.js';
import type { Interpreter, RunOutcome } from './interpreter.js';
import type { DataRequest } from './own-command.js';
import { promptOf, promptSize } from './prompt.js';
import type { PortLender } from './serial-lines.js';

export interface ConsoleOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly modem: Modem;
	readonly interpreter: Interpreter;
	/** Learns what the DTE takes off the network. */
	readonly intent: DteIntent;
	/** The DTE sets something of the board's own: what a remote command changed before is not undone any more. */
	readonly onChange: () => void;
}

const IDENTITY: Identity = Object.freeze({ kind: 'console', name: 'console' });
/** Characters of a command line: more than any module's, which refuses what is too long for itself. */
const LONGEST_LINE = 1024;
/** Octets of output that must be free, else the module waits. */
const LOW = 512;
/** Unsolicited result codes that wait while the port is lent. */
const HELD = 16;
/** A DTE that reads nothing for so long [ms] gets no more of a long answer. */
const UNREAD = 60_000;
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

/** A command line that runs, where its answer goes, and where its commands go. */
interface Running {
	readonly terminal: DceTerminal;
	readonly instance: Instance | undefined;
	/** The module waits for a text. */
	awaitsText: boolean;
	/** Ends the question of an own command. */
	abort: (() => void) | undefined;
}

/**
 * The board's local port: to a DTE the module's AT port, with the co-processor's commands added. The port itself can be lent, unless
 * a data call is up: meanwhile the last 16 unsolicited result codes wait, and what a command that was running still answers is lost.
 */
export class Console implements PortLender {
	readonly #options: ConsoleOptions;
	readonly #settings = new ConsoleSettings();
	readonly #waitingUrcs: string[] = [];
	#terminal: DceTerminal;
	#running: Running | undefined;
	#held: Dialogue | undefined;
	/** Settles when the terminal has printed all it had. */
	#drained: Deferred<boolean> | undefined;
	#adopted = false;
	#inData = false;
	#lent = false;
	#closed = false;

	constructor(options: ConsoleOptions) {
		this.#options = options;
		this.#terminal = this.#open();
		options.modem.onReady.push(() => this.#adopt());
	}

	/** An unsolicited result code for the DTE. */
	urc(text: string): void {
		if (!this.#lent) this.#terminal.urc(text);
		else if (this.#waitingUrcs.push(text) > HELD) this.#waitingUrcs.shift();
	}

	/** A message that no service took arrived at `index`. */
	messageArrived(index: number): void {
		if (this.#settings.wantsMessages) this.urc(`+CMTI: "SM",${index}`);
	}

	get port(): BytePort {
		return this.#options.port;
	}

	/** Leaves the port to another, without a listener. False: it is lent already, or a data call is up. */
	lend(): boolean {
		if (this.#lent || this.#inData) return false;
		this.#lent = true;
		this.#terminal.detach();
		this.#release();
		this.#running?.abort?.();
		if (this.#running?.awaitsText) this.#running.instance?.dialogue.send(Uint8Array.of(ESC));
		return true;
	}

	/** Serves the port again. */
	takeBack(): void {
		if (!this.#lent || this.#closed) return;
		this.#lent = false;
		this.#terminal = this.#open();
		for (const text of this.#waitingUrcs.splice(0)) this.#terminal.urc(text);
	}

	close(): void {
		this.#closed = true;
		this.#terminal.detach();
		this.#release();
	}

	#open(): DceTerminal {
		const { port, clock } = this.#options;
		const terminal: DceTerminal = new DceTerminal({
			port,
			clock,
			settings: this.#settings.terminal,
			maxLine: LONGEST_LINE,
			onLine: body => void this.#run(terminal, body),
			onAbort: () => this.#running?.instance?.dialogue.send(Uint8Array.of(CR)),
		});
		terminal.onDrained = () => this.#release();
		return terminal;
	}

	#adopt(): void {
		const stored = this.#options.modem.dteNotification;
		if (this.#adopted || stored === undefined) return;
		this.#adopted = true;
		this.#settings.adoptNotification(stored);
	}

	async #run(terminal: DceTerminal, body: string): Promise<void> {
		const { modem, interpreter } = this.#options;
		const parsed = parseCommandLine(body);
		if (!parsed.ok) {
			terminal.finish(ERROR);
			return;
		}
		if (parsed.value.some(command => this.#wouldLock(command))) {
			terminal.finish({ kind: 'cme', code: NOT_ALLOWED });
			return;
		}
		if (parsed.value.some(({ name, form }) => form === 'set' && interpreter.find(name) !== undefined)) {
			this.#options.onChange();
		}
		const instance = modem.dteInstance;
		const running: Running = { terminal, instance, awaitsText: false, abort: undefined };
		this.#running = running;
		const outcome = await interpreter.run(parsed.value, {
			caller: { channel: 'console', identity: IDENTITY },
			instance,
			user: 'dte',
			cmee: this.#settings.terminal.cmee,
			port: this.#settings,
			onLine: (text, raw) => this.#print(text, raw, running),
			onPrompt: command => this.#prompt(command, running),
			onOctets: bytes => this.#printOctets(bytes, running),
			data: {
				ask: request => this.#ask(request, running),
				print: bytes => this.#printWhole(bytes, running),
			},
			isAlone: ({ name, form }) => resets(name) || (name === '+CMGF' && form === 'set'),
			onDone: commands => this.#note(commands),
		});
		running.awaitsText = false;
		if (this.#running === running) this.#running = undefined;
		this.#finish(outcome, running);
	}

	/** Its terminal still has the port. */
	#isHeard({ terminal }: Running): boolean {
		return !this.#lent && terminal === this.#terminal;
	}

	/** Would take the instance, or all of CMUX, away from the co-processor for good (security.md: refused inside our mux). */
	#wouldLock(command: Command): boolean {
		if (this.#options.interpreter.find(command.name) !== undefined || this.#settings.answers(command)) return false;
		return lookUp(command).hazards.console.includes('lock');
	}

	#finish(outcome: RunOutcome, running: Running): void {
		const { terminal, instance } = running;
		if (outcome.kind === 'final') {
			terminal.finish(outcome.result);
			if (outcome.result.kind === 'connect' && instance !== undefined) this.#connected(running, instance);
			return;
		}
		if (outcome.kind === 'closed') {
			const taken = this.#options.modem.state === 'ready';
			terminal.finish({ kind: 'cme', code: taken ? TAKEN : NO_MODULE });
			return;
		}
		terminal.finish(ERROR);
	}

	#connected(running: Running, instance: Instance): void {
		const { dialogue } = instance;
		if (!this.#isHeard(running)) {
			// The port was lent while the call was set up: nobody is there to use it.
			dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: () => instance.proceed() });
			dialogue.escape();
			return;
		}
		// What DataCall holds back is let go by the terminal's next empty queue, like an answer.
		this.#held = dialogue;
		this.#inData = true;
		new DataCall(this.#options.clock, running.terminal, dialogue, () => {
			this.#inData = false;
			instance.proceed();
		});
	}

	#print(text: string, raw: string, running: Running): void {
		const { verbose, s3, s4 } = this.#settings.terminal;
		if (verbose && s3 === 13 && s4 === 10) running.terminal.raw(raw);
		else running.terminal.information(text);
		this.#holdWhenFull(running);
	}

	#printOctets(bytes: Uint8Array, running: Running): void {
		running.terminal.raw(bytes);
		this.#holdWhenFull(running);
	}

	/** Octets of our own, as fast as the DTE reads them; one that reads nothing for a minute loses the rest. */
	async #printWhole(bytes: Uint8Array, running: Running): Promise<void> {
		const { clock } = this.#options;
		let rest = bytes;
		while (rest.length > 0 && this.#isHeard(running)) {
			const taken = running.terminal.raw(rest);
			rest = rest.subarray(taken);
			if (rest.length === 0) return;
			const drained = new Deferred<boolean>();
			this.#drained = drained;
			if (!(await before(clock, clock.now() + UNREAD, drained.promise, false))) return;
		}
	}

	#holdWhenFull(running: Running): void {
		if (this.#isHeard(running) && running.terminal.space < LOW) this.#hold(running.instance?.dialogue);
	}

	/** The DTE reads more slowly than the module prints: the module's channel is stopped meanwhile. */
	#hold(dialogue: Dialogue | undefined): void {
		this.#held = dialogue;
		dialogue?.pause();
	}

	#release(): void {
		this.#drained?.resolve(true);
		this.#drained = undefined;
		const held = this.#held;
		this.#held = undefined;
		held?.proceed();
	}

	/** What the commands changed that both the DTE and the co-processor use. */
	#note(commands: readonly Command[]): void {
		const { shared } = this.#options.modem;
		this.#options.intent.note(commands);
		for (const { name, form, args } of commands) {
			if (name === '+CMGF' && form === 'set') shared.chose(Number(args) === 1 ? 1 : 0);
			if (!resets(name)) continue;
			this.#settings.reset(name === 'Z');
			this.#options.modem.normalise();
		}
	}

	#ask(request: DataRequest, running: Running): Promise<boolean> {
		if (!this.#isHeard(running)) return Promise.resolve(false);
		return askTerminal(running.terminal, this.#options.clock, request, abort => {
			running.abort = abort;
		});
	}

	/** One that nobody hears any more gives up a text; octets, of which each would count, end by the module's own time. */
	#prompt(command: Command, running: Running): void {
		const size = promptSize(command);
		const dialogue = running.instance?.dialogue;
		if (!this.#isHeard(running)) {
			if (size === undefined) dialogue?.send(Uint8Array.of(ESC));
			return;
		}
		running.awaitsText = size === undefined;
		const collect = size === undefined ? { kind: 'text' as const } : { kind: 'octets' as const, count: size };
		running.terminal.prompt(promptOf(command), collect, data => {
			running.awaitsText = false;
			if (data === undefined) dialogue?.send(Uint8Array.of(ESC));
			else {
				dialogue?.send(data);
				if (size === undefined) dialogue?.send(bytesOf(CTRL_Z));
			}
		});
	}
}
