/**
 * How many events fell into the last stretch of time, in bounded memory: the stretch is cut into equal spans that are
 * counted each. An event counts until its whole span is out of the stretch, so up to one span too long, never too short.
 */
export class SlidingCount {
	/** Duration of a span [ms]. */
	readonly span: number;
	/** The counts of the spans, the running one first. */
	readonly #counts: number[];
	/** When the running span began [ms of the clock]. */
	#began: number;

	/** `stretch` [ms] is cut into `spans`; `now` is the time of the clock [ms]. */
	constructor(stretch: number, spans: number, now: number) {
		this.span = stretch / spans;
		this.#counts = new Array<number>(spans + 1).fill(0);
		this.#began = now;
	}

	/** The events of the stretch that ends now. */
	totalAt(now: number): number {
		this.turn(now);
		return this.#counts.reduce((total, count) => total + count, 0);
	}

	add(now: number, count: number): void {
		this.turn(now);
		this.#counts[0]! += count;
	}

	/** The counts, the running span first, and how long that has run [ms]. */
	stateAt(now: number): { readonly counts: readonly number[]; readonly elapsed: number } {
		this.turn(now);
		return { counts: this.#counts, elapsed: Math.max(0, now - this.#began) };
	}

	/** Takes a state over, as many spans as there are here; its running span had run for `elapsed` [ms]. */
	restore(now: number, counts: readonly number[], elapsed: number): void {
		for (let at = 0; at < this.#counts.length; at++) this.#counts[at] = counts[at] ?? 0;
		this.#began = now - elapsed;
	}

	/** Drops the spans that have gone out of the stretch. */
	private turn(now: number): void {
		const passed = Math.floor((now - this.#began) / this.span);
		if (!(passed > 0)) return;
		this.#began += passed * this.span;
		const fresh = Math.min(passed, this.#counts.length);
		this.#counts.copyWithin(fresh, 0);
		this.#counts.fill(0, 0, fresh);
	}
}
