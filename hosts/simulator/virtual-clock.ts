import type { Clock, TimerHandle } from '../../src/ports/clock.js';

// Both engines that run the simulator have it: Node, and the XS test host.
declare function setImmediate(callback: () => void): unknown;

interface Entry {
	readonly at: number;
	readonly order: number;
	readonly owner: string;
	readonly callback: () => void;
	cancelled: boolean;
}

/**
 * Time that passes only when a test says so. Callbacks run in the order of their time, then of their making; between two of
 * them every settled promise gets its turn, so an `async` dialogue sees the same order as on a real clock.
 */
export class VirtualClock implements Clock {
	#now = 0;
	#order = 0;
	readonly #entries: Entry[] = [];
	/** Called around each callback with the owner of its timer: where the bench reads its meter. */
	onStep: ((owner: string, run: () => void) => void) | undefined;
	/** Called when the promises that a callback settled have had their turn. */
	onSettled: (() => void) | undefined;

	now(): number {
		return this.#now;
	}

	setTimer(at: number, callback: () => void): TimerHandle {
		return this.#add(at, callback, '');
	}

	/** The same time, with timers marked as belonging to `owner`. */
	ownedBy(owner: string): Clock {
		return { now: () => this.#now, setTimer: (at, callback) => this.#add(at, callback, owner) };
	}

	/** Timers that still run, of all owners or of one. */
	pending(owner?: string): number {
		return this.#entries.filter(entry => owner === undefined || entry.owner === owner).length;
	}

	/** Lets `ms` milliseconds pass. */
	async advance(ms: number): Promise<void> {
		const end = this.#now + ms;
		await settle();
		for (;;) {
			const entry = this.#takeDue(end);
			if (entry === undefined) break;
			await this.#run(entry);
		}
		this.#now = end;
	}

	/** Lets time pass until `done` says so. Throws, naming `what`, when `limit` ms were not enough. */
	async until(done: () => boolean, limit: number, what = 'the awaited state'): Promise<void> {
		const end = this.#now + limit;
		await settle();
		while (!done()) {
			const entry = this.#takeDue(end);
			if (entry === undefined) throw new Error(`${what} did not come within ${limit} ms of virtual time`);
			await this.#run(entry);
		}
	}

	/** Lets time pass until `task` has settled, at most `limit` ms, and gives its value. */
	async settled<Value>(task: Promise<Value>, limit: number, what = 'the awaited outcome'): Promise<Value> {
		let done = false;
		const mark = () => {
			done = true;
		};
		task.then(mark, mark);
		await this.until(() => done, limit, what);
		return task;
	}

	#add(at: number, callback: () => void, owner: string): TimerHandle {
		const entry: Entry = { at: Math.max(at, this.#now), order: this.#order++, owner, callback, cancelled: false };
		let place = this.#entries.length;
		while (place > 0 && this.#entries[place - 1]!.at > entry.at) place--;
		this.#entries.splice(place, 0, entry);
		return {
			cancel: () => {
				if (entry.cancelled) return;
				entry.cancelled = true;
				const index = this.#entries.indexOf(entry);
				if (index >= 0) this.#entries.splice(index, 1);
			},
		};
	}

	#takeDue(end: number): Entry | undefined {
		const first = this.#entries[0];
		if (first === undefined || first.at > end) return undefined;
		this.#entries.shift();
		this.#now = first.at;
		return first;
	}

	async #run(entry: Entry): Promise<void> {
		if (this.onStep !== undefined) this.onStep(entry.owner, entry.callback);
		else entry.callback();
		await settle();
		this.onSettled?.();
	}
}

/** Every promise that has settled gets its turn. */
function settle(): Promise<void> {
	return new Promise(resolve => {
		setImmediate(resolve);
	});
}
