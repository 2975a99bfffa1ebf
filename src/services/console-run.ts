import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import type { DceTerminal } from '../at/dce-terminal.js';
import type { Dialogue } from '../at/dialogue.js';
import type { TerminalSettings } from '../at/terminal-settings.js';
import { before } from '../base/deadline.js';
import { Deferred } from '../base/deferred.js';
import { bytesOf } from '../base/text.js';
import type { Instance } from '../modem/instance.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import { askTerminal } from './console-data.js';
import type { DataRequest } from './own-command.js';
import { promptOf, promptSize } from './prompt.js';

/** Octets of output that must be free, else the module waits. */
const LOW = 512;
/** A module waits for so long [ms] at most for a DTE that reads nothing of its answer. */
const PATIENCE = 10_000;
/** A DTE that reads nothing for so long [ms] gets no more of a long answer. */
const UNREAD = 60_000;
/** From a line to a character that ends its command (V.250 5.6.1: 125 ms, and what the line itself takes) [ms]. */
const ABORT_GUARD = 150;
const CTRL_Z = '\x1a';
const CR = 0x0d;
const ESC = 0x1b;

export interface ConsoleRunOptions {
	readonly terminal: DceTerminal;
	readonly settings: TerminalSettings;
	readonly clock: Clock;
	readonly commands: readonly Command[];
	/** Where its commands go; undefined: the module cannot be reached. */
	readonly instance: Instance | undefined;
}

/** One command line of a console while it runs: where its answer goes, and what it asks the DTE for. */
export class ConsoleRun {
	readonly #options: ConsoleRunOptions;
	/** When the module got its command [ms of the clock]; undefined: it has not, and another user's may run there. */
	#sentAt: number | undefined;
	#isAborted = false;
	#abort: TimerHandle | undefined;
	/** The module waits for a text. */
	#awaitsText = false;
	/** Ends the question of an own command. */
	#endQuestion: (() => void) | undefined;
	/** Settles when the terminal has printed all it had. */
	#drained: Deferred<boolean> | undefined;
	#held: Dialogue | undefined;
	#patience: TimerHandle | undefined;
	/** The DTE reads nothing: the rest of the answer is lost. */
	#isUnread = false;
	#isLeft = false;

	constructor(options: ConsoleRunOptions) {
		this.#options = options;
	}

	/** Nobody is there any more: what asks for data is given up, and the rest of the answer is for nobody. */
	leave(): void {
		this.#isLeft = true;
		this.drained();
		this.abort();
		this.#endQuestion?.();
		if (this.#awaitsText) this.#dialogue?.send(Uint8Array.of(ESC));
	}

	/** The terminal's queue is empty. */
	drained(): void {
		this.#patience?.cancel();
		this.#drained?.resolve(true);
		this.#drained = undefined;
		const held = this.#held;
		this.#held = undefined;
		held?.proceed();
	}

	/** The module has got a piece of the line. */
	begin(): void {
		this.#sentAt = this.#options.clock.now();
		if (this.#isAborted) this.#abortLater(this.#sentAt);
	}

	/** The module has answered it: the instance may be another user's now. */
	end(): void {
		this.#sentAt = undefined;
		this.#abort?.cancel();
		this.#patience?.cancel();
		this.#awaitsText = false;
	}

	/** A character came while it runs: it ends what can be ended early, else it is the beginning of the next line. */
	abort(): void {
		if (!this.#options.commands.some(command => lookUp(command).abortable)) return;
		this.#isAborted = true;
		if (this.#sentAt !== undefined) this.#abortLater(this.#sentAt);
	}

	print(text: string, raw: string): void {
		const { terminal, settings } = this.#options;
		const { verbose, s3, s4 } = settings;
		if (verbose && s3 === 13 && s4 === 10) terminal.raw(raw);
		else terminal.information(text);
		this.#holdWhenFull();
	}

	octets(bytes: Uint8Array): void {
		this.#options.terminal.raw(bytes);
		this.#holdWhenFull();
	}

	/** Octets of our own, as fast as the DTE reads them; one that reads nothing for a minute loses the rest. */
	async printWhole(bytes: Uint8Array): Promise<void> {
		const { terminal } = this.#options;
		let rest = bytes;
		while (rest.length > 0 && !this.#isLeft) {
			rest = rest.subarray(terminal.raw(rest));
			if (rest.length > 0 && !(await this.#becomesEmpty())) return;
		}
	}

	/** Settles when there is room for a further line of our own; undefined: there is now, or nobody reads any more. */
	room(): Promise<void> | undefined {
		const { terminal } = this.#options;
		if (this.#isLeft || this.#isUnread || terminal.queued === 0 || terminal.space >= LOW) return undefined;
		return this.#becomesEmpty().then(isEmpty => {
			this.#isUnread = !isEmpty;
		});
	}

	/** Octets of the DTE for an own command. */
	ask(request: DataRequest): Promise<boolean> {
		const { clock, terminal } = this.#options;
		if (this.#isLeft) return Promise.resolve(false);
		return askTerminal(terminal, clock, request, end => {
			this.#endQuestion = end;
		});
	}

	/** One that nobody hears any more gives up a text; octets, of which each would count, end by the module's own time. */
	prompt(command: Command): void {
		const size = promptSize(command);
		if (this.#isLeft) {
			if (size === undefined) this.#dialogue?.send(Uint8Array.of(ESC));
			return;
		}
		this.#awaitsText = size === undefined;
		const collect = size === undefined ? { kind: 'text' as const } : { kind: 'octets' as const, count: size };
		this.#options.terminal.prompt(promptOf(command), collect, data => {
			this.#awaitsText = false;
			this.#dialogue?.send(data ?? Uint8Array.of(ESC));
			if (data !== undefined && size === undefined) this.#dialogue?.send(bytesOf(CTRL_Z));
		});
	}

	/** False: the DTE reads nothing for a minute. */
	#becomesEmpty(): Promise<boolean> {
		const { clock } = this.#options;
		const drained = new Deferred<boolean>();
		this.#drained = drained;
		return before(clock, clock.now() + UNREAD, drained.promise, false);
	}

	get #dialogue(): Dialogue | undefined {
		return this.#options.instance?.dialogue;
	}

	/** What comes too soon behind the line is part of its end to the module. */
	#abortLater(sentAt: number): void {
		const { clock } = this.#options;
		this.#abort?.cancel();
		this.#abort = clock.setTimer(Math.max(clock.now(), sentAt + ABORT_GUARD), () => {
			this.#dialogue?.send(Uint8Array.of(CR));
		});
	}

	/**
	 * The DTE reads more slowly than the module prints: the module's channel is stopped meanwhile, but not for long, since the services use
	 * it too.
	 */
	#holdWhenFull(): void {
		const { terminal, clock } = this.#options;
		const dialogue = this.#dialogue;
		if (this.#isLeft || this.#isUnread || dialogue === undefined || terminal.space >= LOW) return;
		this.#held = dialogue;
		dialogue.pause();
		this.#patience?.cancel();
		this.#patience = clock.setTimer(clock.now() + PATIENCE, () => {
			this.#isUnread = true;
			this.drained();
		});
	}
}
