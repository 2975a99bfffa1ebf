import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../src/settings/schema.js';
import { exportText } from '../../src/settings/settings-text.js';
import { FULL, someSettings } from './samples.js';

describe('the text of settings', () => {
	test('of a flashed board', () => {
		expect(exportText(DEFAULTS)).toEqual([
			'# ATRUN settings, version 1',
			'AT#ATRUNMODULE="auto"',
			'AT#SMSATRUNCFG=3,1,5',
			'AT#ATRUNSMS=1,1440,30,200,1',
			'AT#TCPATRUNCFG=1,2,1024,1024,"",1,5,0,0,2',
			'AT#ATRUNTCP=0,30,600,0,0,60',
			'AT#TCPATCMDSEQ=0',
			'AT#ATRUNMODE=0',
		]);
	});

	test('of a board with everything set has comments for secrets, services behind the rest, the console last', () => {
		expect(exportText(FULL)).toEqual([
			'# ATRUN settings, version 1',
			'AT#ATRUNMODULE="HE910"',
			'# PIN of the SIM is not exported',
			'AT#ATRUNAPN=1,"internet"',
			'AT#ATRUNAPN=5,"ibox.example","someone"',
			'# password of access point 5 is not exported',
			'AT#ATRUNGUARD=4,2,60',
			'AT#SMSATRUNCFG=3,0,60',
			'AT#ATRUNSMS=0,0,100,1000,0',
			'AT#SMSATWL=0,1,0,"+39*"',
			'# password of white list entry 3 is not exported',
			'AT#SMSATWL=0,8,0,"3290000001"',
			'# key 4 is not exported',
			'AT#ATRUNDELAY=0,0',
			'AT#ATRUNDELAY=1,30',
			'AT#ATRUNWIFI=1,"site 7"',
			'# password of the Wi-Fi is not exported',
			'AT#TCPATRUNCFG=6,1,65535,1,"board.example",0,1,2,5,3600',
			'AT#ATRUNTCP=1,5,0,1,1,1440',
			'AT#ATRUNHOST=0,1,"10.0.0.1",1024',
			'AT#ATRUNHOST=0,4,"other.example",65535',
			'AT#TCPATRUNFRWL=1,"1.2.3.4","255.255.255.255"',
			'AT#TCPATRUNFRWL=1,"10.0.0.0","255.0.0.0"',
			'# password of user "one" is not exported',
			'# password of user "the\\5Cother" is not exported',
			'AT#TCPATCMDSEQ=1',
			'AT#ATRUNGRANT=2,4,127',
			'AT#ATRUNGRANT=0,8,1',
			'AT#ATRUNMODE=1',
			'AT#SMSATRUN=1',
			'AT#TCPATRUNL=1',
			'AT#ATRUNCONS=1,115200',
			'AT#ATRUNCONS=0,300',
		]);
	});

	test('switches a client on before strict mode, which would not let it dial further hosts', () => {
		const hosts = [{ index: 1, host: 'a', port: 1 }];
		const lines = exportText({ ...DEFAULTS, hosts, tcpClient: true, strict: true });
		expect(lines.slice(-2)).toEqual(['AT#TCPATRUND=1', 'AT#ATRUNMODE=1']);
	});

	test('has no secret in it', () => {
		const text = exportText(FULL).join('\n');
		const secrets = [
			...FULL.whiteList.filter(({ kind }) => kind === 'password').map(entry => entry.text),
			...FULL.users.flatMap(({ salt, hash }) => [salt, hash]),
			...FULL.keys.map(({ hex }) => hex),
			FULL.pin.code,
			'secret of 5',
			FULL.wifi.password,
		];
		for (const secret of secrets) expect(text).not.toContain(secret);
	});

	test('has lines of at most 80 characters where names are short', () => {
		fc.assert(
			fc.property(someSettings, settings => {
				for (const line of exportText(settings)) {
					expect(line.length).toBeLessThanOrEqual(80);
					expect(line).toMatch(/^(AT#[A-Z]+=.*|# .*)$/);
				}
			}),
			{ numRuns: 50 },
		);
	});
});
