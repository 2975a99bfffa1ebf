import { failure, type Result, success } from '../base/result.js';
import { type Address, decodeAddress, encodeAddress } from './address.js';
import { OctetReader } from './octet-reader.js';
import { areOctets, joinOctets } from './octets.js';
import type { PduError } from './pdu-error.js';
import { decodeTimestamp, encodeTimestamp, TIMESTAMP_LENGTH, type Timestamp } from './timestamp.js';
import { decodeUserData, encodeUserData, HEADER_INDICATOR, type UserData } from './user-data.js';

/** SMS-STATUS-REPORT, 23.040 9.2.2.3: what became of a message that was sent. */
export interface StatusReport {
	readonly type: 'STATUS-REPORT';
	/** More messages wait at the service centre. The bit (TP-MMS) says the opposite. */
	readonly moreMessages: boolean;
	/** TP-LP. */
	readonly loopPrevention: boolean;
	/** The report is about an SMS-COMMAND, not a SUBMIT (TP-SRQ). */
	readonly aboutCommand: boolean;
	/** TP-MR of the message that it is about, 0–255. */
	readonly reference: number;
	readonly recipient: Address;
	/** When the service centre got the message; undefined: it does not tell. */
	readonly timestamp: Timestamp | undefined;
	/** When the message was delivered or last tried; undefined: it does not tell. */
	readonly discharge: Timestamp | undefined;
	/** TP-ST, 0–255: `outcomeOf` reads it. */
	readonly status: number;
	/** TP-PID, TP-DCS and user data, each only where the report has it. */
	readonly protocol: number | undefined;
	readonly dcs: number | undefined;
	readonly userData: UserData | undefined;
}

/** The message type indicator of a STATUS-REPORT. */
export const STATUS_REPORT_TYPE = 0x02;
const NO_MORE_MESSAGES = 0x04;
const LOOP_PREVENTION = 0x08;
const ABOUT_COMMAND = 0x20;

/** Bits of the parameter indicator, 23.040 9.2.3.27. */
const HAS_PROTOCOL = 0x01;
const HAS_DCS = 0x02;
const HAS_USER_DATA = 0x04;
const EXTENDED = 0x80;

/** What a status means, 23.040 9.2.3.15: `pending` = the service centre still tries. Reserved values have failed. */
export function outcomeOf(status: number): 'delivered' | 'pending' | 'failed' {
	if (status <= 0x1f) return 'delivered';
	return status <= 0x3f ? 'pending' : 'failed';
}

/** The TPDU. Errors: `range`, `address`, `uncodable`, `too-long`. */
export function encodeStatusReport(report: StatusReport): Result<Uint8Array, PduError> {
	const { reference, status, protocol, dcs } = report;
	if (!areOctets(reference, status, protocol ?? 0, dcs ?? 0)) return failure('range');
	const recipient = encodeAddress(report.recipient);
	if (!recipient.ok) return recipient;
	const timestamp = encodeTimestamp(report.timestamp);
	if (!timestamp.ok) return timestamp;
	const discharge = encodeTimestamp(report.discharge);
	if (!discharge.ok) return discharge;
	const first =
		STATUS_REPORT_TYPE |
		(report.moreMessages ? 0 : NO_MORE_MESSAGES) |
		(report.loopPrevention ? LOOP_PREVENTION : 0) |
		(report.aboutCommand ? ABOUT_COMMAND : 0) |
		(report.userData?.header !== undefined ? HEADER_INDICATOR : 0);
	const options = encodeOptions(report);
	if (!options.ok) return options;
	return success(
		joinOctets([first, reference], recipient.value, timestamp.value, discharge.value, [status], options.value),
	);
}

/** Reads a TPDU whose type is `STATUS_REPORT_TYPE`. Errors: `truncated`, `surplus`, `address`, `header`, `too-long`. */
export function decodeStatusReport(tpdu: Uint8Array): Result<StatusReport, PduError> {
	const reader = new OctetReader(tpdu);
	const first = reader.octet();
	const reference = reader.octet();
	const recipient = decodeAddress(reader);
	if (!recipient.ok) return recipient;
	const timestamp = decodeTimestamp(reader.take(TIMESTAMP_LENGTH));
	const discharge = decodeTimestamp(reader.take(TIMESTAMP_LENGTH));
	const status = reader.octet();
	const indicator = decodeIndicator(reader);
	const protocol = (indicator & HAS_PROTOCOL) !== 0 ? reader.octet() : undefined;
	const dcs = (indicator & HAS_DCS) !== 0 ? reader.octet() : undefined;
	let userData: UserData | undefined;
	if ((indicator & HAS_USER_DATA) !== 0) {
		const decoded = decodeUserData(reader, dcs ?? 0, (first & HEADER_INDICATOR) !== 0);
		if (!decoded.ok) return decoded;
		userData = decoded.value;
	}
	if (reader.overrun) return failure('truncated');
	if (reader.left > 0) return failure('surplus');
	return success({
		type: 'STATUS-REPORT',
		moreMessages: (first & NO_MORE_MESSAGES) === 0,
		loopPrevention: (first & LOOP_PREVENTION) !== 0,
		aboutCommand: (first & ABOUT_COMMAND) !== 0,
		reference,
		recipient: recipient.value,
		timestamp,
		discharge,
		status,
		protocol,
		dcs,
		userData,
	});
}

/** The parameter indicator and what it announces; nothing at all where the report has none of it. */
function encodeOptions({ protocol, dcs, userData }: StatusReport): Result<Uint8Array, PduError> {
	const indicator =
		(protocol !== undefined ? HAS_PROTOCOL : 0) |
		(dcs !== undefined ? HAS_DCS : 0) |
		(userData !== undefined ? HAS_USER_DATA : 0);
	if (indicator === 0) return success(new Uint8Array(0));
	const coded = userData === undefined ? success(new Uint8Array(0)) : encodeUserData(userData, dcs ?? 0);
	if (!coded.ok) return coded;
	const octets = [indicator];
	if (protocol !== undefined) octets.push(protocol);
	if (dcs !== undefined) octets.push(dcs);
	return success(joinOctets(octets, coded.value));
}

/** The first octet of the parameter indicator; its extensions say nothing yet and are skipped. */
function decodeIndicator(reader: OctetReader): number {
	if (reader.left === 0) return 0;
	const indicator = reader.octet();
	let extension = indicator;
	while ((extension & EXTENDED) !== 0) extension = reader.octet();
	return indicator;
}
