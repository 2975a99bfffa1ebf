import { bytesOfBase64 } from '../base/base64.js';
import { hexOf } from '../base/hex.js';
import { failure, type Result, success } from '../base/result.js';
import { textOf } from '../base/text.js';
import type { Digest } from '../ports/digest.js';
import { labelOf, type PhoneNumber } from './address.js';
import { dataCodingScheme } from './data-coding-scheme.js';
import type { Segment } from './digest-envelope.js';
import {
	type DigestV1,
	decodeDigestV1,
	encodeRequestV1,
	type IdsV1,
	matchingVerifier,
	verifierOf,
} from './digest-v1.js';
import {
	type DigestV2,
	decodeDigestV2,
	encodeRequestV2,
	type IdsV2,
	isAuthenticV2,
	type SecretV2,
} from './digest-v2.js';
import { type CodedPdu, decodePdu, encodePdu } from './pdu.js';
import type { PduError } from './pdu-error.js';
import type { Timestamp } from './timestamp.js';
import { contentOfText, type UserData } from './user-data.js';

/**
 * The requester's side of SMS ATRUN: digest requests as PDUs for `AT+CMGS`, and what comes back. A library of its own: it
 * needs nothing but a digest.
 */

/** Where a request goes. */
export interface Delivery {
	readonly to: PhoneNumber;
	/** Undefined: the sending module takes the one it knows. */
	readonly serviceCentre?: PhoneNumber | undefined;
	/** How long the network tries, in minutes: 5 to 635040 (63 weeks); rounded up to what an SMS can say. */
	readonly validityMinutes: number;
}

/** A request to send: `AT+CMGS=<tpduLength>`, then `hex` at the prompt. */
export interface SignedRequest extends CodedPdu {
	/** Version 1: the 24 characters; version 2: the 16 octets of the tag in hexadecimal. */
	readonly digest: string;
}

/** What can verify a digest: the password of version 1, the key and the board's IMEI of version 2. */
export interface RequesterSecrets {
	readonly password?: string | undefined;
	readonly secret?: SecretV2 | undefined;
}

/** A digest SMS, whichever way it went. */
export interface OpenedSms {
	/** The digest fits to the text and one of the secrets. Else nothing of it can be trusted. */
	readonly valid: boolean;
	readonly answer: boolean;
	readonly ids: { readonly version: 1; readonly v1: IdsV1 } | { readonly version: 2; readonly v2: IdsV2 };
	readonly segment: Segment;
	readonly digest: string;
	/** ISO 8859-1. */
	readonly text: string;
	/** The other side: the destination of a SUBMIT, the origin of a DELIVER. */
	readonly peer: string;
	/** When the service centre got it; undefined: a SUBMIT, or it does not tell. */
	readonly timestamp: Timestamp | undefined;
}

/** An answer of one or more SMS. */
export interface OpenedAnswer {
	/** Every SMS is valid, all are of one message, and none is missing. */
	readonly valid: boolean;
	/** Every SMS of the message is there once. */
	readonly complete: boolean;
	/** The texts in their order. */
	readonly text: string;
}

/** Characters of a password of the white list. */
export const PASSWORD_LENGTH = 16;
/** 8-bit data, class 1, as in the application note. */
const DCS = dataCodingScheme('8bit', 1);
/** Whether a board would run a text: it begins with AT or, for no answer, with HAT. */
export function isCommandText(text: string): boolean {
	return /^H?AT/i.test(text);
}

/**
 * A request of version 1. Errors: `uncodable` for a text or password with characters beyond ISO 8859-1; `too-long` for
 * more than 110 characters; `range`, also for a password that does not have 16.
 */
export function signRequestV1(
	text: string,
	password: string,
	ids: IdsV1,
	delivery: Delivery,
	digest: Digest,
): Result<SignedRequest, PduError> {
	const octets = contentOfText(text, '8bit');
	if (!octets.ok) return octets;
	const secret = contentOfText(password, '8bit');
	if (!secret.ok) return secret;
	if (password.length !== PASSWORD_LENGTH) return failure('range');
	const userData = encodeRequestV1(ids, verifierOf(password, digest), octets.value, digest);
	if (!userData.ok) return userData;
	const request = decodeDigestV1(userData.value, DCS)!;
	return submit(userData.value, delivery, digestOf(request));
}

/**
 * A request of version 2. The counter is to be higher than any before: the time in seconds, or the last one plus one.
 * Errors: `uncodable`; `too-long` for more than 114 characters; `range`, also for a key or an IMEI that is none.
 */
export function signRequestV2(
	text: string,
	secret: SecretV2,
	ids: IdsV2,
	delivery: Delivery,
	digest: Digest,
): Result<SignedRequest, PduError> {
	const octets = contentOfText(text, '8bit');
	if (!octets.ok) return octets;
	const userData = encodeRequestV2(ids, secret, octets.value, digest);
	if (!userData.ok) return userData;
	const request = decodeDigestV2(userData.value, DCS)!;
	return submit(userData.value, delivery, digestOf(request));
}

/**
 * Reads and verifies a digest SMS: a request as `signRequest…` made it, or an answer as a module printed it. Without the
 * secret of its version it is not valid. Errors: those of `decodePdu`; `no-digest` for any other SMS.
 */
export function openDigestSms(
	hex: string,
	{ password, secret }: RequesterSecrets,
	digest: Digest,
): Result<OpenedSms, PduError | 'no-digest'> {
	const pdu = decodePdu(hex);
	if (!pdu.ok) return pdu;
	const { tpdu } = pdu.value;
	if (tpdu.type === 'STATUS-REPORT') return failure('no-digest');
	const common = {
		peer: labelOf(tpdu.type === 'SUBMIT' ? tpdu.destination : tpdu.origin),
		timestamp: tpdu.type === 'SUBMIT' ? undefined : tpdu.timestamp,
	};
	const v1 = decodeDigestV1(tpdu, tpdu.dcs);
	if (v1 !== undefined) {
		const { transactionId, sessionId } = v1;
		const verifiers = password === undefined ? [] : [verifierOf(password, digest)];
		const valid = matchingVerifier(v1, verifiers, digest) !== undefined;
		return success({ valid, ids: { version: 1, v1: { transactionId, sessionId } }, ...contentsOf(v1), ...common });
	}
	const v2 = decodeDigestV2(tpdu, tpdu.dcs);
	if (v2 === undefined) return failure('no-digest');
	const { keyId, counter } = v2;
	const valid = secret !== undefined && isAuthenticV2(v2, secret, digest);
	return success({ valid, ids: { version: 2, v2: { keyId, counter } }, ...contentsOf(v2), ...common });
}

/** Puts the SMS of an answer together, in whichever order they are given. */
export function joinAnswer(parts: readonly OpenedSms[]): OpenedAnswer {
	const inOrder = [...parts].sort((one, other) => one.segment.index - other.segment.index);
	const first = inOrder[0];
	const complete =
		first !== undefined &&
		inOrder.length === first.segment.total &&
		inOrder.every((part, at) => part.segment.index === at + 1 && belongsTo(part, first));
	return {
		valid: complete && inOrder.every(part => part.valid),
		complete,
		text: inOrder.map(part => part.text).join(''),
	};
}

function belongsTo(part: OpenedSms, first: OpenedSms): boolean {
	return (
		part.answer === first.answer &&
		part.segment.total === first.segment.total &&
		JSON.stringify(part.ids) === JSON.stringify(first.ids)
	);
}

function contentsOf(sms: DigestV1 | DigestV2): Pick<OpenedSms, 'answer' | 'segment' | 'digest' | 'text'> {
	return { answer: sms.answer, segment: sms.segment, digest: digestOf(sms), text: textOf(sms.text) };
}

/** As text where it is text, which that of version 1 should be. */
function digestOf(sms: DigestV1 | DigestV2): string {
	if ('tag' in sms) return hexOf(sms.tag);
	const text = textOf(sms.digest);
	return bytesOfBase64(text).ok ? text : hexOf(sms.digest);
}

function submit(userData: UserData, delivery: Delivery, digest: string): Result<SignedRequest, PduError> {
	const pdu = encodePdu({
		serviceCentre: delivery.serviceCentre,
		tpdu: {
			...userData,
			type: 'SUBMIT',
			rejectDuplicates: false,
			replyPath: false,
			statusReport: false,
			reference: 0,
			destination: delivery.to,
			protocol: 0,
			dcs: DCS,
			validity: { form: 'relative', minutes: delivery.validityMinutes },
		},
	});
	return pdu.ok ? success({ ...pdu.value, digest }) : pdu;
}
