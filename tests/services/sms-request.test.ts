import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { recognise, type SmsRequest } from '../../src/services/sms-request.js';
import { DEFAULTS } from '../../src/settings/schema.js';
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
