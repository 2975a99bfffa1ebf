import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { numberOf, type PhoneNumber, parseNumber } from '../../src/sms/address.js';
import { decodePdu, encodePdu, type Pdu } from '../../src/sms/pdu.js';
import { isoOf } from '../../src/sms/timestamp.js';
import { textOfContent } from '../../src/sms/user-data.js';
import { phoneNumber, submit } from './arbitraries.js';
import { ANSWER_CONTENT, ANSWER_PDU, errorOf, hex, REQUEST_CONTENT, REQUEST_PDU, unwrap } from './samples.js';

const number = (text: string): PhoneNumber => unwrap(parseNumber(text));

const REQUEST: Pdu = {
	serviceCentre: number('+393492000200'),
	tpdu: {
		type: 'SUBMIT',
		rejectDuplicates: false,
		replyPath: false,
		statusReport: false,
		reference: 0,
		destination: number('+393468686711'),
		protocol: 0,
		dcs: 21,
		validity: { form: 'relative', minutes: 7 * 24 * 60 },
		header: undefined,
		content: bytesOf(REQUEST_CONTENT),
	},
};

const ANSWER: Pdu = {
	serviceCentre: number('+393492000200'),
	tpdu: {
		type: 'DELIVER',
		moreMessages: false,
		loopPrevention: false,
		replyPath: false,
		statusReport: false,
		origin: number('+393468686711'),
		protocol: 0,
		dcs: 21,
		timestamp: { year: 2008, month: 5, day: 29, hour: 12, minute: 20, second: 18, quarterHours: 8 },
		header: undefined,
		content: bytesOf(ANSWER_CONTENT),
	},
};

describe("the application note's PDUs", () => {
	test.each([
		['request', REQUEST, REQUEST_PDU, 52],
		['answer', ANSWER, ANSWER_PDU, 83],
	])('the %s comes out and goes in octet for octet', (_, pdu, coded, tpduLength) => {
		expect(unwrap(encodePdu(pdu))).toEqual({ hex: coded, tpduLength });
		expect(unwrap(decodePdu(coded))).toEqual({ ...pdu, tpduLength });
		expect(unwrap(decodePdu(coded.toLowerCase()))).toEqual({ ...pdu, tpduLength });
	});

	test.each([
		['request', REQUEST_PDU],
		['answer', ANSWER_PDU],
	])('the %s with any octet flipped, lost or doubled is read as something or refused', (_, coded) => {
		const wrong: string[] = [];
		for (let at = 0; at < coded.length; at += 2) {
			const octet = coded.slice(at, at + 2);
			const before = coded.slice(0, at);
			const behind = coded.slice(at + 2);
			const flipped = [0xff, 0x80, 0x01].map(bits => hexOf(Uint8Array.of(Number.parseInt(octet, 16) ^ bits)));
			for (const changed of [...flipped, '', octet + octet]) {
				const decoded = decodePdu(before + changed + behind);
				if (decoded.ok && !encodePdu(decoded.value).ok) wrong.push(`${at} ${changed}`);
			}
		}
		expect(wrong).toEqual([]);
	});

	test.each([
		['request', REQUEST_PDU],
		['answer', ANSWER_PDU],
	])('the %s with an octet lost from its text, or one too many, is refused', (_, coded) => {
		for (let at = coded.length - 30; at < coded.length; at += 2) {
			expect(errorOf(decodePdu(coded.slice(0, at) + coded.slice(at + 2)))).toBe('truncated');
			expect(errorOf(decodePdu(`${coded.slice(0, at)}55${coded.slice(at)}`))).toBe('surplus');
		}
	});
});

describe('a PDU', () => {
	test.each([
		[
			'07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37',
			'+27381000015',
			'27838890001',
			'1999-03-29T15:16:59+02:00',
			'hellohello',
		],
		[
			'07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07',
			'+31624000000',
			'+31641600986',
			'2002-08-26T19:37:41+00:00',
			'How are you?',
		],
	])('%s that came in is read', (coded, centre, from, iso, text) => {
		const { serviceCentre, tpdu } = unwrap(decodePdu(coded));
		if (tpdu.type !== 'DELIVER') throw new Error(tpdu.type);
		expect(serviceCentre && numberOf(serviceCentre)).toBe(centre);
		expect(numberOf(tpdu.origin)).toBe(from);
		expect(tpdu.timestamp && isoOf(tpdu.timestamp)).toBe(iso);
		expect(unwrap(textOfContent(tpdu.content, tpdu.dcs))).toBe(text);
	});

	test('leaves the service centre to the module with a single 00, which does not count', () => {
		const coded = '0011000B916407281553F80000AA0AE8329BFD4697D9EC37';
		const { serviceCentre, tpdu, tpduLength } = unwrap(decodePdu(coded));
		expect(serviceCentre).toBeUndefined();
		expect(tpduLength).toBe(23);
		expect(textOf((tpdu.type === 'SUBMIT' && tpdu.content) || hex(''))).toBe('hellohello');
		expect(unwrap(encodePdu({ serviceCentre, tpdu }))).toEqual({ hex: coded, tpduLength: 23 });
	});

	test('of the longest SUBMIT has 164 octets, the most that +CMGS takes', () => {
		const longest: Pdu = {
			serviceCentre: number('+12345678901234567890'),
			tpdu: {
				...REQUEST.tpdu,
				type: 'SUBMIT',
				destination: number('+12345678901234567890'),
				validity: { form: 'enhanced', octets: hex('00000000000000') },
				content: new Uint8Array(140),
			} as Pdu['tpdu'],
		};
		const coded = unwrap(encodePdu(longest));
		expect([coded.tpduLength, coded.hex.length]).toEqual([164, 2 * (12 + 164)]);
		expect(errorOf(decodePdu(coded.hex))).toBe('none');
	});

	test.each([
		['', 'truncated'],
		['0', 'hex'],
		['00 11', 'hex'],
		['0G', 'hex'],
		['00', 'truncated'],
		['07', 'truncated'],
		['079193432900', 'truncated'],
		['07919343290020F0', 'truncated'],
		['0CD0', 'address'],
		['0003', 'type'],
		['00'.repeat(189), 'too-long'],
		['x'.repeat(100_000), 'too-long'],
	])('%# is refused as %s', (coded, error) => {
		const found = errorOf(decodePdu(coded));
		expect(found).toBe(error);
	});

	test('comes back whatever it says', () => {
		fc.assert(
			fc.property(fc.option(phoneNumber, { nil: undefined }), submit, (serviceCentre, tpdu) => {
				const coded = unwrap(encodePdu({ serviceCentre, tpdu }));
				const back = unwrap(decodePdu(coded.hex));
				return back.tpduLength === coded.tpduLength && unwrap(encodePdu(back)).hex === coded.hex;
			}),
			{ numRuns: 60 },
		);
	});

	test('is read as something or refused whatever the text is', () => {
		const digits = fc.array(fc.constantFrom(...'0123456789ABCDEFabcdef'), { maxLength: 80 }).map(list => list.join(''));
		fc.assert(
			fc.property(fc.oneof(digits, fc.string({ maxLength: 20 })), coded => {
				const decoded = decodePdu(coded);
				return decoded.ok ? encodePdu(decoded.value).ok : decoded.error.length > 0;
			}),
			{ numRuns: 200 },
		);
	});
});
