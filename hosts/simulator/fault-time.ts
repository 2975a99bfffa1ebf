/** Milliseconds of each unit, the largest first. */
const UNITS: readonly (readonly [string, number])[] = Object.freeze([
	Object.freeze(['d', 86_400_000] as const),
	Object.freeze(['h', 3_600_000] as const),
	Object.freeze(['m', 60_000] as const),
	Object.freeze(['s', 1000] as const),
	Object.freeze(['ms', 1] as const),
]);

/** A time such as `500ms`, `90s`, `5m`, `1.5h` or `1d` [ms, whole]; undefined where it is none. */
export function parseTime(text: string): number | undefined {
	const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(text);
	const unit = UNITS.find(([name]) => name === match?.[2]);
	return unit === undefined ? undefined : Math.round(Number(match![1]) * unit[1]);
}

/** The same time, in the largest unit of which it is a whole number. */
export function describeTime(ms: number): string {
	const [name, length] = UNITS.find(([, length]) => ms % length === 0 && ms > 0) ?? ['ms', 1];
	return `${ms / length}${name}`;
}
