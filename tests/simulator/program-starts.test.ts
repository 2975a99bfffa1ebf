import { describe, expect, test } from 'vitest';
import { desk } from './dte.js';

/** What programs of other people send first, as they send it. */
const STARTS: Readonly<Record<string, readonly string[]>> = Object.freeze({
	minicom: ['AT S7=45 S0=0 L1 V1 X4 &c1 E1 Q0'],
	gammu: [
		'AT',
		'ATE1',
		'AT+CMEE=1',
		'AT+CSCS?',
		'AT+CSCS=?',
		'AT+CSCS="HEX"',
		'AT+CGMM',
		'AT+CGMI',
		'AT+CGMR',
		'AT+CFUN=1',
	],
	'gammu-smsd': ['AT+CPMS=?', 'AT+CPMS="SM","SM"', 'AT+CMGF=0', 'AT+CNMI=2,1,0,2,0', 'AT+CSQ', 'AT+CREG=2', 'AT+CREG?'],
	gnokii: [
		'ATZ',
		'ATE1',
		'AT+CMEE=1',
		'AT+GMM',
		'AT+CGMI',
		'AT+CSCS?',
		'AT+CPMS="SM"',
		'AT+CMGF=0',
		'AT+CPBS=?',
		'AT+CPBR=?',
	],
	wvdial: ['ATZ', 'ATQ0 V1 E1 S0=0 &C1 &D2 +FCLASS=0', 'AT+CGDCONT=1,"IP","internet"'],
	'a telephony daemon': [
		'ATE0Q0V1',
		'AT+CMEE=1',
		'AT+CFUN?',
		'AT+CPIN?',
		'AT+CLCC;+CPAS',
		'AT+CLIP=1;+CRC=1',
		'AT+CUSD=1',
		'AT+CREG=2;+CGREG=2',
		'AT+COPS=3,0;+COPS?;+COPS=3,2;+COPS?',
		'AT+CSMS=1',
		'AT+CNMI=1,2,2,1,0',
		'AT+CRSM=192,28589,0,0,15',
		'AT+CBC;+CSQ',
	],
	'a modem manager': [
		'ATV1',
		'ATE0',
		'ATX4 &C1',
		'AT+GCAP',
		'ATI',
		'AT+GMI',
		'AT+CGSN',
		'AT+CIMI',
		'AT+CGDCONT?;+CGACT?',
	],
});

describe('the module takes how programs begin', () => {
	test.each(Object.entries(STARTS))('%s', async (_, lines) => {
		const { terminal } = await desk();
		for (const line of lines) expect(await terminal.send(line, 2000), line).toMatch(/\r\nOK\r\n$/);
	});

	test('and refuses what it has not, at once: gammu asks for other makers’ commands', async () => {
		const { terminal } = await desk();
		for (const line of ['AT+MODE=2', 'AT+CPROT=?', 'AT+SYNCML=?', 'AT$TSSPCSW=?', 'AT^SYSINFO']) {
			expect(await terminal.send(line), line).toBe('\r\nERROR\r\n');
		}
	});

	test('an ESC or Ctrl-Z before the first line does no harm', async () => {
		const { terminal } = await desk();
		terminal.type('\x1b\r');
		await terminal.watch(100);
		terminal.type('\x1aAT\r\n');
		expect(await terminal.watch(500)).toContain('\r\nOK\r\n');
	});
});
