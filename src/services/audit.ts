import type { Identity } from '../access/grants.js';
import type { CounterName, Counters } from '../journal/counters.js';
import type { Journal } from '../journal/journal.js';
import type { Trace } from '../ports/trace.js';
import type { BoardTime } from './board-time.js';

/** What happened, for the journal. `command` has no secrets. */
export interface Happening {
	readonly channel: 'console' | 'sms' | 'tcp' | 'board';
	readonly identity: Identity | string;
	readonly command?: string;
	readonly verdict:
		| 'run'
		| 'refused'
		| 'dropped'
		| 'recovered'
		| 'not sent'
		| 'started'
		| 'stuck'
		| 'passed'
		| 'rolled back';
	readonly result: string;
	readonly ms?: number;
	readonly rung?: string;
}

/** Refusals of one kind are written at most so often [s]: whoever knocks all day fills no journal. */
const QUIET = 300;

/** Where the services tell what they did: journal, counters, trace. */
export class Audit {
	readonly counters: Counters;
	readonly time: BoardTime;
	readonly #journal: Journal;
	readonly #trace: Trace | undefined;
	readonly #uptime: () => number;
	/** Kind of a refusal → when it was written last [ms since the start]. */
	readonly #written: { [result: string]: number } = {};

	constructor(journal: Journal, counters: Counters, time: BoardTime, uptime: () => number, trace: Trace | undefined) {
		this.#journal = journal;
		this.counters = counters;
		this.time = time;
		this.#uptime = uptime;
		this.#trace = trace;
	}

	count(name: CounterName, count = 1): void {
		this.counters.add(name, count);
	}

	note({ channel, identity, command = '', verdict, result, ms = 0, rung = '' }: Happening): void {
		const who = typeof identity === 'string' ? identity : identity.name;
		this.#trace?.note(channel, `${who} ${command} ${verdict}: ${result}`);
		this.#journal.record({ time: this.time.now(), channel, identity: who, command, verdict, result, ms, rung });
	}

	/** Like `note`, for what anybody can cause: of one kind the first in five minutes, the counters have the number. Kinds are few. */
	noteSeldom(happening: Happening, kind = happening.result): void {
		const now = this.#uptime();
		const last = this.#written[kind];
		if (last !== undefined && now - last < QUIET * 1000) return;
		this.#written[kind] = now;
		this.note(happening);
	}
}
