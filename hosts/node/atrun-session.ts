import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import { linesOf } from './printable.js';

/** How the board asks for user and password: 0 does not ask, 1 asks by `Username:` and `Password:`. */
export type AuthMode = 0 | 1;

/**
 * `successful`: the board said so. `sent`: authMode 0, the board says nothing either way. `refused`: it closed the
 * connection. `timeout`: nothing came in time. `challenged`: the board asks for a key, which was not to be used.
 */
export type LoginOutcome = 'successful' | 'sent' | 'refused' | 'timeout' | 'challenged';

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
const DATA_PROMPT = /(?:^|\n)(?:> |>>> ?)$/;
const USERNAME_OR_CHALLENGE = /Username:|^#ATRUN: CHALLENGE,/m;
/** What became of a command whose connection was lost in its middle: no answer to one of this connection. */
const LATE = /\r\n#ATRUN: LAST,"[^"]*"\r\n[\s\S]*?\r\n(OK|ERROR|\+CM[ES] ERROR: [^\r\n]*)\r\n/;
const ESC = '\x1b';
/** For an octet over the slowest line that a board has, as 100 a second [ms]. */
const SLOWEST_OCTET_MS = 10;
const NOTHING: Uint8Array = new Uint8Array(0);

/** The requester's end of TCP ATRUN: logs in by user and password, then sends command lines and reads their answers. */
export class AtrunSession {
	readonly #port: BytePort;
	readonly #clock: Clock;
	readonly #block = new Uint8Array(4096);
	#text = '';
	#unsent = NOTHING;
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
		const asked = mode === 0 ? undefined : await this.waitFor(USERNAME_OR_CHALLENGE, promptBy);
		if (asked === undefined) {
			if (this.#ended !== undefined) return 'refused';
			if (mode === 1) return 'timeout';
			this.send(`${user}\r${password}\r`);
			return 'sent';
		}
		if (asked !== 'Username:') return 'challenged';
		this.send(`${user}\r`);
		if ((await this.waitFor(/Password:/, deadline)) === undefined) return this.#failedLogin();
		this.send(`${password}\r`);
		if ((await this.waitFor(/Login successful\./, deadline)) === undefined) return this.#failedLogin();
		return 'successful';
	}

	/**
	 * Waits for what fits the pattern; gives it, and drops it with all before it. Undefined: it did not come before `deadline` or
	 * the end of the connection.
	 */
	async waitFor(pattern: RegExp, deadline: number): Promise<string | undefined> {
		let found: string | undefined;
		await this.#until(() => {
			const match = pattern.exec(this.#text);
			found = match?.[0];
			this.#text = match === null ? this.#text.slice(-LONGEST_END) : this.#text.slice(match.index + match[0].length);
			return found !== undefined;
		}, deadline);
		return found;
	}

	/** Runs one command line. Ends with its final result, at `deadline`, or with the connection. No data follows a prompt. */
	async execute(command: string, deadline: number): Promise<CommandResult> {
		const result = await this.request(command, deadline);
		if (result.final === '>') this.send(ESC);
		return result;
	}

	/** As `execute`, but where the final result is `>` the board goes on waiting for data: `supply` must follow. */
	request(command: string, deadline: number): Promise<CommandResult> {
		const start = this.#clock.now();
		this.#text = '';
		this.send(`${command}\r`);
		return this.#answer(command, start, deadline);
	}

	/**
	 * Sends the octets that the prompt of `command` asks for, as they are and as fast as the board takes them, and waits for its
	 * final result. Gives up when none is taken for `patience` ms, or the final result does not follow in that time; a result
	 * that comes before all are sent ends the sending (`allSent` false): what is under way might then pass for commands.
	 */
	async supply(command: string, octets: Uint8Array, patience: number): Promise<CommandResult & { allSent: boolean }> {
		const start = this.#clock.now();
		this.#text = '';
		this.#queue(octets);
		const answered = () => finalOf(this.#text) !== null;
		let left = this.#unsent.length + 1;
		while (this.#unsent.length > 0 && this.#unsent.length < left && !answered()) {
			left = this.#unsent.length;
			await this.#until(() => this.#unsent.length < left || answered(), this.#clock.now() + patience);
		}
		const allSent = this.#unsent.length === 0;
		this.#unsent = NOTHING;
		// What the system has taken is not yet with the board, and a slow line takes its time.
		const underWay = allSent ? octets.length * SLOWEST_OCTET_MS : 0;
		const deadline = allSent ? this.#clock.now() + patience + underWay : this.#clock.now();
		return { ...(await this.#answer(command, start, deadline)), allSent };
	}

	/** Sends text as it is, one octet a character. */
	send(text: string): void {
		this.onSent?.(text);
		this.#queue(bytesOf(text));
	}

	close(): void {
		this.#ended ??= 'closed from here';
		this.#port.close();
		this.#wake?.();
	}

	#queue(bytes: Uint8Array): void {
		const all = new Uint8Array(this.#unsent.length + bytes.length);
		all.set(this.#unsent);
		all.set(bytes, this.#unsent.length);
		this.#unsent = all;
		this.#flush();
	}

	async #answer(command: string, start: number, deadline: number): Promise<CommandResult> {
		let final: string | null = null;
		await this.#until(() => {
			final = finalOf(this.#text);
			return final !== null;
		}, deadline);
		const lines = linesOf(this.#text).filter(line => !DATA_PROMPT.test(line));
		if (lines[0]?.trim() === command.trim()) lines.shift();
		// What stands behind the final result is unsolicited.
		if (final !== null && final !== '>') lines.length = lines.lastIndexOf(final);
		return { command, lines, final, ms: Math.round(this.#clock.now() - start) };
	}

	#failedLogin(): LoginOutcome {
		return this.#ended === undefined ? 'timeout' : 'refused';
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
			this.#text = (this.#text + text).slice(-LONGEST_TEXT).replace(LATE, '');
			this.onText?.(text);
		}
		this.#wake?.();
	}

	#flush(): void {
		if (this.#unsent.length === 0) return;
		this.#unsent = this.#unsent.subarray(this.#port.write(this.#unsent));
		this.#wake?.();
	}
}

/** The final result in what arrived: the last one, since a stored SMS that is listed may contain another. */
function finalOf(text: string): string | null {
	const end = text.slice(-LONGEST_END);
	if (DATA_PROMPT.test(end)) return '>';
	if (!/[\r\n]$/.test(end)) return null;
	return linesOf(end).findLast(line => FINAL.test(line)) ?? null;
}
