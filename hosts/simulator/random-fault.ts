import type { Fault, FaultKind, Toward } from './fault.js';
import type { Transit } from './message-transit.js';
import { RELEASES, type Release, type WholeRelease } from './module/hangs.js';
import type { Random } from './random.js';

/**
 * Every kind of fault that a draw gives where nobody says which: not every board has a Wi-Fi, and `sms` takes requests away
 * for good.
 */
export const FAULT_KINDS: readonly FaultKind[] = Object.freeze([
	'reset',
	'brown-out',
	'restart',
	'hang',
	'lose',
	'double',
	'corrupt',
	'stall',
	'no-network',
	'no-context',
	'no-card',
	'full-sms',
	'torn-write',
	'clock-jump',
]);

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const INSTANCES = 3;
const WHOLE: readonly WholeRelease[] = Object.freeze(['mux', 'reset', 'power']);
const TOWARD: readonly Toward[] = Object.freeze(['board', 'module', 'both']);

function drawTransit(random: Random): Partial<Transit> {
	const rate = random.between(1, 50) / 100;
	const ms = random.between(5, 300) * SECOND;
	return random.pick<Partial<Transit>>([{ lose: rate }, { double: rate }, { delay: ms }, { spread: ms }]);
}

/** One fault of the given kinds, each kind as likely as the next. The same `random` gives the same faults. */
export function drawFault(random: Random, kinds: readonly FaultKind[] = FAULT_KINDS): Fault {
	const kind = random.pick(kinds);
	switch (kind) {
		case 'reset':
		case 'brown-out':
		case 'restart':
			return { kind };
		case 'hang':
			if (random.next() < 0.25) return { kind, hang: { what: 'all', until: random.pick(WHOLE) } };
			return {
				kind,
				hang: { what: 'instance', number: random.between(1, INSTANCES), until: random.pick<Release>(RELEASES) },
			};
		case 'lose':
		case 'double':
		case 'corrupt':
			return {
				kind,
				rate: random.between(1, 20) / 1000,
				toward: random.pick(TOWARD),
				ms: random.between(10, 120) * SECOND,
			};
		case 'stall':
			return { kind, ms: random.between(5, 60) * SECOND };
		case 'no-network':
			return { kind, ms: random.between(30, 600) * SECOND };
		case 'no-context':
			return { kind, ms: random.between(1, 15) * MINUTE };
		case 'no-wifi':
			return { kind, ms: random.between(30, 600) * SECOND };
		case 'no-card':
			return { kind, ms: random.between(30, 300) * SECOND };
		case 'sms':
			return { kind, transit: drawTransit(random), ms: random.between(1, 15) * MINUTE };
		case 'full-sms':
			return { kind, ms: random.between(5, 30) * MINUTE };
		case 'torn-write':
			return { kind, nth: random.between(1, 3) };
		case 'clock-jump':
			return { kind, by: (random.next() < 0.5 ? -1 : 1) * random.between(1, 48) * HOUR };
	}
}
