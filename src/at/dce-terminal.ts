import { bytesOf } from '../base/text.js';
import type { BytePort, Signals } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import { type Collect, type CollectEnd, Collector } from './collector.js';
import { LineInput } from './line-input.js';
import { PortInput } from './port-input.js';
import { ERROR, type FinalResult } from './result-code.js';
import { TerminalOutput } from './terminal-output.js';
import type { TerminalSettings } from './terminal-settings.js';

export type { TerminalSettings } from './terminal-settings.js';

export interface TerminalOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly settings: TerminalSettings;
	/** Characters of a command line with its AT, without its end; a longer one answers ERROR and does not run. */
	readonly maxLine: number;
	/**
	 * A whole command line without AT, line end and control characters; `A/` delivers the last one again. From then on the
	 * terminal is busy until `finish` or `finishSilently`, which may be called at once or later. What arrives meanwhile
	 * waits in the port and is read afterwards.
	 */
	readonly onLine: (body: string) => void;
	/**
	 * An octet came 125 ms or more after the line's end while its command runs (V.250 5.6.1). At most once a line. The octet
	 * is kept as the beginning of what is typed next.
	 */
	readonly onAbort?: () => void;
	/** The port's other side ended the connection. */
	readonly onClosed?: (reason: string) => void;
	/** Passed on from the port. */
	readonly onSignals?: (signals: Signals) => void;
	/** Passed on from the port: in units of 200 ms. */
	readonly onBreak?: (length: number) => void;
	/** Octets of the output queue. 2048. */
	readonly outputCapacity?: number;
	/** URCs held back at most. 16. */
	readonly heldUrcs?: number;
}

/** `connecting`: CONNECT is printed and `online` not yet called; nothing is read. */
type Mode = 'command' | 'busy' | 'prompt' | 'connecting' | 'online' | 'closed';

/** Octets that came this soon after the line do not abort it (V.250 5.6.1) [ms]. */
const ABORT_GUARD = 125;
/** How long a half typed line can hold back URCs [ms]. */
const TYPING_HOLD = 5000;

/**
 * The DCE's end of an AT port: command lines in, responses out (V.250 5). A state machine over blocks of octets: no callback
 * comes from inside a call of the owner, except `onLine` while the terminal reads several lines of one block.
 */
export class DceTerminal {
	/** Called when the output queue has become empty. */
	onDrained: (() => void) | undefined;
	readonly #options: TerminalOptions;
	readonly #settings: TerminalSettings;
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #input: PortInput;
	readonly #line: LineInput;
	readonly #output: TerminalOutput;
	readonly #echo: (bytes: Uint8Array) => void;
	#mode: Mode = 'command';
	#paused = false;
	#reading = false;
	#lineEnded = 0;
	#aborted = false;
	#collector: Collector | undefined;
	#collected: ((data: Uint8Array | undefined, end: CollectEnd) => void) | undefined;
	#handler: ((bytes: Uint8Array) => void) | undefined;
	#wake: TimerHandle | undefined;
	#hold: TimerHandle | undefined;

	constructor(options: TerminalOptions) {
		const { port, settings } = options;
		this.#options = options;
		this.#settings = settings;
		this.#port = port;
		this.#clock = options.clock;
		this.#input = new PortInput(port);
		this.#output = new TerminalOutput(port, settings, options.outputCapacity ?? 2048, options.heldUrcs ?? 16);
		this.#echo = bytes => {
			if (settings.echo) this.#output.write(bytes);
		};
		this.#line = new LineInput(options.maxLine, this.#echo);
		port.listen({
			readable: () => this.readable(),
			writable: () => this.writable(),
			closed: reason => this.closed(reason),
			signals: signals => options.onSignals?.(signals),
			broke: length => options.onBreak?.(length),
		});
	}

	/** Octets that `information`, `lines` and `raw` can take now. */
	get space(): number {
		return this.#output.space;
	}

	/** Octets that wait for the port. */
	get queued(): number {
		return this.#output.queued;
	}

	/** Lines and URCs that were dropped or cut because there was no space. */
	get lost(): number {
		return this.#output.lost;
	}

	/** A command runs. */
	get busy(): boolean {
		return this.#mode === 'busy' || this.#mode === 'prompt' || this.#mode === 'connecting';
	}

	/** One information response line: CR LF text CR LF, or text CR LF (V0). */
	information(text: string): void {
		this.lines([text]);
	}

	/** An information response of several lines: CR LF first CR LF second CR LF. Whole or, without space, not at all. */
	lines(texts: readonly string[]): void {
		if (this.#mode !== 'closed' && texts.length > 0) this.#output.information(texts);
	}

	/** Octets as they are; returns how many it took. `onDrained` follows when there is space again. */
	raw(data: string | Uint8Array): number {
		if (this.#mode === 'closed') return 0;
		return this.#output.write(typeof data === 'string' ? bytesOf(data) : data);
	}

	/**
	 * Prints the result as Q, V and +CMEE say and ends the command; then held URCs go out and reading goes on. After
	 * 'connect' nothing is read until `online`. In online mode it only prints.
	 */
	finish(result: FinalResult): void {
		if (this.#mode === 'closed') return;
		if (!this.#settings.quiet) this.#output.result(result);
		if (result.kind !== 'connect') this.finishSilently();
		else if (this.#mode !== 'online') this.#mode = 'connecting';
	}

	/** A command begins that nobody typed; the terminal is busy until `finish`. False: one runs, or a line is being typed. */
	occupy(): boolean {
		if (this.#mode !== 'command' || this.#line.begun) return false;
		this.begin();
		return true;
	}

	/** Ends the command without a word. */
	finishSilently(): void {
		if (this.#mode === 'closed' || this.#mode === 'online') return;
		this.#mode = 'command';
		this.#collector = undefined;
		this.#collected = undefined;
		this.releaseHeld();
		this.readSoon();
	}

	/**
	 * An unsolicited result code: at once when idle and nothing is being typed, else held until then. A half typed line holds
	 * it 5 s at most. When too many are held the oldest is dropped and counted.
	 */
	urc(text: string): void {
		if (this.#mode === 'closed') return;
		this.#output.hold(text);
		this.releaseHeld();
	}

	/**
	 * Prints `text` as it stands (CR LF and `> `), then collects; `done` gets a view, comes while the terminal is still busy,
	 * and never after `finish`. A text is echoed, octets are not. Data that came before the prompt counts; an LF right behind
	 * the command line's CR does not.
	 */
	prompt(text: string, collect: Collect, done: (data: Uint8Array | undefined, end: CollectEnd) => void): void {
		if (this.#mode === 'closed') return;
		this.raw(text);
		this.#input.passLineFeed();
		if (collect.kind === 'octets') this.#input.skipLineFeed = false;
		this.#collector = new Collector(collect, this.#echo);
		this.#collected = done;
		this.#mode = 'prompt';
		this.readSoon();
	}

	/** Data mode: what arrives goes to `handler` (a view, valid during the call); write with `raw`. Before or after CONNECT. */
	online(handler: (bytes: Uint8Array) => void): void {
		if (this.#mode === 'closed') return;
		this.#input.passLineFeed();
		this.#input.skipLineFeed = false;
		this.#handler = handler;
		this.#mode = 'online';
		this.readSoon();
	}

	/** Back in command state, busy until `finish`. */
	offline(): void {
		if (this.#mode !== 'online' && this.#mode !== 'connecting') return;
		this.#handler = undefined;
		this.#paused = false;
		this.begin();
	}

	/** Reads nothing from the port until `resume` or `offline`: back-pressure in data mode. */
	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
		this.readSoon();
	}

	/** Lets go of the port without closing it; returns octets that were read but not used. What is queued is dropped. */
	detach(): Uint8Array {
		const unused = this.#input.take();
		if (this.#mode !== 'closed') {
			this.stop();
			this.#port.listen(undefined);
		}
		return unused;
	}

	/** Detaches and closes the port. Idempotent. */
	close(): void {
		this.detach();
		this.#port.close();
	}

	private stop(): void {
		this.#mode = 'closed';
		this.#output.clear();
		this.#handler = undefined;
		this.#collected = undefined;
		this.#wake?.cancel();
		this.#hold?.cancel();
	}

	private closed(reason: string): void {
		if (this.#mode === 'closed') return;
		this.stop();
		this.#options.onClosed?.(reason);
	}

	private writable(): void {
		if (this.#mode === 'closed' || this.#output.queued === 0 || !this.#output.flush()) return;
		this.releaseHeld();
		if (this.#output.queued === 0) this.onDrained?.();
	}

	private readable(): void {
		this.#input.announce();
		if (this.#mode === 'busy') this.watchAbort();
		else this.read();
	}

	/** Reads on from a timer, so that no callback comes from inside the owner's call. */
	private readSoon(): void {
		if (this.#reading || this.#wake !== undefined || !this.#input.pending) return;
		this.#wake = this.#clock.setTimer(this.#clock.now(), () => {
			this.#wake = undefined;
			this.read();
		});
	}

	private read(): void {
		if (this.#reading) return;
		this.#reading = true;
		try {
			while (this.reads() && this.#input.fill()) this.use(this.#input.bytes);
		} finally {
			this.#reading = false;
		}
		this.releaseHeld();
	}

	private reads(): boolean {
		return !this.#paused && (this.#mode === 'command' || this.#mode === 'prompt' || this.#mode === 'online');
	}

	private use(bytes: Uint8Array): void {
		if (this.#mode === 'command') this.useLine(bytes);
		else if (this.#mode === 'prompt') this.useData(this.#collector!);
		else {
			this.#input.use(bytes.length);
			this.#handler?.(bytes);
		}
	}

	private useLine(bytes: Uint8Array): void {
		const outcome = this.#line.read(bytes, this.#settings);
		this.#input.use(this.#line.used);
		if (outcome === 'more') return;
		this.begin();
		if (outcome === 'too-long') this.finish(ERROR);
		else this.#options.onLine(this.#line.body);
	}

	/** A command runs from now on. */
	private begin(): void {
		this.#mode = 'busy';
		this.#lineEnded = this.#clock.now();
		this.#aborted = false;
		this.#input.skipLineFeed = true;
	}

	private useData(collector: Collector): void {
		if (!this.#input.passLineFeed()) return;
		const end = collector.take(this.#input.bytes, this.#settings.s5);
		this.#input.use(collector.used);
		if (end === undefined) return;
		const done = this.#collected;
		this.#collector = undefined;
		this.#collected = undefined;
		this.begin();
		done?.(end === 'whole' ? collector.data : undefined, end);
	}

	/** Something came while a command runs. */
	private watchAbort(): void {
		const { onAbort } = this.#options;
		if (onAbort === undefined || this.#aborted || !this.#input.passLineFeed()) return;
		if (this.#clock.now() - this.#lineEnded < ABORT_GUARD) return;
		this.#aborted = true;
		onAbort();
	}

	private releaseHeld(): void {
		if (!this.#output.holds || this.#mode !== 'command') return;
		if (!this.#line.begun) {
			this.#hold?.cancel();
			this.#hold = undefined;
			this.#output.releaseHeld();
		} else if (this.#hold === undefined) {
			this.#hold = this.#clock.setTimer(this.#clock.now() + TYPING_HOLD, () => {
				this.#hold = undefined;
				if (this.#mode === 'command') this.#output.releaseHeld();
			});
		}
	}
}
