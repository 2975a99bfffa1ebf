import { parseParameters } from '../at/parameters.js';

/** What a DTE asks of the multiplexer, as far as this side follows it. */
export interface MultiplexerRequest {
	/** Largest payload toward the DTE in octets. */
	readonly n1: number;
}

/** What the module has: N1 with one length octet (module.md). */
const N1 = 127;
/** 27.007 5.7: mode, subset, port speed, N1, T1 [10 ms], N2, T2 [10 ms], T3 [s], k; most and least of each. */
const RANGES: readonly (readonly [number, number])[] = Object.freeze([
	Object.freeze([0, 0] as const),
	Object.freeze([0, 0] as const),
	Object.freeze([1, 6] as const),
	Object.freeze([8, 32_768] as const),
	Object.freeze([1, 255] as const),
	Object.freeze([0, 100] as const),
	Object.freeze([2, 255] as const),
	Object.freeze([1, 255] as const),
	Object.freeze([1, 7] as const),
]);
const SPEED = 2;
const FRAME_SIZE = 3;
/** In baud, by port speed. */
const SPEEDS: readonly number[] = Object.freeze([0, 9600, 19_200, 38_400, 57_600, 115_200, 230_400]);

/**
 * The arguments of `+CMUX=`: the basic option with UIH frames. The long form is taken where the port speed is the line's own, in baud
 * (undefined: it has none). Undefined: refused.
 */
export function multiplexerRequest(args: string, rate: number | undefined): MultiplexerRequest | undefined {
	const given = parseParameters(args, RANGES.length);
	if (!given.ok || given.value.length === 0) return undefined;
	let n1 = N1;
	for (let place = 0; place < given.value.length; place++) {
		const parameter = given.value[place]!;
		if (parameter.kind === 'omitted' && place > 0) continue;
		if (parameter.kind !== 'number') return undefined;
		const { value } = parameter;
		const [least, most] = RANGES[place]!;
		if (value < least || value > most) return undefined;
		if (place === SPEED && rate !== undefined && SPEEDS[value] !== rate) return undefined;
		if (place === FRAME_SIZE) n1 = Math.min(value, N1);
	}
	return { n1 };
}
