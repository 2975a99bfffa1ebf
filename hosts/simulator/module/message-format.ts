import { hexOf } from '../../../src/base/hex.js';
import { type Address, numberOf } from '../../../src/sms/address.js';
import { codingSchemeOf } from '../../../src/sms/data-coding-scheme.js';
import type { Pdu } from '../../../src/sms/pdu.js';
import type { StatusReport } from '../../../src/sms/status-report.js';
import type { Timestamp } from '../../../src/sms/timestamp.js';
import type { Tpdu } from '../../../src/sms/tpdu.js';
import { encodeUserData, textOfContent } from '../../../src/sms/user-data.js';
import type { MessageStatus } from '../sim-card.js';
import type { Profile } from './profile.js';
import { toTerminal } from './text-alphabet.js';

/** `<stat>` in text mode (27.005 3.1), by its number in PDU mode. */
export const STATUS_TEXTS: readonly string[] = Object.freeze(['REC UNREAD', 'REC READ', 'STO UNSENT', 'STO SENT']);

export type DecodedPdu = Pdu & { readonly tpduLength: number };

/** `yy/MM/dd,hh:mm:ss±zz` (27.005 3.1 `<scts>`). */
export function describeTimestamp(timestamp: Timestamp | undefined): string {
	if (timestamp === undefined) return '';
	const { year, month, day, hour, minute, second, quarterHours } = timestamp;
	const two = (value: number) => String(value).padStart(2, '0');
	const zone = `${quarterHours < 0 ? '-' : '+'}${two(Math.abs(quarterHours))}`;
	return `${two(year % 100)}/${two(month)}/${two(day)},${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

/** The lines of +CMGR for one message. */
export function describeRead(profile: Profile, status: MessageStatus, pdu: DecodedPdu, hex: string): string[] {
	if (profile.textMode === 0) return [`+CMGR: ${status},"",${pdu.tpduLength}`, hex];
	if (pdu.tpdu.type === 'STATUS-REPORT') return [`+CMGR: "${STATUS_TEXTS[status]!}",${reported(profile, pdu.tpdu)}`];
	const header = [`"${STATUS_TEXTS[status]!}"`, ...party(profile, pdu.tpdu)];
	if (pdu.tpdu.type !== 'SUBMIT') header.push(`"${describeTimestamp(pdu.tpdu.timestamp)}"`);
	if (profile.showHeader === 1) header.push(...details(pdu));
	return [`+CMGR: ${header.join(',')}`, describeText(profile, pdu.tpdu)];
}

/** The lines of +CMGL for one message. */
export function describeListed(
	profile: Profile,
	index: number,
	status: MessageStatus,
	pdu: DecodedPdu,
	hex: string,
): string[] {
	if (profile.textMode === 0) return [`+CMGL: ${index},${status},"",${pdu.tpduLength}`, hex];
	if (pdu.tpdu.type === 'STATUS-REPORT') {
		return [`+CMGL: ${index},"${STATUS_TEXTS[status]!}",${reported(profile, pdu.tpdu)}`];
	}
	const header = [String(index), `"${STATUS_TEXTS[status]!}"`, ...party(profile, pdu.tpdu)];
	header.push(pdu.tpdu.type === 'SUBMIT' ? '' : `"${describeTimestamp(pdu.tpdu.timestamp)}"`);
	if (profile.showHeader === 1) header.push(String(typeOf(addressOf(pdu.tpdu))), String(lengthOf(pdu.tpdu)));
	// A stored SUBMIT has no time stamp, and the line ends before it.
	if (header[header.length - 1] === '') header.pop();
	return [`+CMGL: ${header.join(',')}`, describeText(profile, pdu.tpdu)];
}

/** +CMT and +CDS: a message that is not stored. */
export function describeDirect(profile: Profile, pdu: DecodedPdu, hex: string): string {
	const { tpdu } = pdu;
	if (tpdu.type === 'STATUS-REPORT') {
		if (profile.textMode === 0) return `+CDS: ${pdu.tpduLength}\r\n${hex}`;
		return `+CDS: ${reported(profile, tpdu)}`;
	}
	if (profile.textMode === 0) return `+CMT: "",${pdu.tpduLength}\r\n${hex}`;
	const header = party(profile, tpdu);
	if (tpdu.type === 'DELIVER') header.push(`"${describeTimestamp(tpdu.timestamp)}"`);
	if (profile.showHeader === 1) header.push(...details(pdu));
	return `+CMT: ${header.join(',')}\r\n${describeText(profile, tpdu)}`;
}

/** `<fo>,<mr>,<ra>,<tora>,<scts>,<dt>,<st>` (27.005 3.4.2). */
function reported(profile: Profile, report: StatusReport): string {
	const first = 0x02 | (report.moreMessages ? 0 : 0x04) | (report.aboutCommand ? 0x20 : 0);
	const recipient = toTerminal(numberOf(report.recipient) ?? '', profile.alphabet);
	const times = `"${describeTimestamp(report.timestamp)}","${describeTimestamp(report.discharge)}"`;
	return `${first},${report.reference},"${recipient}",${typeOf(report.recipient)},${times},${report.status}`;
}

function addressOf(tpdu: Tpdu): Address {
	switch (tpdu.type) {
		case 'DELIVER':
			return tpdu.origin;
		case 'SUBMIT':
			return tpdu.destination;
		case 'STATUS-REPORT':
			return tpdu.recipient;
	}
}

/** `<oa>` or `<da>`, and the empty name of the phone book. */
function party(profile: Profile, tpdu: Tpdu): string[] {
	const address = addressOf(tpdu);
	const text = address.kind === 'number' ? (numberOf(address) ?? '') : address.text;
	return [`"${toTerminal(text, profile.alphabet)}"`, '""'];
}

/** `<tooa>,<fo>,<pid>,<dcs>,[<vp>,]<sca>,<tosca>,<length>` */
function details({ tpdu, serviceCentre }: DecodedPdu): string[] {
	if (tpdu.type === 'STATUS-REPORT') return [];
	const first =
		(tpdu.type === 'SUBMIT' ? 0x01 : tpdu.moreMessages ? 0 : 0x04) |
		(tpdu.header !== undefined ? 0x40 : 0) |
		(tpdu.type === 'SUBMIT' && tpdu.validity !== undefined ? 0x10 : 0);
	const centre = serviceCentre === undefined ? '' : (numberOf(serviceCentre) ?? '');
	return [
		String(typeOf(addressOf(tpdu))),
		String(first),
		String(tpdu.protocol),
		String(tpdu.dcs),
		...(tpdu.type === 'SUBMIT' ? ['167'] : []),
		`"${centre}"`,
		String(serviceCentre === undefined ? 129 : typeOf(serviceCentre)),
		String(lengthOf(tpdu)),
	];
}

/** Type of address: 145 international, 129 unknown (24.008 10.5.4.7). */
function typeOf(address: Address): number {
	const type = address.kind === 'number' ? address.type : 5;
	return 0x80 | (type << 4) | address.plan;
}

function lengthOf(tpdu: Tpdu): number {
	return tpdu.type === 'STATUS-REPORT' ? 0 : tpdu.content.length;
}

/** Text in the DTE's alphabet; 8-bit, UCS2 and everything with a header in hexadecimal (27.005 3.1 `<data>`). */
function describeText(profile: Profile, tpdu: Tpdu): string {
	if (tpdu.type === 'STATUS-REPORT') return '';
	const { alphabet } = codingSchemeOf(tpdu.dcs);
	if (alphabet === 'gsm7' && tpdu.header === undefined) {
		const text = textOfContent(tpdu.content, tpdu.dcs);
		return text.ok ? toTerminal(text.value, profile.alphabet) : '';
	}
	if (alphabet === 'ucs2' && profile.alphabet === 'UCS2') return hexOf(tpdu.content);
	const octets = encodeUserData(tpdu, tpdu.dcs);
	return octets.ok ? hexOf(octets.value.subarray(1)) : '';
}
