import { isAdmitted, type Rule } from '../access/firewall.js';
import type { Identity } from '../access/grants.js';
import { isUser } from '../access/users.js';
import type { Modem } from '../modem/modem.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { IncomingCall, Network, NetworkListener } from '../ports/network.js';
import type { Trace } from '../ports/trace.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { TcpService } from './board.js';
import type { Executor } from './executor.js';
import { type Reply, TcpSession } from './tcp-session.js';

export interface TcpServerOptions {
	readonly clock: Clock;
	readonly digest: Digest;
	readonly settings: SettingsKeeper;
	readonly modem: Modem;
	readonly network: Network;
	readonly executor: Executor;
	/** The service's URCs for the console. */
	readonly onUrc: (text: string) => void;
	readonly trace: Trace | undefined;
}

const OWNER = 'TCP ATRUN';
/** own-commands.md, `#ATRUNTCP`: login and idle time [ms]. */
const LOGIN = 30_000;
const IDLE = 600_000;
/** After a listener could not be opened [ms], twice as long each time; after it ended. */
const RETRY = 2_000;
const RETRY_MOST = 60_000;
const AGAIN = 100;
const MINUTE = 60_000;

/** TCP ATRUN as a server: listens while it is switched on, serves one client at a time, and starts again by itself. */
export class TcpServer implements TcpService {
	readonly #options: TcpServerOptions;
	readonly #clock: Clock;
	#instance: number | undefined;
	#listener: NetworkListener | undefined;
	#session: TcpSession | undefined;
	#retry: TimerHandle | undefined;
	#opening = false;
	#accepting = false;
	#closed = false;
	/** The console knows of the session. */
	#isAnnounced = false;
	/** The rules that the listener was opened with. */
	#admitted: readonly Rule[] = [];
	#wait = RETRY;

	constructor(options: TcpServerOptions) {
		this.#options = options;
		this.#clock = options.clock;
		options.modem.onReady.push(() => {
			this.#wait = RETRY;
			void this.apply();
		});
	}

	/** 1: listening or connected. */
	get status(): number {
		return this.#listener !== undefined || this.#session !== undefined ? 1 : 0;
	}

	async apply(): Promise<void> {
		const { settings, modem } = this.#options;
		const { tcpServer, tcpAtrun } = settings.current;
		if (!tcpServer) {
			this.#stop();
			return;
		}
		if (this.#instance === undefined && modem.reserve(tcpAtrun.instance, OWNER)) this.#instance = tcpAtrun.instance;
		if (this.#admitted !== settings.current.firewall) this.#closeListener();
		await this.#open();
	}

	/** Lets go of everything; the settings stay. */
	close(): void {
		this.#closed = true;
		this.#stop();
	}

	closeSession(): boolean {
		if (this.#session === undefined) return false;
		this.#session.end('closed by command');
		return true;
	}

	#stop(): void {
		this.#retry?.cancel();
		this.#retry = undefined;
		this.#session?.end('the service was switched off');
		this.#closeListener();
		if (this.#instance !== undefined) this.#options.modem.release(this.#instance, OWNER);
		this.#instance = undefined;
	}

	#closeListener(): void {
		this.#listener?.close();
		this.#listener = undefined;
	}

	async #open(): Promise<void> {
		const { settings, modem, network, trace } = this.#options;
		if (this.#opening || this.#accepting || this.#listener !== undefined || this.#session !== undefined) return;
		if (this.#closed || this.#instance === undefined || modem.state !== 'ready') return;
		this.#opening = true;
		this.#retry?.cancel();
		const { firewall, tcpAtrun } = settings.current;
		this.#admitted = firewall;
		const opened = await network.listen(
			{ port: tcpAtrun.tcpPort, admitted: firewall },
			{
				call: call => void this.#call(call),
				ended: reason => {
					trace?.note('tcp', `listener ended: ${reason}`);
					this.#listener = undefined;
					this.#openLater(AGAIN);
				},
			},
		);
		this.#opening = false;
		if (this.#isOff()) {
			if (opened.ok) opened.value.close();
			return;
		}
		if (opened.ok && settings.current.firewall !== firewall) {
			opened.value.close();
			this.#openLater(AGAIN);
			return;
		}
		if (opened.ok) {
			this.#listener = opened.value;
			this.#wait = RETRY;
			trace?.note('tcp', `listening on port ${tcpAtrun.tcpPort}`);
		} else {
			trace?.note('tcp', `cannot listen on port ${tcpAtrun.tcpPort}: ${opened.error}`);
			this.#openLater(this.#wait);
			this.#wait = Math.min(this.#wait * 2, RETRY_MOST);
		}
	}

	#openLater(wait: number): void {
		if (this.#isOff()) return;
		this.#retry?.cancel();
		this.#retry = this.#clock.setTimer(this.#clock.now() + wait, () => void this.#open());
	}

	#isOff(): boolean {
		return this.#closed || !this.#options.settings.current.tcpServer;
	}

	async #call(call: IncomingCall): Promise<void> {
		const { settings, trace } = this.#options;
		if (this.#accepting || this.#session !== undefined || !isAdmitted(settings.current.firewall, call.peer)) {
			trace?.note('tcp', `refused ${call.peer}`);
			call.refuse();
			return;
		}
		this.#accepting = true;
		const accepted = await call.accept();
		this.#accepting = false;
		// One session at a time: nobody else is heard meanwhile.
		this.#closeListener();
		if (this.#isOff()) {
			if (accepted.ok) accepted.value.close();
			return;
		}
		if (!accepted.ok) {
			this.#openLater(AGAIN);
			return;
		}
		const { digest, executor, modem, onUrc } = this.#options;
		const { tcpAtrun } = settings.current;
		trace?.note('tcp', `connected: ${call.peer}`);
		this.#session = new TcpSession({
			port: accepted.value,
			clock: this.#clock,
			authMode: tcpAtrun.authMode,
			check: {
				isKnown: name => settings.current.users.some(user => user.name === name),
				isValid: (name, password) => isUser(settings.current.users, name, password, digest),
			},
			loginTime: LOGIN,
			idleTime: IDLE,
			isSequence: () => settings.current.commandSequence,
			dialogue: () => modem.instance(tcpAtrun.instance)?.dialogue,
			run: async (body: string, name: string, reply: Reply) => {
				await executor.run({
					body,
					caller: { channel: 'tcp', identity: this.#identityOf(name) },
					instance: tcpAtrun.instance,
					time: tcpAtrun.timeout * MINUTE,
					canPrompt: true,
					onText: raw => reply.onText(raw),
					onPrompt: command => reply.onPrompt(command),
				});
			},
			onAdmitted: name => {
				this.#isAnnounced = true;
				trace?.note('tcp', `${call.peer} is ${name}`);
				if (settings.current.tcpAtrun.urc) onUrc(`#TCPATRUN: ${call.peer}`);
			},
			onEnded: reason => this.#ended(reason),
		});
	}

	/** A user's number, for `#ATRUNGRANT`, is its place in the list. */
	#identityOf(name: string): Identity {
		const place = this.#options.settings.current.users.findIndex(user => user.name === name);
		return { kind: 'tcp-user', name, index: place + 1 };
	}

	#ended(reason: string): void {
		const { settings, trace, onUrc } = this.#options;
		const wasAnnounced = this.#isAnnounced;
		this.#isAnnounced = false;
		this.#session = undefined;
		trace?.note('tcp', `disconnected: ${reason}`);
		if (wasAnnounced && settings.current.tcpAtrun.urc) onUrc('#TCPATRUN: <DISCONNECT>');
		this.#openLater(AGAIN);
	}
}
