import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from '../../src/at/mask-secrets.js';

describe('what carries no secret stays as it is', () => {
	test.each([
		'',
		'AT',
		'AT+CSQ',
		'AT+CPIN?',
		'+CPIN: SIM PIN2',
		'+CPIN: READY',
		'AT#SGACT=?',
		'#SGACT: 10.0.0.1',
		'#SGACT: 1,1',
		'#SGACTCFG: 1,0,180,0',
		'AT#SGACTCFG=1,3',
		'AT#SMSATWL=0,1,0,"+39*"',
		'#SMSATWL: 0,"+393468686711"',
		'AT#SMSATWL=2,1',
		'ATD0123456;',
		'ATD*99***1#',
		'AT+CMGW="+39",145',
		'OK',
		'*** hello ***',
		'+CLCK: 0',
		'#TCPATRUNAUTH: (0-2),50,50',
	])('%s', line => {
		expect(maskSecrets(line)).toBe(line);
	});

	test('a line end is kept where there is nothing to hide', () => {
		expect(maskSecrets('AT+CSQ\r')).toBe('AT+CSQ\r');
	});
});

describe('secrets become stars', () => {
	test.each([
		['AT+CPIN=1234', 'AT+CPIN=***'],
		['AT+CPIN=1234\r\n', 'AT+CPIN=***'],
		['at + cpin = 1234', 'at+CPIN***'],
		['at+cpin = 1234', 'at+CPIN=***'],
		['+CPIN=12345678,1234', '+CPIN=***,***'],
		['AT+CPIN="1234"', 'AT+CPIN=***'],
		['ATE0+CPIN=1234;+CSQ', 'ATE0+CPIN=***;+CSQ'],
		['AT+CLCK="SC",1,1234', 'AT+CLCK="SC",1,***'],
		['AT+CPWD="SC",1234,4321', 'AT+CPWD="SC",***,***'],
		['AT#SGACT=1,1,"user","pass"', 'AT#SGACT=1,1,***,***'],
		['AT#SGACT=1,1', 'AT#SGACT=1,1'],
		['AT#TCPATRUNAUTH=1,"testuser","testpassw"', 'AT#TCPATRUNAUTH=1,***,***'],
		['AT#TCPATRUNAUTH=2', 'AT#TCPATRUNAUTH=2'],
		['#TCPATRUNAUTH: "testuser","testpassw"', '#TCPATRUNAUTH: ***,***'],
		['AT#SMSATWL=0,2,1,"1234567890123456"', 'AT#SMSATWL=0,2,1,***'],
		['AT#SMSATWL=0,2,0,"1234567890123456"', 'AT#SMSATWL=0,2,0,***'],
		['AT#SMSATWL=0,2,1234567890123456', 'AT#SMSATWL=0,2,***'],
		['#SMSATWL: 1,"1234567890123456"', '#SMSATWL: 1,***'],
		['AT#ATRUNKEY=0,1,00112233', 'AT#ATRUNKEY=0,1,***'],
		['AT#ATRUNAPN=1,"apn","user","pass"', 'AT#ATRUNAPN=1,***,***,***'],
		['AT#PASSW="pass"', 'AT#PASSW=***'],
		['ATD**04*1234*4321*4321#;', 'ATD***'],
		['AT+CUSD=1,"*123*99887766#",15', 'AT+CUSD=1,***,15'],
	])('%s: %s', (line, masked) => {
		expect(maskSecrets(line)).toBe(masked);
		expect(maskSecrets(masked)).toBe(masked);
	});
});

describe('a line that cannot be read shows no secret', () => {
	test.each([
		['AT+CPIN="1234', 'AT+CPIN***'],
		['AT+CPIN:1234', 'AT+CPIN***'],
		['AT+CPIN1234', 'AT+CPIN***'],
		['ATCPIN=1234', 'AT+CPIN***'],
		['xxAT+CPIN=1234', 'xxAT+CPIN=***'],
		['AT+CP;N=1234', 'AT+CPIN***'],
		['AT+CPIN;E1234', 'AT+CPIN***'],
		['AT+CPIN=1234;#FOO=5', 'AT+CPIN***'],
		['AT+CPN=1234', 'AT+CPIN***'],
		['AT+CP\x00IN=1234', 'AT+CPIN=***'],
		['AT#TCPATRUNAUTH=1,"testuser""testpassw"', 'AT#TCPATRUNAUTH=***'],
		['AT#TCPATRUNAUTH=1 testuser testpassw', 'AT#TCPATRUNAUTH=***'],
		['AT#FOO=1;+CPIN="1234', 'AT+CPIN***'],
		['AT#QSS=1+CPIN="1234"', 'AT+CPIN***'],
		['AT+CSQ=+CPIN=1234', 'AT+CPIN***'],
	])('%j: %s', (line, masked) => {
		expect(maskSecrets(line)).toBe(masked);
	});

	const SECRET = 'Kx7q93Zw';
	const LINES = [
		`AT+CPIN=${SECRET}`,
		`AT+CPIN="${SECRET}","1111"`,
		`AT#SGACT=1,1,"user","${SECRET}"`,
		`AT#TCPATRUNAUTH=1,"user","${SECRET}"`,
		`AT#SMSATWL=0,2,1,"${SECRET}${SECRET}"`,
		`AT+CLCK="SC",1,"${SECRET}"`,
		`AT#PASSW="${SECRET}"`,
		`AT#ATRUNKEY=0,1,${SECRET}`,
		`AT#FTPOPEN="host","user","${SECRET}",1`,
		`#TCPATRUNAUTH: "user","${SECRET}"`,
		`#SMSATWL: 1,"${SECRET}"`,
	];

	/** No four characters of the secret in a row. */
	function expectHidden(line: string): void {
		const masked = maskSecrets(line);
		for (let at = 0; at + 4 <= SECRET.length; at++) expect(masked, line).not.toContain(SECRET.slice(at, at + 4));
	}

	test.each(LINES)('%s: with any one character lost', line => {
		for (let at = 0; at < line.length; at++) expectHidden(line.slice(0, at) + line.slice(at + 1));
	});

	test.each(LINES)('%s: with any one character other than it was', line => {
		for (let at = 0; at < line.length; at++) {
			for (const other of ['x', '"', ',', ';', ' ', '\r']) expectHidden(line.slice(0, at) + other + line.slice(at + 1));
		}
	});

	test('with anything around it', () => {
		const noise = fc.string({ maxLength: 6, unit: fc.constantFrom('A', 'T', ';', '"', ',', ' ', '+', '=', '1', '\n') });
		fc.assert(
			fc.property(fc.constantFrom(...LINES), noise, noise, (line, before, behind) => {
				expectHidden(before + line + behind);
			}),
			{ numRuns: 300 },
		);
	});
});
