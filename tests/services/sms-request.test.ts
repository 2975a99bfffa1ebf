import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinCommands, parseCommandLine } from '../../src/at/command-line.js';
import { base64Of } from '../../src/base/base64.js';
import { hexOf } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { recognise, type SmsRequest } from '../../src/services/sms-request.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { packSeptets } from '../../src/sms/septets.js';
import { contentOfText } from '../../src/sms/user-data.js';
import { ANSWER_PDU, REQUEST_CONTENT, REQUEST_PDU } from '../sms/samples.js';
import { digest } from '../support/digest.js';

const LIST = [
	{ index: 1, kind: 'number', text: '48*' },
	{ index: 2, kind: 'number', text: '4999' },
	{ index: 3, kind: 'number', text: '+39*' },
] as const;
type List = typeof LIST;

/** The request in a PDU; undefined: it is none. */
function recogniseRequest(hex: string, whiteList: List): SmsRequest | undefined {
	const settings = { ...DEFAULTS, whiteList };
	const recognition = recognise(hex, { settings, imei: '357462031234567', digest });
	return recognition.kind === 'request' ? recognition.request : undefined;
}

const TIME = '62110221000040';

/** A stored DELIVER with 8-bit text, as +CMGR prints it. `first`: its first octet, 0x40 where a header leads the text. */
function pdu(text: string, { from = '910000', digits = 6, type = '91', dcs = '04', first = '04' } = {}): string {
	const octets = hexOf(Uint8Array.from(text, character => character.charCodeAt(0)));
	const count = (text.length | 0).toString(16).padStart(2, '0');
	return `00${first}${digits.toString(16).padStart(2, '0')}${type}${from}00${dcs}${TIME}${count}${octets}`;
}

function octet(value: number): string {
	return value.toString(16).padStart(2, '0');
}

const ITALIAN = { from: '93216587', digits: 8, type: '91' };
const SHORT = { from: '8488', digits: 4, type: '81' };
const SHORT_IN_FULL = { from: '9499', digits: 4, type: '81' };

describe('a stored message', () => {
	test.each([
		['AT+CMEE?', '+CMEE?', true],
		['at+cmee?', '+cmee?', true],
		['AT', '', true],
		['AT\r', '', true],
		['AT+CMEE?\r\n\r\n', '+CMEE?', true],
		['HAT+CMEE?', '+CMEE?', false],
		['hAt', '', false],
	])('%j from a listed number is a request', (text, body, wantsAnswer) => {
		expect(recogniseRequest(pdu(text, ITALIAN), LIST)).toMatchObject({
			body,
			reply: { wanted: wantsAnswer },
			identity: { kind: 'prefix', index: 3 },
		});
	});

	test.each(['', 'A', ' AT', 'HHAT', 'TA', '\r\nAT', 'AAT', 'A T', '\r\nOK\r\n'])('%j is none', text => {
		expect(recogniseRequest(pdu(text, ITALIAN), LIST)).toBeUndefined();
	});

	test.each([
		['UCS2', pdu('\0A\0T', { ...ITALIAN, dcs: '08' })],
		['compressed', pdu('AT+CMEE?', { ...ITALIAN, dcs: '24' })],
		['a part of a longer one', pdu('\x05\x00\x03\x01\x02\x01AT+CMEE?', { ...ITALIAN, first: '44' })],
		['from a text', pdu('AT+CMEE?', { from: 'D4F29C', digits: 6, type: 'D0' })],
		['from a number that is not listed', pdu('AT+CMEE?', { from: '942143', digits: 6, type: '91' })],
		['cut short', pdu('AT+CMEE?', ITALIAN).slice(0, -8)],
		['no PDU', 'AT+CMEE?'],
		['nothing', ''],
	])('%s is no request', (_, hex) => {
		expect(recogniseRequest(hex, LIST)).toBeUndefined();
	});

	test('from a short code is answered only where the list has it in full', () => {
		expect(recogniseRequest(pdu('AT', SHORT), LIST)).toMatchObject({
			identity: { kind: 'prefix', index: 1 },
			reply: { wanted: false },
		});
		expect(recogniseRequest(pdu('AT', SHORT_IN_FULL), LIST)).toMatchObject({
			identity: { kind: 'number', index: 2 },
			reply: { wanted: true },
		});
	});

	test.each([
		['AT#TCPATRUNAUTH=1,"user","geheim123"'],
		['HAT#TCPATRUNAUTH=1,"user","geheim123"'],
		['AT+CPIN="geheim123"'],
		['at#smsatwl=0,1,1,"geheim123"\r\n+more'],
	])('%j does not show its secret, and runs with it', text => {
		const request = recogniseRequest(pdu(text, ITALIAN), LIST);
		expect(request?.text).not.toContain('geheim123');
		expect(request?.text).not.toMatch(/[\x00-\x1f]/);
		expect(request?.body).toContain('geheim123');
	});

	test('never throws, whatever it holds', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), octets => {
				expect(recogniseRequest(hexOf(octets), LIST) === undefined || octets.length > 10).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});
});

describe('the examples of the note', () => {
	const verifier = base64Of(digest.digest('MD5', bytesOf('1234567890123456')));
	const settings = { ...DEFAULTS, whiteList: [{ index: 1, kind: 'password', text: verifier }] as const };
	const judge = (hex: string) => recognise(hex, { settings, imei: '357462031234567', digest });

	test('the request is one, as a DELIVER carries it, and the answer never is', () => {
		expect(judge(pdu(REQUEST_CONTENT, { ...ITALIAN, dcs: '15' }))).toMatchObject({
			kind: 'request',
			request: {
				body: '+COPS?',
				reply: { form: { kind: 'v1', index: 1, transactionId: 0, sessionId: 1 }, wanted: true, dcs: 0x15 },
			},
		});
		expect(judge(REQUEST_PDU).kind).toBe('other');
		expect(judge(ANSWER_PDU).kind).toBe('other');
	});

	test.each([
		['request', pdu(REQUEST_CONTENT, { ...ITALIAN, dcs: '15' })],
		['request as it is sent', REQUEST_PDU],
		['answer', ANSWER_PDU],
	])('each octet of the %s flipped, dropped and doubled: decoded or refused, and nothing else runs', (_, whole) => {
		const ran = new Set<string>();
		for (let at = 0; at < whole.length; at += 2) {
			const old = whole.slice(at, at + 2);
			const [front, rest] = [whole.slice(0, at), whole.slice(at + 2)];
			const others = [0x01, 0x40, 0x80, 0xff].map(mask => octet(Number.parseInt(old, 16) ^ mask));
			for (const changed of [...others, '', old + old]) {
				const recognition = judge(front + changed + rest);
				if (recognition.kind === 'request') ran.add(recognition.request.body);
			}
		}
		expect([...ran].every(body => body === '+COPS?')).toBe(true);
	});

	test.each([0, 1, 23, 25, 29])('a digest of %i characters is refused and named', length => {
		const text = REQUEST_CONTENT.slice(0, 6 + Math.min(length, 24)) + '='.repeat(Math.max(0, length - 24));
		expect(judge(pdu(`${text}AT+COPS?`)).kind).not.toBe('request');
	});

	test('HAT with a digest wants no answer', () => {
		const hash = base64Of(digest.digest('MD5', bytesOf('HAT+COPS?')));
		const tag = base64Of(digest.digest('MD5', bytesOf(`${verifier}:${hash}`)));
		expect(judge(pdu(`\xd0\xd0\xd0\x00\x11\x01${tag}HAT+COPS?`))).toMatchObject({
			kind: 'request',
			request: { body: '+COPS?', reply: { wanted: false } },
		});
	});
});

describe('a stored message with odd content', () => {
	test.each(['\\', '^', '{', '}', '[', ']', '~', '|'])('%s comes by the extension table', character => {
		const text = contentOfText(`AT${character}`, 'gsm7');
		if (!text.ok) throw new Error(character);
		const packed = packSeptets(text.value);
		const hex = `000408919321658700 00${TIME}${octet(text.value.length)}${hexOf(packed)}`.replace(' ', '');
		const recognition = recognise(hex, {
			settings: { ...DEFAULTS, whiteList: [{ index: 1, kind: 'number', text: '+39*' }] },
			imei: '',
			digest,
		});
		expect(recognition).toMatchObject({ kind: 'request', request: { body: character } });
	});

	test.each(['\r', '\n', '\x1b', '\x1a', '\0', '\r\nAT#SHDN\r\n', '\x08'])(
		'%j inside a command line makes no second line',
		control => {
			const request = recogniseRequest(pdu(`AT+CSQ${control}+CREG?`, ITALIAN), LIST);
			expect(request?.text).not.toMatch(/[\x00-\x1f]/);
			const parsed = parseCommandLine(request!.body);
			if (parsed.ok) expect(joinCommands(parsed.value)).not.toMatch(/[\x00-\x1f]/);
		},
	);

	test('a user data header whose lengths lie is never a request, nor an error', () => {
		for (let length = 0; length < 256; length += 5) {
			for (let inner = 0; inner < 256; inner += 15) {
				const header = String.fromCharCode(length, 0, inner, 1, 2, 1);
				const request = recogniseRequest(pdu(`${header}AT+CMEE?`, { ...ITALIAN, first: '44' }), LIST);
				if (request !== undefined) expect(request.body).toBe('+CMEE?');
			}
		}
	});

	test.each([
		['329*', '81', '329', true],
		['+39329*', '81', '329', false],
		['329*', '91', '39329', false],
		['+39329*', '91', '39329', true],
		['39329*', '91', '39329', false],
	])('%s against a number of type %s beginning with %s: %j', (entry, type, digits, isRequest) => {
		const all = `${digits}1234567890`.slice(0, 10);
		const from = all.replace(/(.)(.)/g, '$2$1');
		const settings = { ...DEFAULTS, whiteList: [{ index: 1, kind: 'number', text: entry }] as const };
		const hex = pdu('AT', { from, digits: 10, type });
		expect(recognise(hex, { settings, imei: '', digest }).kind === 'request').toBe(isRequest);
	});
});
