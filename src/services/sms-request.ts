import { isAnswerable, looksLikeAnswer } from '../access/answerable.js';
import type { Identity } from '../access/grants.js';
import { fingerprintOf, type Key, keyOf } from '../access/key-ring.js';
import { findNumber } from '../access/white-list.js';
import { maskSecrets } from '../at/mask-secrets.js';
import { textOf } from '../base/text.js';
import type { Digest } from '../ports/digest.js';
import type { Settings } from '../settings/schema.js';
import { numberOf, type PhoneNumber } from '../sms/address.js';
import { type Alphabet, codingSchemeOf } from '../sms/data-coding-scheme.js';
import type { Deliver } from '../sms/deliver.js';
import { envelopeKindOf } from '../sms/digest-envelope.js';
import { decodeDigestV1, matchingVerifier } from '../sms/digest-v1.js';
import { decodeDigestV2, isAuthenticV2 } from '../sms/digest-v2.js';
import { decodePdu } from '../sms/pdu.js';
import { isCommandText } from '../sms/requester.js';
import type { Timestamp } from '../sms/timestamp.js';
import { textOfContent } from '../sms/user-data.js';
import { concatenationOf } from '../sms/user-data-header.js';

/** How a request is answered: in its own alphabet and kind. Plain data: it outlives a restart. */
export interface Reply {
	readonly to: PhoneNumber;
	/** `HAT…` wants none; some senders must not get one. */
	readonly wanted: boolean;
	readonly alphabet: Alphabet;
	readonly dcs: number;
	/** A digest, or a number listed in full: may use the kept share of the budget. */
	readonly authentic: boolean;
	readonly form:
		| { readonly kind: 'simple' }
		/** `index` of the password in the white list. */
		| { readonly kind: 'v1'; readonly index: number; readonly transactionId: number; readonly sessionId: number }
		| { readonly kind: 'v2'; readonly keyId: number; readonly counter: number };
}

/** A stored message that is a request (atrun.md 1). */
export interface SmsRequest {
	/** The command line without its `AT`. */
	readonly body: string;
	/** Fit to be shown, in the URC and the journal: one line, without secrets. */
	readonly text: string;
	readonly identity: Identity;
	readonly reply: Reply;
	readonly timestamp: Timestamp | undefined;
	/** Version 2: the key's fingerprint and the counter, which must not have been used. */
	readonly once: { readonly fingerprint: Uint8Array; readonly counter: number } | undefined;
}

/** Why a message that looks like a request is none. The message is left alone. */
export type NoRequest = 'bad digest' | 'digest v1 is off' | 'unknown key' | 'alphabet' | 'concatenated' | 'no command';

export type Recognition =
	| { readonly kind: 'request'; readonly request: SmsRequest }
	| { readonly kind: 'refused'; readonly reason: NoRequest; readonly sender: string }
	| { readonly kind: 'other' };

/** What a request is judged by. */
export interface Judgement {
	readonly settings: Settings;
	readonly imei: string;
	readonly digest: Digest;
}

const OTHER: Recognition = Object.freeze({ kind: 'other' });

/** What a PDU is, as `+CMGR` prints it. */
export function recognise(hex: string, judgement: Judgement): Recognition {
	const decoded = decodePdu(hex);
	if (!decoded.ok || decoded.value.tpdu.type !== 'DELIVER') return OTHER;
	const deliver = decoded.value.tpdu;
	// Two boards that list each other would answer each other's answers for ever.
	if (looksLikeAnswer(deliver, deliver.dcs)) return OTHER;
	const digest = envelopeKindOf(deliver, deliver.dcs);
	if (digest === undefined) return simpleRequest(deliver, judgement.settings);
	if (digest.version === 1) return digestV1(deliver, judgement);
	return judgement.settings.strict ? OTHER : digestV2(deliver, judgement);
}

function simpleRequest(deliver: Deliver, { whiteList }: Settings): Recognition {
	const { origin, dcs, header, content } = deliver;
	const number = numberOf(origin);
	const known = number === undefined ? undefined : findNumber(whiteList, number);
	if (number === undefined || known === undefined || origin.kind !== 'number') return OTHER;
	const text = textOfContent(content, dcs);
	if (!text.ok || !isCommandText(text.value)) return OTHER;
	if (codingSchemeOf(dcs).alphabet === 'ucs2') return { kind: 'refused', reason: 'alphabet', sender: number };
	if (concatenationOf(header) !== undefined) return { kind: 'refused', reason: 'concatenated', sender: number };
	const identity: Identity = {
		kind: known.match === 'full' ? 'number' : 'prefix',
		name: number,
		index: known.entry.index,
	};
	const answerable = isAnswerable(origin, whiteList);
	return requestOf(
		deliver,
		text.value,
		identity,
		{ kind: 'simple' },
		known.match === 'full',
		answerable ? origin : undefined,
	);
}

function digestV1(deliver: Deliver, { settings, digest }: Judgement): Recognition {
	const sender = numberOf(deliver.origin) ?? '';
	const envelope = decodeDigestV1(deliver, deliver.dcs);
	if (envelope === undefined || envelope.answer) return { kind: 'refused', reason: 'bad digest', sender };
	const passwords = settings.whiteList.filter(({ kind }) => kind === 'password');
	const verifiers = passwords.map(({ text }) => text);
	const match = matchingVerifier(envelope, verifiers, digest);
	if (match === undefined) return { kind: 'refused', reason: 'bad digest', sender };
	if (!settings.smsRules.v1 && !settings.strict) return { kind: 'refused', reason: 'digest v1 is off', sender };
	const { index } = passwords[match]!;
	const { transactionId, sessionId } = envelope;
	const identity: Identity = { kind: 'digest-v1', name: `password ${index}`, index };
	return digestRequest(deliver, envelope.text, identity, { kind: 'v1', index, transactionId, sessionId }, settings);
}

function digestV2(deliver: Deliver, { settings, imei, digest }: Judgement): Recognition {
	const sender = numberOf(deliver.origin) ?? '';
	const envelope = decodeDigestV2(deliver, deliver.dcs);
	if (envelope === undefined || envelope.answer) return { kind: 'refused', reason: 'bad digest', sender };
	const { keyId, counter } = envelope;
	const key = keyOf(settings.keys as readonly Key[], keyId);
	if (key === undefined) return { kind: 'refused', reason: 'unknown key', sender };
	if (!isAuthenticV2(envelope, { key, imei }, digest)) return { kind: 'refused', reason: 'bad digest', sender };
	const identity: Identity = { kind: 'digest-v2', name: `key ${keyId}`, index: keyId };
	const recognition = digestRequest(deliver, envelope.text, identity, { kind: 'v2', keyId, counter }, settings);
	if (recognition.kind !== 'request') return recognition;
	return {
		...recognition,
		request: { ...recognition.request, once: { fingerprint: fingerprintOf(key, digest), counter } },
	};
}

function digestRequest(
	deliver: Deliver,
	content: Uint8Array,
	identity: Identity,
	form: Reply['form'],
	{ whiteList }: Settings,
): Recognition {
	const { origin } = deliver;
	const text = textOf(content);
	if (!isCommandText(text)) return { kind: 'refused', reason: 'no command', sender: numberOf(origin) ?? '' };
	const to = origin.kind === 'number' && isAnswerable(origin, whiteList) ? origin : undefined;
	return requestOf(deliver, text, identity, form, true, to);
}

function requestOf(
	{ dcs, timestamp }: Deliver,
	text: string,
	identity: Identity,
	form: Reply['form'],
	authentic: boolean,
	to: PhoneNumber | undefined,
): Recognition {
	const hidden = /^h/i.test(text) ? text.slice(0, 1) : '';
	const shown = hidden + maskSecrets(text.slice(hidden.length));
	const request: SmsRequest = {
		body: text.slice(hidden.length + 2).replace(/[\r\n]+$/, ''),
		text: shown.replace(/[\x00-\x1f\x7f]+/g, ' ').trimEnd(),
		identity,
		reply: {
			to: to ?? NOBODY,
			wanted: hidden === '' && to !== undefined,
			alphabet: codingSchemeOf(dcs).alphabet,
			dcs,
			authentic,
			form,
		},
		timestamp,
		once: undefined,
	};
	return { kind: 'request', request };
}

const NOBODY: PhoneNumber = Object.freeze({ kind: 'number', type: 0, plan: 0, digits: '' });
