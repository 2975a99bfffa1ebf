import type { Fault, FaultKind } from '../../hosts/simulator/fault.js';
import type { Random } from '../../hosts/simulator/random.js';
import { drawFault, FAULT_KINDS } from '../../hosts/simulator/random-fault.js';

/** What takes the board's reach away: a fault, or a request that is told to. */
export type Blow = { readonly kind: 'fault'; readonly fault: Fault } | { readonly kind: 'power' | 'detach' };

const MINUTE = 60_000;

/** A fault that came into the recovery from another one. */
export const SECOND_FAULT = 'two at a time';

/** Kinds of the table, each with the longest time [ms] from its end to the next answered request. */
export const LIMITS: Readonly<Record<string, number>> = Object.freeze({
	'module reset': 5 * MINUTE,
	'brown-out': 5 * MINUTE,
	'board restart': 5 * MINUTE,
	'hang of an instance': 12 * MINUTE,
	'hang of all': 5 * MINUTE,
	'octets lost': 10 * MINUTE,
	'octets doubled': 10 * MINUTE,
	'octets corrupted': 10 * MINUTE,
	'line stalled': 5 * MINUTE,
	'no network': 5 * MINUTE,
	'no context': 5 * MINUTE,
	'no card': 5 * MINUTE,
	'full storage': 5 * MINUTE,
	'torn write': 5 * MINUTE,
	'clock jump': 5 * MINUTE,
	[SECOND_FAULT]: 15 * MINUTE,
	'power request': 5 * MINUTE,
	'detach request': 20 * MINUTE,
});

const NAMES: Readonly<Record<FaultKind, string>> = Object.freeze({
	reset: 'module reset',
	'brown-out': 'brown-out',
	restart: 'board restart',
	hang: 'hang of an instance',
	lose: 'octets lost',
	double: 'octets doubled',
	corrupt: 'octets corrupted',
	stall: 'line stalled',
	sms: 'messages disturbed',
	'no-network': 'no network',
	'no-context': 'no context',
	'no-card': 'no card',
	'no-wifi': 'no Wi-Fi',
	'full-sms': 'full storage',
	'torn-write': 'torn write',
	'clock-jump': 'clock jump',
});

export function nameOf(blow: Blow): string {
	if (blow.kind !== 'fault') return `${blow.kind} request`;
	const { fault } = blow;
	return fault.kind === 'hang' && fault.hang.what === 'all' ? 'hang of all' : NAMES[fault.kind];
}

/** Draws every kind once before any comes again, in an order that the seed decides. */
export class FaultDeck {
	readonly #random: Random;
	#left: (FaultKind | 'power' | 'detach')[] = [];

	constructor(random: Random) {
		this.#random = random;
	}

	draw(): Blow {
		if (this.#left.length === 0) this.#left = [...FAULT_KINDS, 'hang', 'power', 'detach'];
		const at = this.#random.between(0, this.#left.length - 1);
		const [kind] = this.#left.splice(at, 1) as [FaultKind | 'power' | 'detach'];
		if (kind === 'power' || kind === 'detach') return { kind };
		return { kind: 'fault', fault: drawFault(this.#random, [kind]) };
	}
}
