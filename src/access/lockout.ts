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

/** Addresses in the table. */
export const ADDRESSES = 16;
/** Failures that cost nothing. */
const FREE = 2;
/** The first pause, and the longest [ms]. */
const FIRST = 5000;
const LONGEST = 15 * 60_000;
/** Without a failure for so long [ms] an address is as good as new. Longer than any pause. */
const FORGOTTEN = 60 * 60_000;

/**
 * The addresses that failed to log in, and how long each has to wait (security.md, "Rules"). The first 2 failures cost
 * nothing, the 3rd 5 s, each further one twice as much up to 15 minutes; an hour without a failure clears an address. A
 * failure during a pause makes it longer, but never past 15 minutes from its beginning: who shares the address of one that
 * knocks on gets a turn. At most 16 addresses, and none over a restart. Times are of the monotone clock [ms].
 */
export class Lockout {
	/** In the order of their first failure. */
	readonly #entries = new Map<string, Entry>();

	/** Until this address may try again [ms]; 0: now. */
	wait(address: string, now: number): number {
		return Math.max(0, (this.#entries.get(address)?.end ?? now) - now);
	}

	/** Counts a failure; returns the pause that is now left [ms], 0: none. */
	failed(address: string, now: number): number {
		for (const [other, { last }] of this.#entries) if (now - last >= FORGOTTEN) this.#entries.delete(other);
		const entry = this.#entries.get(address) ?? this.#add(address, now);
		entry.failures++;
		entry.last = now;
		if (entry.end <= now) entry.began = now;
		entry.end = entry.began + pauseOf(entry.failures);
		return this.wait(address, now);
	}

	/** A login clears its address. */
	succeeded(address: string): void {
		this.#entries.delete(address);
	}

	clear(): void {
		this.#entries.clear();
	}

	/** The addresses that have to wait. */
	list(now: number): Locked[] {
		return [...this.#entries]
			.filter(([, { end }]) => end > now)
			.map(([address, { end, failures }]) => ({ address, ms: end - now, failures }));
	}

	#add(address: string, now: number): Entry {
		if (this.#entries.size >= ADDRESSES) this.#evict(now);
		const entry: Entry = { failures: 0, last: now, began: now, end: now };
		this.#entries.set(address, entry);
		return entry;
	}

	/** Drops the address that is quiet longest of those that need not wait, else the one whose pause ends first. */
	#evict(now: number): void {
		let victim: string | undefined;
		let lowest = Number.POSITIVE_INFINITY;
		for (const [address, { last, end }] of this.#entries) {
			// Those that have to wait come behind all that need not: their ends are in the future, the failures in the past.
			const rank = end > now ? end : last;
			if (rank >= lowest) continue;
			lowest = rank;
			victim = address;
		}
		if (victim !== undefined) this.#entries.delete(victim);
	}
}

/** The pause after so many failures [ms]. */
function pauseOf(failures: number): number {
	return failures <= FREE ? 0 : Math.min(FIRST * 2 ** (failures - FREE - 1), LONGEST);
}
