import type { Parameter } from '../../../src/at/parameters.js';

/** True where the parameter is left out or the list ends before it. */
export function isOmitted(parameters: readonly Parameter[], at: number): boolean {
	const parameter = parameters[at];
	return parameter === undefined || parameter.kind === 'omitted';
}

/** A whole number within the bounds; `fallback` where it is left out; undefined for everything else. */
export function integerAt(
	parameters: readonly Parameter[],
	at: number,
	least: number,
	most: number,
	fallback?: number,
): number | undefined {
	const parameter = parameters[at];
	if (parameter === undefined || parameter.kind === 'omitted') return fallback;
	const value = parameter.kind === 'number' ? parameter.value : digits(parameter.value);
	return value !== undefined && value >= least && value <= most ? value : undefined;
}

/** The text of a parameter, quoted or not; `fallback` where it is left out. */
export function textAt(parameters: readonly Parameter[], at: number, fallback?: string): string | undefined {
	const parameter = parameters[at];
	if (parameter === undefined || parameter.kind === 'omitted') return fallback;
	if (parameter.kind === 'number') return parameter.text;
	return parameter.value;
}

function digits(text: string): number | undefined {
	return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
