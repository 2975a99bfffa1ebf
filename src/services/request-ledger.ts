import { bytesOf, textOf } from '../base/text.js';
import type { Store } from '../ports/store.js';
import { TwoCopies } from '../settings/two-copies.js';
import type { Reply } from './sms-request.js';

/** Requests that are remembered as done: a message delivered twice is not run twice. */
const DONE = 16;

interface State {
	readonly done: readonly string[];
	readonly now: { readonly hash: string; readonly reply: Reply } | null;
}

/**
 * What makes execution at most once (security.md, "Rules"): a request is written down before its SMS is deleted and before it
 * runs, and crossed out when it was answered. What is found half-done after a restart is never run again.
 */
export class RequestLedger {
	readonly #copies: TwoCopies;
	#state: State = { done: [], now: null };

	constructor(store: Store) {
		this.#copies = new TwoCopies(store, 'requests');
		for (const copy of this.#copies.read()) {
			const state = stateOf(copy);
			if (state === undefined) continue;
			this.#state = state;
			break;
		}
	}

	/** The request that was under way when the board went down; undefined: none. */
	get interrupted(): Reply | undefined {
		return this.#state.now?.reply;
	}

	/** This message was taken up before, whatever became of it. */
	isKnown(hash: string): boolean {
		return this.#state.now?.hash === hash || this.#state.done.includes(hash);
	}

	/** The request is about to run. False: it could not be written down, so it must not run. */
	take(hash: string, reply: Reply): boolean {
		return this.#write({ done: this.#state.done, now: { hash, reply } });
	}

	/** The request is done with: answered, or nobody will hear of it. */
	finish(): void {
		const { now, done } = this.#state;
		if (now !== null) this.#write({ done: [...done, now.hash].slice(-DONE), now: null });
	}

	#write(state: State): boolean {
		if (!this.#copies.write(bytesOf(JSON.stringify(state)))) return false;
		this.#state = state;
		return true;
	}
}

function stateOf(copy: Uint8Array): State | undefined {
	try {
		const { done, now } = JSON.parse(textOf(copy)) as State;
		return Array.isArray(done) && typeof now === 'object' ? { done, now } : undefined;
	} catch {
		return undefined;
	}
}
