import { Dialogue, type DialogueOutcome, type DialogueRequest } from '../at/dialogue.js';
import type { FinalResult } from '../at/result-code.js';
import type { SignalPort } from '../ports/byte-port.js';
import type { Clock } from '../ports/clock.js';

/** Who uses an instance: each finds the settings of its own there (architecture, decision 2). */
export type InstanceUser = 'control' | 'dte' | 'service';

/** A request without its deadline: that starts to run when the line's turn comes. */
export interface InstanceRequest extends Omit<DialogueRequest, 'deadline'> {
	/** Longest time [ms] from sending the line to its final result. */
	readonly time: number;
}

/** `busy`: the queue of the instance is full. */
export type InstanceOutcome = DialogueOutcome | { readonly kind: 'busy' };

/** A short answer, collected. */
export interface Answer {
	readonly ok: boolean;
	/** Undefined: no final result came (timeout, closed, busy). */
	readonly result: FinalResult | undefined;
	readonly lines: readonly string[];
}

export interface InstanceOptions {
	readonly number: number;
	readonly port: SignalPort;
	readonly clock: Clock;
	readonly gap: number;
	readonly onUrc: (text: string, instance: number) => void;
	readonly onTraffic?: (instance: number, direction: 'sent' | 'received', text: string) => void;
	/** The line that gives `user` its settings when it takes over; undefined: nothing differs. */
	readonly prepare?: (instance: number, user: InstanceUser) => string | undefined;
	/** The line of `prepare` had no effect. */
	readonly onUnprepared?: (instance: number) => void;
	/** The channel ended, or an answer did not come in time and the channel could not be brought back in step: the supervisor's turn. */
	readonly onLost: (instance: number) => void;
}

const QUEUE = 16;
/** Collected lines of one answer; more are dropped. */
const LINES = 64;
/** Time [ms] to prove a channel in step after a timeout. */
const RESUME = 10_000;

interface Waiting {
	readonly user: InstanceUser;
	readonly request: InstanceRequest;
	readonly resolve: (outcome: InstanceOutcome) => void;
}

/** One AT instance of the module: its dialogue, and a bounded first-in-first-out queue of those who want to use it. */
export class Instance {
	readonly number: number;
	readonly dialogue: Dialogue;
	readonly port: SignalPort;
	readonly #options: InstanceOptions;
	readonly #clock: Clock;
	readonly #queue: Waiting[] = [];
	#running = false;
	#closed = false;

	constructor(options: InstanceOptions) {
		const { number, port, clock, gap, onUrc, onTraffic } = options;
		this.number = number;
		this.port = port;
		this.#options = options;
		this.#clock = clock;
		this.dialogue = new Dialogue({
			port,
			clock,
			gap,
			onUrc: text => onUrc(text, number),
			onClosed: () => {
				this.close();
				options.onLost(number);
			},
			...(onTraffic && { onTraffic: (direction, text) => onTraffic(number, direction, text) }),
		});
	}

	/** No command runs or waits. */
	get isFree(): boolean {
		return !this.#running && this.#queue.length === 0 && this.dialogue.state === 'idle';
	}

	/** Runs a line when its turn comes. */
	run(user: InstanceUser, request: InstanceRequest): Promise<InstanceOutcome> {
		if (this.#closed) return Promise.resolve({ kind: 'closed' });
		if (this.#queue.length >= QUEUE) return Promise.resolve({ kind: 'busy' });
		return new Promise(resolve => {
			this.#queue.push({ user, request, resolve });
			void this.#work();
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

	/** Ends what runs and waits with `closed`. */
	close(): void {
		this.#closed = true;
		this.dialogue.close();
		for (const waiting of this.#queue.splice(0)) waiting.resolve({ kind: 'closed' });
	}

	async #work(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		while (!this.#closed) {
			// In data mode the instance belongs to whoever took it there; its end calls again.
			if (this.dialogue.state === 'online') break;
			const waiting = this.#queue.shift();
			if (waiting === undefined) break;
			waiting.resolve(await this.#serve(waiting));
		}
		this.#running = false;
	}

	/** Data mode ended: the next in the queue may have the instance. */
	proceed(): void {
		void this.#work();
	}

	async #serve({ user, request }: Waiting): Promise<InstanceOutcome> {
		const prelude = this.#options.prepare?.(this.number, user);
		if (prelude !== undefined) {
			const prepared = await this.#exchange({ line: prelude, prefixes: [], time: PREPARE });
			if (prepared.kind !== 'final' || prepared.result.kind !== 'ok') this.#options.onUnprepared?.(this.number);
			if (prepared.kind !== 'final') return prepared;
		}
		const outcome = await this.#exchange(request);
		// Only the DTE has a use for data mode: for others the call is over when it begins.
		if (user !== 'dte' && this.dialogue.state === 'online') await this.#leaveOnline();
		return outcome;
	}

	#leaveOnline(): Promise<void> {
		return new Promise(resolve => {
			this.dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: () => resolve() });
			this.dialogue.escape();
		});
	}

	async #exchange(request: InstanceRequest): Promise<DialogueOutcome> {
		if (this.dialogue.state === 'stale') await this.#resume();
		if (this.dialogue.state !== 'idle') return { kind: 'closed' };
		const outcome = await this.dialogue.run({ ...request, deadline: this.#clock.now() + request.time });
		if (outcome.kind === 'timeout') await this.#resume();
		return outcome;
	}

	async #resume(): Promise<void> {
		const inStep = await this.dialogue.resume(this.#clock.now() + RESUME);
		if (!inStep && !this.#closed) this.#options.onLost(this.number);
	}
}

/** Time [ms] for the line that brings a user's settings back. */
const PREPARE = 5_000;
