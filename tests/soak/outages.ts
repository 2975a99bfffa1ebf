/** How long the board was out of reach after the faults of one kind [ms]. */
interface Figures {
	count: number;
	sum: number;
	longest: number;
	/** The longest from the end of a fault. */
	behind: number;
}

/** Outages by kind of fault. */
export class Outages {
	readonly #figures = new Map<string, Figures>();

	/** `outage` from the beginning of the fault, `behind` from its end, to the next answered request [ms]. */
	add(kind: string, outage: number, behind: number): void {
		const figures = this.#figures.get(kind) ?? { count: 0, sum: 0, longest: 0, behind: 0 };
		figures.count++;
		figures.sum += outage;
		figures.longest = Math.max(figures.longest, outage);
		figures.behind = Math.max(figures.behind, behind);
		this.#figures.set(kind, figures);
	}

	/** In the order of the names. */
	rows(): readonly (readonly [string, Readonly<Figures>])[] {
		return [...this.#figures].sort(([one], [other]) => (one < other ? -1 : 1));
	}
}
