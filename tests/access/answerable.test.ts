import { describe, expect, test } from 'vitest';
import { isAnswerable, looksLikeAnswer } from '../../src/access/answerable.js';
import { bytesOf } from '../../src/base/text.js';
import { type Address, parseNumber } from '../../src/sms/address.js';
import { contentOfText } from '../../src/sms/user-data.js';
import { ANSWER_CONTENT, REQUEST_CONTENT, unwrap } from '../sms/samples.js';

const LIST = [
	{ kind: 'number', text: '+39*' },
	{ kind: 'number', text: '48000' },
	{ kind: 'number', text: '49*' },
	{ kind: 'password', text: '45454' },
] as const;

const ALPHANUMERIC: Address = { kind: 'alphanumeric', plan: 0, text: '+393468686711' };

describe('an answer may go', () => {
	test.each([
		['+393468686711', true],
		['+447700900123', true],
		['3468686711', true],
		['1234567', true],
		['48000', true],
		['48001', false],
		['49123', false],
		['45454', false],
		['123456', false],
		['+12345', false],
		['+39123', false],
		['*100#', false],
		['a12345678', false],
		['1', false],
	])('to %s: %s', (number, answerable) => {
		expect(isAnswerable(unwrap(parseNumber(number)), LIST)).toBe(answerable);
	});

	test('not to an alphanumeric sender, whatever it is called, nor to an empty address', () => {
		expect(isAnswerable(ALPHANUMERIC, [{ kind: 'number', text: '+393468686711' }])).toBe(false);
		expect(isAnswerable({ kind: 'number', type: 0, plan: 1, digits: '' }, LIST)).toBe(false);
	});
});

describe('a message looks like an answer', () => {
	const cases: readonly (readonly [string, boolean])[] = [
		['\r\nOK\r\n', true],
		['\r\n+COPS: 0,0,"vodafone IT"\r\n\r\nOK\r\n', true],
		['\r\n+CMS ERROR: 38\r\n', true],
		['AT+CSQ\r\r\n+CSQ: 17,0\r\n\r\nOK\r\n', true],
		['AT+CPIN?\r\r\n+CME ERROR: 10\r\n', true],
		['ATD123;\r\r\nNO CARRIER\r\n', true],
		['AT\r\r\nCONNECT 9600\r\n', true],
		['AT\r\nERROR\r\n', true],
		['AT+COPS?', false],
		['AT\r', false],
		['AT\r\n', false],
		['HAT+CFUN=1', false],
		['at+cmgs="OK"', false],
		['AT+X="\r\nOK\r\n"', false],
		['', false],
		['hello', false],
	];

	test.each(cases)('%j: %s, in 7 bits, 8 bits and UCS2', (text, expected) => {
		for (const [alphabet, dcs] of [
			['gsm7', 0],
			['8bit', 21],
			['ucs2', 8],
		] as const) {
			const content = unwrap(contentOfText(text, alphabet));
			expect(looksLikeAnswer({ header: undefined, content }, dcs)).toBe(expected);
		}
	});

	test.each([
		['D1', ANSWER_CONTENT, true],
		['D0', REQUEST_CONTENT, false],
		['D3', '\xd3\xd3\xd3AT', true],
		['D2', '\xd2\xd2\xd2AT', false],
	])('digest user data by its marker: %s', (_, content, expected) => {
		expect(looksLikeAnswer({ header: undefined, content: bytesOf(content) }, 21)).toBe(expected);
	});

	test('compressed text and half a UCS2 character do not', () => {
		expect(looksLikeAnswer({ header: undefined, content: bytesOf('\r\nOK\r\n') }, 0x20)).toBe(false);
		expect(looksLikeAnswer({ header: undefined, content: bytesOf('\0\r\0') }, 8)).toBe(false);
	});
});
