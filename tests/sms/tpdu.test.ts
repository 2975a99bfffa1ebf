import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import type { Result } from '../../src/base/result.js';
import { bytesOf } from '../../src/base/text.js';
import type { Address } from '../../src/sms/address.js';
import type { Deliver } from '../../src/sms/deliver.js';
import type { PduError } from '../../src/sms/pdu-error.js';
import type { StatusReport } from '../../src/sms/status-report.js';
import type { Submit } from '../../src/sms/submit.js';
import { decodeTpdu, encodeTpdu, type Tpdu } from '../../src/sms/tpdu.js';
import { deliver, octets, statusReport, submit } from './arbitraries.js';
import { errorOf, hex, unwrap } from './samples.js';

const HELLO = bytesOf('hellohello');

const number = (digits: string, type = 1, plan = 1): Address => ({ kind: 'number', type, plan, digits });

const SUBMIT: Submit = {
	type: 'SUBMIT',
	rejectDuplicates: false,
	replyPath: false,
	statusReport: false,
	reference: 0,
	destination: number('46708251358'),
	protocol: 0,
	dcs: 0,
	validity: undefined,
	header: undefined,
	content: HELLO,
};

const DELIVER: Deliver = {
	type: 'DELIVER',
	moreMessages: false,
	loopPrevention: false,
	replyPath: false,
	statusReport: false,
	origin: number('27838890001', 4, 8),
	protocol: 0,
	dcs: 0,
	timestamp: { year: 1999, month: 3, day: 29, hour: 15, minute: 16, second: 59, quarterHours: 8 },
	header: undefined,
	content: HELLO,
};

const REPORT: StatusReport = {
	type: 'STATUS-REPORT',
	moreMessages: false,
	loopPrevention: false,
	aboutCommand: false,
	reference: 0x2a,
	recipient: number('46708251358'),
	timestamp: { year: 2008, month: 5, day: 29, hour: 12, minute: 20, second: 18, quarterHours: 8 },
	discharge: { year: 2008, month: 5, day: 29, hour: 12, minute: 20, second: 21, quarterHours: 8 },
	status: 0,
	protocol: undefined,
	dcs: undefined,
	userData: undefined,
};

const HELLO_7 = '0AE8329BFD4697D9EC37';
const TO = '0B916407281553F8';
const FROM = '0BC87238880900F1';
const SENT = '80509221028180';
const ARRIVED = '80509221021280';
const HEADER = [{ id: 0, data: hex('CC0201') }];

const ROWS: readonly (readonly [what: string, tpdu: Tpdu, octets: string])[] = [
	['a SUBMIT', SUBMIT, `0100${TO}0000${HELLO_7}`],
	['its validity', { ...SUBMIT, validity: { form: 'relative', minutes: 5760 } }, `1100${TO}0000AA${HELLO_7}`],
	[
		'its absolute validity',
		{ ...SUBMIT, validity: { form: 'absolute', until: REPORT.timestamp } },
		`1900${TO}0000${SENT}${HELLO_7}`,
	],
	[
		'its enhanced validity',
		{ ...SUBMIT, validity: { form: 'enhanced', octets: hex('01AA0000000000') } },
		`0900${TO}000001AA0000000000${HELLO_7}`,
	],
	['its reference', { ...SUBMIT, reference: 255 }, `01FF${TO}0000${HELLO_7}`],
	['its rejection of duplicates', { ...SUBMIT, rejectDuplicates: true }, `0500${TO}0000${HELLO_7}`],
	['its wish for a report', { ...SUBMIT, statusReport: true }, `2100${TO}0000${HELLO_7}`],
	['its reply path', { ...SUBMIT, replyPath: true }, `8100${TO}0000${HELLO_7}`],
	['its protocol', { ...SUBMIT, protocol: 0x7f }, `0100${TO}7F00${HELLO_7}`],
	['8-bit data', { ...SUBMIT, dcs: 4 }, `0100${TO}00040A68656C6C6F68656C6C6F`],
	['UCS2', { ...SUBMIT, dcs: 8, content: hex('20AC0041') }, `0100${TO}00080420AC0041`],
	['no text', { ...SUBMIT, content: hex('') }, `0100${TO}000000`],
	[
		'a header before septets',
		{ ...SUBMIT, header: HEADER, content: bytesOf('hello') },
		`4100${TO}00000C050003CC0201D06536FB0D`,
	],
	[
		'a header before octets',
		{ ...SUBMIT, dcs: 4, header: HEADER, content: bytesOf('hello') },
		`4100${TO}00040B050003CC020168656C6C6F`,
	],
	[
		'an alphanumeric destination',
		{ ...SUBMIT, destination: { kind: 'alphanumeric', plan: 0, text: 'Vodafone' } },
		`01000ED0D637396C7EBBCB0000${HELLO_7}`,
	],
	['a DELIVER', DELIVER, `04${FROM}000099309251619580${HELLO_7}`],
	['that more messages wait', { ...DELIVER, moreMessages: true }, `00${FROM}000099309251619580${HELLO_7}`],
	['loop prevention', { ...DELIVER, loopPrevention: true }, `0C${FROM}000099309251619580${HELLO_7}`],
	['that a report is sent', { ...DELIVER, statusReport: true }, `24${FROM}000099309251619580${HELLO_7}`],
	['the reply path of a DELIVER', { ...DELIVER, replyPath: true }, `84${FROM}000099309251619580${HELLO_7}`],
	['no time', { ...DELIVER, timestamp: undefined }, `04${FROM}000000000000000000${HELLO_7}`],
	[
		'the header of a DELIVER',
		{ ...DELIVER, header: HEADER, content: bytesOf('hello') },
		`44${FROM}0000993092516195800C050003CC0201D06536FB0D`,
	],
	['a STATUS-REPORT', REPORT, `062A${TO}${SENT}${ARRIVED}00`],
	['its status', { ...REPORT, status: 0x41, discharge: undefined }, `062A${TO}${SENT}0000000000000041`],
	[
		'its flags',
		{ ...REPORT, moreMessages: true, loopPrevention: true, aboutCommand: true },
		`2A2A${TO}${SENT}${ARRIVED}00`,
	],
	['its protocol alone', { ...REPORT, protocol: 0 }, `062A${TO}${SENT}${ARRIVED}000100`],
	['its scheme alone', { ...REPORT, dcs: 0 }, `062A${TO}${SENT}${ARRIVED}000200`],
	[
		'its text without a scheme, which is then 7-bit',
		{ ...REPORT, userData: { header: undefined, content: HELLO } },
		`062A${TO}${SENT}${ARRIVED}0004${HELLO_7}`,
	],
	[
		'all it may have',
		{ ...REPORT, protocol: 1, dcs: 4, userData: { header: HEADER, content: bytesOf('hello') } },
		`462A${TO}${SENT}${ARRIVED}000701040B050003CC020168656C6C6F`,
	],
];

describe('a TPDU', () => {
	test.each(ROWS)('says %s, both ways', (_, tpdu, coded) => {
		expect(hexOf(unwrap(encodeTpdu(tpdu)))).toBe(coded);
		expect(unwrap(decodeTpdu(hex(coded)))).toEqual(tpdu);
	});

	test.each(ROWS)(
		'that says %s is refused with an octet more, and with any octet less at its end',
		(_, tpdu, coded) => {
			expect(errorOf(decodeTpdu(hex(`${coded}00`)))).toBe(isReportWithoutOptions(tpdu) ? 'none' : 'surplus');
			const accepted: number[] = [];
			for (let length = 0; length < coded.length; length += 2) {
				const decoded = decodeTpdu(hex(coded.slice(0, length)));
				if (decoded.ok) accepted.push(length);
				else if (decoded.error !== 'truncated') accepted.push(-length);
			}
			// A report's parameter indicator may be left out altogether.
			const whole = 2 * (2 + 8 + 14 + 1);
			expect(accepted).toEqual(tpdu.type === 'STATUS-REPORT' && coded.length > whole ? [whole] : []);
		},
	);

	test('of the reserved type is refused', () => {
		expect(errorOf(decodeTpdu(hex(`07${FROM}000099309251619580${HELLO_7}`)))).toBe('type');
		expect(errorOf(decodeTpdu(hex('')))).toBe('truncated');
	});

	test("skips what extends a report's parameter indicator", () => {
		const report = `062A${TO}${SENT}${ARRIVED}00`;
		expect(unwrap(decodeTpdu(hex(`${report}81800055`)))).toEqual({ ...REPORT, protocol: 0x55 });
		expect(errorOf(decodeTpdu(hex(`${report}8180`)))).toBe('truncated');
	});

	test.each<[string, Tpdu, PduError]>([
		['a reference of 256', { ...SUBMIT, reference: 256 }, 'range'],
		['a protocol of -1', { ...SUBMIT, protocol: -1 }, 'range'],
		['a scheme of 1.5', { ...DELIVER, dcs: 1.5 }, 'range'],
		['a status of 256', { ...REPORT, status: 256 }, 'range'],
		['a validity of nothing', { ...SUBMIT, validity: { form: 'relative', minutes: 0 } }, 'range'],
		['a time that is none', { ...DELIVER, timestamp: { ...DELIVER.timestamp!, month: 13 } }, 'range'],
		['161 septets', { ...SUBMIT, content: new Uint8Array(161) }, 'too-long'],
		['141 octets', { ...DELIVER, dcs: 4, content: new Uint8Array(141) }, 'too-long'],
		[
			'a report with 141 octets',
			{ ...REPORT, dcs: 4, userData: { header: undefined, content: new Uint8Array(141) } },
			'too-long',
		],
		['a number too long', { ...SUBMIT, destination: number('123456789012345678901') }, 'address'],
		[
			'a sender that cannot be coded',
			{ ...DELIVER, origin: { kind: 'alphanumeric', plan: 0, text: 'ç' } },
			'uncodable',
		],
	])('with %s is not written', (_, tpdu, error) => {
		expect(errorOf(encodeTpdu(tpdu))).toBe(error);
	});
});

describe('whatever its fields are', () => {
	test('a SUBMIT comes back', () => {
		fc.assert(fc.property(submit, comesBack), { numRuns: 80 });
	});

	test('a DELIVER comes back', () => {
		fc.assert(fc.property(deliver, comesBack), { numRuns: 80 });
	});

	test('a STATUS-REPORT comes back', () => {
		fc.assert(fc.property(statusReport, comesBack), { numRuns: 80 });
	});
});

describe('whatever the octets are', () => {
	test('they give a TPDU that can be written again, or an error', () => {
		fc.assert(fc.property(octets(40), isValueOrError), { numRuns: 200 });
	});

	test('a TPDU cut anywhere gives an error or what can be written again', () => {
		fc.assert(
			fc.property(fc.oneof(submit, deliver, statusReport), fc.nat(200), (tpdu, length) =>
				isValueOrError(unwrap(encodeTpdu(tpdu)).subarray(0, length)),
			),
			{ numRuns: 100 },
		);
	});
});

function comesBack(tpdu: Tpdu): boolean {
	const coded = unwrap(encodeTpdu(tpdu));
	const back = unwrap(decodeTpdu(coded));
	expect(back).toEqual(tpdu);
	return hexOf(unwrap(encodeTpdu(back))) === hexOf(coded);
}

function isValueOrError(coded: Uint8Array): boolean {
	const decoded: Result<Tpdu, PduError> = decodeTpdu(coded);
	return decoded.ok ? encodeTpdu(decoded.value).ok : decoded.error.length > 0;
}

/** An octet of zero behind it is a parameter indicator that announces nothing. */
function isReportWithoutOptions(tpdu: Tpdu): boolean {
	return (
		tpdu.type === 'STATUS-REPORT' &&
		tpdu.protocol === undefined &&
		tpdu.dcs === undefined &&
		tpdu.userData === undefined
	);
}
