import type { Admission, AdmissionStep } from '../access/admission.js';
import type { Identity } from '../access/grants.js';
import type { Command } from '../at/command-line.js';
import type { Dialogue } from '../at/dialogue.js';
import { pause } from '../base/deadline.js';
import { bytesOf } from '../base/text.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { CallerData } from './own-command.js';
import { type BridgeEnd, SerialBridge } from './serial-bridge.js';
import { SessionData } from './session-data.js';
import { SessionLines } from './session-lines.js';
import { SessionOutput } from './session-output.js';

/** Why a session ended, for counters and journal. */
export type SessionEnd =
	| 'left'
	| 'login refused'
	| 'login timeout'
	| 'idle'
	| 'does not read'
	| 'closed by command'
	| 'broken data'
	| 'service off';

/** What a session needs of the service that owns it. Times in ms. */
export interface TcpSessionOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly admission: Admission;
	readonly loginTime: number;
	/** Without an octet from the client for so long the session ends: what drops half-open peers; 0 = never. */
	readonly idleTime: number;
	/** Said to whom was admitted; '' = nothing. */
	readonly greeting: string;
	/** `#TCPATCMDSEQ`: commands that come while one runs wait for their turn instead of being ignored. */
	readonly isSequence: () => boolean;
	/** Runs a line without its `AT`; each piece of the answer goes to `reply`. */
	readonly run: (body: string, identity: Identity, reply: Reply) => Promise<void>;
	/** The dialogue that answers: stopped while the client does not read. */
	readonly dialogue: () => Dialogue | undefined;
	/** Frees the instance, whose command waits for octets of a client that has gone. */
	readonly abandon: () => void;
	/** `isGreeted`: the login ended with a word. */
	readonly onAdmitted: (identity: Identity, isGreeted: boolean) => void;
	/** A command came before the last one was answered, and there is no place for it. */
	readonly onIgnored: () => void;
	/** `detail`: what the connection itself said. */
	readonly onEnded: (reason: SessionEnd, detail: string) => void;
}

/** What a running command gives its client. */
export interface Reply {
	onText(raw: string): void;
	onPrompt(command: Command): void;
	onSpace(): void;
	/** Settles when what was said has gone out. */
	flush(): Promise<void>;
	readonly data: CallerData;
}

/** Commands that wait at most. */
const SEQUENCE = 16;
/** What the port has taken gets so long [ms] to leave it. */
const FLUSH = 1_000;
/** Silence around `+++` [ms]. */
const GUARD = 500;
/** Transparent mode ends by itself even where sessions do not [ms]. */
const BRIDGE_IDLE = 600_000;
/** A session that is to end waits so long [ms] for the answer that is on its way. */
const LAST_ANSWER = 5_000;

/** One TCP client of ATRUN: admission, then lines to the instance and the instance's answers back, as they come. */
export class TcpSession {
	readonly #options: TcpSessionOptions;
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #lines = new SessionLines((line, cut) => this.line(line, cut));
	readonly #output: SessionOutput;
	readonly #data: SessionData;
	readonly #reply: Reply;
	readonly #scratch = new Uint8Array(512);
	readonly #waiting: string[] = [];
	#identity: Identity | undefined;
	#running = false;
	#last = '';
	#ended = false;
	/** Ends with this once the answer that is on its way has gone out. */
	#finishing: SessionEnd | undefined;
	#finishTimer: TimerHandle | undefined;
	#loginTimer: TimerHandle | undefined;
	#idleTimer: TimerHandle | undefined;
	#idleAt = 0;
	/** The serial line that is to be joined behind CONNECT. */
	#joining: { readonly line: BytePort; readonly giveBack: () => void } | undefined;
	#bridge: SerialBridge | undefined;
	#bridgeEnded: ((how: BridgeEnd) => void) | undefined;

	constructor(options: TcpSessionOptions) {
		const { port, clock, dialogue } = options;
		this.#options = options;
		this.#port = port;
		this.#clock = clock;
		this.#output = new SessionOutput({
			port,
			clock,
			onFull: () => dialogue()?.pause(),
			onSpace: () => {
				dialogue()?.proceed();
				this.read();
			},
			onStuck: () => this.end('does not read'),
		});
		this.#data = new SessionData({
			clock,
			lines: this.#lines,
			dialogue,
			abandon: options.abandon,
			onBroken: () => this.finish('broken data'),
			say: text => this.say(text),
		});
		this.#reply = {
			onText: raw => this.say(raw),
			onPrompt: command => this.#data.prompt(command),
			onSpace: () => this.read(),
			flush: async () => {
				await this.#output.emptied();
				await pause(clock, FLUSH);
			},
			data: {
				ask: request => (this.#ended ? Promise.resolve(false) : this.#data.ask(request)),
				print: bytes => {
					this.print(bytes);
					return this.#output.isFull ? this.#output.emptied() : undefined;
				},
				join: (line, giveBack) => {
					if (this.#ended) giveBack();
					else this.#joining = { line, giveBack };
				},
			},
		};
	}

	/** Begins with what the admission says first. */
	start(): void {
		const { loginTime, admission } = this.#options;
		this.listen();
		this.#loginTimer = this.#clock.setTimer(this.#clock.now() + loginTime, () => this.end('login timeout'));
		this.take(admission.begin());
	}

	/** Says something of the board's own. */
	tell(text: string): void {
		this.say(text);
	}

	/** Ends the session and closes its port. */
	end(reason: SessionEnd, detail = ''): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#loginTimer?.cancel();
		this.#idleTimer?.cancel();
		this.#finishTimer?.cancel();
		this.#waiting.length = 0;
		this.#output.close();
		this.#data.end();
		this.leaveBridge();
		this.#options.dialogue()?.proceed();
		this.#port.close();
		this.#options.onEnded(reason, detail);
	}

	/** Ends the session once the command that runs was answered, which gets 5 s. */
	finish(reason: SessionEnd): void {
		if (!this.#running || this.#bridge !== undefined) {
			this.end(reason);
			return;
		}
		this.#finishing = reason;
		this.#finishTimer ??= this.#clock.setTimer(this.#clock.now() + LAST_ANSWER, () => this.end(reason));
	}

	private listen(): void {
		this.#port.listen({
			readable: () => this.read(),
			writable: () => this.#output.drain(),
			closed: reason => this.left(reason),
		});
	}

	/** What the client sent before it left still runs, as the module's own service does it. */
	private left(reason: string): void {
		this.read();
		this.end('left', reason);
	}

	/** A client that does not read its answers gives no more commands: its octets stay in the port, which stops it. */
	private read(): void {
		while (!this.#ended && this.#bridge === undefined && !this.#output.isFull && !this.#data.isHeld) {
			const count = this.#port.read(this.#scratch);
			if (count === 0) return;
			this.touch();
			this.#lines.feed(this.#scratch.subarray(0, count));
		}
	}

	/**
	 * The idle timer runs on by itself and looks at the time of the last octet when it ends: not one timer an octet. The login has
	 * a time of its own: who is silent there has failed to log in.
	 */
	private touch(): void {
		if (this.#identity === undefined) return;
		this.#idleAt = this.#clock.now() + this.#options.idleTime;
		if (this.#options.idleTime > 0 && this.#idleTimer === undefined) this.watchIdle();
	}

	private watchIdle(): void {
		this.#idleTimer = this.#clock.setTimer(this.#idleAt, () => {
			if (this.#clock.now() >= this.#idleAt && !this.#running) this.end('idle');
			else {
				if (this.#running) this.#idleAt = this.#clock.now() + this.#options.idleTime;
				this.watchIdle();
			}
		});
	}

	private line(line: string, cut: boolean): void {
		if (this.#ended) return;
		if (this.#identity === undefined) {
			if (cut) this.end('login refused');
			else this.take(this.#options.admission.line(line));
			return;
		}
		if (cut) {
			if (!this.#running) this.say('\r\nERROR\r\n');
			return;
		}
		const text = line.trim();
		const again = /^a\/$/i.test(text);
		if (!again && !/^at/i.test(text)) return;
		const body = again ? this.#last : text.slice(2);
		if (!this.#running) void this.#run(body, this.#identity);
		else if (this.#options.isSequence() && this.#waiting.length < SEQUENCE) this.#waiting.push(body);
		else this.#options.onIgnored();
	}

	private take(step: AdmissionStep): void {
		if (step.state === 'refused') {
			this.end('login refused');
			return;
		}
		this.say(step.say);
		if (step.state !== 'admitted') return;
		this.#identity = step.identity;
		this.#loginTimer?.cancel();
		this.touch();
		this.say(this.#options.greeting);
		this.#options.onAdmitted(step.identity, step.say !== '');
	}

	async #run(first: string, identity: Identity): Promise<void> {
		this.#running = true;
		for (let body: string | undefined = first; body !== undefined && !this.#ended; body = this.#waiting.shift()) {
			this.#last = body;
			await this.#options.run(body, identity, this.#reply);
			this.#data.finish();
			// The last answer is to arrive; and commands in sequence wait for a client that does not read.
			if (this.#finishing !== undefined || this.#output.isFull) await this.#output.emptied();
			if (this.#finishing !== undefined) this.end(this.#finishing);
			if (this.#joining !== undefined) await this.join();
		}
		this.#running = false;
		// The next command may stand in the port already.
		this.read();
	}

	/** Transparent mode, until the bridge ends. */
	private async join(): Promise<void> {
		await this.#output.emptied();
		const how = await new Promise<BridgeEnd>(resolve => this.startBridge(resolve));
		this.leaveBridge();
		if (this.#ended) return;
		this.touch();
		if (how === 'idle') this.end('idle');
		else if (how === 'client gone') this.end('left');
		else if (how === 'client stuck') this.end('does not read');
		else {
			this.listen();
			this.say(how === 'escaped' ? '\r\nOK\r\n' : '\r\nNO CARRIER\r\n');
		}
	}

	private startBridge(onEnded: (how: BridgeEnd) => void): void {
		const { idleTime } = this.#options;
		if (this.#ended || this.#joining === undefined) {
			onEnded('client gone');
			return;
		}
		this.#bridgeEnded = onEnded;
		this.#bridge = new SerialBridge({
			clock: this.#clock,
			client: this.#port,
			line: this.#joining.line,
			guard: GUARD,
			idleTime: idleTime > 0 ? idleTime : BRIDGE_IDLE,
			fromClient: bytes => this.#lines.dataOf(bytes),
			toClient: bytes => this.#lines.telnet.escaped(bytes),
			onEnded,
		});
	}

	private leaveBridge(): void {
		const joining = this.#joining;
		this.#bridge?.end();
		this.#bridge = undefined;
		this.#joining = undefined;
		joining?.giveBack();
		this.#bridgeEnded?.('client gone');
		this.#bridgeEnded = undefined;
	}

	private say(text: string): void {
		if (text !== '') this.print(bytesOf(text));
	}

	private print(bytes: Uint8Array): void {
		if (!this.#ended) this.#output.write(bytes);
	}
}
