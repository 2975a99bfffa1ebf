import { hexOf } from '../../src/base/hex.js';
import { type Address, labelOf } from '../../src/sms/address.js';
import { codingSchemeOf } from '../../src/sms/data-coding-scheme.js';
import type { Pdu } from '../../src/sms/pdu.js';
import { outcomeOf } from '../../src/sms/status-report.js';
import { isoOf, type Timestamp } from '../../src/sms/timestamp.js';
import type { Tpdu } from '../../src/sms/tpdu.js';
import { textOfContent, type UserData } from '../../src/sms/user-data.js';
import { concatenationOf, portsOf } from '../../src/sms/user-data-header.js';
import type { Validity } from '../../src/sms/validity.js';

/** The fields of a PDU by name, for a person or a machine to read; null where a message of its type has it, but empty. */
export type PduDescription = Readonly<Record<string, string | number | null>>;

/** Puts a PDU into words. */
export function describePdu({
	serviceCentre,
	tpdu,
	tpduLength,
}: Pdu & { readonly tpduLength: number }): PduDescription {
	const smsc = serviceCentre === undefined ? null : labelOf(serviceCentre);
	return { type: `SMS-${tpdu.type}`, smsc, tpduLength, ...fieldsOf(tpdu) };
}

function fieldsOf(tpdu: Tpdu): PduDescription {
	switch (tpdu.type) {
		case 'DELIVER':
			return {
				origin: addressOf(tpdu.origin),
				timestamp: timeOf(tpdu.timestamp),
				pid: tpdu.protocol,
				...contentOf(tpdu, tpdu.dcs),
			};
		case 'SUBMIT':
			return {
				destination: addressOf(tpdu.destination),
				reference: tpdu.reference,
				validity: validityOf(tpdu.validity),
				pid: tpdu.protocol,
				...contentOf(tpdu, tpdu.dcs),
			};
		case 'STATUS-REPORT':
			return {
				recipient: addressOf(tpdu.recipient),
				reference: tpdu.reference,
				timestamp: timeOf(tpdu.timestamp),
				discharge: timeOf(tpdu.discharge),
				status: tpdu.status,
				outcome: outcomeOf(tpdu.status),
				...(tpdu.userData === undefined ? {} : contentOf(tpdu.userData, tpdu.dcs ?? 0)),
			};
	}
}

function contentOf(userData: UserData, dcs: number): PduDescription {
	const { alphabet, messageClass } = codingSchemeOf(dcs);
	const text = textOfContent(userData.content, dcs);
	const part = concatenationOf(userData.header);
	const ports = portsOf(userData.header);
	return {
		dcs,
		alphabet,
		class: messageClass ?? null,
		part: part === undefined ? null : `${part.index} of ${part.total}, reference ${part.reference}`,
		ports: ports === undefined ? null : `${ports.source} to ${ports.destination}`,
		text: text.ok ? text.value : null,
		userData: alphabet === 'gsm7' && text.ok ? null : hexOf(userData.content),
	};
}

function addressOf(address: Address): string | null {
	const label = labelOf(address);
	return label === '' ? null : label;
}

function timeOf(timestamp: Timestamp | undefined): string | null {
	return timestamp === undefined ? null : isoOf(timestamp);
}

function validityOf(validity: Validity | undefined): string | null {
	switch (validity?.form) {
		case undefined:
			return null;
		case 'relative':
			return spanOf(validity.minutes);
		case 'absolute':
			return timeOf(validity.until);
		case 'enhanced':
			return hexOf(validity.octets);
	}
}

function spanOf(minutes: number): string {
	if (minutes % 1440 !== 0) return `${minutes} minutes`;
	return minutes === 1440 ? '1 day' : `${minutes / 1440} days`;
}
