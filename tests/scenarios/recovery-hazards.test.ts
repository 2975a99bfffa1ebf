import { describe, expect, test } from 'vitest';
import { bothAnswer, bySms, byTcp, GRANTS, onConsole, recoveryBoard, rungs, type Way } from './recovery-desk.js';

const OK = '\r\nOK\r\n';
const CONNECT = '\r\nCONNECT\r\n';
const DETACHES = '\r\n#ATRUN: DETACHES,10\r\n\r\nOK\r\n';
const RESTARTED = /^\r\n#ATRUN: RESTARTED,[0-9]+\r\n\r\nOK\r\n$/;
const LAST = /^\r\n#ATRUN: LAST,"AT.+"\r\n#ATRUN: RESTARTED,[0-9]+\r\n\r\nOK\r\n$/;
const DATA_CALL = '+391234567';
/** Lock guarded, and granted to both requesters. */
const LOCK_GUARDED: readonly string[] = [...GRANTS, 'at#atrunguard=2,1'];
const UNGUARDED: readonly string[] = [...GRANTS, ...[0, 1, 2, 3, 4].map(guarded => `at#atrunguard=${guarded},0`)];
const STRICT: readonly string[] = ['at#atrunmode=1'];

function refused(commandClass: string): string {
	return `\r\n#ATRUN: REFUSED,"${commandClass}"\r\n\r\nERROR\r\n`;
}

function timeout(rung: string, before = ''): string {
	return `${before}\r\n#ATRUN: TIMEOUT,"${rung}"\r\n\r\nERROR\r\n`;
}

/** A command, what its requester reads, by what the board came back, and the seconds until both services answer. */
type Row = readonly [line: string, answer: string | RegExp, by: string | undefined, back: number];

async function play(way: Way, setup: readonly string[], [line, answer, by, back]: Row) {
	const board = await recoveryBoard(setup);
	board.desk.network.lines.set(DATA_CALL, { rings: 3_000, lasts: 300_000 });
	if (line.startsWith('#FTPPUT')) await onConsole(board, 'at#ftpopen="ftp.example","user","word",0');
	const start = board.clock.now();
	const { text } = way === 'sms' ? await bySms(board, `AT${line}`, 200) : await byTcp(board, `AT${line}`, 200);
	if (typeof answer === 'string') expect(text).toBe(answer);
	else expect(text).toMatch(answer);
	const both = await bothAnswer(board, back + 120);
	expect(both.answers).toEqual([OK, OK]);
	const told = await rungs(board);
	if (by === undefined) expect(told).toEqual([]);
	else expect(told).toContain(by);
	expect((board.clock.now() - start) / 1000).toBeLessThan(back);
	return { board, both };
}

describe('given the guards as they are from the start, a request by SMS for', () => {
	test.each<Row>([
		['#REBOOT', RESTARTED, 'attach', 60],
		['#SHDN', RESTARTED, 'attach', 80],
		['+CFUN=4', DETACHES, 'undo', 680],
		['+CGCLASS="CG"', DETACHES, 'undo', 680],
		['+COPS=2', DETACHES, 'undo', 680],
		['+CGSMS=0', DETACHES, 'undo', 680],
		['#SIMDET=0', DETACHES, 'undo', 680],
		['+CGDATA="PPP",1', CONNECT, undefined, 60],
		['#FTPPUT="x"', CONNECT, undefined, 60],
		['$GPSNMUN=3', CONNECT, undefined, 60],
		['Q1', refused('lock'), undefined, 60],
		['Q2', refused('lock'), undefined, 60],
		['+CMUX=0', refused('lock'), undefined, 60],
		['#BND=3', refused('lock'), undefined, 60],
		['+CFUN=2', refused('lock'), undefined, 60],
		['+CFUN=0', refused('lock'), undefined, 60],
		// These take packet service alone: nothing for SMS, and brought back for TCP.
		['+CGATT=0', OK, 'network', 180],
		['+CGACT=0', OK, 'network', 180],
		['+CGCLASS="CC"', OK, 'network', 180],
		['#SGACT=1,0', OK, 'network', 180],
		[`D${DATA_CALL}`, CONNECT, undefined, 60],
		['+CMGS="+391"', refused('prompt'), undefined, 60],
		['+CMGW="+391"', refused('prompt'), undefined, 60],
		['#SEMAIL="a@b.example","x"', refused('prompt'), undefined, 60],
		['#SSEND=1', refused('prompt'), undefined, 60],
		['#WSCRIPT="a",3', refused('prompt'), undefined, 60],
		['#I2CWR=1,2,3,4,1', refused('prompt'), undefined, 60],
		[
			'#CSURV',
			/^\r\nNetwork survey started[\s\S]*\.\.\.$|^\r\nNetwork survey started[\s\S]*\r\nOK\r\n$/,
			undefined,
			120,
		],
		['+COPS=?', /^\r\n\+COPS: \(2,"I WIND"[\s\S]*\r\nOK\r\n$/, undefined, 120],
	])('%s is answered %j, and both services answer afterwards', async (...row) => {
		await play('sms', [], row);
	});
});

describe('given the guards as they are from the start, a request by TCP for', () => {
	test.each<Row>([
		['+CFUN=4', DETACHES, 'undo', 680],
		['+COPS=2', DETACHES, 'undo', 680],
		['#SIMDET=0', DETACHES, 'undo', 680],
		['+CGATT=0', DETACHES, 'network', 180],
		['+CGACT=0', DETACHES, 'network', 180],
		['+CGCLASS="CC"', DETACHES, 'network', 180],
		// These take SMS alone: run, answered, undone.
		['+CGCLASS="CG"', OK, 'undo', 680],
		['+CGSMS=0', OK, 'undo', 680],
		['#SGACT=1,0', /^$/, 'network', 180],
		['+CGDATA="PPP",1', CONNECT, undefined, 60],
		['#FTPPUT="x"', CONNECT, undefined, 60],
		['$GPSNMUN=3', CONNECT, undefined, 60],
		['Q1', refused('lock'), undefined, 60],
		['Q2', refused('lock'), undefined, 60],
		['+CMUX=0', refused('lock'), undefined, 60],
		['#BND=2', refused('lock'), undefined, 60],
		['#BND=3', refused('lock'), undefined, 60],
		['+CFUN=2', refused('lock'), undefined, 60],
		[`D${DATA_CALL}`, CONNECT, undefined, 60],
		['#CSURV', /^\r\nNetwork survey started[\s\S]*\r\nOK\r\n$/, undefined, 120],
	])('%s is answered %j, and both services answer afterwards', async (...row) => {
		await play('tcp', [], row);
	});

	test.each(['#REBOOT', '#SHDN'])('%s ends the session, and the next one begins with its answer', async line => {
		const { both } = await play('tcp', [], [line, /^$/, 'attach', 80]);
		expect(both.greeting).toMatch(LAST);
	});
});

describe('given that locking commands may run, guarded,', () => {
	test.each<readonly [Way, ...Row]>([
		['sms', 'Q1', timeout('wait'), 'wait', 120],
		['sms', 'Q2', timeout('wait'), 'wait', 120],
		['sms', '+CMUX=0', timeout('reboot'), 'reboot', 150],
		['sms', '#BND=3', timeout('reboot'), 'reboot', 150],
		['sms', '+CFUN=2', timeout('reset'), 'reset', 150],
		['sms', '+CFUN=0', timeout('reset'), 'reset', 150],
		['tcp', 'Q1', timeout('wait'), 'wait', 120],
		['tcp', 'Q2', timeout('wait'), 'wait', 120],
	])('by %s %s is answered %j, and the board is back by %s', async (way, ...row) => {
		await play(way, LOCK_GUARDED, row);
	});

	test.each<readonly [string, string, number]>([
		['+CMUX=0', 'reboot', 150],
		['#BND=3', 'reboot', 150],
		['+CFUN=2', 'reset', 150],
	])('by TCP %s ends the session, and the next one tells how it was brought back: by %s', async (line, rung, back) => {
		const { both } = await play('tcp', LOCK_GUARDED, [line, /^$/, rung, back]);
		expect(both.greeting).toContain(`#ATRUN: TIMEOUT,"${rung}"\r\n\r\nERROR\r\n`);
	});
});

describe('given no guard at all, what blocks is ended by a restart at the timeout:', () => {
	test.each(['Q1', 'Q2', '+CMUX=0', '#BND=3', '#FTPPUT="x"'])('%s by SMS', async line => {
		const shown = line.startsWith('#FTP') ? CONNECT : '';
		const { board } = await play('sms', UNGUARDED, [line, timeout('reboot', shown), 'reboot', 130]);
		expect(board.desk.module.boots).toBe(2);
	});

	test.each(['Q1', '+CMUX=0', '#BND=3'])('%s by TCP', async line => {
		const { board, both } = await play('tcp', UNGUARDED, [line, /^$/, 'reboot', 130]);
		expect(both.greeting).toContain('#ATRUN: TIMEOUT,"reboot"');
		expect(board.desk.module.boots).toBe(2);
	});
});

describe('given strict mode, what blocks is ended by a restart at the timeout, and the answer has no word of the board:', () => {
	test.each(['Q1', 'Q2', '+CMUX=0', '#BND=3', '#FTPPUT="x"'])('%s by SMS', async line => {
		const shown = line.startsWith('#FTP') ? CONNECT : '';
		const { board } = await play('sms', STRICT, [line, `${shown}\r\nERROR\r\n`, 'reboot', 130]);
		expect(board.desk.module.boots).toBe(2);
	});

	test.each(['Q1', '+CMUX=0', '#BND=3'])('%s by TCP', async line => {
		const { both } = await play('tcp', STRICT, [line, /^$/, 'reboot', 130]);
		expect(both.greeting).toBe('');
	});

	test('+CFUN=4 lasts, until the network keeper asks for the network again after a quarter of an hour', async () => {
		const board = await recoveryBoard(STRICT);
		board.requester.send('AT+CFUN=4', board.desk.sim.number);
		await board.clock.advance(800_000);
		expect(board.requester.received).toEqual([]);
		const { answers } = await bothAnswer(board, 600);
		expect(answers).toEqual([OK, OK]);
		expect(await rungs(board)).toContain('network');
	});
});

describe('given a SIM that dials fixed numbers only, and not the requester', () => {
	test('a request runs, its answer cannot leave, and the board goes on: TCP says so', async () => {
		const board = await recoveryBoard();
		board.desk.sim.fixedDialling = true;
		board.requester.send('AT+CSQ', board.desk.sim.number);
		await board.clock.advance(400_000);
		expect(board.requester.received).toEqual([]);
		const { text } = await byTcp(board, 'AT#ATRUNLOG=3', 60);
		expect(text).toMatch(/"AT\+CSQ","not sent","refused"/);
		board.desk.sim.fixedDialling = false;
		const { answers } = await bothAnswer(board, 60);
		expect(answers).toEqual([OK, OK]);
	});
});
