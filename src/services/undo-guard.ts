import { lookUp } from '../at/catalogue.js';
import type { Command } from '../at/command-line.js';
import { bytesOf, textOf } from '../base/text.js';
import type { Cancellation } from '../modem/cancellation.js';
import type { Modem } from '../modem/modem.js';
import type { Clock, TimerHandle } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { Settings } from '../settings/schema.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { TwoCopies } from '../settings/two-copies.js';
import type { Audit } from './audit.js';
import { guardOf } from './guards.js';

export interface UndoGuardOptions {
	readonly clock: Clock;
	readonly modem: Modem;
	readonly settings: SettingsKeeper;
	readonly store: Store;
	readonly audit: Audit;
	readonly stopping: Cancellation;
	/** The services take up what the settings now say. */
	readonly apply: () => Promise<void>;
	/** The DTE has meanwhile taken the module off the network itself, and means it. Left out: never. */
	readonly isLeft?: () => boolean;
}

/** What a remote command took, and how it comes back. Kept over a restart. */
interface Taken {
	/** Bodies of command lines for the module, in order. */
	readonly lines: readonly string[];
	/** Settings as they were; undefined: none changed. */
	readonly parts?: Partial<Settings>;
	readonly minutes: number;
}

/** Longest time of an undoing line, and until the module is there for it [ms]. */
const TIME = 160_000;
const MODULE = 600_000;
const MINUTE = 60_000;
const READ = 5_000;
/** What takes a service's network, and is undone by a line. */
const TAKING: readonly string[] = Object.freeze(['detach', 'other']);
/** A line that the module refuses is tried again after the same minutes, so often in all. */
const TRIES = 3;

/**
 * Takes back what a remote command detached (`+CFUN=4`, `+COPS=2`, `+CGSMS=0` …), or by what it cut off its own service
 * (`#SMSATRUN=0` …), after its minutes, unless a further authentic request arrives meanwhile: then its sender can still reach the
 * board and knows what it wants (security.md). What waits survives a restart of the board; its minutes then begin anew.
 */
export class UndoGuard {
	readonly #options: UndoGuardOptions;
	readonly #copies: TwoCopies;
	#taken: Taken | undefined;
	#timer: TimerHandle | undefined;
	#tries = 0;

	constructor(options: UndoGuardOptions) {
		this.#options = options;
		this.#copies = new TwoCopies(options.store, 'undo');
		this.#taken = takenOf(this.#copies.read()[0]);
		if (this.#taken !== undefined) this.wait(this.#taken.minutes);
		options.stopping.onCancel(() => this.#timer?.cancel());
	}

	/** An authentic request arrived: what waits to be undone stays as it is. */
	forget(): void {
		if (this.#taken !== undefined) this.keep(undefined);
	}

	/** What of the settings these commands may change that cut off the service they came by; undefined: nothing. */
	before(commands: readonly Command[], channel: 'sms' | 'tcp'): Partial<Settings> | undefined {
		const { current } = this.#options.settings;
		if (guardOf(current, 'self').policy !== 'guard') return undefined;
		if (!commands.some(command => lookUp(command).hazards[channel].includes('self'))) return undefined;
		const { smsAtrun, tcpServer, tcpClient, firewall, users, whiteList } = current;
		return { smsAtrun, tcpServer, tcpClient, firewall, users, whiteList };
	}

	/** The bodies of the lines that undo what these commands may take over `channel`, as things stand before they run; the last first. */
	async lines(commands: readonly Command[], channel: 'sms' | 'tcp'): Promise<readonly string[]> {
		const lines: string[] = [];
		for (const command of commands) {
			const { hazards, undo } = lookUp(command);
			if (undo === undefined || !hazards[channel].some(hazard => TAKING.includes(hazard))) continue;
			const line = undo.includes('*') ? await this.asItStands(command, undo) : undo;
			if (line !== undefined && !lines.includes(line)) lines.unshift(line);
		}
		return lines;
	}

	private async asItStands({ name }: Command, undo: string): Promise<string | undefined> {
		const answer = await this.#options.modem.control?.ask(`AT${name}?`, READ, [name]);
		const told = answer?.lines[0] ?? '';
		return told.startsWith(`${name}: `) ? undo.replace('*', told.slice(name.length + 2)) : undefined;
	}

	/** These commands have run over `channel`; `undoing` and `parts`, settings, are from before. */
	watch(
		commands: readonly Command[],
		channel: 'sms' | 'tcp',
		undoing: readonly string[],
		parts: Partial<Settings> | undefined,
	): void {
		const { current } = this.#options.settings;
		let minutes = 0;
		let isTaking = false;
		for (const command of commands) {
			for (const hazard of lookUp(command).hazards[channel]) {
				if (!TAKING.includes(hazard) && hazard !== 'self') continue;
				const guard = guardOf(current, hazard === 'self' ? 'self' : 'detach');
				if (guard.policy !== 'guard') continue;
				isTaking ||= TAKING.includes(hazard);
				if (undoing.length > 0 || parts !== undefined) minutes = Math.max(minutes, guard.minutes);
			}
		}
		const lines = isTaking ? undoing : [];
		if (minutes > 0) this.keep({ lines, minutes, ...(parts && { parts }) });
	}

	private keep(taken: Taken | undefined): void {
		this.#taken = taken;
		this.#tries = 0;
		this.#timer?.cancel();
		// An empty record where nothing waits: torn, it would be read as nothing too.
		this.#copies.write(bytesOf(taken === undefined ? '' : JSON.stringify(taken)));
		if (taken !== undefined) this.wait(taken.minutes);
	}

	private wait(minutes: number): void {
		const { clock } = this.#options;
		this.#timer = clock.setTimer(clock.now() + minutes * MINUTE, () => void this.undo());
	}

	private async undo(): Promise<void> {
		const taken = this.#taken;
		if (taken === undefined) return;
		const { modem, settings, audit, apply, isLeft } = this.#options;
		const isAway = taken.lines.length > 0 && (await modem.comeBack(MODULE)) === undefined;
		if (this.#taken !== taken) return;
		if (isAway || isLeft?.() === true) {
			this.wait(taken.minutes);
			return;
		}
		let isUndone = true;
		for (const body of taken.lines) {
			const answer = await modem.control?.ask(`AT${body}`, TIME);
			this.tell(`AT${body}`, answer?.ok === true);
			isUndone &&= answer?.ok === true;
		}
		if (this.#taken !== taken) return;
		if (!isUndone && ++this.#tries < TRIES) {
			this.wait(taken.minutes);
			return;
		}
		if (taken.parts !== undefined) {
			this.tell('settings', settings.change(taken.parts));
			await apply();
		}
		audit.count('UNDONE');
		if (this.#taken === taken) this.keep(undefined);
	}

	private tell(command: string, isDone: boolean): void {
		const result = isDone ? 'undone' : 'failed';
		this.#options.audit.note({
			channel: 'board',
			identity: 'guard',
			command,
			verdict: 'recovered',
			result,
			rung: 'undo',
		});
	}
}

function takenOf(record: Uint8Array | undefined): Taken | undefined {
	if (record === undefined || record.length === 0) return undefined;
	try {
		const { lines, parts, minutes } = JSON.parse(textOf(record)) as Taken;
		if (!Array.isArray(lines) || !(minutes >= 1 && minutes <= 60)) return undefined;
		return { lines: lines.filter(line => typeof line === 'string'), minutes, ...(parts && { parts }) };
	} catch {
		return undefined;
	}
}
