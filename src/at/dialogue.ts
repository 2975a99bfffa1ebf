import { Deferred } from '../base/deferred.js';
import { bytesOf } from '../base/text.js';
import type { PortListener, Signals } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import { type OnlineEvents, OnlineMode, type OnlinePort } from './online-mode.js';
import { type LexerEvents, ResponseLexer } from './response-lexer.js';
import { type FinalResult, parseFinal, parseNumericFinal } from './result-code.js';

/** One command line on its way: what to send, what belongs to its answer, and how long it may take. */
export interface DialogueRequest {
	/** The whole line with `AT`, without CR. */
	readonly line: string;
	/** What labelled lines of the answer begin with (`+COPS`, `#SS`); every other labelled line is an URC. */
	readonly prefixes: readonly string[];
	/** Absolute time [ms] after which the outcome is `timeout`. */
	readonly deadline: number;
	/** `NO CARRIER`, `BUSY` and their kin end this command (D, A, O, #SD …); for others they are URCs. */
	readonly dials?: boolean;
	/** The prompt of this command; `>` unless said. */
	readonly prompt?: string;
	/** The line has gone out: from now on what is sent is for its command. */
	onSent?(): void;
	/** A line of the answer; `raw` is exactly what was printed. */
	onLine?(text: string, raw: string): void;
	/** The module waits for data: answer with `Dialogue.send`. Without this the command is cancelled by ESC. */
	onPrompt?(): void;
	/** All that `send` had left waiting has gone out. */
	onSpace?(): void;
	/** How many raw octets follow this line of the answer (`#SRECV: 1,15` → 15). */
	octetsAfter?(text: string): number;
	onOctets?(bytes: Uint8Array): void;
}

/** How a command line ended. `raw` is the result code as it was printed. After `timeout` see `Dialogue.resume`. */
export type DialogueOutcome =
	| { readonly kind: 'final'; readonly result: FinalResult; readonly raw: string }
	| { readonly kind: 'timeout' }
	| { readonly kind: 'closed' };

export interface DialogueOptions {
	readonly port: OnlinePort;
	readonly clock: Clock;
	/** Gets every line that is no part of an answer. */
	readonly onUrc: (text: string) => void;
	/** The other side's V.24 signals changed. */
	readonly onSignals?: (signals: Signals) => void;
	/** Pause [ms] between a final result and the next line; 20 (the module's manual). */
	readonly gap?: number;
	/** The port ended; not called after `close`. */
	readonly onClosed?: () => void;
	/** Each line for the trace. */
	readonly onTraffic?: (direction: 'sent' | 'received', text: string) => void;
}

type State = 'idle' | 'busy' | 'online' | 'stale' | 'closed';

const ESC = 0x1b;
/** Plain words that are never part of an answer to a command that does not dial. */
function isPlainUrc(text: string): boolean {
	return /^(RING|SRING:|NO CARRIER$|RDY$|\+PBREADY$)/.test(text);
}
/** Brings back what a requester may have switched off, and is followed by a number of questions. */
const PROBE = 'ATE0Q0V1';
/** Answers `ddd` on every V.250 DCE. */
const QUESTION = 'S3?';
const PROBE_TIME = 1500;
/** Probes that differ: more than a resumption has time for, so that the late answer to one is not taken for another's. */
const PROBES = 8;
/** Octets that may wait for the port when more are sent: beyond, the command is given up. */
const WAITING = 4096;

/**
 * The DTE's side of one AT port: at most one command in flight, with a deadline, and every octet of the other side either part of
 * its answer or an URC. Timing out leaves the port `stale`: a late answer must not land on the next command (esp-protocols #110),
 * so nothing is sent before `resume` proved it in step.
 */
export class Dialogue implements LexerEvents, PortListener {
	readonly #port: DialogueOptions['port'];
	readonly #clock: Clock;
	readonly #gap: number;
	readonly #options: DialogueOptions;
	readonly #lexer: ResponseLexer;
	readonly #scratch = new Uint8Array(256);
	#state: State = 'idle';
	#request: DialogueRequest | undefined;
	#done: Deferred<DialogueOutcome> | undefined;
	#timer: TimerHandle | undefined;
	#gapTimer: TimerHandle | undefined;
	#freeAt = 0;
	#unsent: Uint8Array[] = [];
	#probe = 0;
	/** Answers of the probe seen since the last final result; undefined: no probe runs. */
	#proof: number | undefined;
	/** What late lines of the command that timed out begin with. */
	#late: readonly string[] = [];
	/** While the state is `online`. */
	#online: OnlineMode | undefined;
	#paused = false;
	#prompted = false;
	#urcHead: string | undefined;

	constructor(options: DialogueOptions) {
		this.#options = options;
		this.#port = options.port;
		this.#clock = options.clock;
		this.#gap = options.gap ?? 20;
		this.#lexer = new ResponseLexer(this);
		this.#port.listen(this);
	}

	get state(): State {
		return this.#state;
	}

	/** Sends the line. Only when `idle`: another command in flight is a programmer error and throws. */
	run(request: DialogueRequest): Promise<DialogueOutcome> {
		if (this.#state === 'closed') return Promise.resolve({ kind: 'closed' });
		if (this.#state !== 'idle') throw new Error(`dialogue is ${this.#state}`);
		return this.start(request);
	}

	/** Octets for the module while a command waits at a prompt. */
	send(bytes: Uint8Array): void {
		if (this.#state !== 'busy') return;
		if (this.waiting > WAITING) this.giveUp();
		else this.write(bytes);
	}

	/** Octets of `send` that the port has not taken yet. Who sends much waits for `onSpace`; beyond 4096 the command is given up. */
	get waiting(): number {
		return this.#unsent.reduce((sum, { length }) => sum + length, 0);
	}

	/**
	 * After a `connect` result, when the dialogue is `online` already: gives the octets of data mode to `events` until it ends.
	 * Nothing is read before. Where the port has ended meanwhile `events` hears of it soon.
	 */
	goOnline(events: OnlineEvents): void {
		if (this.#state === 'closed') {
			void Promise.resolve().then(() => events.ended('closed'));
			return;
		}
		const online = this.#online;
		if (online === undefined || online.isTaken) throw new Error(`dialogue is ${this.#state}`);
		online.take(events);
		// Never from inside the owner's call.
		void Promise.resolve().then(() => {
			online.release(bytes => this.#lexer.feed(bytes));
			this.readable();
		});
	}

	/** Data mode: takes what the port takes; `writable` follows a partial write. */
	writeOnline(bytes: Uint8Array): number {
		return this.#state === 'online' && this.#unsent.length === 0 ? this.#port.write(bytes) : 0;
	}

	/**
	 * Leaves data mode by the break octet of MSC, which replaces `+++` inside CMUX (esp-protocols #692), and where that has no
	 * effect by dropping DTR. Ends in any case: without a result in time the dialogue is `stale`.
	 */
	escape(): void {
		this.#online?.escape();
	}

	/** Reads no more from the port until `proceed`: whoever takes the answer has no space, and the module must wait. */
	pause(): void {
		this.#paused = true;
	}

	proceed(): void {
		if (!this.#paused) return;
		this.#paused = false;
		this.readable();
	}

	/** Gives up the command in flight as if its deadline had come. */
	giveUp(): void {
		if (this.#state === 'busy') this.finish({ kind: 'timeout' });
	}

	/**
	 * Brings a stale port back in step: what still arrives is drained, then a line with a known answer must get just that answer.
	 * False: not before `deadline` (absolute, ms). Undoes E1, Q1, V0 of the instance.
	 */
	async resume(deadline: number): Promise<boolean> {
		if (this.#state === 'stale' && this.#prompted) this.write(Uint8Array.of(ESC));
		while (this.#state === 'stale' && this.#clock.now() < deadline) {
			// Each probe asks another number of times than those before it: their late answers prove nothing.
			this.#probe = (this.#probe % PROBES) + 1;
			this.#state = 'idle';
			this.#proof = 0;
			await this.start({
				line: PROBE + QUESTION.repeat(this.#probe),
				prefixes: this.#late,
				deadline: Math.min(deadline, this.#clock.now() + PROBE_TIME),
				onLine: text => {
					if (this.#proof !== undefined && /^[0-9]{3}$/.test(text)) this.#proof++;
				},
			});
			this.#proof = undefined;
		}
		return this.#state === 'idle';
	}

	/** Ends everything; the port is left without listener but open. */
	close(): void {
		if (this.#state === 'closed') return;
		const events = this.#online?.close();
		this.#online = undefined;
		if (this.#request !== undefined) this.finish({ kind: 'closed' });
		this.#state = 'closed';
		this.#timer?.cancel();
		this.#gapTimer?.cancel();
		this.#unsent = [];
		this.#port.listen(undefined);
		events?.ended('closed');
	}

	// For the port and the lexer: methods, since functions of its own would cost each dialogue 74 slots (XS).

	closed(): void {
		this.readable();
		if (this.#state === 'closed') return;
		this.close();
		this.#options.onClosed?.();
	}

	signals(signals: Signals): void {
		this.#options.onSignals?.(signals);
		this.#online?.lookForEnd();
	}

	private start(request: DialogueRequest): Promise<DialogueOutcome> {
		const done = new Deferred<DialogueOutcome>();
		this.#state = 'busy';
		this.#request = request;
		this.#done = done;
		this.#prompted = false;
		this.#timer = this.#clock.setTimer(request.deadline, () => this.finish({ kind: 'timeout' }));
		if (this.#clock.now() >= this.#freeAt) this.sendLine(request.line);
		else this.#gapTimer = this.#clock.setTimer(this.#freeAt, () => this.sendLine(request.line));
		return done.promise;
	}

	private sendLine(line: string): void {
		this.#gapTimer = undefined;
		this.#lexer.begin(line, this.#request?.prompt ?? '>');
		this.#options.onTraffic?.('sent', line);
		this.write(bytesOf(`${line}\r`));
		this.#request?.onSent?.();
	}

	private write(bytes: Uint8Array): void {
		const sent = this.#unsent.length === 0 ? this.#port.write(bytes) : 0;
		if (sent < bytes.length) this.#unsent.push(bytes.slice(sent));
	}

	writable(): void {
		while (this.#unsent.length > 0) {
			const first = this.#unsent[0]!;
			const sent = this.#port.write(first);
			if (sent < first.length) {
				this.#unsent[0] = first.subarray(sent);
				return;
			}
			this.#unsent.shift();
		}
		this.#request?.onSpace?.();
		this.#online?.writable();
	}

	readable(): void {
		const scratch = this.#scratch;
		while (this.#state !== 'closed' && !this.#paused && this.#online?.isHeld !== true) {
			const count = this.#port.read(scratch);
			if (count === 0) return;
			this.#lexer.feed(count === scratch.length ? scratch : scratch.subarray(0, count));
		}
	}

	line(text: string, raw: string): void {
		this.#options.onTraffic?.('received', text);
		if (this.#urcHead !== undefined) {
			const head = this.#urcHead;
			this.#urcHead = undefined;
			this.#options.onUrc(`${head}\r\n${text}`);
			return;
		}
		const request = this.#request;
		if (request === undefined) {
			if (this.#state === 'stale' && !isUnsolicited(text, this.#late)) return;
			this.urc(text);
			return;
		}
		const result = parseFinal(text);
		if (result !== undefined && (request.dials === true || !isCallResult(result))) {
			this.result(result, raw);
			return;
		}
		if (isUnsolicited(text, request.prefixes)) {
			this.urc(text);
			return;
		}
		this.#prompted = false;
		request.onLine?.(text, raw);
		const octets = request.octetsAfter?.(text) ?? 0;
		if (octets > 0) this.#lexer.takeOctets(octets);
	}

	/** `+CMT`, `+CDS` and `+CBM` carry the message on a line of its own. */
	private urc(text: string): void {
		if (/^\+(CMT|CDS|CBM):/.test(text)) this.#urcHead = text;
		else this.#options.onUrc(text);
	}

	numeric(text: string, raw: string): void {
		const result = this.#request === undefined ? undefined : parseNumericFinal(text);
		if (result === undefined) this.line(text, raw);
		else this.result(result, raw);
	}

	private result(result: FinalResult, raw: string): void {
		if (this.#proof !== undefined) {
			const proved = this.#proof === this.#probe && result.kind === 'ok';
			this.#proof = 0;
			// Any other result belongs to the command that timed out, or to an earlier probe.
			if (!proved) return;
		}
		this.finish({ kind: 'final', result, raw });
	}

	prompt(_raw: string): void {
		const request = this.#request;
		// Text mode prompts again at each CR of the text (27.005 3.5.1).
		if (request === undefined || this.#prompted) return;
		this.#prompted = true;
		if (request.onPrompt !== undefined) request.onPrompt();
		else this.write(Uint8Array.of(ESC));
	}

	private finish(outcome: DialogueOutcome): void {
		const done = this.#done;
		const request = this.#request;
		this.#timer?.cancel();
		this.#gapTimer?.cancel();
		this.#request = undefined;
		this.#done = undefined;
		this.#lexer.end();
		this.#freeAt = this.#clock.now() + this.#gap;
		if (outcome.kind === 'timeout') {
			this.#state = 'stale';
			this.#unsent = [];
			this.#urcHead = undefined;
			this.#late = request?.prefixes ?? [];
			this.#lexer.reset();
		} else if (outcome.kind === 'final' && outcome.result.kind === 'connect') {
			// At once: the next line of whoever shares the port would go out as data.
			this.#state = 'online';
			this.#online = new OnlineMode(this.#port, this.#clock, isInStep => this.leftOnline(isInStep));
			this.#lexer.takeAll();
		} else this.#state = 'idle';
		this.readAgain();
		done?.resolve(outcome);
	}

	/** Who paused did so for an answer that is over: what comes next has other takers. */
	private readAgain(): void {
		if (!this.#paused) return;
		this.#paused = false;
		void Promise.resolve().then(() => this.readable());
	}

	octets(bytes: Uint8Array): void {
		if (this.#online !== undefined) this.#online.octets(bytes);
		else this.#request?.onOctets?.(bytes);
	}

	private leftOnline(isInStep: boolean): void {
		this.#online = undefined;
		this.#state = isInStep ? 'idle' : 'stale';
		this.#late = [];
		this.#lexer.takeLines();
		this.#freeAt = this.#clock.now() + this.#gap;
		this.readAgain();
	}
}

function isUnsolicited(text: string, prefixes: readonly string[]): boolean {
	if (isPlainUrc(text)) return true;
	return /^[+#$*%^][A-Z0-9]+:/.test(text) && !prefixes.some(prefix => prefix !== '' && text.startsWith(prefix));
}

function isCallResult(result: FinalResult): boolean {
	return (
		result.kind === 'no-carrier' ||
		result.kind === 'busy' ||
		result.kind === 'no-answer' ||
		result.kind === 'no-dialtone' ||
		result.kind === 'connect'
	);
}
