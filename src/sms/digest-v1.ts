import { base64Of } from '../base/base64.js';
import { equalInConstantTime } from '../base/constant-time.js';
import { failure, type Result, success } from '../base/result.js';
import { bytesOf } from '../base/text.js';
import type { Digest } from '../ports/digest.js';
import {
	type EnvelopeKind,
	envelopeKindOf,
	markEnvelope,
	SEGMENT_OFFSET,
	type Segment,
	SINGLE,
	segmentOctet,
	segmentOf,
} from './digest-envelope.js';
import { DigestParts } from './digest-parts.js';
import { areOctets } from './octets.js';
import type { PduError } from './pdu-error.js';
import type { UserData } from './user-data.js';

/** What the requester chooses and the answer repeats, each 0–255. The digest does not cover them. */
export interface IdsV1 {
	readonly transactionId: number;
	readonly sessionId: number;
}

/** Digest user data of version 1 (application note 2.3): an 8-bit SMS without user data header. */
export interface DigestV1 extends IdsV1 {
	readonly answer: boolean;
	/** Of a request always 1 of 1. */
	readonly segment: Segment;
	/** 24 octets, as a rule base64 text; whatever stands there is compared as it is. */
	readonly digest: Uint8Array;
	/** At most 110 octets. */
	readonly text: Uint8Array;
}

/** Octets of text in one SMS. */
export const MAX_TEXT_V1 = 110;
const REQUEST: EnvelopeKind = Object.freeze({ version: 1, answer: false });
const ANSWER: EnvelopeKind = Object.freeze({ version: 1, answer: true });
const TRANSACTION = 3;
const SESSION = 5;
const DIGEST = 6;
const DIGEST_LENGTH = 24;
const TEXT = DIGEST + DIGEST_LENGTH;
/** Stands for a stored verifier that is none, so that it costs the same time. */
const NO_VERIFIER = 'A'.repeat(DIGEST_LENGTH);

/** What of a password is stored, as good as the password itself: B64(MD5(password)), 24 characters. */
export function verifierOf(password: string, digest: Digest): string {
	return base64Of(digest.digest('MD5', bytesOf(password)));
}

/** B64(MD5( verifier ":" B64(MD5(text)) )), 24 characters. */
export function digestV1(verifier: string, text: Uint8Array, digest: Digest): string {
	return digestOfHash(verifier, base64Of(digest.digest('MD5', text)), digest);
}

/**
 * Reads digest user data; undefined where it is none of this version, is shorter than its header or longer than an SMS,
 * or has a segment that cannot be: a request is 1 of 1.
 */
export function decodeDigestV1(userData: UserData, dcs: number): DigestV1 | undefined {
	const kind = envelopeKindOf(userData, dcs);
	const { content } = userData;
	if (kind?.version !== 1 || content.length < TEXT || content.length > TEXT + MAX_TEXT_V1) return undefined;
	const segment = segmentInEitherOrder(content[SEGMENT_OFFSET]!);
	if (segment === undefined || (!kind.answer && segment.total !== 1)) return undefined;
	return {
		answer: kind.answer,
		transactionId: content[TRANSACTION]!,
		segment,
		sessionId: content[SESSION]!,
		digest: content.subarray(DIGEST, TEXT),
		text: content.subarray(TEXT),
	};
}

/**
 * The place in `verifiers` of the one that the digest was made with; undefined: none. All are tried, each in the same
 * time. A verifier that does not have 24 characters never fits.
 */
export function matchingVerifier(
	{ text, digest: given }: DigestV1,
	verifiers: readonly string[],
	digest: Digest,
): number | undefined {
	const hash = base64Of(digest.digest('MD5', text));
	let match: number | undefined;
	for (let at = 0; at < verifiers.length; at++) {
		const verifier = verifiers[at]!;
		const usable = verifier.length === DIGEST_LENGTH;
		const expected = digestOfHash(usable ? verifier : NO_VERIFIER, hash, digest);
		const equal = equalInConstantTime(given, bytesOf(expected));
		if (equal && usable) match = at;
	}
	return match;
}

/** The user data of a request. Errors: `too-long` for more than 110 octets; `range`. */
export function encodeRequestV1(
	{ transactionId, sessionId }: IdsV1,
	verifier: string,
	text: Uint8Array,
	digest: Digest,
): Result<UserData, PduError> {
	if (!areOctets(transactionId, sessionId)) return failure('range');
	if (text.length > MAX_TEXT_V1) return failure('too-long');
	const content = seal(REQUEST, { transactionId, sessionId }, SINGLE, verifier, text, digest);
	return success({ header: undefined, content });
}

/** The SMS of an answer, at most 15 of 110 octets of text. Transaction and session are the request's. */
export function answerPartsV1(
	{ transactionId, sessionId }: IdsV1,
	verifier: string,
	text: Uint8Array,
	digest: Digest,
): DigestParts {
	const ids = { transactionId, sessionId };
	return new DigestParts(text, MAX_TEXT_V1, (segment, part) => seal(ANSWER, ids, segment, verifier, part, digest));
}

function seal(
	kind: EnvelopeKind,
	ids: IdsV1,
	segment: Segment,
	verifier: string,
	text: Uint8Array,
	digest: Digest,
): Uint8Array {
	const content = new Uint8Array(TEXT + text.length);
	markEnvelope(content, kind);
	content[TRANSACTION] = ids.transactionId;
	content[SEGMENT_OFFSET] = segmentOctet(segment);
	content[SESSION] = ids.sessionId;
	content.set(bytesOf(digestV1(verifier, text, digest)), DIGEST);
	content.set(text, TEXT);
	return content;
}

/**
 * The note does not say which nibble is which, and modules may have it either way. No index is above its total, so the
 * lower nibble value is the index whichever stands first.
 */
function segmentInEitherOrder(octet: number): Segment | undefined {
	return segmentOf(octet) ?? segmentOf(((octet << 4) | (octet >> 4)) & 0xff);
}

function digestOfHash(verifier: string, hash: string, digest: Digest): string {
	return base64Of(digest.digest('MD5', bytesOf(`${verifier}:${hash}`)));
}
