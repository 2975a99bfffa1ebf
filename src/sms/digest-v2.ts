import { equalInConstantTime } from '../base/constant-time.js';
import { hmacSha256 } from '../base/hmac.js';
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

/** What the requester chooses and the answer repeats. */
export interface IdsV2 {
	/** 1–4 on this board; 0–255 in the octet. */
	readonly keyId: number;
	/** 0–4294967295; accepted once (see `ReplayWindow`). */
	readonly counter: number;
}

/** What both sides know: 32 octets, and the IMEI of the board that it is for. */
export interface SecretV2 {
	readonly key: Uint8Array;
	/** 15 digits. */
	readonly imei: string;
}

/** Digest user data of version 2 (security.md): an 8-bit SMS without user data header. */
export interface DigestV2 extends IdsV2 {
	readonly answer: boolean;
	/** Of a request always 1 of 1. */
	readonly segment: Segment;
	/** 16 octets. */
	readonly tag: Uint8Array;
	/** At most 114 octets. */
	readonly text: Uint8Array;
	/** The octets before the tag, which covers them. */
	readonly head: Uint8Array;
}

/** Octets of text in one SMS. */
export const MAX_TEXT_V2 = 114;
/** Octets of a key. */
export const KEY_LENGTH = 32;
/** The highest counter: there is none after it, and the key has to be replaced. */
export const MAX_COUNTER = 0xffff_ffff;
const REQUEST: EnvelopeKind = Object.freeze({ version: 2, answer: false });
const ANSWER: EnvelopeKind = Object.freeze({ version: 2, answer: true });
const KEY_ID = 3;
const FLAGS = 5;
const COUNTER = 6;
const TAG = 10;
const TAG_LENGTH = 16;
const TEXT = TAG + TAG_LENGTH;

/**
 * Reads digest user data; undefined where it is none of this version, is shorter than its header or longer than an SMS,
 * has flags that this version does not know, or a segment that cannot be: a request is 1 of 1.
 */
export function decodeDigestV2(userData: UserData, dcs: number): DigestV2 | undefined {
	const kind = envelopeKindOf(userData, dcs);
	const { content } = userData;
	if (kind?.version !== 2 || content.length < TEXT || content.length > TEXT + MAX_TEXT_V2) return undefined;
	const segment = segmentOf(content[SEGMENT_OFFSET]!);
	if (segment === undefined || (!kind.answer && segment.total !== 1) || content[FLAGS] !== 0) return undefined;
	return {
		answer: kind.answer,
		keyId: content[KEY_ID]!,
		segment,
		counter: viewOf(content).getUint32(COUNTER),
		tag: content.subarray(TAG, TEXT),
		text: content.subarray(TEXT),
		head: content.subarray(0, TAG),
	};
}

/** Whether the tag was made with this key for this board. A key that does not have 32 octets never fits. */
export function isAuthenticV2({ head, tag, text }: DigestV2, secret: SecretV2, digest: Digest): boolean {
	return equalInConstantTime(tag, tagOf(head, text, secret, digest)) && secret.key.length === KEY_LENGTH;
}

/** The user data of a request. Errors: `too-long` for more than 114 octets; `range`, also for key and IMEI. */
export function encodeRequestV2(
	{ keyId, counter }: IdsV2,
	secret: SecretV2,
	text: Uint8Array,
	digest: Digest,
): Result<UserData, PduError> {
	if (!areOctets(keyId) || !(Number.isInteger(counter) && counter >= 0 && counter <= MAX_COUNTER)) {
		return failure('range');
	}
	if (secret.key.length !== KEY_LENGTH || !/^[0-9]{15}$/.test(secret.imei)) return failure('range');
	if (text.length > MAX_TEXT_V2) return failure('too-long');
	return success({ header: undefined, content: seal(REQUEST, { keyId, counter }, SINGLE, secret, text, digest) });
}

/** The SMS of an answer, at most 15 of 114 octets of text. Key id and counter are the request's. */
export function answerPartsV2(
	{ keyId, counter }: IdsV2,
	secret: SecretV2,
	text: Uint8Array,
	digest: Digest,
): DigestParts {
	const ids = { keyId, counter };
	return new DigestParts(text, MAX_TEXT_V2, (segment, part) => seal(ANSWER, ids, segment, secret, part, digest));
}

function seal(
	kind: EnvelopeKind,
	{ keyId, counter }: IdsV2,
	segment: Segment,
	secret: SecretV2,
	text: Uint8Array,
	digest: Digest,
): Uint8Array {
	const content = new Uint8Array(TEXT + text.length);
	markEnvelope(content, kind);
	content[KEY_ID] = keyId;
	content[SEGMENT_OFFSET] = segmentOctet(segment);
	viewOf(content).setUint32(COUNTER, counter);
	content.set(tagOf(content.subarray(0, TAG), text, secret, digest), TAG);
	content.set(text, TEXT);
	return content;
}

function tagOf(head: Uint8Array, text: Uint8Array, { key, imei }: SecretV2, digest: Digest): Uint8Array {
	return hmacSha256(digest, key, head, bytesOf(imei), text).subarray(0, TAG_LENGTH);
}

function viewOf(content: Uint8Array): DataView {
	return new DataView(content.buffer, content.byteOffset, content.length);
}
