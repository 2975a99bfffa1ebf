import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import { linesOf } from './printable.js';

/** How the board asks for user and password: 0 does not ask, 1 asks by `Username:` and `Password:`. */
export type AuthMode = 0 | 1;

/**
 * `successful`: the board said so. `sent`: authMode 0, the board says nothing either way. `refused`: it closed the
 * connection. `timeout`: nothing came in time.
 */
export type LoginOutcome = 'successful' | 'sent' | 'refused' | 'timeout';

/** What one command line brought. */
export interface CommandResult {
	readonly command: string;
	/** Information lines, without blank ones and without the echo. */
	readonly lines: readonly string[];
	/** The final result (`OK`, `+CME ERROR: 10`), `>` where the command asks for data, null where none came. */
	readonly final: string | null;
	readonly ms: number;
}

/** How long authMode 1 gets to show its first prompt before the credentials are sent without one [ms]. */
const PROMPT_MS = 2000;
/** Characters that wait for whoever reads them; a board that sends more without an end is cut at the front. */
const LONGEST_TEXT = 1024 * 1024;
/** A final result is looked for in this many characters at the end of what arrived. */
const LONGEST_END = 4096;
const FINAL = /^(OK|ERROR|NO CARRIER|BUSY|NO ANSWER|NO DIALTONE|CONNECT.*|\+CM[ES] ERROR: ?.*)$/;
const DATA_PROMPT = /(?:^|\n)(> |>>>)$/;
const ESC = '\x1b';

/** The requester's end of TCP ATRUN in server mode: logs in, then sends command lines and reads their answers. */
export class AtrunSession {
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #block = new Uint8Array(4096);
	#text = '';
	#unsent: Uint8Array = new Uint8Array(0);
	#ended: string | undefined;
	#wake: (() => void) | undefined;
	/** Gets everything that arrives, as it arrives. */
	onText: ((text: string) => void) | undefined;
	/** Gets everything that is sent, as it is sent. */
	onSent: ((text: string) => void) | undefined;
	/** Told once when the board or the line ended the connection. */
	onEnded: ((reason: string) => void) | undefined;

	constructor(port: BytePort, clock: Clock) {
		this.#port = port;
		this.#clock = clock;
		port.listen({
			readable: () => this.#read(),
			writable: () => this.#flush(),
			closed: reason => {
				this.#read();
				this.#ended = reason;
				this.#wake?.();
				this.onEnded?.(reason);
			},
		});
	}

	/** Why the connection has ended, or undefined while it lasts. */
	get ended(): string | undefined {
		return this.#ended;
	}

	/** Logs in. Where `mode` is undefined the board's prompt decides, or its absence. `deadline` is a time of the clock. */
	async login(user: string, password: string, mode: AuthMode | undefined, deadline: number): Promise<LoginOutcome> {
		const promptBy = mode === 1 ? deadline : Math.min(deadline, this.#clock.now() + PROMPT_MS);
		const asked = mode !== 0 && (await this.#expect(/Username:/, promptBy));
		if (!asked) {
			if (this.#ended !== undefined) return 'refused';
			if (mode === 1) return 'timeout';
			this.send(`${user}\r${password}\r`);
			return 'sent';
		}
		this.#text = '';
		this.send(`${user}\r`);
		if (!(await this.#expect(/Password:/, deadline))) return this.#failedLogin();
		this.#text = '';
		this.send(`${password}\r`);
		if (!(await this.#expect(/Login successful\.(\r?\n)?/, deadline))) return this.#failedLogin();
		return 'successful';
	}

	/** Runs one command line. Ends with its final result, at `deadline`, or with the connection. */
	async execute(command: string, deadline: number): Promise<CommandResult> {
		const start = this.#clock.now();
		this.#text = '';
		this.send(`${command}\r`);
		let final: string | null = null;
		await this.#until(() => {
			final = finalOf(this.#text);
			return final !== null;
		}, deadline);
		if (final === '>') this.send(ESC);
		const lines = linesOf(this.#text).filter(line => !DATA_PROMPT.test(line));
		if (lines[0]?.trim() === command.trim()) lines.shift();
		// What stands behind the final result is unsolicited.
		if (final !== null && final !== '>') lines.length = lines.lastIndexOf(final);
		return { command, lines, final, ms: Math.round(this.#clock.now() - start) };
	}

	/** Sends text as it is, one octet a character. */
	send(text: string): void {
		this.onSent?.(text);
		const bytes = bytesOf(text);
		const all = new Uint8Array(this.#unsent.length + bytes.length);
		all.set(this.#unsent);
		all.set(bytes, this.#unsent.length);
		this.#unsent = all;
		this.#flush();
	}

	close(): void {
		this.#port.close();
	}

	#failedLogin(): LoginOutcome {
		return this.#ended === undefined ? 'timeout' : 'refused';
	}

	#expect(pattern: RegExp, deadline: number): Promise<boolean> {
		return this.#until(() => pattern.test(this.#text), deadline);
	}

	/** True once `done` holds; false at `deadline` or when the connection ends before. */
	#until(done: () => boolean, deadline: number): Promise<boolean> {
		return new Promise(resolve => {
			let timer: TimerHandle | undefined;
			const settle = (value: boolean) => {
				timer?.cancel();
				this.#wake = undefined;
				resolve(value);
			};
			const look = () => {
				if (done()) settle(true);
				else if (this.#ended !== undefined) settle(false);
			};
			timer = this.#clock.setTimer(deadline, () => settle(false));
			this.#wake = look;
			look();
		});
	}

	#read(): void {
		for (;;) {
			const count = this.#port.read(this.#block);
			if (count === 0) break;
			const text = textOf(this.#block.subarray(0, count));
			this.#text = (this.#text + text).slice(-LONGEST_TEXT);
			this.onText?.(text);
		}
		this.#wake?.();
	}

	#flush(): void {
		this.#unsent = this.#unsent.slice(this.#port.write(this.#unsent));
	}
}

/** The final result in what arrived: the last one, since a stored SMS that is listed may contain another. */
function finalOf(text: string): string | null {
	const end = text.slice(-LONGEST_END);
	if (DATA_PROMPT.test(end)) return '>';
	if (!/[\r\n]$/.test(end)) return null;
	return linesOf(end).findLast(line => FINAL.test(line)) ?? null;
}
