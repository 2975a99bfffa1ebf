/** An address that may not try now. */
export interface Locked {
	readonly address: string;
	/** Until it may try again [ms]. */
	readonly ms: number;
	readonly failures: number;
}

interface Entry {
	failures: number;
	/** Times of the clock [ms]: of the last failure, when the pause began, and when it ends. */
	last: number;
	began: number;
	end: number;
}

/** Addresses in the table, and those of them that are kept for addresses which have logged in. */
export const ADDRESSES = 16;
export const KNOWN = 4;
/** What `list` calls the addresses that found no place. */
export const OTHERS = 'others';
/** Failures that cost nothing. */
const FREE = 2;
/** The first pause, and the longest [ms]. */
const FIRST = 5000;
const LONGEST = 15 * 60_000;
/** The longest that all who found no place share [ms]: among them may be one who mistyped. */
const LONGEST_SHARED = 60_000;
/** Without a failure for so long [ms] an address is as good as new. Longer than any pause. */
const FORGOTTEN = 60 * 60_000;

/**
 * The addresses that failed to log in, and how long each has to wait (security.md, "Rules"). The first 2 failures cost
 * nothing, the 3rd 5 s, each further one twice as much up to 15 minutes; an hour without a failure clears an address. A
 * failure during a pause makes it longer, but never past 15 minutes from its beginning: who shares the address of one that
 * knocks on gets a turn. At most 16 addresses, and none over a restart. Times are of the monotone clock [ms].
 *
 * No address makes another forgotten, or who has enough of them would never wait. Those that find no place count as one, whose pause
 * is a minute at most; the last 4 that have logged in keep a place of their own.
 */
export class Lockout {
	/** In the order of their first failure. */
	readonly #entries = new Map<string, Entry>();
	/** Addresses that have logged in, the last one first. */
	#known: readonly string[] = [];
	#others: Entry | undefined;

	/** Until this address may try again [ms]; 0: now. */
	wait(address: string, now: number): number {
		this.forget(now);
		const entry = this.#entries.get(address) ?? (this.hasPlace(address) ? undefined : this.#others);
		return Math.max(0, (entry?.end ?? now) - now);
	}

	/** Counts a failure; returns the pause that is now left [ms], 0: none. */
	failed(address: string, now: number): number {
		this.forget(now);
		const entry = this.entryOf(address, now);
		entry.failures++;
		entry.last = now;
		if (entry.end <= now) entry.began = now;
		const longest = entry === this.#others ? LONGEST_SHARED : LONGEST;
		entry.end = entry.began + Math.min(pauseOf(entry.failures), longest);
		return this.wait(address, now);
	}

	/** A login clears its address. */
	succeeded(address: string): void {
		this.#entries.delete(address);
		this.#known = [address, ...this.#known.filter(known => known !== address)].slice(0, KNOWN);
	}

	clear(): void {
		this.#entries.clear();
		this.#others = undefined;
	}

	/** The addresses that have to wait, and what all others share. */
	list(now: number): Locked[] {
		const all: [string, Entry][] = [...this.#entries];
		if (this.#others !== undefined) all.push([OTHERS, this.#others]);
		return all
			.filter(([, { end }]) => end > now)
			.map(([address, { end, failures }]) => ({ address, ms: end - now, failures }));
	}

	private forget(now: number): void {
		for (const [address, { last }] of this.#entries) if (now - last >= FORGOTTEN) this.#entries.delete(address);
		if (this.#others !== undefined && now - this.#others.last >= FORGOTTEN) this.#others = undefined;
	}

	private hasPlace(address: string): boolean {
		return this.#entries.size < (this.#known.includes(address) ? ADDRESSES : ADDRESSES - KNOWN);
	}

	private entryOf(address: string, now: number): Entry {
		const entry = this.#entries.get(address);
		if (entry !== undefined) return entry;
		const fresh: Entry = { failures: 0, last: now, began: now, end: now };
		if (this.hasPlace(address)) {
			this.#entries.set(address, fresh);
			return fresh;
		}
		this.#others ??= fresh;
		return this.#others;
	}
}

/** The pause after so many failures [ms]. */
function pauseOf(failures: number): number {
	return failures <= FREE ? 0 : Math.min(FIRST * 2 ** (failures - FREE - 1), LONGEST);
}
