import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ATRUN } from '../../src/at/catalogue/atrun.js';
import { BASIC } from '../../src/at/catalogue/basic.js';
import type { Hazard } from '../../src/at/catalogue/entry.js';
import { EQUIPMENT } from '../../src/at/catalogue/equipment.js';
import { MESSAGES } from '../../src/at/catalogue/messages.js';
import { NETWORK } from '../../src/at/catalogue/network.js';
import { SOCKETS } from '../../src/at/catalogue/sockets.js';
import { type CatalogueVerdict, DEFAULT_TIMEOUT, findEntry, lookUp, timeoutOf } from '../../src/at/catalogue.js';
import { type Command, parseCommandLine } from '../../src/at/command-line.js';

const GROUPS = [BASIC, EQUIPMENT, NETWORK, MESSAGES, SOCKETS, ATRUN];
const CSURV = ['', 'C', 'U', 'UC', 'B', 'BC', 'P', 'PC'].map(kind => `#CSURV${kind}`);

function commandsOf(body: string): readonly Command[] {
	const parsed = parseCommandLine(body);
	if (!parsed.ok) throw new Error(`${body}: ${parsed.error.reason}`);
	return parsed.value;
}

function verdictOf(body: string): CatalogueVerdict {
	return lookUp(commandsOf(body)[0]!);
}

describe('the tables', () => {
	test('name each command once', () => {
		const names = GROUPS.flat().map(entry => entry.name);
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});

	test('have names that command lines can have', () => {
		for (const { name } of GROUPS.flat()) expect(commandsOf(name)[0]?.name).toBe(name);
	});

	test('are frozen to the last list', () => {
		const pending: unknown[] = [...GROUPS];
		for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
			if (typeof value !== 'object' || value === null) continue;
			expect(Object.isFrozen(value)).toBe(true);
			pending.push(...Object.values(value));
		}
	});

	test('have ways back that are command lines', () => {
		for (const { undo, rules } of GROUPS.flat()) {
			for (const body of [undo, ...(rules ?? []).map(rule => rule.undo)]) {
				if (body !== undefined) expect(verdictOf(body)).toMatchObject({ known: true });
			}
		}
	});

	test('know every command of the services', () => {
		const names = `#SMSATRUN #SMSATRUNCFG #SMSATWL #TCPATRUNCFG #TCPATRUNL #TCPATRUND #TCPATRUNFRWL #TCPATRUNAUTH #TCPATRUNCLOSE
			#TCPATCMDSEQ #TCPATCONSER #ATRUNDELAY #ATRUNMODE #ATRUNINFO #ATRUNSTAT #ATRUNLOG #ATRUNGUARD #ATRUNGRANT #ATRUNKEY #ATRUNSMS
			#ATRUNTCP #ATRUNHOST #ATRUNMODULE #ATRUNPIN #ATRUNAPN #ATRUNCONS #ATRUNEXPORT #ATRUNIMPORT #ATRUNRESET #ATRUNOTA #ATRUNWIFI`;
		for (const name of names.split(/\s+/)) expect(findEntry(name), name).toBeDefined();
	});

	test('know every command of the module that its description names', () => {
		const names = `E Q V X &K S +CMEE +CMGF +CNMI +CREG +CSCS +CSDH #QSS #SKIPESC A D O H +CMGS +CMGL +CMGR +CMGD +CPIN +COPS +CGATT
			+CGACT #SGACT #SD #SH #REBOOT #SEMAIL #SKTOP #SKTD #QDNS #ENHRST #SHDN +CMUX +IPR +IFC #SELINT &F Z #Z #SGACTCFG #SCFG #SCFGEXT
			#SL #SA #SS #SI #SRECV #SSEND #SSENDEXT #SO #FRWL #SMSMODE +CPMS +CSCA +CSMP #WSCRIPT #ESCRIPT #RSCRIPT #LSCRIPT #DSCRIPT
			#EXECSCR #STARTMODESCR +CGCLASS +CFUN #GPRS #SIMDET +CGDATA #FTPPUT $GPSNMUN #BND +CGSMS +CMGW #PKTSZ #SKTTO #DSTO #SKTL
			#SKTSAV #I2CWR #MONI #GPIO`;
		for (const name of names.split(/\s+/)) expect(findEntry(name), name).toBeDefined();
		for (const name of CSURV) expect(findEntry(name), name).toBeDefined();
	});
});

describe('suggested delays', () => {
	test.each<[string, number, number]>([
		['+COPS=?', 10, 10],
		['+COPS=0', 0, 0],
		['+COPS?', 0, 0],
		['+CGCLASS="B"', 10, 0],
		['+CFUN=1', 10, 0],
		['#GPRS=1', 10, 0],
		['#SIMDET=1', 10, 0],
		['#SGACT=1,1', 5, 0],
		['+CGACT=1,1', 5, 0],
		['+CGATT=1', 5, 0],
		['+CGATT?', 0, 0],
		['+CSQ', 0, 0],
		...CSURV.map((name): [string, number, number] => [name, 10, 10]),
	])('%s: %i s over SMS, %i s over TCP', (body, sms, tcp) => {
		expect(verdictOf(body).delay).toEqual({ sms, tcp });
	});
});

describe('hazards', () => {
	test.each<[string, Hazard[], Hazard[]]>([
		['#REBOOT', ['power'], ['power']],
		['#SHDN', ['power'], ['power']],
		['#ENHRST=1,0', ['power'], ['power']],
		['#ENHRST=0', [], []],
		['+CFUN=1,1', ['power'], ['power']],
		['+CFUN=4', ['detach'], ['detach']],
		['+CFUN=4,1', ['detach', 'power'], ['detach', 'power']],
		['+CFUN="04"', ['detach'], ['detach']],
		['+CFUN = 4', ['detach'], ['detach']],
		['+CFUN=2', ['lock'], ['lock']],
		['+CFUN=1', [], []],
		['+CFUN?', [], []],
		['+CGCLASS="CG"', ['detach'], ['other']],
		['+CGCLASS=cg', ['detach'], ['other']],
		['+CGCLASS="\\43G"', ['detach'], ['other']],
		['+CGCLASS="CC"', [], ['detach']],
		['+COPS=2', ['detach'], ['detach']],
		['+COPS=0', [], []],
		['+COPS?', [], []],
		['#SIMDET=0', ['detach'], ['detach']],
		['#SIMDET=2', [], []],
		['+CGDATA="PPP",1', ['data'], []],
		['#FTPPUT="a.txt"', ['data'], []],
		['$GPSNMUN=3', ['data'], []],
		['$GPSNMUN=1', [], []],
		['Q1', ['lock'], ['lock']],
		['Q2', ['lock'], ['lock']],
		['Q0', [], []],
		['Q', [], []],
		['+CMUX=0', ['lock'], ['lock']],
		['+CMUX?', [], []],
		['#BND=3', ['lock'], ['lock']],
		['#BND=2', ['other'], ['lock', 'other']],
		['#BND=0', [], []],
		['+CGATT=0', [], ['detach']],
		['+CGATT=1', [], []],
		['+CGACT=0,1', [], ['detach']],
		['+CGSMS=0', ['detach'], ['other']],
		['+CGSMS=3', [], []],
		['D0123456', ['late'], []],
		['D0123456;', [], []],
		['D*99***1#', ['late', 'data'], []],
		['+CMGS=52', ['prompt'], []],
		['+CMGW', ['prompt'], []],
		['#SEMAIL="a@b.c","x"', ['prompt'], []],
		['#SSEND=1', ['prompt'], []],
		['#SSENDEXT=1,5', ['prompt'], []],
		['#WSCRIPT="a",5', ['prompt'], []],
		['#I2CWR=1,2,3,4,5', ['prompt'], []],
		['+CNMA', [], []],
		['+CNMA=1,20', ['prompt'], []],
		['+CNMA=0', [], []],
		...CSURV.map((name): [string, Hazard[], Hazard[]] => [name, ['cut'], ['cut']]),
		['#PKTSZ=300', [], ['self']],
		['#SKTTO=90', [], ['self']],
		['#DSTO=50', [], ['self']],
		['#SKTD=0,80,"a.b"', ['data'], ['self']],
		['#SKTL=1,0,80', [], ['self']],
		['#SKTSAV', [], ['self']],
		['#QDNS="a.b"', [], ['self']],
		['#GPRS=0', [], ['self']],
		['#SKTOP', ['data'], ['self']],
		['#SMSATRUN=0', ['self'], []],
		['#SMSATRUN=1', [], []],
		['#TCPATRUNL=0', [], ['self']],
		['#TCPATRUND=0', [], ['self']],
		['#TCPATRUNFRWL=2', [], ['self']],
		['#TCPATRUNFRWL=1,"1.2.3.4","255.255.255.255"', [], []],
		['#TCPATRUNAUTH=2', [], ['self']],
		['#SGACT=1,0', [], ['self']],
		['#SGACT=1,1', [], []],
		['#SH=1', [], ['self']],
		['+CGDCONT=1,"IP","apn"', [], ['self']],
		['+CGDCONT?', [], []],
		['+CSCA="+39"', ['self'], []],
		['+CPMS="SM"', ['self'], []],
		['#SD=1,0,80,"a.b"', ['data'], []],
		['#SD=1,0,80,"a.b",0,0,1', [], []],
		['#SA=1,1', [], []],
		['#SA=1', ['data'], []],
		['#FOO=1', [], []],
	])('%s', (body, sms, tcp) => {
		expect(verdictOf(body).hazards).toMatchObject({ sms, tcp });
	});

	test.each(['+CFUN=4"x"', '+COPS="2"x', '+CFUN=1,"4"5'])(
		'%s: parameters that cannot be read may be the worst',
		body => {
			expect(verdictOf(body).hazards.sms).not.toEqual([]);
		},
	);

	test('the console is told what the DTE did to the module', () => {
		expect(verdictOf('+COPS=2').hazards.console).toEqual(['detach']);
		expect(verdictOf('#SHDN').hazards.console).toEqual(['power']);
		expect(verdictOf('+CMUX=0').hazards.console).toEqual(['lock']);
		expect(verdictOf('Q1').hazards.console).toEqual([]);
	});

	test('what is only sometimes the own socket says when', () => {
		expect(verdictOf('#SH=1').selfWhen).toEqual(['own-socket']);
		expect(verdictOf('#QDNS="a"').selfWhen).toEqual(['first-instance', 'other-context']);
		expect(verdictOf('#SMSATRUN=0').selfWhen).toEqual([]);
	});

	test('a way back is known for what detaches', () => {
		for (const body of ['+CFUN=4', '+COPS=2', '+CGATT=0', '+CGACT=0', '+CGCLASS="CG"', '#SIMDET=0', '+CGSMS=0']) {
			const { undo } = verdictOf(body);
			expect(undo, body).toBeDefined();
			expect(verdictOf(undo!).hazards.sms, body).toEqual([]);
		}
		expect(verdictOf('+COPS=0').undo).toBeUndefined();
	});
});

describe('access', () => {
	test.each([
		['+CSQ', 'read'],
		['+CMGF=1', 'write'],
		['+CMGF?', 'read'],
		['#SMSATWL=0,1,0,"+39*"', 'admin'],
		['#SMSATWL?', 'read'],
		['#TCPATRUNAUTH=?', 'read'],
		['#TCPATRUNAUTH=1,"a","b"', 'admin'],
		['#ATRUNKEY=0,1', 'admin'],
		['#ATRUNINFO', 'read'],
		['#ATRUNLOG=5', 'read'],
		['#MONI', 'read'],
		['#MONI=7', 'write'],
		['S3=13', 'write'],
		['S3?', 'read'],
		['#FOO', 'write'],
		['#FOO?', 'read'],
	])('%s: %s', (body, access) => {
		expect(verdictOf(body).access).toBe(access);
	});

	test('a name out of an object is no command', () => {
		for (const name of ['constructor', '__proto__', 'toString']) expect(findEntry(name)).toBeUndefined();
	});

	test('an unknown command is written with the default time and its own name', () => {
		expect(verdictOf('#FOO=1')).toEqual({
			known: false,
			abortable: false,
			access: 'write',
			hazards: { console: [], sms: [], tcp: [] },
			selfWhen: [],
			timeout: DEFAULT_TIMEOUT,
			delay: { sms: 0, tcp: 0 },
			prefixes: ['#FOO'],
			prompt: undefined,
			secret: [],
			serial: false,
			undo: undefined,
		});
	});
});

describe('times, order and prompts', () => {
	test.each<[string, number]>([
		['+CMGS=52', 60],
		['+CMGL=4', 20],
		['+CMGR=1', 5],
		['+CMGD=1,4', 25],
		['+CPIN=1234', 5],
		['+COPS=?', 30],
		['+CGATT=1', 10],
		['+CGACT=1,1', 150],
		['#SGACT=1,1', 150],
		['#SGACT?', DEFAULT_TIMEOUT],
		['#SD=1,0,80,"a"', 140],
		['#SH=1', 3],
		['#CSURV', 130],
		['#REBOOT', 5],
		['+CSQ', DEFAULT_TIMEOUT],
	])('%s may take %i s', (body, timeout) => {
		expect(verdictOf(body).timeout).toBe(timeout);
	});

	test('a chain may take as long as its commands together, and something more', () => {
		const alone = timeoutOf([]);
		expect(alone).toBeGreaterThan(0);
		expect(timeoutOf(commandsOf('+CMGR=1;+COPS=?;#SH=1'))).toBe(alone + 5 + 30 + 3);
	});

	test.each([
		'A',
		'D123',
		'O',
		'H',
		'+CGATT=1',
		'+CGACT=1',
		'+COPS=0',
		'+COPS=?',
		'+CREG=1',
		'#SEMAIL="a","b"',
		'#SKTOP',
		'#SKTD=0',
		'#QDNS="a"',
		'#FTPOPEN="a"',
		'#CSURV',
		'+CPBR=1',
		'+CCFC=0,2',
		'+CLCK="SC",2',
	])('%s runs one at a time', body => {
		expect(verdictOf(body).serial).toBe(true);
	});

	test.each(['+CREG?', '+COPS?', '+CSQ', '#SS', '+CMGR=1'])('%s runs beside others', body => {
		expect(verdictOf(body).serial).toBe(false);
	});

	test.each([
		['+CMGS=52', 'text'],
		['#SSEND=1', 'text'],
		['#SSENDEXT=1,5', 'octets'],
		['#WSCRIPT="a",5', 'octets'],
		['+CMGS=?', undefined],
		['+CSQ', undefined],
	])('%s asks for %s', (body, prompt) => {
		expect(verdictOf(body).prompt).toBe(prompt);
	});

	test.each<[string, number[]]>([
		['+CPIN=1234', [0, 1]],
		['#SGACT=1,1,"u","p"', [3]],
		['#TCPATRUNAUTH=1,"u","p"', [2]],
		['#SMSATWL=0,1,1,"1234567890123456"', [3]],
		['#SMSATWL=0,1,0,"+39*"', []],
		['D**04*1234*4321*4321#', [0]],
		['D0123', []],
		['+CPIN?', []],
	])('%s hides %j', (body, secret) => {
		expect(verdictOf(body).secret).toEqual(secret);
	});
});

test('any command gets a verdict', () => {
	const name = fc.constantFrom('+CFUN=', '#SGACT=', 'D', '+CNMA=', '#SMSATWL=', '+X', 'E', 'S');
	fc.assert(
		fc.property(
			name,
			fc.string({ maxLength: 8, unit: fc.constantFrom('0', '4', ',', '"', ' ', '*', '#', 'A') }),
			(start, rest) => {
				const parsed = parseCommandLine(start + rest);
				if (!parsed.ok) return;
				for (const command of parsed.value) expect(lookUp(command).timeout).toBeGreaterThan(0);
			},
		),
		{ numRuns: 200 },
	);
});
