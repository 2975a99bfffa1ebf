import type { Admission } from '../access/admission.js';
import type { Identity } from '../access/grants.js';
import { maskSecrets } from '../at/mask-secrets.js';
import type { Modem } from '../modem/modem.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import type { Trace } from '../ports/trace.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { Audit } from './audit.js';
import type { Executor } from './executor.js';
import { type SessionEnd, TcpSession } from './tcp-session.js';

export interface TcpSessionsOptions {
	readonly clock: Clock;
	readonly settings: SettingsKeeper;
	readonly modem: Modem;
	readonly executor: Executor;
	readonly audit: Audit;
	/** The service's URCs for the console. */
	readonly onUrc: (text: string) => void;
	readonly trace: Trace | undefined;
}

/** A connection that becomes a session. */
export interface NewSession {
	readonly port: BytePort;
	/** Who is at the other end: an address, or the host that was dialled. */
	readonly peer: string;
	readonly admission: Admission;
	/** Said to whom was admitted; '' = nothing. */
	readonly greeting?: string;
	readonly onAdmitted?: () => void;
	/** `wasUsed`: a command ran. */
	readonly onEnded: (reason: SessionEnd, wasUsed: boolean) => void;
}

/** Characters of a late answer that are kept. */
const LATE = 1024;
const OWNER = 'TCP ATRUN';
const SECOND = 1000;
const MINUTE = 60_000;

/** What server and client of TCP ATRUN share: the reserved instance, and the one session. */
export class TcpSessions {
	readonly #options: TcpSessionsOptions;
	#instance: number | undefined;
	#session: TcpSession | undefined;
	/** The answer that came when its session was over. */
	#late: { readonly identity: Identity; readonly command: string; readonly text: string } | undefined;

	constructor(options: TcpSessionsOptions) {
		this.#options = options;
	}

	/** A client is connected, logged in or not. */
	get isTaken(): boolean {
		return this.#session !== undefined;
	}

	/** Reserves the instance of `#TCPATRUNCFG`. False: another service holds it. */
	reserve(): boolean {
		const { settings, modem } = this.#options;
		const { instance } = settings.current.tcpAtrun;
		if (this.#instance !== undefined) return true;
		if (!modem.reserve(instance, OWNER)) return false;
		this.#instance = instance;
		return true;
	}

	/** Ends the session and gives the instance back. */
	release(): void {
		this.finish('service off');
		if (this.#instance !== undefined) this.#options.modem.release(this.#instance, OWNER);
		this.#instance = undefined;
	}

	/** Ends the session once the command that runs was answered. False: there is none. */
	finish(reason: SessionEnd): boolean {
		if (this.#session === undefined) return false;
		this.#session.finish(reason);
		return true;
	}

	/** Ends the session at once. */
	close(): void {
		this.#session?.end('service off');
	}

	/** Begins a session; only while none is there. */
	begin({ port, peer, admission, greeting = '', onAdmitted, onEnded }: NewSession): void {
		const { clock, settings, modem, executor, audit, onUrc, trace } = this.#options;
		const { tcpAtrun, tcpRules } = settings.current;
		let isAdmitted = false;
		let isEnded = false;
		let isUsed = false;
		const session = new TcpSession({
			port,
			clock,
			admission,
			greeting,
			loginTime: tcpRules.login * SECOND,
			idleTime: tcpRules.idle * SECOND,
			isSequence: () => settings.current.commandSequence,
			dialogue: () => modem.instance(tcpAtrun.instance)?.dialogue,
			abandon: () => modem.instance(tcpAtrun.instance)?.abandon(),
			run: async (body, identity, reply) => {
				let late = '';
				isUsed = true;
				await executor.run({
					body,
					caller: { channel: 'tcp', identity },
					instance: tcpAtrun.instance,
					time: tcpAtrun.timeout * MINUTE,
					canPrompt: true,
					onText: raw => {
						reply.onText(raw);
						if (isEnded && late.length < LATE) late += raw;
					},
					onPrompt: command => reply.onPrompt(command),
					onSpace: () => reply.onSpace(),
					data: reply.data,
					flush: () => reply.flush(),
				});
				if (late !== '' && !settings.current.strict)
					this.#late = { identity, command: maskSecrets(`AT${body}`), text: late };
			},
			onAdmitted: (identity, isGreeted) => {
				isAdmitted = true;
				audit.count('TCP_SESSIONS');
				audit.noteSeldom({
					channel: 'tcp',
					identity: `${identity.name} ${peer}`,
					verdict: 'run',
					result: 'session began',
				});
				if (settings.current.tcpAtrun.urc) onUrc(`#TCPATRUN: ${peer}`);
				onAdmitted?.();
				// Where the login says nothing, the next thing that a client reads must be the answer to its command.
				if (isGreeted) this.tellLate(session, identity);
			},
			onIgnored: () => audit.count('TCP_IGNORED'),
			onEnded: (reason, detail) => {
				isEnded = true;
				this.#session = undefined;
				if (reason === 'idle') audit.count('TCP_IDLE');
				if (!isAdmitted) {
					audit.noteSeldom({ channel: 'tcp', identity: peer, verdict: 'refused', result: `no session: ${reason}` });
				} else if (settings.current.tcpAtrun.urc) onUrc('#TCPATRUN: <DISCONNECT>');
				trace?.note('tcp', `session of ${peer} ended: ${reason}${detail === '' ? '' : `, ${detail}`}`);
				onEnded(reason, isUsed);
			},
		});
		this.#session = session;
		session.start();
	}

	/** What became of the command in whose middle the last session of this identity was lost. */
	private tellLate(session: TcpSession, identity: Identity): void {
		const late = this.#late;
		if (late === undefined || late.identity.kind !== identity.kind || late.identity.name !== identity.name) return;
		this.#late = undefined;
		session.tell(`\r\n#ATRUN: LAST,"${late.command.replace(/"/g, "'")}"${late.text}`);
	}
}
