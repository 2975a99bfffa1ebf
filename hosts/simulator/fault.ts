import { describeTime } from './fault-time.js';
import type { Transit } from './message-transit.js';
import type { Hang } from './module/hangs.js';

/** Which way octets go on the line between board and module. */
export type Toward = 'board' | 'module' | 'both';

/**
 * One thing that goes wrong. `ms`: how long it lasts; without it, until somebody changes it.
 * - `reset`: the module resets itself and boots. `brown-out`: its supply fails, and it stays off until ON_OFF.
 * - `hang`: an instance or all of the module, until the given rung frees it.
 * - `lose`, `double`, `corrupt`: octets on the line at a rate of 0–1.
 * - `stall`: nothing passes the line. `no-network`: no coverage. `no-context`: contexts are taken away and denied.
 * - `sms`: messages are lost, doubled, late, or out of order, as `transit` says.
 * - `full-sms`: the card's message storage is filled up. `no-card`: the card is out.
 * - `torn-write`: the `nth` next write to the board's store is torn and the board restarts. `restart`: the board restarts.
 * - `clock-jump`: the network's time changes by `by` ms. `no-wifi`: the access point is away, where the board has a Wi-Fi.
 */
export type Fault =
	| { readonly kind: 'reset' | 'brown-out' | 'restart' }
	| { readonly kind: 'hang'; readonly hang: Hang }
	| {
			readonly kind: 'lose' | 'double' | 'corrupt';
			readonly rate: number;
			readonly toward: Toward;
			readonly ms: number;
	  }
	| { readonly kind: 'stall' | 'no-network' | 'no-context' | 'no-card' | 'no-wifi'; readonly ms: number }
	| { readonly kind: 'sms'; readonly transit: Partial<Transit>; readonly ms: number }
	| { readonly kind: 'full-sms'; readonly ms: number | undefined }
	| { readonly kind: 'torn-write'; readonly nth: number }
	| { readonly kind: 'clock-jump'; readonly by: number };

export type FaultKind = Fault['kind'];

/** When a fault comes, in ms from the start: once, at each multiple, or drawn at random about so often. */
export type FaultEntry =
	| { readonly when: 'at'; readonly at: number; readonly fault: Fault }
	| { readonly when: 'every'; readonly every: number; readonly fault: Fault }
	| { readonly when: 'random'; readonly every: number; readonly seed: number | undefined };

/** A fault in the words of `parseFaults`, without when it comes. */
export function describeFault(fault: Fault): string {
	switch (fault.kind) {
		case 'reset':
			return 'reset module';
		case 'brown-out':
			return 'brown out module';
		case 'restart':
			return 'restart board';
		case 'hang': {
			const { hang } = fault;
			return `hang ${hang.what === 'all' ? 'all' : `instance ${hang.number}`} until ${hang.until}`;
		}
		case 'lose':
		case 'double':
		case 'corrupt': {
			return `${fault.kind} ${percent(fault.rate)} of octets toward ${fault.toward} for ${describeTime(fault.ms)}`;
		}
		case 'stall':
			return `stall uart for ${describeTime(fault.ms)}`;
		case 'no-network':
			return `drop network for ${describeTime(fault.ms)}`;
		case 'no-context':
			return `deny context for ${describeTime(fault.ms)}`;
		case 'no-card':
			return `eject sim for ${describeTime(fault.ms)}`;
		case 'no-wifi':
			return `drop wifi for ${describeTime(fault.ms)}`;
		case 'sms':
			return `${describeTransit(fault.transit)} for ${describeTime(fault.ms)}`;
		case 'full-sms':
			return fault.ms === undefined ? 'fill sms' : `fill sms for ${describeTime(fault.ms)}`;
		case 'torn-write':
			return fault.nth === 1 ? 'tear settings write' : `tear settings write ${fault.nth}`;
		case 'clock-jump':
			return `jump clock by ${fault.by < 0 ? '-' : '+'}${describeTime(Math.abs(fault.by))}`;
	}
}

function describeTransit({ lose, double, delay, spread }: Partial<Transit>): string {
	if (lose !== undefined) return `lose ${percent(lose)} of sms`;
	if (double !== undefined) return `double ${percent(double)} of sms`;
	return delay === undefined ? `reorder sms by ${describeTime(spread ?? 0)}` : `delay sms by ${describeTime(delay)}`;
}

function percent(rate: number): string {
	return `${Number((rate * 100).toFixed(6))}%`;
}
