import { bytesOf, textOf } from '../base/text.js';
import type { RestartReason } from '../ports/restart.js';

/** Every reason, in the order in which they are stored and told. */
export const RESTART_REASONS: readonly RestartReason[] = Object.freeze([
	'power-on',
	'reset',
	'software',
	'fault',
	'watchdog',
	'brown-out',
	'unknown',
]);

/** What the board remembers of its starts. */
export interface RestartRecord {
	/** Crashes in a row without a time of health between them, 0–16. */
	readonly crashes: number;
	/** Reasons of the last starts, newest first, at most 8. */
	readonly latest: readonly RestartReason[];
	/** Starts by reason, in the order of `RESTART_REASONS`. */
	readonly counts: readonly number[];
	/** Why the board expects to end soon, written before it does; '' as a rule. */
	readonly why: string;
}

/** Where the count of crashes ends, and with it what a board that crashes for ever writes. */
export const MOST_CRASHES = 16;
const LATEST = 8;
/** Characters of `why` that are kept. */
const LONGEST = 120;

/** The co-processor itself was at fault: starting again in the same way may end in the same way. */
export function isCrash(reason: RestartReason): boolean {
	return reason === 'fault' || reason === 'watchdog';
}

/**
 * The record after one more start. A crash counts; a start that somebody or the supply asked for begins a new row. A
 * brown-out does neither: a battery under a starter motor is no fault of the program, and no proof of its health.
 */
export function recordAfter(record: RestartRecord, reason: RestartReason): RestartRecord {
	let { crashes } = record;
	if (isCrash(reason)) crashes = Math.min(crashes + 1, MOST_CRASHES);
	else if (reason !== 'brown-out' && reason !== 'unknown') crashes = 0;
	return {
		crashes,
		latest: [reason, ...record.latest].slice(0, LATEST),
		counts: RESTART_REASONS.map((each, at) => record.counts[at]! + (each === reason ? 1 : 0)),
		why: '',
	};
}

/** Four lines of text: crashes, latest, counts, why. */
export function bytesOfRecord({ crashes, latest, counts, why }: RestartRecord): Uint8Array {
	return bytesOf(`${crashes}\n${latest.join(',')}\n${counts.join(',')}\n${clean(why)}`);
}

/** The record of these octets; where they are none, or not given, that of a board that never started. */
export function recordOf(octets: Uint8Array | undefined): RestartRecord {
	const [crashes = '', latest = '', counts = '', why = ''] = octets === undefined ? [] : textOf(octets).split('\n');
	const numbers = counts.split(',');
	return {
		crashes: Math.min(numberOf(crashes), MOST_CRASHES),
		latest: latest
			.split(',')
			.filter((name): name is RestartReason => RESTART_REASONS.includes(name as RestartReason))
			.slice(0, LATEST),
		counts: RESTART_REASONS.map((_, at) => numberOf(numbers[at] ?? '')),
		why: clean(why),
	};
}

function numberOf(text: string): number {
	return /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
}

function clean(text: string): string {
	return text.slice(0, LONGEST).replace(/[\x00-\x1f\x7f]/g, '_');
}
