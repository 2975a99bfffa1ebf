import { bytesOf, textOf } from '../base/text.js';
import type { Store } from '../ports/store.js';
import { TwoCopies } from '../settings/two-copies.js';
import type { Reply } from './sms-request.js';

/** Requests that are remembered as done: a message delivered twice is not run twice. */
const DONE = 16;

interface Current {
	readonly hash: string;
	readonly reply: Reply;
	/** Its message is deleted, and the command may have begun. */
	readonly running: boolean;
}

interface State {
	readonly done: readonly string[];
	readonly now: Current | null;
	/** The request that was given back after a restart: not a second time. */
	readonly returned: string;
}

/** A request that was under way when the board went down. */
export interface Interrupted {
	readonly hash: string;
	readonly reply: Reply;
	/** It had not begun: while its message is still in the module's store it may run after all. */
	readonly mayRun: boolean;
}

/**
 * What makes execution at most once (security.md, "Rules"): a request is written down before its SMS is deleted, marked before
 * it runs, and crossed out when it was answered. What had begun when the board went down is never run again.
 */
export class RequestLedger {
	readonly #copies: TwoCopies;
	#state: State = { done: [], now: null, returned: '' };
	#interrupted: Interrupted | undefined;

	constructor(store: Store) {
		this.#copies = new TwoCopies(store, 'requests');
		for (const copy of this.#copies.read()) {
			const state = stateOf(copy);
			if (state === undefined) continue;
			this.#state = state;
			break;
		}
		const { now, returned } = this.#state;
		if (now === null) return;
		// Whatever stops the board each time, it is tried twice at most.
		this.#interrupted = { hash: now.hash, reply: now.reply, mayRun: now.running === false && returned !== now.hash };
	}

	/** What the last run of the board left behind; undefined: nothing, or it is dealt with. */
	get interrupted(): Interrupted | undefined {
		return this.#interrupted;
	}

	/** This message was taken up before, whatever became of it. */
	isKnown(hash: string): boolean {
		return this.#state.now?.hash === hash || this.#state.done.includes(hash);
	}

	/** Its turn has come, and its message is about to be deleted. False: it could not be written down, so it must not run. */
	take(hash: string, reply: Reply): boolean {
		return this.write({ ...this.#state, now: { hash, reply, running: false } });
	}

	/** Its message is deleted, and it is about to run. False: it could not be written down, so it must not run. */
	begin(): boolean {
		const { now } = this.#state;
		return now !== null && this.write({ ...this.#state, now: { ...now, running: true } });
	}

	/** The request is done with: answered, or nobody will hear of it. */
	finish(): void {
		const { now, done } = this.#state;
		if (now !== null) this.close({ done: [...done, now.hash].slice(-DONE), now: null, returned: '' });
	}

	/** The interrupted request has not begun: its message is treated like any other. */
	giveBack(): void {
		const { now } = this.#state;
		if (now !== null) this.close({ ...this.#state, now: null, returned: now.hash });
	}

	/** Holds for this run of the board even where the store refuses it. */
	private close(state: State): void {
		this.#interrupted = undefined;
		this.write(state);
		this.#state = state;
	}

	private write(state: State): boolean {
		if (!this.#copies.write(bytesOf(JSON.stringify(state)))) return false;
		this.#state = state;
		return true;
	}
}

function stateOf(copy: Uint8Array): State | undefined {
	try {
		const { done, now, returned } = JSON.parse(textOf(copy)) as Partial<State>;
		if (!Array.isArray(done) || typeof now !== 'object') return undefined;
		return { done, now, returned: typeof returned === 'string' ? returned : '' };
	} catch {
		return undefined;
	}
}
