import type { Command } from '../at/command-line.js';
import { Dialogue, type DialogueOptions, type DialogueOutcome, type DialogueRequest } from '../at/dialogue.js';
import type { FinalResult } from '../at/result-code.js';
import type { SignalPort, Signals } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';
import { Cancellation } from './cancellation.js';
import type { DteWishes } from './dte-wishes.js';
import type { Rung } from './rung.js';

/**
 * Who uses an instance: each finds the settings of its own there (architecture, decision 2). A DTE is known by what it wants; to
 * `anyone` they do not matter.
 */
export type InstanceUser = 'control' | 'service' | 'anyone' | DteWishes;

/** A request without its deadline: that starts to run when the line's turn comes. */
export interface InstanceRequest extends Omit<DialogueRequest, 'deadline'> {
	/** Longest time [ms] from sending the line to its final result. */
	readonly time: number;
	/** After a timeout nothing is tried to bring the instance back: its owner restarts the module. */
	readonly isLeft?: boolean;
	/** True when its turn comes: nobody waits for it any more, and it is not sent. Its outcome is `closed`. */
	isWithdrawn?(): boolean;
}

/**
 * `busy`: the queue of the instance is full, or a DTE finds another's data call there. `timeout`: `rung` tells what brought the instance back; undefined: nothing did, and
 * the module is attached anew.
 */
export type InstanceOutcome =
	| Exclude<DialogueOutcome, { readonly kind: 'timeout' }>
	| { readonly kind: 'timeout'; readonly rung: Rung | undefined }
	| { readonly kind: 'busy' };

/** A short answer, collected. */
export interface Answer {
	readonly ok: boolean;
	/** Undefined: no final result came (timeout, closed, busy). */
	readonly result: FinalResult | undefined;
	readonly lines: readonly string[];
}

/** What all instances tell and ask: one object for all. */
export interface InstanceOwner {
	readonly clock: Clock;
	readonly gap: number;
	onUrc(text: string, instance: number): void;
	/** The module's V.24 signals on the DLCI changed. */
	onSignals?(instance: number, signals: Signals): void;
	onTraffic?(instance: number, direction: 'sent' | 'received', text: string): void;
	/** The line that gives `user` its settings when it takes over; undefined: nothing differs. */
	prepare?(instance: number, user: InstanceUser): string | undefined;
	/** Learns which commands a user has run, for `prepare`. */
	onRan?(instance: number, user: InstanceUser, commands: readonly Command[], isDone: boolean): void;
	/** The line of `prepare` had no effect. */
	onUnprepared?(instance: number): void;
	/** Closes the DLCI and opens it again; undefined: it cannot be had. */
	reopen(instance: number): Promise<SignalPort | undefined>;
	/** The lines that give an instance behind a new DLCI the settings we count on. */
	settings(instance: number): readonly string[];
	/** An answer did not come in time; this brought the instance back. */
	onRecovered(instance: number, rung: Rung, seconds: number): void;
	/** The channel ended, or nothing on the DLCI itself brought the instance back: the module's turn. */
	onLost(instance: number): void;
}

const QUEUE = 16;
/** Collected lines of one answer; more are dropped. */
const LINES = 64;
/** Time [ms] for each rung to prove the channel in step. */
const RESUME = 5_000;
/** DTR stays off for so long [ms]. */
const DROP = 1_000;
/** Longest time of a line that gives a setting back [ms]. */
const SETTING = 5_000;

interface Waiting {
	readonly user: InstanceUser;
	readonly request: InstanceRequest;
	readonly resolve: (outcome: InstanceOutcome) => void;
}

/** One AT instance of the module: its dialogue, and a bounded first-in-first-out queue of those who want to use it. */
export class Instance implements DialogueOptions {
	readonly number: number;
	#dialogue: Dialogue;
	#port: SignalPort;
	readonly #owner: InstanceOwner;
	readonly #queue: Waiting[] = [];
	readonly #closing = new Cancellation();
	#running = false;
	/** The command in flight was given up at a prompt for octets. */
	#isAbandoned = false;
	#closed = false;

	constructor(number: number, port: SignalPort, owner: InstanceOwner) {
		this.number = number;
		this.#port = port;
		this.#owner = owner;
		this.#dialogue = new Dialogue(this);
	}

	/** The dialogue on its DLCI, another one after `reopen`. */
	get dialogue(): Dialogue {
		return this.#dialogue;
	}

	get port(): SignalPort {
		return this.#port;
	}

	/** No command runs or waits. */
	get isFree(): boolean {
		return !this.#running && this.#queue.length === 0 && this.#dialogue.state === 'idle';
	}

	/** Runs a line when its turn comes. */
	run(user: InstanceUser, request: InstanceRequest): Promise<InstanceOutcome> {
		if (this.#closed) return Promise.resolve({ kind: 'closed' });
		if (this.#queue.length >= QUEUE || (isDte(user) && this.#dialogue.state === 'online')) {
			return Promise.resolve({ kind: 'busy' });
		}
		return new Promise(resolve => {
			this.#queue.splice(this.placeOf(user), 0, { user, request, resolve });
			void this.work();
		});
	}

	/** Runs a line of the co-processor's own and collects the answer; at most 64 lines of it. */
	async ask(
		line: string,
		time: number,
		prefixes: readonly string[] = [],
		user: InstanceUser = 'control',
	): Promise<Answer> {
		const lines: string[] = [];
		const outcome = await this.run(user, {
			line,
			time,
			prefixes,
			onLine: text => {
				if (lines.length < LINES) lines.push(text);
			},
		});
		const result = outcome.kind === 'final' ? outcome.result : undefined;
		return { ok: result?.kind === 'ok', result, lines };
	}

	/** Runs lines of settings one after the other. False: one failed, and nothing was tried to bring the instance back. */
	async settle(lines: readonly string[]): Promise<boolean> {
		for (const line of lines) {
			const outcome = await this.run('anyone', { line, prefixes: [], time: SETTING, isLeft: true });
			if (outcome.kind !== 'final' || outcome.result.kind !== 'ok') return false;
		}
		return true;
	}

	/**
	 * Gives up the command in flight, which waits for octets that nobody has any more: whatever were sent to free it would be taken for
	 * them, so the DLCI is opened anew at once. No effect where none runs.
	 */
	abandon(): void {
		this.#isAbandoned = true;
		this.#dialogue.giveUp();
	}

	/** Ends what runs and waits with `closed`. */
	close(): void {
		this.#closed = true;
		this.#closing.cancel();
		this.#dialogue.close();
		for (const waiting of this.#queue.splice(0)) waiting.resolve({ kind: 'closed' });
	}

	private async work(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		while (!this.#closed) {
			// In data mode the instance belongs to whoever took it there; its end calls again.
			if (this.#dialogue.state === 'online') {
				this.turnAway();
				break;
			}
			const waiting = this.#queue.shift();
			if (waiting === undefined) break;
			// Not on top of the caller, nor of what led to it: the two together take a third more of the engine's stack.
			await undefined;
			waiting.resolve(await this.serve(waiting));
		}
		this.#running = false;
	}

	/** What the services need does not wait for what several DTEs, or one that types ahead, have in mind. */
	private placeOf(user: InstanceUser): number {
		const place = user === 'control' ? this.#queue.findIndex(waiting => isDte(waiting.user)) : -1;
		return place < 0 ? this.#queue.length : place;
	}

	/** Further DTEs do not wait for the end of another's data call. */
	private turnAway(): void {
		for (const waiting of this.#queue.splice(0)) {
			if (isDte(waiting.user)) waiting.resolve({ kind: 'busy' });
			else this.#queue.push(waiting);
		}
	}

	/** A line of these commands, which `run` took, has ended; `isDone`: with success. */
	ran(user: InstanceUser, commands: readonly Command[], isDone: boolean): void {
		this.#owner.onRan?.(this.number, user, commands, isDone);
	}

	/** Data mode ended: the next in the queue may have the instance. */
	proceed(): void {
		void this.work();
	}

	private async serve({ user, request }: Waiting): Promise<InstanceOutcome> {
		if (request.isWithdrawn?.() === true) return { kind: 'closed' };
		const prelude = this.#owner.prepare?.(this.number, user);
		if (prelude !== undefined) {
			const prepared = await this.exchange({ line: prelude, prefixes: [], time: PREPARE });
			if (prepared.kind !== 'final' || prepared.result.kind !== 'ok') this.#owner.onUnprepared?.(this.number);
			if (prepared.kind !== 'final') return prepared;
		}
		const outcome = await this.exchange(request);
		// Only a DTE has a use for data mode: for others the call is over when it begins.
		if (!isDte(user) && this.#dialogue.state === 'online') await this.leaveOnline();
		return outcome;
	}

	// For its dialogue: methods, since functions of its own would cost each instance some 60 slots (XS).

	get clock(): Clock {
		return this.#owner.clock;
	}

	get gap(): number {
		return this.#owner.gap;
	}

	onUrc(text: string): void {
		this.#owner.onUrc(text, this.number);
	}

	onSignals(signals: Signals): void {
		this.#owner.onSignals?.(this.number, signals);
	}

	onClosed(): void {
		this.close();
		this.#owner.onLost(this.number);
	}

	onTraffic(direction: 'sent' | 'received', text: string): void {
		this.#owner.onTraffic?.(this.number, direction, text);
	}

	private leaveOnline(): Promise<void> {
		return new Promise(resolve => {
			this.#dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: () => resolve() });
			this.#dialogue.escape();
		});
	}

	private async exchange(request: InstanceRequest): Promise<InstanceOutcome> {
		if (this.#dialogue.state === 'stale') await this.recover();
		if (this.#dialogue.state !== 'idle') return { kind: 'closed' };
		this.#isAbandoned = false;
		const outcome = await this.#dialogue.run({ ...request, deadline: this.clock.now() + request.time });
		if (outcome.kind !== 'timeout') return outcome;
		return { kind: 'timeout', rung: request.isLeft === true ? undefined : await this.recover() };
	}

	/** The rungs of the ladder that disturb nobody else. */
	private async recover(): Promise<Rung | undefined> {
		const start = this.clock.now();
		const rung = await this.climb();
		if (this.#closed) return undefined;
		if (rung === undefined) this.#owner.onLost(this.number);
		else this.#owner.onRecovered(this.number, rung, (this.clock.now() - start) / 1000);
		return rung;
	}

	private async climb(): Promise<Rung | undefined> {
		const isAbandoned = this.#isAbandoned;
		this.#isAbandoned = false;
		if (isAbandoned && (await this.reopens())) return 'reopen';
		if (await this.resumes()) return 'wait';
		if (this.#closed) return undefined;
		this.#port.sendBreak(1);
		if (await this.resumes()) return 'abort';
		if (this.#closed) return undefined;
		this.#port.setSignals({ rtc: false });
		await this.#closing.pause(this.clock, DROP);
		if (this.#closed) return undefined;
		this.#port.setSignals({ rtc: true });
		if (await this.resumes()) return 'abort';
		return !this.#closed && (await this.reopens()) ? 'reopen' : undefined;
	}

	private resumes(): Promise<boolean> {
		return this.#dialogue.resume(this.clock.now() + RESUME);
	}

	private async reopens(): Promise<boolean> {
		this.#dialogue.close();
		const port = await this.#owner.reopen(this.number);
		if (port === undefined || this.#closed) return false;
		this.#port = port;
		this.#dialogue = new Dialogue(this);
		for (const line of this.#owner.settings(this.number)) {
			const deadline = this.clock.now() + SETTING;
			const outcome = await this.#dialogue.run({ line, prefixes: [], deadline });
			if (outcome.kind !== 'final') return false;
		}
		return true;
	}
}

function isDte(user: InstanceUser): boolean {
	return typeof user !== 'string';
}

/** Time [ms] for the line that brings a user's settings back. */
const PREPARE = 5_000;
