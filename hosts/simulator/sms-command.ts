import { failure, type Result, success } from '../../src/base/result.js';
import { type Address, decodeAddress, encodeAddress } from '../../src/sms/address.js';
import { OctetReader } from '../../src/sms/octet-reader.js';
import { joinOctets } from '../../src/sms/octets.js';
import type { PduError } from '../../src/sms/pdu-error.js';

/** SMS-COMMAND, 23.040 9.2.2.4: what is asked of the service centre about a message that it has. */
export interface SmsCommand {
	/** A status report tells how the command went (TP-SRR). */
	readonly statusReport: boolean;
	/** TP-MR of the command itself, 0–255. */
	readonly reference: number;
	/** TP-PID, 0–255. */
	readonly protocol: number;
	/** TP-CT, 0–255: see `CommandType`. */
	readonly command: number;
	/** TP-MN: the reference of the message that is meant, 0–255. */
	readonly message: number;
	readonly destination: Address;
	/** TP-CD, at most 156 octets. */
	readonly data: Uint8Array;
}

/** 23.040 9.2.3.19. */
export const CommandType = Object.freeze({ enquiry: 0, cancelReport: 1, remove: 2, enableReport: 3 });

const TYPE = 0x02;
const TYPE_MASK = 0x03;
const STATUS_REPORT = 0x20;
const MOST_DATA = 156;

/** The TPDU. Errors: `address`, `too-long`. */
export function encodeSmsCommand(command: SmsCommand): Result<Uint8Array, PduError> {
	const destination = encodeAddress(command.destination);
	if (!destination.ok) return destination;
	if (command.data.length > MOST_DATA) return failure('too-long');
	const first = TYPE | (command.statusReport ? STATUS_REPORT : 0);
	const head = [first, command.reference, command.protocol, command.command, command.message];
	return success(joinOctets(head, destination.value, [command.data.length], command.data));
}

/** Errors: `type`, `address`, `truncated`, `surplus`. */
export function decodeSmsCommand(tpdu: Uint8Array): Result<SmsCommand, PduError> {
	const reader = new OctetReader(tpdu);
	const first = reader.octet();
	if ((first & TYPE_MASK) !== TYPE) return failure('type');
	const [reference, protocol, command, message] = [reader.octet(), reader.octet(), reader.octet(), reader.octet()];
	const destination = decodeAddress(reader);
	if (!destination.ok) return destination;
	const data = reader.take(reader.octet()).slice();
	if (reader.overrun) return failure('truncated');
	if (reader.left > 0) return failure('surplus');
	const statusReport = (first & STATUS_REPORT) !== 0;
	return success({ statusReport, reference, protocol, command, message, destination: destination.value, data });
}
