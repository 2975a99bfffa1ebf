/** The heap in use at one moment, and how many requests the board had served by then. */
export interface HeapMark {
	readonly octets: number;
	readonly requests: number;
}

/**
 * Octets of the heap that each request left behind: the slope of a line through the marks (Theil–Sen: the median of the slopes
 * between all pairs, so that one mark in the middle of something does not decide). Undefined: too few marks or requests.
 */
export function growthOf(marks: readonly HeapMark[]): number | undefined {
	const slopes: number[] = [];
	for (const [at, one] of marks.entries()) {
		for (const other of marks.slice(at + 1)) {
			const requests = other.requests - one.requests;
			if (requests >= LEAST) slopes.push((other.octets - one.octets) / requests);
		}
	}
	slopes.sort((one, other) => one - other);
	return slopes[Math.floor(slopes.length / 2)];
}

/** Requests between two marks, so that what is under way at one of them does not weigh. */
const LEAST = 100;
