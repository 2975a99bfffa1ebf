import { bytesOf, textOf } from '../base/text.js';
import { HEADER, MOST_OCTETS } from './image-header.js';

/** How far an update has come, over restarts. */
export interface UpdateRecord {
	/**
	 * `receiving`: octets are there up to `offset`, the whole image where that is its size. `switching`: the spare slot was chosen, or is
	 * about to be. `trial`: its image has started.
	 */
	readonly phase: 'receiving' | 'switching' | 'trial';
	/** The slot that the image is in. */
	readonly slot: number;
	/** Octets of the firmware that are written for sure, a multiple of a sector or all. */
	readonly offset: number;
	/** Starts of the board since the last octet came: who crashes by fetching must not fetch for ever. */
	readonly starts: number;
	/** The 256 octets before the firmware. */
	readonly header: Uint8Array;
	/** Where the rest is fetched from; '': somebody brings it. */
	readonly url: string;
}

/** Characters of an address. */
export const LONGEST_URL = 200;

const VERSION = 1;
const FIXED = 8;
const PHASES = Object.freeze(['receiving', 'switching', 'trial'] as const);

/** Octets: version, phase, slot, starts, four of the offset, header, address. */
export function formatUpdate({ phase, slot, offset, starts, header, url }: UpdateRecord): Uint8Array {
	const octets = new Uint8Array(FIXED + HEADER + url.length);
	octets.set([VERSION, PHASES.indexOf(phase), slot, starts]);
	new DataView(octets.buffer).setUint32(4, offset);
	octets.set(header, FIXED);
	octets.set(bytesOf(url), FIXED + HEADER);
	return octets;
}

/** Undefined: it is none, or of a firmware with other records. */
export function parseUpdate(octets: Uint8Array | undefined): UpdateRecord | undefined {
	if (octets === undefined || octets.length < FIXED + HEADER || octets.length > FIXED + HEADER + LONGEST_URL) {
		return undefined;
	}
	const phase = PHASES[octets[1]!];
	const slot = octets[2]!;
	const offset = new DataView(octets.buffer, octets.byteOffset).getUint32(4);
	if (octets[0] !== VERSION || phase === undefined || slot > 1 || offset > MOST_OCTETS) return undefined;
	const header = octets.slice(FIXED, FIXED + HEADER);
	return { phase, slot, offset, starts: octets[3]!, header, url: textOf(octets.subarray(FIXED + HEADER)) };
}
