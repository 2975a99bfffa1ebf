import { failure, type Result, success } from '../base/result.js';
import { type Address, decodeAddress, encodeAddress } from './address.js';
import { OctetReader } from './octet-reader.js';
import { areOctets, joinOctets } from './octets.js';
import type { PduError } from './pdu-error.js';
import { decodeTimestamp, encodeTimestamp, TIMESTAMP_LENGTH, type Timestamp } from './timestamp.js';
import { decodeUserData, encodeUserData, HEADER_INDICATOR, type UserData } from './user-data.js';

/** SMS-DELIVER, 23.040 9.2.2.1: what a mobile gets from the service centre. */
export interface Deliver extends UserData {
	readonly type: 'DELIVER';
	/** More messages wait at the service centre. The bit (TP-MMS) says the opposite. */
	readonly moreMessages: boolean;
	/** Forwarded or spawned: not to be forwarded again (TP-LP). */
	readonly loopPrevention: boolean;
	/** TP-RP. */
	readonly replyPath: boolean;
	/** The sender gets a status report (TP-SRI). */
	readonly statusReport: boolean;
	readonly origin: Address;
	/** TP-PID, 0–255. */
	readonly protocol: number;
	/** TP-DCS, 0–255. */
	readonly dcs: number;
	/** When the service centre got the message (TP-SCTS); undefined: it does not tell. */
	readonly timestamp: Timestamp | undefined;
}

/** The message type indicator of a DELIVER. */
export const DELIVER_TYPE = 0x00;
const NO_MORE_MESSAGES = 0x04;
const LOOP_PREVENTION = 0x08;
const STATUS_REPORT = 0x20;
const REPLY_PATH = 0x80;

/** The TPDU. Errors: `range`, `address`, `uncodable`, `too-long`. */
export function encodeDeliver(deliver: Deliver): Result<Uint8Array, PduError> {
	const { protocol, dcs } = deliver;
	if (!areOctets(protocol, dcs)) return failure('range');
	const origin = encodeAddress(deliver.origin);
	if (!origin.ok) return origin;
	const timestamp = encodeTimestamp(deliver.timestamp);
	if (!timestamp.ok) return timestamp;
	const userData = encodeUserData(deliver, dcs);
	if (!userData.ok) return userData;
	const first =
		DELIVER_TYPE |
		(deliver.moreMessages ? 0 : NO_MORE_MESSAGES) |
		(deliver.loopPrevention ? LOOP_PREVENTION : 0) |
		(deliver.statusReport ? STATUS_REPORT : 0) |
		(deliver.header !== undefined ? HEADER_INDICATOR : 0) |
		(deliver.replyPath ? REPLY_PATH : 0);
	return success(joinOctets([first], origin.value, [protocol, dcs], timestamp.value, userData.value));
}

/** Reads a TPDU whose type is `DELIVER_TYPE`. Errors: `truncated`, `surplus`, `address`, `header`, `too-long`. */
export function decodeDeliver(tpdu: Uint8Array): Result<Deliver, PduError> {
	const reader = new OctetReader(tpdu);
	const first = reader.octet();
	const origin = decodeAddress(reader);
	if (!origin.ok) return origin;
	const protocol = reader.octet();
	const dcs = reader.octet();
	const timestamp = decodeTimestamp(reader.take(TIMESTAMP_LENGTH));
	const userData = decodeUserData(reader, dcs, (first & HEADER_INDICATOR) !== 0);
	if (!userData.ok) return userData;
	if (reader.left > 0) return failure('surplus');
	return success({
		type: 'DELIVER',
		moreMessages: (first & NO_MORE_MESSAGES) === 0,
		loopPrevention: (first & LOOP_PREVENTION) !== 0,
		replyPath: (first & REPLY_PATH) !== 0,
		statusReport: (first & STATUS_REPORT) !== 0,
		origin: origin.value,
		protocol,
		dcs,
		timestamp,
		...userData.value,
	});
}
