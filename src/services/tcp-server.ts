import type { Admission } from '../access/admission.js';
import { BoardChallenge } from '../access/challenge.js';
import { isAdmitted, type Rule } from '../access/firewall.js';
import type { Lockout } from '../access/lockout.js';
import { Login } from '../access/login.js';
import { isUser } from '../access/users.js';
import type { CounterName } from '../journal/counters.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { IncomingCall, Network, NetworkListener } from '../ports/network.js';
import type { Trace } from '../ports/trace.js';
import type { Service } from './board.js';
import type { TcpServiceOptions } from './tcp-service-options.js';
import type { SessionEnd } from './tcp-session.js';

export interface TcpServerOptions extends TcpServiceOptions {
	readonly lockout: Lockout;
	readonly trace: Trace | undefined;
}

/** `authMode` of `#TCPATRUNCFG`: challenge and response. */
const CHALLENGE = 2;
/** After a listener could not be opened [ms], twice as long each time; after it ended. */
const RETRY = 2_000;
const RETRY_MOST = 60_000;
const AGAIN = 100;

/** TCP ATRUN as a server: listens while it is switched on, serves one client at a time, and starts again by itself. */
export class TcpServer implements Service {
	readonly #options: TcpServerOptions;
	readonly #clock: Clock;
	#isOn = false;
	#listener: NetworkListener | undefined;
	#serving = false;
	#retry: TimerHandle | undefined;
	#opening = false;
	#accepting = false;
	#closed = false;
	/** The rules that the listener was opened with. */
	#admitted: readonly Rule[] = [];
	#wait = RETRY;

	constructor(options: TcpServerOptions) {
		this.#options = options;
		this.#clock = options.clock;
		const begin = () => {
			this.#wait = RETRY;
			void this.apply();
		};
		options.modem.onReady.push(begin);
		options.carriers.onHostUp.push(begin);
	}

	/** 1: listening or connected. */
	get status(): number {
		return this.#listener !== undefined || this.#serving ? 1 : 0;
	}

	async apply(): Promise<void> {
		const { settings, sessions, isHeld } = this.#options;
		if (!settings.current.tcpServer || isHeld()) {
			if (this.#isOn) this.stop();
			return;
		}
		this.#isOn = sessions.reserve();
		if (this.#admitted !== settings.current.firewall) this.closeListener();
		await this.open();
	}

	/** Lets go of everything; the settings stay. */
	close(): void {
		this.#closed = true;
		this.stop();
		this.#options.sessions.close();
	}

	private stop(): void {
		this.#retry?.cancel();
		this.#retry = undefined;
		this.closeListener();
		if (this.#isOn) this.#options.sessions.release();
		this.#isOn = false;
	}

	private closeListener(): void {
		this.#listener?.close();
		this.#listener = undefined;
	}

	private async open(): Promise<void> {
		const { settings, carriers, sessions, imei, trace } = this.#options;
		if (this.#opening || this.#accepting || this.#listener !== undefined || sessions.isTaken) return;
		const network = carriers.current;
		if (this.#closed || !this.#isOn || network === undefined) return;
		const { firewall, tcpAtrun } = settings.current;
		// A challenge has the IMEI in it: before the first attach of all nobody could answer.
		if (tcpAtrun.authMode === CHALLENGE && imei() === '') return;
		this.#opening = true;
		this.#retry?.cancel();
		this.#admitted = firewall;
		const opened = await this.listen(network, tcpAtrun.tcpPort, firewall);
		this.#opening = false;
		if (this.isOff()) {
			if (opened.ok) opened.value.close();
			return;
		}
		if (opened.ok && settings.current.firewall !== firewall) {
			opened.value.close();
			this.openLater(AGAIN);
			return;
		}
		if (opened.ok) {
			this.#listener = opened.value;
			this.#wait = RETRY;
			trace?.note('tcp', `listening on port ${tcpAtrun.tcpPort}`);
		} else {
			trace?.note('tcp', `cannot listen on port ${tcpAtrun.tcpPort}: ${opened.error}`);
			this.openLater(this.#wait);
			this.#wait = Math.min(this.#wait * 2, RETRY_MOST);
		}
	}

	private listen(network: Network, port: number, admitted: readonly Rule[]): ReturnType<Network['listen']> {
		return network.listen(
			{ port, admitted },
			{
				call: call => void this.call(call),
				ended: reason => {
					this.#options.trace?.note('tcp', `listener ended: ${reason}`);
					this.#listener = undefined;
					this.openLater(AGAIN);
				},
			},
		);
	}

	private openLater(wait: number): void {
		if (this.isOff()) return;
		this.#retry?.cancel();
		this.#retry = this.#clock.setTimer(this.#clock.now() + wait, () => void this.open());
	}

	private isOff(): boolean {
		return this.#closed || !this.#options.settings.current.tcpServer;
	}

	private async call(call: IncomingCall): Promise<void> {
		const refusal = this.refusal(call.peer);
		if (refusal !== undefined) {
			this.#options.audit.count(refusal);
			this.#options.audit.noteSeldom({ channel: 'tcp', identity: call.peer, verdict: 'refused', result: refusal });
			call.refuse();
			return;
		}
		this.#accepting = true;
		const accepted = await call.accept();
		this.#accepting = false;
		if (!accepted.ok || this.isOff()) {
			if (accepted.ok) accepted.value.close();
			else this.openLater(AGAIN);
			return;
		}
		this.serve(accepted.value, call.peer);
	}

	/** Why this caller is not served, as it is counted; undefined: it is. */
	private refusal(peer: string): CounterName | undefined {
		const { settings, sessions, lockout } = this.#options;
		const { firewall, tcpAtrun } = settings.current;
		if (!isAdmitted(firewall, peer)) return 'TCP_REFUSED';
		if (this.#accepting || sessions.isTaken) return 'TCP_BUSY';
		// Whoever knocks with wrong answers must not keep out one that has the key.
		if (tcpAtrun.authMode !== CHALLENGE && lockout.wait(peer, this.#clock.now()) > 0) return 'TCP_LOCKED';
		return undefined;
	}

	private serve(port: BytePort, peer: string): void {
		const { sessions, lockout, audit } = this.#options;
		this.#serving = true;
		sessions.begin({
			port,
			peer,
			admission: this.admission(),
			onAdmitted: () => lockout.succeeded(peer),
			onEnded: reason => {
				this.#serving = false;
				this.judge(reason, peer);
				// A carrier with one socket closed its listener for the session; another one's still listens.
				if (this.#listener === undefined) this.openLater(AGAIN);
				if (reason === 'login timeout') audit.count('TCP_LOGIN_TIMEOUT');
			},
		});
	}

	/** Counts what speaks against an address. */
	private judge(reason: SessionEnd, peer: string): void {
		const { lockout, audit } = this.#options;
		if (reason === 'login refused') audit.count('TCP_BAD_LOGIN');
		if (reason === 'login refused' || reason === 'login timeout') lockout.failed(peer, this.#clock.now());
	}

	private admission(): Admission {
		const { settings, digest, entropy, imei } = this.#options;
		const { tcpAtrun, users, keys } = settings.current;
		if (tcpAtrun.authMode === CHALLENGE) {
			return new BoardChallenge({ digest, entropy, imei: imei(), keys });
		}
		return new Login(tcpAtrun.authMode, {
			isKnown: name => users.some(user => user.name === name),
			isValid: (name, password) => isUser(users, name, password, digest),
			// A user's number, for #ATRUNGRANT, is its place in the list.
			identityOf: name => ({ kind: 'tcp-user', name, index: users.findIndex(user => user.name === name) + 1 }),
		});
	}
}
