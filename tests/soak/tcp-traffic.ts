import type { Desk } from '../../hosts/simulator/desk.js';
import { READY_MADE } from '../../hosts/simulator/desk.js';
import type { Random } from '../../hosts/simulator/random.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { SoakRequest } from './request.js';

const ADDRESS = '127.0.0.1';
const FINAL = /\r\n(OK|ERROR|\+CM[ES] ERROR: [^\r\n]*)\r\n$/;
const LOGIN_MS = 120_000;
/** A client that hears nothing for so long [ms] hangs up. */
const PATIENCE = 1_200_000;
/** Characters of a screen that are kept. */
const SCREEN = 8192;

export interface TcpEvents {
	/** A command line to type now; undefined: no more. */
	next(): SoakRequest | undefined;
	answered(request: SoakRequest, text: string): void;
	/** The connection ended before the answer, or the client lost its patience. */
	cut(request: SoakRequest, reason: string): void;
	/** The session is over: whether it came to a login. */
	ended(isLoggedIn: boolean): void;
}

/** One client: dials, logs in, types its lines one after another, and hangs up. */
export class TcpClientRun {
	readonly #clock: Clock;
	readonly #events: TcpEvents;
	readonly #port: HostConnection | undefined;
	#screen = '';
	#stage: 'user' | 'password' | 'welcome' | 'ready' | 'over' = 'user';
	#request: SoakRequest | undefined;
	#timer: TimerHandle | undefined;

	constructor(desk: Desk, clock: Clock, events: TcpEvents) {
		this.#clock = clock;
		this.#events = events;
		this.#port = desk.memorySockets.dial(READY_MADE.tcpPort, ADDRESS);
		if (this.#port === undefined) {
			this.#end('nobody listens');
			return;
		}
		const port = this.#port;
		const block = new Uint8Array(512);
		port.listen({
			readable: () => {
				for (let count = port.read(block); count > 0; count = port.read(block)) {
					this.#screen = (this.#screen + textOf(block.subarray(0, count))).slice(-SCREEN);
				}
				this.#look();
			},
			closed: reason => this.#end(reason),
		});
		this.#within(LOGIN_MS);
	}

	#look(): void {
		if (this.#stage === 'user' && this.#screen.includes('Username:\r\n')) this.#say(READY_MADE.user, 'password');
		else if (this.#stage === 'password' && this.#screen.includes('Password:\r\n')) {
			this.#say(READY_MADE.password, 'welcome');
		} else if (this.#stage === 'welcome' && this.#screen.includes('Login successful.\r\n')) {
			this.#stage = 'ready';
			this.#next();
		} else if (this.#stage === 'ready' && this.#request !== undefined && FINAL.test(this.#screen)) {
			const request = this.#request;
			this.#request = undefined;
			this.#events.answered(request, this.#screen);
			this.#next();
		}
	}

	#say(text: string, stage: 'password' | 'welcome'): void {
		this.#stage = stage;
		this.#screen = '';
		this.#port?.write(bytesOf(`${text}\r`));
	}

	#next(): void {
		const request = this.#events.next();
		if (request === undefined) {
			this.#end('done');
			return;
		}
		this.#request = request;
		this.#screen = '';
		this.#port?.write(bytesOf(`${request.line}\r`));
		this.#within(PATIENCE);
	}

	#within(ms: number): void {
		this.#timer?.cancel();
		this.#timer = this.#clock.setTimer(this.#clock.now() + ms, () => this.#end('no answer'));
	}

	#end(reason: string): void {
		if (this.#stage === 'over') return;
		const isLoggedIn = this.#stage === 'ready';
		this.#stage = 'over';
		this.#timer?.cancel();
		this.#port?.close();
		if (this.#request !== undefined) this.#events.cut(this.#request, reason);
		this.#events.ended(isLoggedIn);
	}
}

/** How many lines a client types. */
export function drawLines(random: Random): number {
	return random.between(1, 5);
}
