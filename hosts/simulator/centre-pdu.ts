import { type Address, encodeServiceCentre, type PhoneNumber, parseNumber } from '../../src/sms/address.js';
import { encodeDeliver } from '../../src/sms/deliver.js';
import { joinOctets } from '../../src/sms/octets.js';
import { encodeStatusReport } from '../../src/sms/status-report.js';
import type { Submit } from '../../src/sms/submit.js';
import type { Timestamp } from '../../src/sms/timestamp.js';

/** What a status report says of a message, or of a command about one. */
export interface ReportedOn {
	readonly reference: number;
	readonly recipient: Address;
	/** When the centre took the message. */
	readonly timestamp: Timestamp;
	/** TP-ST. */
	readonly status: number;
	readonly aboutCommand?: boolean;
}

/** The DELIVER of a SUBMIT with the centre's address before it; undefined: it cannot be delivered as it is. */
export function deliverPdu(
	centre: string,
	submit: Submit,
	origin: PhoneNumber,
	timestamp: Timestamp,
): Uint8Array | undefined {
	const tpdu = encodeDeliver({
		type: 'DELIVER',
		moreMessages: false,
		loopPrevention: false,
		replyPath: submit.replyPath,
		statusReport: submit.statusReport,
		origin,
		protocol: submit.protocol,
		dcs: submit.dcs,
		timestamp,
		header: submit.header,
		content: submit.content,
	});
	return tpdu.ok ? withCentre(centre, tpdu.value) : undefined;
}

/** The STATUS-REPORT with the centre's address before it. `discharge`: when this became of it. */
export function reportPdu(centre: string, about: ReportedOn, discharge: Timestamp): Uint8Array | undefined {
	const tpdu = encodeStatusReport({
		type: 'STATUS-REPORT',
		moreMessages: false,
		loopPrevention: false,
		aboutCommand: about.aboutCommand ?? false,
		reference: about.reference,
		recipient: about.recipient,
		timestamp: about.timestamp,
		discharge,
		status: about.status,
		protocol: undefined,
		dcs: undefined,
		userData: undefined,
	});
	return tpdu.ok ? withCentre(centre, tpdu.value) : undefined;
}

function withCentre(number: string, tpdu: Uint8Array): Uint8Array {
	const centre = parseNumber(number);
	const field = encodeServiceCentre(centre.ok ? centre.value : undefined);
	return joinOctets(field.ok ? field.value : [0], tpdu);
}
