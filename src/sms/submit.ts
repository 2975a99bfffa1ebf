import { failure, type Result, success } from '../base/result.js';
import { type Address, decodeAddress, encodeAddress } from './address.js';
import { OctetReader } from './octet-reader.js';
import { areOctets, joinOctets } from './octets.js';
import type { PduError } from './pdu-error.js';
import { decodeUserData, encodeUserData, HEADER_INDICATOR, type UserData } from './user-data.js';
import { decodeValidity, encodeValidity, type Validity, validityFormatOf } from './validity.js';

/** SMS-SUBMIT, 23.040 9.2.2.2: what a mobile sends to the service centre. */
export interface Submit extends UserData {
	readonly type: 'SUBMIT';
	/** The service centre is to refuse a second message with the same reference and destination (TP-RD). */
	readonly rejectDuplicates: boolean;
	/** TP-RP. */
	readonly replyPath: boolean;
	/** A status report is asked for (TP-SRR). */
	readonly statusReport: boolean;
	/** TP-MR, 0–255. A module that counts by itself replaces it. */
	readonly reference: number;
	readonly destination: Address;
	/** TP-PID, 0–255. */
	readonly protocol: number;
	/** TP-DCS, 0–255. */
	readonly dcs: number;
	/** Undefined: the service centre's own. */
	readonly validity: Validity | undefined;
}

/** The message type indicator of a SUBMIT. */
export const SUBMIT_TYPE = 0x01;
const REJECT_DUPLICATES = 0x04;
const STATUS_REPORT = 0x20;
const REPLY_PATH = 0x80;

/** The TPDU. Errors: `range`, `address`, `uncodable`, `too-long`. */
export function encodeSubmit(submit: Submit): Result<Uint8Array, PduError> {
	const { reference, protocol, dcs } = submit;
	if (!areOctets(reference, protocol, dcs)) return failure('range');
	const destination = encodeAddress(submit.destination);
	if (!destination.ok) return destination;
	const validity = encodeValidity(submit.validity);
	if (!validity.ok) return validity;
	const userData = encodeUserData(submit, dcs);
	if (!userData.ok) return userData;
	const first =
		SUBMIT_TYPE |
		(submit.rejectDuplicates ? REJECT_DUPLICATES : 0) |
		validityFormatOf(submit.validity) |
		(submit.statusReport ? STATUS_REPORT : 0) |
		(submit.header !== undefined ? HEADER_INDICATOR : 0) |
		(submit.replyPath ? REPLY_PATH : 0);
	return success(joinOctets([first, reference], destination.value, [protocol, dcs], validity.value, userData.value));
}

/** Reads a TPDU whose type is `SUBMIT_TYPE`. Errors: `truncated`, `surplus`, `address`, `header`, `too-long`. */
export function decodeSubmit(tpdu: Uint8Array): Result<Submit, PduError> {
	const reader = new OctetReader(tpdu);
	const first = reader.octet();
	const reference = reader.octet();
	const destination = decodeAddress(reader);
	if (!destination.ok) return destination;
	const protocol = reader.octet();
	const dcs = reader.octet();
	const validity = decodeValidity(first, reader);
	const userData = decodeUserData(reader, dcs, (first & HEADER_INDICATOR) !== 0);
	if (!userData.ok) return userData;
	if (reader.left > 0) return failure('surplus');
	return success({
		type: 'SUBMIT',
		rejectDuplicates: (first & REJECT_DUPLICATES) !== 0,
		replyPath: (first & REPLY_PATH) !== 0,
		statusReport: (first & STATUS_REPORT) !== 0,
		reference,
		destination: destination.value,
		protocol,
		dcs,
		validity,
		...userData.value,
	});
}
