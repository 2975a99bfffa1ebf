/**
 * One thing to measure. A file in `cases` exports one or a list of them as its default; it runs in Node and in XS, so it
 * uses neither's platform.
 */
export interface BenchCase {
	readonly name: string;
	/** What `run` does n times: `frame`, `line`, `part`, `command`. */
	readonly unit: string;
	/** Octets that one unit puts on the serial line, beside whose time the cost is printed; none: not on the line. */
	readonly octets?: number;
	/** What of the pace that a board needs is reckoned from it; none: nothing. */
	readonly pace?: Pace;
	/** How often in XS; the cost is that of 2n less that of n. 20. */
	readonly count?: number;
	/** Makes what one run needs; what it keeps in memory is printed too. */
	setup(share: Share): Run | Promise<Run>;
}

export interface Pace {
	/** `receive`, `send`: one frame; `lex`: lines as they arrive; `make`: the co-processor composed; `boot`: from its start until it is up. */
	readonly part: 'receive' | 'send' | 'lex' | 'make' | 'boot';
	/** Octets of the unit that are the DLCI's; undefined: no frame. */
	readonly payload?: number;
}

/** Does the unit n times. */
export type Run = (n: number) => void | Promise<void>;

/**
 * For cases in which others than the co-processor work too, the simulated module above all. Once `switchTo` was called, only
 * what is done while `CHARGED` is the owner counts: a case calls it from `VirtualClock.onStep` with the owner of the timer,
 * and the promises that a step settles count with it.
 */
export interface Share {
	switchTo(owner: string): void;
	/** What is in use now belongs to others: what the case keeps, and its peak, count from here. Not charged. */
	baseline(): void;
	/** Collects garbage and notes how much is in use: the highest counts as the peak. Not charged. */
	sample(): void;
	/** One unit was done after so long [ms] on the case's own clock: the mean is printed. */
	took(ms: number): void;
}

export const CHARGED = 'coprocessor';

/** What the device counts of one unit. */
export interface XsFigures {
	readonly name: string;
	readonly bytecodes: number;
	/** Two measurements gave the same number of bytecodes. */
	readonly steady: boolean;
	/** Allocated by one unit, garbage included. */
	readonly slots: number;
	readonly chunks: number;
	/** In use after `setup`, compared with before or with the baseline that it set. */
	readonly kept: { readonly slots: number; readonly chunks: number };
	/** In use at the highest sample, compared likewise; undefined: the case took no sample. */
	readonly peak: { readonly slots: number; readonly chunks: number } | undefined;
}

export interface NodeFigures {
	readonly name: string;
	readonly unit: string;
	readonly octets: number | undefined;
	readonly pace: Pace | undefined;
	/** Of one unit, median [µs]. */
	readonly microseconds: number;
	/** Of one unit on the case's own clock, mean [ms]; undefined: the case does not tell. */
	readonly latency: number | undefined;
}
