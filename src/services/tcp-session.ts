import { Login, type LoginCheck } from '../access/login.js';
import type { Command } from '../at/command-line.js';
import type { Dialogue } from '../at/dialogue.js';
import { bytesOf } from '../base/text.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import { promptOf, promptSize } from './prompt.js';
import { SessionLines } from './session-lines.js';

/** What a session needs of the service that owns it. Times in ms. */
export interface TcpSessionOptions {
	readonly port: BytePort;
	readonly clock: Clock;
	readonly authMode: number;
	readonly check: LoginCheck;
	readonly loginTime: number;
	/** Without an octet from the client for so long the session ends: what drops half-open peers. */
	readonly idleTime: number;
	/** `#TCPATCMDSEQ`: commands that come while one runs wait for their turn instead of being ignored. */
	readonly isSequence: () => boolean;
	/** Runs a line without its `AT` for the user `name`; each piece of the answer goes to `onText`. */
	readonly run: (body: string, name: string, reply: Reply) => Promise<void>;
	/** The dialogue that answers: stopped while the client does not read. */
	readonly dialogue: () => Dialogue | undefined;
	readonly onAdmitted: (name: string) => void;
	readonly onEnded: (reason: string) => void;
}

export interface Reply {
	onText(raw: string): void;
	onPrompt(command: Command): void;
}

/** Commands that wait at most. */
const SEQUENCE = 16;
/** Octets for the client beyond what its port takes: above HIGH the module waits, and the client's own octets stay in the port. */
const HIGH = 2048;
/** A client that takes nothing for so long [ms] while we have something for it is gone. */
const STUCK = 60_000;
/** Octets of a text behind a prompt: more than any module takes. */
const TEXT = 2048;
const CTRL_Z = 0x1a;
const ESC = 0x1b;

/** One TCP client of ATRUN: login, then lines to the instance and the instance's answers back, as they come. */
export class TcpSession {
	readonly #options: TcpSessionOptions;
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #login: Login;
	readonly #lines = new SessionLines((line, cut) => this.#line(line, cut));
	readonly #scratch = new Uint8Array(512);
	readonly #waiting: string[] = [];
	#unsent: Uint8Array[] = [];
	#unsentOctets = 0;
	#admitted = false;
	#running = false;
	#last = '';
	#ended = false;
	#loginTimer: TimerHandle | undefined;
	#idleTimer: TimerHandle | undefined;
	#idleAt = 0;
	#stuckTimer: TimerHandle | undefined;
	/** Lets go of the text that the module waits for. */
	#abortText: (() => void) | undefined;

	constructor(options: TcpSessionOptions) {
		this.#options = options;
		this.#port = options.port;
		this.#clock = options.clock;
		this.#login = new Login(options.authMode, options.check);
		this.#port.listen({
			readable: () => this.#read(),
			writable: () => this.#drain(),
			closed: reason => this.end(reason),
		});
		this.#loginTimer = this.#clock.setTimer(this.#clock.now() + options.loginTime, () => this.end('login timeout'));
		this.#touch();
		this.#say(this.#login.begin().say);
	}

	/** Ends the session and closes its port. */
	end(reason: string): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#loginTimer?.cancel();
		this.#idleTimer?.cancel();
		this.#stuckTimer?.cancel();
		this.#waiting.length = 0;
		this.#unsent = [];
		this.#abortText?.();
		this.#options.dialogue()?.proceed();
		this.#port.close();
		this.#options.onEnded(reason);
	}

	/** A client that does not read its answers gives no more commands: its octets stay in the port, which stops it. */
	#read(): void {
		while (!this.#ended && this.#unsentOctets <= HIGH) {
			const count = this.#port.read(this.#scratch);
			if (count === 0) return;
			this.#touch();
			this.#lines.feed(this.#scratch.subarray(0, count));
		}
	}

	/** The idle timer runs on by itself and looks at the time of the last octet when it ends: not one timer an octet. */
	#touch(): void {
		this.#idleAt = this.#clock.now() + this.#options.idleTime;
		if (this.#options.idleTime > 0 && this.#idleTimer === undefined) this.#watchIdle();
	}

	#watchIdle(): void {
		this.#idleTimer = this.#clock.setTimer(this.#idleAt, () => {
			if (this.#clock.now() >= this.#idleAt && !this.#running) this.end('idle');
			else {
				if (this.#running) this.#idleAt = this.#clock.now() + this.#options.idleTime;
				this.#watchIdle();
			}
		});
	}

	#line(line: string, cut: boolean): void {
		if (this.#ended) return;
		if (!this.#admitted) {
			this.#loginLine(cut ? '' : line);
			return;
		}
		if (cut) {
			if (!this.#running) this.#say('\r\nERROR\r\n');
			return;
		}
		const text = line.trim();
		const again = /^a\/$/i.test(text);
		if (!again && !/^at/i.test(text)) return;
		const body = again ? this.#last : text.slice(2);
		if (!this.#running) void this.#run(body);
		else if (this.#options.isSequence() && this.#waiting.length < SEQUENCE) this.#waiting.push(body);
	}

	#loginLine(line: string): void {
		const step = this.#login.line(line);
		if (step.state === 'refused') {
			this.end('login refused');
			return;
		}
		this.#say(step.say);
		if (step.state !== 'admitted') return;
		this.#admitted = true;
		this.#loginTimer?.cancel();
		this.#options.onAdmitted(this.#login.name);
	}

	async #run(first: string): Promise<void> {
		this.#running = true;
		for (let body: string | undefined = first; body !== undefined && !this.#ended; body = this.#waiting.shift()) {
			this.#last = body;
			await this.#options.run(body, this.#login.name, {
				onText: raw => this.#say(raw),
				onPrompt: command => this.#prompt(command),
			});
			this.#abortText = undefined;
			this.#lines.takeLines();
		}
		this.#running = false;
	}

	/** The module waits for data: it comes from the client. */
	#prompt(command: Command): void {
		const dialogue = this.#options.dialogue();
		if (dialogue === undefined) return;
		this.#say(promptOf(command));
		const size = promptSize(command);
		if (size === undefined) this.#takeText(dialogue);
		else this.#takeOctets(dialogue, size);
	}

	#takeOctets(dialogue: Dialogue, size: number): void {
		let left = size;
		this.#lines.takeRaw(bytes => {
			const count = Math.min(left, bytes.length);
			dialogue.send(bytes.slice(0, count));
			left -= count;
			if (left === 0) this.#lines.takeLines();
			return count;
		});
	}

	/** Text up to Ctrl-Z or ESC. One that is too long is given up, and its rest is dropped: nothing of it may run as a command. */
	#takeText(dialogue: Dialogue): void {
		let taken = 0;
		this.#abortText = () => dialogue.send(Uint8Array.of(ESC));
		this.#lines.takeRaw(bytes => {
			const end = endOfText(bytes);
			const count = end < 0 ? bytes.length : end;
			const fits = taken <= TEXT;
			taken += count;
			if (taken <= TEXT) dialogue.send(bytes.slice(0, count));
			else if (fits) this.#abortText?.();
			if (taken > TEXT || end >= 0) this.#abortText = undefined;
			if (end >= 0) this.#lines.takeLines();
			return count;
		});
	}

	#say(text: string): void {
		if (this.#ended || text === '') return;
		const bytes = bytesOf(text);
		const sent = this.#unsent.length === 0 ? this.#port.write(bytes) : 0;
		if (sent === bytes.length) return;
		this.#unsent.push(bytes.subarray(sent));
		this.#unsentOctets += bytes.length - sent;
		if (this.#unsentOctets > HIGH) this.#options.dialogue()?.pause();
		this.#stuckTimer ??= this.#clock.setTimer(this.#clock.now() + STUCK, () => this.end('the client does not read'));
	}

	#drain(): void {
		while (this.#unsent.length > 0) {
			const first = this.#unsent[0]!;
			const sent = this.#port.write(first);
			this.#unsentOctets -= sent;
			if (sent > 0) {
				this.#stuckTimer?.cancel();
				this.#stuckTimer = undefined;
			}
			if (sent < first.length) {
				this.#unsent[0] = first.subarray(sent);
				this.#stuckTimer ??= this.#clock.setTimer(this.#clock.now() + STUCK, () =>
					this.end('the client does not read'),
				);
				break;
			}
			this.#unsent.shift();
		}
		if (this.#unsentOctets > HIGH) return;
		this.#options.dialogue()?.proceed();
		this.#read();
	}
}

/** Octets up to and with the one that ends a text prompt; -1: it goes on. */
function endOfText(bytes: Uint8Array): number {
	const end = bytes.indexOf(CTRL_Z);
	const abort = bytes.indexOf(ESC);
	if (end < 0) return abort < 0 ? -1 : abort + 1;
	return (abort < 0 ? end : Math.min(end, abort)) + 1;
}
