import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Instance } from './instance.js';
import type { Modem } from './modem.js';
import { switchRivalsOff } from './rivals.js';

/** What the module tells of its network, as far as it was asked. */
export interface NetworkHealth {
	/** `<stat>` of the network that serves, else of the first that was asked: 1 home, 5 roaming (27.007 7.2). */
	readonly registration: number;
	/** `+CSQ`: 0–31, 99 unknown. */
	readonly signal: number;
	/** Supply in units of 10 mV (`#CBC`); 0: not told. */
	readonly supply: number;
	/** The packet context is active. */
	readonly context: boolean;
}

export interface NetworkKeeperOptions {
	readonly modem: Modem;
	readonly clock: Clock;
	/** A service needs the packet context 1. */
	readonly wantsContext: () => boolean;
	/** The DTE has taken the module off the network, and means it. */
	readonly isLeft: () => boolean;
	/** Access point, user and password of context 1; undefined: what the module has stored. */
	readonly accessPoint: () => AccessPoint | undefined;
	readonly onActed: (what: string, isDone: boolean) => void;
}

export interface AccessPoint {
	readonly name: string;
	readonly user: string;
	readonly password: string;
}

/** Between two looks [ms]. */
const LOOK = 60_000;
const FIRST_LOOK = 20_000;
/** Between two looks for services of the module's own [ms]. */
const RIVALS = 3_600_000;
const COMMAND = 5_000;
/** `#SGACT` takes up to 150 s, `+COPS` up to 30 [ms]. */
const ACTIVATE = 150_000;
const REGISTER = 60_000;
/** A context that cannot be had is asked for again after so long [ms], doubling: a wrong access point is no reason for a loop. */
const AGAIN = 60_000;
const AGAIN_MOST = 1_800_000;
/** Not registered for so long [ms]: automatic selection is asked for; for so long, the module is restarted, then less and less often. */
const UNREGISTERED = 900_000;
const LOST = 2_700_000;
const LOST_MOST = 86_400_000;

/** Looks after registration and packet context, and brings back what is missing; notes signal and supply. */
export class NetworkKeeper {
	readonly #options: NetworkKeeperOptions;
	readonly #clock: Clock;
	#health: NetworkHealth = { registration: 0, signal: 99, supply: 0, context: false };
	#timer: TimerHandle | undefined;
	#again = AGAIN;
	#activateAt = 0;
	#unregisteredSince: number | undefined;
	#asked = false;
	#restartAfter = LOST;
	#rivalsAt = 0;
	#closed = false;

	constructor(options: NetworkKeeperOptions) {
		this.#options = options;
		this.#clock = options.clock;
		options.modem.onReady.push(() => {
			this.#activateAt = 0;
			this.lookAfter(FIRST_LOOK);
		});
		options.modem.onLost.push(() => this.#timer?.cancel());
	}

	/** As it was at the last look. */
	get health(): NetworkHealth {
		return this.#health;
	}

	close(): void {
		this.#closed = true;
		this.#timer?.cancel();
	}

	private lookAfter(ms: number): void {
		if (this.#closed) return;
		this.#timer?.cancel();
		this.#timer = this.#clock.setTimer(this.#clock.now() + ms, async () => {
			const { control } = this.#options.modem;
			// Whoever uses the instance now shows by that that it lives.
			if (control?.isFree) {
				await this.look(control);
				await this.lookForRivals(control);
			}
			if (this.#options.modem.state === 'ready') this.lookAfter(LOOK);
		});
	}

	private async look(control: Instance): Promise<void> {
		const registration = await this.#registration(control);
		const signal = await number(control, 'AT+CSQ', /^\+CSQ: ([0-9]+)/);
		const supply = await number(control, 'AT#CBC', /^#CBC: [0-9]+,([0-9]+)/);
		const context = await this.isActive(control);
		this.#health = { registration: registration ?? 0, signal: signal ?? 99, supply: supply ?? 0, context };
		if (this.#options.isLeft()) {
			this.#unregisteredSince = undefined;
			return;
		}
		const isServed = isRegistered(registration);
		if (isServed) {
			this.#unregisteredSince = undefined;
			this.#asked = false;
			this.#restartAfter = LOST;
		}
		const hasPacket = isServed || isRegistered(await statOf(control, '+CGREG'));
		if (context) this.#again = AGAIN;
		else if (hasPacket && this.#options.wantsContext() && this.#clock.now() >= this.#activateAt)
			await this.activate(control);
		if (!isServed && registration !== undefined) await this.register(control, hasPacket);
	}

	/** A module in an LTE network alone says 0 to +CREG, and would be restarted for it again and again. */
	async #registration(control: Instance): Promise<number | undefined> {
		let first: number | undefined;
		for (const command of this.#options.modem.profile?.registration ?? CIRCUIT) {
			const stat = await statOf(control, command);
			if (isRegistered(stat)) return stat;
			first ??= stat;
		}
		return first;
	}

	private async isActive(control: Instance): Promise<boolean> {
		return (await number(control, 'AT#SGACT?', /^#SGACT: 1,([0-9]+)/)) === 1;
	}

	/** Somebody may have switched the module's own services on, at another port of it or before our time. */
	private async lookForRivals(control: Instance): Promise<void> {
		if (this.#clock.now() < this.#rivalsAt) return;
		this.#rivalsAt = this.#clock.now() + RIVALS;
		const found = await switchRivalsOff(async line => {
			const label = /^AT([#A-Z]+)/.exec(line)?.[1] ?? '';
			const answer = await control.ask(line, COMMAND, [label]);
			return answer.ok ? answer.lines : undefined;
		});
		if (found > 0) this.#options.onActed('a service of the module switched off', true);
	}

	private async activate(control: Instance): Promise<void> {
		// A detached module gives no context, whatever it is asked.
		if ((await number(control, 'AT+CGATT?', /^\+CGATT: ([01])/)) === 0) {
			await this.serveBoth(control);
			await control.ask('AT+CGATT=1', REGISTER);
		}
		const point = this.#options.accessPoint();
		let line = 'AT#SGACT=1,1';
		if (point !== undefined) {
			await control.ask(`AT+CGDCONT=1,"IP","${point.name}"`, COMMAND);
			if (point.user !== '') line += `,"${point.user}","${point.password}"`;
		}
		const answer = await control.ask(line, ACTIVATE, ['#SGACT']);
		// #SGACTCFG may have been faster: then ours was refused.
		const isActive = answer.ok || (await this.isActive(control));
		this.#options.onActed('context', isActive);
		this.#activateAt = this.#clock.now() + this.#again;
		this.#again = isActive ? AGAIN : Math.min(this.#again * 2, AGAIN_MOST);
	}

	/** A class of one service alone (CG packet, CC circuit) shuts the other out; SMS and TCP need both. */
	private async serveBoth(control: Instance): Promise<void> {
		const { lines } = await control.ask('AT+CGCLASS?', COMMAND, ['+CGCLASS']);
		if (lines.some(line => /^\+CGCLASS: "C[CG]"/.test(line))) await control.ask('AT+CGCLASS="B"', REGISTER);
	}

	/** First by asking, and after long by a restart, which would take packet service where that is all there is. */
	private async register(control: Instance, hasPacket: boolean): Promise<void> {
		const now = this.#clock.now();
		this.#unregisteredSince ??= now;
		const since = now - this.#unregisteredSince;
		if (since >= this.#restartAfter && !hasPacket) {
			this.#restartAfter = Math.min(this.#restartAfter * 2, LOST_MOST);
			this.#unregisteredSince = undefined;
			this.#asked = false;
			this.#options.onActed('restart without network', true);
			void this.#options.modem.reboot(LOST, 'no network for long');
		} else if (since >= UNREGISTERED && !this.#asked) {
			this.#asked = true;
			await this.serveBoth(control);
			const on = await control.ask('AT+CFUN=1', REGISTER);
			const chosen = await control.ask('AT+COPS=0', REGISTER);
			this.#options.onActed('registration', on.ok && chosen.ok);
		}
	}
}

/** `<stat>` of `+CREG`, `+CGREG` or `+CEREG`; undefined: the module does not tell. */
function statOf(control: Instance, command: string): Promise<number | undefined> {
	return number(control, `AT${command}?`, /^\+C[EG]?REG: [0-9]+,([0-9]+)/);
}

/** Home or roaming, for all, for SMS alone (6, 7), or with voice by fallback (9, 10) (27.007 7.2). */
function isRegistered(stat: number | undefined): boolean {
	return stat !== undefined && REGISTERED.includes(stat);
}

const REGISTERED: readonly number[] = Object.freeze([1, 5, 6, 7, 9, 10]);
const CIRCUIT: readonly string[] = Object.freeze(['+CREG']);

async function number(control: Instance, line: string, pattern: RegExp): Promise<number | undefined> {
	const label = /^AT([+#][A-Z]+)/.exec(line)?.[1] ?? '';
	const { lines } = await control.ask(line, COMMAND, [label]);
	for (const text of lines) {
		const found = pattern.exec(text)?.[1];
		if (found !== undefined) return Number(found);
	}
	return undefined;
}
