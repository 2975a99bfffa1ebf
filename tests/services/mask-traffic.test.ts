import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { maskTraffic } from '../../src/services/mask-traffic.js';

function pdu(text: string): string {
	const octets = hexOf(Uint8Array.from(text, character => character.charCodeAt(0)));
	return `0004069193123400046211022100004${'0'}${text.length.toString(16).padStart(2, '0')}${octets}`;
}

describe('a line for the trace', () => {
	test.each([
		['AT+COPS?', 'AT+COPS?'],
		['+COPS: 0,0,"vodafone IT"', '+COPS: 0,0,"vodafone IT"'],
		['OK', 'OK'],
		[pdu('AT+COPS?'), pdu('AT+COPS?')],
		[pdu('Hello'), pdu('Hello')],
		['0123456789ABCDEF0123456789ABCDEF', '0123456789ABCDEF0123456789ABCDEF'],
	])('%s is %s', (line, shown) => {
		expect(maskTraffic(line)).toBe(shown);
	});

	test.each(['AT#TCPATRUNAUTH=1,"u","geheim"', 'HAT+CPIN="geheim"', 'hat#SMSATWL=0,1,1,"geheim0123456789"'])(
		'with an SMS that says %s shows no octet of it',
		text => {
			expect(maskTraffic(pdu(text))).toBe(`PDU of ${pdu(text).length / 2} octets`);
			expect(maskTraffic(text)).not.toContain('geheim');
		},
	);
});
