import { codingSchemeOf } from './data-coding-scheme.js';
import type { UserData } from './user-data.js';

/**
 * The first octet of digest user data, three times: D0 a request and D1 an answer of version 1 (the application note's),
 * D2 and D3 those of version 2 (this project's).
 */
export interface EnvelopeKind {
	readonly version: 1 | 2;
	readonly answer: boolean;
}

/** Which SMS of an answer this is. */
export interface Segment {
	/** 1–`total`. */
	readonly index: number;
	/** 1–15: the octet has a nibble for each. */
	readonly total: number;
}

/** The octet of the segment in every envelope. */
export const SEGMENT_OFFSET = 4;
/** SMS of one answer at most. */
export const MAX_SEGMENTS = 15;
/** A request is one SMS. */
export const SINGLE: Segment = Object.freeze({ index: 1, total: 1 });
const FIRST_MARKER = 0xd0;
const MARKERS = 3;

/**
 * Tells digest user data by its first three octets in an 8-bit SMS without header; undefined: some other message. It may
 * still be malformed: see the decoder of its version.
 */
export function envelopeKindOf({ header, content }: UserData, dcs: number): EnvelopeKind | undefined {
	const { alphabet, compressed } = codingSchemeOf(dcs);
	if (alphabet !== '8bit' || compressed || header !== undefined || content.length < MARKERS) return undefined;
	const kind = content[0]! - FIRST_MARKER;
	if (kind < 0 || kind > 3 || content[1] !== content[0] || content[2] !== content[0]) return undefined;
	return { version: kind < 2 ? 1 : 2, answer: (kind & 1) === 1 };
}

/** Writes the first three octets. */
export function markEnvelope(content: Uint8Array, { version, answer }: EnvelopeKind): void {
	content.fill(FIRST_MARKER + (version - 1) * 2 + (answer ? 1 : 0), 0, MARKERS);
}

/** The octet of a segment: the index in the high nibble, the total in the low one (security.md, "SMS digest v2"). */
export function segmentOctet({ index, total }: Segment): number {
	return (index << 4) | total;
}

/** The segment of an octet; undefined: none that can be. */
export function segmentOf(octet: number): Segment | undefined {
	const index = octet >> 4;
	const total = octet & 0x0f;
	return index >= 1 && index <= total ? { index, total } : undefined;
}
