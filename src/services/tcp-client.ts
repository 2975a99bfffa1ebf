import type { Admission } from '../access/admission.js';
import { BoardChallenge } from '../access/challenge.js';
import { OpenHost } from '../access/open-host.js';
import type { BytePort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { NetworkError } from '../ports/network.js';
import type { ClientService } from './board.js';
import type { Carriers } from './carriers.js';
import type { TcpServiceOptions } from './tcp-service-options.js';
import type { SessionEnd } from './tcp-session.js';

export interface TcpClientOptions extends TcpServiceOptions {
	/** The line that says who is calling, for `#ATRUNTCP` hello. */
	readonly hello: () => string;
}

/** A host to dial. */
interface Target {
	readonly host: string;
	readonly port: number;
}

/** `given up`: the tries are used up; a restart, a new attach or a new `#TCPATRUND=1` begins again. */
type State = 'off' | 'given up' | 'dialling' | 'connected' | 'waiting';

/** `#SD` takes up to 140 s [ms]. */
const DIAL = 150_000;
/** Until a context is there, or the module [ms]: twice as long each time. */
const NOT_YET = 2_000;
const NOT_YET_MOST = 60_000;
/** After a session that was one [ms]. */
const AGAIN = 1_000;
/**
 * A session that ends sooner [ms] without a command counts as a failed try: a host that hangs up at once is not dialled without end.
 */
const SHORT = 20_000;
const MINUTE = 60_000;
/** The slow tries come at most so many times further apart than they begin. */
const SLOWEST = 4;

/** TCP ATRUN as a client: dials while it is switched on, and comes back by itself after each loss. */
export class TcpClient implements ClientService {
	readonly #options: TcpClientOptions;
	readonly #clock: Clock;
	#state: State = 'off';
	#timer: TimerHandle | undefined;
	/** Tries in a row that failed. */
	#failures = 0;
	#notYet = NOT_YET;
	/** The place of the host that is dialled first: the one that answered last. */
	#first = 0;
	#failure: NetworkError | undefined;
	/** Counts the rounds of dialling: what a former one still brings, after off and on, is nobody's. */
	#round = 0;
	/** The host was let in: what follows is a session. */
	#admitted = false;
	#closed = false;

	constructor(options: TcpClientOptions) {
		this.#options = options;
		this.#clock = options.clock;
		const begin = () => {
			this.#notYet = NOT_YET;
			if (this.#state === 'waiting' || this.#state === 'given up') this.begin();
			else void this.apply();
		};
		options.modem.onReady.push(begin);
		options.carriers.onHostUp.push(begin);
	}

	/** 0 not connected, 1 connected or connecting, 2 waiting to retry. */
	get status(): number {
		if (this.#state === 'waiting') return 2;
		return this.#state === 'connected' || this.#state === 'dialling' ? 1 : 0;
	}

	/** Why the last try failed; undefined: it did not. */
	get failure(): NetworkError | undefined {
		return this.#failure;
	}

	/** Settles when the first try is over. */
	async apply(): Promise<void> {
		const { settings, sessions } = this.#options;
		if (this.isOff) {
			if (this.#state !== 'off') this.stop();
			return;
		}
		if (this.#state === 'dialling' || this.#state === 'connected') return;
		this.#timer?.cancel();
		if (settings.current.tcpServer || !sessions.reserve()) return;
		this.#failures = 0;
		await this.dial();
	}

	close(): void {
		this.#closed = true;
		this.stop();
		this.#options.sessions.close();
	}

	private get isOff(): boolean {
		const { settings, isHeld } = this.#options;
		return this.#closed || isHeld() || !settings.current.tcpClient;
	}

	private stop(): void {
		this.#timer?.cancel();
		if (this.#state !== 'off') this.#options.sessions.release();
		this.#state = 'off';
		this.#failure = undefined;
	}

	/** Begins anew, as after a boot. */
	private begin(): void {
		this.#timer?.cancel();
		this.#failures = 0;
		void this.dial();
	}

	private async dial(): Promise<void> {
		this.#state = 'dialling';
		this.#timer?.cancel();
		const round = ++this.#round;
		const targets = this.targets();
		const first = this.#first % Math.max(1, targets.length);
		let failure: NetworkError = 'bad-address';
		for (let count = 0; count < targets.length; count++) {
			const place = (first + count) % targets.length;
			const target = targets[place]!;
			const dialled = await this.connect(target);
			if (this.isOff || round !== this.#round || this.#state !== 'dialling') {
				if (dialled.ok) dialled.value.close();
				return;
			}
			if (dialled.ok) {
				this.#first = place;
				this.serve(dialled.value, target);
				return;
			}
			failure = dialled.error;
			if (isNotYet(failure)) break;
		}
		this.failed(failure);
	}

	private async connect({ host, port }: Target): ReturnType<NonNullable<Carriers['current']>['connect']> {
		const { carriers, sessions, audit } = this.#options;
		const network = carriers.current;
		if (network === undefined) return { ok: false, error: 'unreachable' };
		// A session from before the service was switched off and on still gets its last answer.
		if (sessions.isTaken) return { ok: false, error: 'busy' };
		const dialled = await network.connect(host, port, this.#clock.now() + DIAL);
		if (dialled.ok) audit.count('TCP_DIALLED');
		else if (!isNotYet(dialled.error)) {
			audit.count('TCP_NOT_DIALLED');
			const result = `no connection: ${dialled.error}`;
			audit.noteSeldom({ channel: 'tcp', identity: `${host}:${port}`, verdict: 'dropped', result });
		}
		return dialled;
	}

	/** `#TCPATRUNCFG`'s host, and those of `#ATRUNHOST`. */
	private targets(): readonly Target[] {
		const { tcpAtrun, hosts, strict } = this.#options.settings.current;
		const own = tcpAtrun.host === '' ? [] : [{ host: tcpAtrun.host, port: tcpAtrun.hostPort }];
		return strict ? own : [...own, ...hosts];
	}

	private serve(port: BytePort, { host, port: number }: Target): void {
		const { settings, sessions, hello } = this.#options;
		const start = this.#clock.now();
		this.#state = 'connected';
		this.#failure = undefined;
		this.#notYet = NOT_YET;
		this.#admitted = false;
		sessions.begin({
			port,
			peer: host,
			admission: this.admission(host, number),
			greeting: settings.current.tcpRules.hello && !settings.current.strict ? hello() : '',
			onAdmitted: () => {
				this.#admitted = true;
			},
			onEnded: (reason, wasUsed) => this.ended(reason, wasUsed || this.#clock.now() - start >= SHORT),
		});
	}

	/** Also in strict mode: what was asked of the host must not be dropped without a word. */
	private admission(host: string, port: number): Admission {
		const { settings, digest, entropy, imei } = this.#options;
		const { tcpRules, keys } = settings.current;
		if (!tcpRules.mutual) return new OpenHost(host, port);
		return new BoardChallenge({ digest, entropy, imei: imei(), keys });
	}

	/** `wasOne`: a command ran, or it lasted. */
	private ended(reason: SessionEnd, wasOne: boolean): void {
		if (reason === 'service off' || this.isOff) return;
		const isGood = this.#admitted && (wasOne || reason === 'closed by command' || reason === 'idle');
		if (reason === 'login refused') this.#options.audit.count('TCP_BAD_LOGIN');
		if (reason === 'login timeout') this.#options.audit.count('TCP_LOGIN_TIMEOUT');
		if (!isGood) {
			this.failed('refused');
			return;
		}
		this.#failures = 0;
		this.waitFor(AGAIN);
	}

	private failed(failure: NetworkError): void {
		this.#failure = failure;
		if (isNotYet(failure)) {
			// No fault of the host's: it uses up no try.
			this.waitFor(this.#notYet);
			this.#notYet = Math.min(this.#notYet * 2, NOT_YET_MOST);
			return;
		}
		const { tcpAtrun, tcpRules, strict } = this.#options.settings.current;
		this.#failures++;
		const slow = this.#failures - tcpAtrun.retryCount;
		if (slow <= 0) this.waitFor(tcpAtrun.retryDelay * MINUTE);
		else if (strict || tcpRules.slowRetry === 0) this.#state = 'given up';
		else this.waitFor(this.spread(tcpRules.slowRetry * MINUTE * Math.min(2 ** (slow - 1), SLOWEST)));
	}

	/** Up to a tenth more: boards that lost their server together do not come back together. */
	private spread(time: number): number {
		const random = new Uint8Array(1);
		this.#options.entropy.fill(random);
		return time + (time * random[0]!) / 2560;
	}

	private waitFor(time: number): void {
		this.#state = 'waiting';
		this.#timer?.cancel();
		this.#timer = this.#clock.setTimer(this.#clock.now() + time, () => void this.dial());
	}
}

/** There is no way out yet, or it is in use: not the host's fault. */
function isNotYet(failure: NetworkError): boolean {
	return failure === 'no-context' || failure === 'unreachable' || failure === 'busy';
}
