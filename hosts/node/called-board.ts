import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import { AtrunSession } from './atrun-session.js';
import { type BoardHello, isHello, parseHello } from './board-hello.js';
import { answerChallenge, type KeyLoginOutcome, type RequesterKey } from './key-login.js';
import { linesOf } from './printable.js';

/** Whom a listener lets in. Times in ms. */
export interface Admittance {
	/** Answers a board's challenge; undefined: a board that challenges is turned away. */
	readonly key: RequesterKey | undefined;
	/** Turns a board away that does not challenge. */
	readonly requireKey: boolean;
	/** For the rest of the login once a board has challenged. */
	readonly loginTime: number;
}

/** `none`: the board asks for nothing. `challenged`: it asks for a key, and there is none. */
export type BoardLogin = 'none' | 'challenged' | KeyLoginOutcome;

/** How long a board may take to say its first line [ms]; whoever has a key must not speak before the challenge. */
export const GREETING_MS = 3000;
const GREETING_WITHOUT_KEY_MS = 1000;
const FIRST_LINE = /^#ATRUN: (?:CHALLENGE|HELLO),[^\r\n]*(?=[\r\n])/m;
/** The last characters of what came without a line end. */
const LONGEST_PIECE = 400;

/** One board that has called: client mode as seen from the host that it dials. */
export class CalledBoard {
	/** Counted from 1 in the order of the calls. */
	readonly number: number;
	/** Address and port. */
	readonly peer: string;
	readonly session: AtrunSession;
	readonly #clock: Clock;
	#login: BoardLogin | undefined;
	#provedImei: string | undefined;
	#claimedImei: string | undefined;
	#hello: BoardHello | undefined;
	#piece = '';
	/** Gets everything that arrives, as it arrives. */
	onText: ((text: string) => void) | undefined;
	/** Told once when the board has introduced itself. */
	onHello: ((hello: BoardHello) => void) | undefined;

	constructor(number: number, peer: string, port: BytePort, clock: Clock) {
		this.number = number;
		this.peer = peer;
		this.#clock = clock;
		this.session = new AtrunSession(port, clock);
		this.session.onText = text => {
			if (this.#hello === undefined) this.#lookForHello(text);
			this.onText?.(text);
		};
	}

	/** How it was let in or why not; undefined while that is open. */
	get login(): BoardLogin | undefined {
		return this.#login;
	}

	get isLetIn(): boolean {
		return this.#login === 'none' || this.#login === 'successful';
	}

	get hello(): BoardHello | undefined {
		return this.#hello;
	}

	/** As it proved by the key, else as it says. */
	get imei(): string | undefined {
		return this.#provedImei ?? this.#claimedImei;
	}

	get isProved(): boolean {
		return this.#provedImei !== undefined;
	}

	/** Waits for the board's first line, and for its login where that is a challenge. */
	async greet(admittance: Admittance): Promise<BoardLogin> {
		const login = await this.#greet(admittance);
		this.#login = login;
		return login;
	}

	async #greet({ key, requireKey, loginTime }: Admittance): Promise<BoardLogin> {
		const { session } = this;
		const wait = key === undefined ? GREETING_WITHOUT_KEY_MS : GREETING_MS;
		const first = await session.waitFor(FIRST_LINE, this.#clock.now() + wait);
		if (first === undefined || isHello(first)) {
			if (session.ended !== undefined) return 'refused';
			return requireKey ? 'unchallenged' : 'none';
		}
		if (key === undefined) return 'challenged';
		const { outcome, imei } = await answerChallenge(session, first, key, this.#clock.now() + loginTime);
		if (outcome === 'successful') this.#provedImei = imei;
		else this.#claimedImei = imei;
		return outcome;
	}

	#lookForHello(text: string): void {
		const all = this.#piece + text;
		const end = Math.max(all.lastIndexOf('\n'), all.lastIndexOf('\r')) + 1;
		this.#piece = all.slice(end).slice(-LONGEST_PIECE);
		for (const line of linesOf(all.slice(0, end))) {
			const hello = parseHello(line);
			if (hello === undefined) continue;
			this.#hello = hello;
			if (hello.imei !== '') this.#claimedImei = hello.imei;
			this.onHello?.(hello);
			return;
		}
	}
}
