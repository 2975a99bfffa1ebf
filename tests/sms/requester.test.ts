import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { parseNumber } from '../../src/sms/address.js';
import { answerPartsV1, verifierOf } from '../../src/sms/digest-v1.js';
import { answerPartsV2 } from '../../src/sms/digest-v2.js';
import { decodePdu, encodePdu } from '../../src/sms/pdu.js';
import {
	isCommandText,
	joinAnswer,
	type OpenedSms,
	openDigestSms,
	type RequesterSecrets,
	signRequestV1,
	signRequestV2,
} from '../../src/sms/requester.js';
import { isoOf } from '../../src/sms/timestamp.js';
import type { UserData } from '../../src/sms/user-data.js';
import { digest } from '../support/digest.js';
import { ANSWER_PDU, errorOf, hex, REQUEST_PDU, unwrap } from './samples.js';

const PASSWORD = '1234567890123456';
const SECRET = { key: Uint8Array.from({ length: 32 }, (_, at) => at), imei: '357164040045671' };
const BOTH: RequesterSecrets = { password: PASSWORD, secret: SECRET };
const IDS = { transactionId: 0, sessionId: 1 };
const DELIVERY = {
	to: unwrap(parseNumber('+393468686711')),
	serviceCentre: unwrap(parseNumber('+393492000200')),
	validityMinutes: 7 * 1440,
};

/** The PDU in which the requester's module gets it. */
function delivered(userData: UserData): string {
	const sample = unwrap(decodePdu(ANSWER_PDU));
	if (sample.tpdu.type !== 'DELIVER') throw new Error('no DELIVER');
	return unwrap(encodePdu({ ...sample, tpdu: { ...sample.tpdu, ...userData } })).hex;
}

const open = (pdu: string, secrets = BOTH) => openDigestSms(pdu, secrets, digest);

describe('signing', () => {
	test('makes the note’s request octet for octet', () => {
		expect(unwrap(signRequestV1('AT+COPS?', PASSWORD, IDS, DELIVERY, digest))).toEqual({
			hex: REQUEST_PDU,
			tpduLength: 52,
			digest: 'WijCp2qV3sNv+aru20ZUaw==',
		});
	});

	test.each([
		['A'.repeat(110), PASSWORD, DELIVERY, 'none'],
		['A'.repeat(111), PASSWORD, DELIVERY, 'too-long'],
		['AT€', PASSWORD, DELIVERY, 'uncodable'],
		['AT', '123456789012345€', DELIVERY, 'uncodable'],
		['AT', '123456789012345', DELIVERY, 'range'],
		['AT', `${PASSWORD}7`, DELIVERY, 'range'],
		['AT', '', DELIVERY, 'range'],
		['AT', PASSWORD, { ...DELIVERY, validityMinutes: 0 }, 'range'],
	])('version 1 of %j with the password %j', (text, password, delivery, error) => {
		expect(errorOf(signRequestV1(text, password, IDS, delivery, digest))).toBe(error);
	});

	test.each([
		['A'.repeat(114), 1, 'none'],
		['A'.repeat(115), 1, 'too-long'],
		['AT€', 1, 'uncodable'],
		['AT', 2 ** 32, 'range'],
	])('version 2 of %j with the counter %i', (text, counter, error) => {
		const signed = signRequestV2(text, SECRET, { keyId: 1, counter }, DELIVERY, digest);
		expect(errorOf(signed)).toBe(error);
		if (signed.ok) expect(signed.value.digest).toMatch(/^[0-9A-F]{32}$/);
	});

	test('leaves the service centre to the module where none is given', () => {
		const { to, validityMinutes } = DELIVERY;
		const signed = unwrap(signRequestV1('AT+COPS?', PASSWORD, IDS, { to, validityMinutes }, digest));
		expect(signed).toMatchObject({ hex: `00${REQUEST_PDU.slice(16)}`, tpduLength: 52 });
	});

	test.each([
		['AT', true],
		['at+cops?', true],
		['HAT', true],
		['hAt', true],
		[' AT', false],
		['\r\nAT', false],
		['', false],
		['A', false],
		['OK', false],
	])('a board runs %j: %s', (text, runs) => {
		expect(isCommandText(text)).toBe(runs);
	});
});

describe('opening', () => {
	test('the note’s request and answer are valid', () => {
		expect(unwrap(open(REQUEST_PDU))).toEqual({
			valid: true,
			answer: false,
			ids: { version: 1, v1: IDS },
			segment: { index: 1, total: 1 },
			digest: 'WijCp2qV3sNv+aru20ZUaw==',
			text: 'AT+COPS?',
			peer: '+393468686711',
			timestamp: undefined,
		});
		const answer = unwrap(open(ANSWER_PDU));
		expect(answer).toMatchObject({
			valid: true,
			answer: true,
			digest: 'Junra7r0kIEcH9qV542n3Q==',
			peer: '+393468686711',
		});
		expect(answer.timestamp && isoOf(answer.timestamp)).toBe('2008-05-29T12:20:18+02:00');
	});

	test('a request of version 2 is valid for its key and board only', () => {
		const pdu = unwrap(signRequestV2('AT#REBOOT', SECRET, { keyId: 3, counter: 77 }, DELIVERY, digest)).hex;
		expect(unwrap(open(pdu))).toMatchObject({
			valid: true,
			answer: false,
			ids: { version: 2, v2: { keyId: 3, counter: 77 } },
			text: 'AT#REBOOT',
		});
		expect(unwrap(open(pdu, { secret: { ...SECRET, imei: '357164040045672' } })).valid).toBe(false);
		expect(unwrap(open(pdu, { password: PASSWORD })).valid).toBe(false);
	});

	test('without its secret, or with another one, nothing is valid', () => {
		for (const secrets of [{}, { secret: SECRET }, { password: '6543210987654321' }, { password: '' }]) {
			expect(unwrap(open(REQUEST_PDU, secrets)).valid).toBe(false);
		}
	});

	test.each([
		['', 'truncated'],
		['xx', 'hex'],
		[REQUEST_PDU.slice(0, -2), 'truncated'],
		[`${REQUEST_PDU}00`, 'surplus'],
		['0011000C919323790368770000AD0841EA6AF8844E7F', 'no-digest'],
	])('%j is %s', (pdu, error) => {
		expect(errorOf(open(pdu))).toBe(error);
	});

	test('a digest that is no text is shown in hexadecimal', () => {
		const content = bytesOf(`\xd1\xd1\xd1\0\x11\x01${'\x07'.repeat(24)}OK`);
		expect(unwrap(open(delivered({ header: undefined, content })))).toMatchObject({
			valid: false,
			digest: '07'.repeat(24),
		});
	});

	test('each octet of the note’s PDUs flipped, dropped or doubled: an error or a message, never an exception', () => {
		for (const pdu of [REQUEST_PDU, ANSWER_PDU]) {
			const octets = hex(pdu);
			const text = unwrap(open(pdu)).text;
			for (let at = 0; at < octets.length; at++) {
				const [before, own, after] = [pdu.slice(0, at * 2), pdu.slice(at * 2, at * 2 + 2), pdu.slice(at * 2 + 2)];
				const flipped = hexOf(Uint8Array.of(octets[at]! ^ 0xff));
				for (const changed of [before + flipped + after, before + after, before + own + own + after]) {
					const opened = open(changed);
					if (opened.ok && opened.value.valid) expect(opened.value.text).toBe(text);
				}
			}
		}
	});
});

describe('joining an answer', () => {
	const text = `\r\n${'x'.repeat(300)}\r\n\r\nOK\r\n`;
	const opened = (parts: Iterable<UserData>): OpenedSms[] =>
		[...parts].map(userData => unwrap(open(delivered(userData))));
	const v1 = opened(answerPartsV1(IDS, verifierOf(PASSWORD, digest), bytesOf(text), digest));
	const v2 = opened(answerPartsV2({ keyId: 1, counter: 5 }, SECRET, bytesOf(text), digest));

	test('gives the whole text from parts in any order', () => {
		for (const parts of [v1, v2]) {
			expect(parts).toHaveLength(3);
			expect(joinAnswer(parts)).toEqual({ valid: true, complete: true, text });
			expect(joinAnswer([...parts].reverse())).toEqual({ valid: true, complete: true, text });
		}
	});

	test('finds a part that is missing, doubled, from another answer or not valid', () => {
		const [one, two, three] = v2 as [OpenedSms, OpenedSms, OpenedSms];
		const strange: OpenedSms = { ...two, ids: { version: 2, v2: { keyId: 1, counter: 6 } } };
		for (const parts of [[], [one], [one, two], [one, two, two], [one, two, two, three], [one, strange, three]]) {
			expect(joinAnswer(parts)).toMatchObject({ valid: false, complete: false });
		}
		expect(joinAnswer([one, { ...two, valid: false }, three])).toMatchObject({ valid: false, complete: true });
		expect(joinAnswer([v1[0]!, two, three])).toMatchObject({ valid: false, complete: false });
	});
});
