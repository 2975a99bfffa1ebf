import { describe, expect, test } from 'vitest';
import type { TestDesk } from '../support/desk.js';
import { answerTo, FULL_NUMBER, numberOf, PREFIX_NUMBER, readyBoard } from './support.js';

async function resetModule(board: TestDesk): Promise<void> {
	board.desk.power.setReset(true);
	await board.clock.advance(500);
	board.desk.power.setReset(false);
}

describe('an SMS to a board with SMS ATRUN', () => {
	test.each([
		['AT+CMEE?', '\r\n+CMEE: 1\r\n\r\nOK\r\n'],
		['at+cmee?', '\r\n+CMEE: 1\r\n\r\nOK\r\n'],
		['aT+CMEE?\r\n', '\r\n+CMEE: 1\r\n\r\nOK\r\n'],
		['AT', '\r\nOK\r\n'],
		[
			'AT#TCPATCMDSEQ?;+CMEE?;#TCPATCMDSEQ=1;#TCPATCMDSEQ?',
			'\r\n#TCPATCMDSEQ: 0\r\n\r\n+CMEE: 1\r\n\r\n#TCPATCMDSEQ: 1\r\n\r\nOK\r\n',
		],
		['AT#TCPATCMDSEQ=5;+CGMR', '\r\n+CME ERROR: 50\r\n'],
		['AT+"', '\r\nERROR\r\n'],
		['AT+CMEE?\rAT#SHDN', '\r\nERROR\r\n'],
		['AT#SMSATWL?', '\r\n#SMSATWL: 0,"+39*"\r\n#SMSATWL: 0,"+393290000001"\r\n\r\nOK\r\n'],
	])('%j is answered %j', async (text, answer) => {
		const board = await readyBoard();
		expect(await answerTo(board, board.mobile(PREFIX_NUMBER), text)).toBe(answer);
		expect(board.desk.sim.used).toBe(0);
	});

	test.each(['gsm7', '8bit'] as const)('in %s is answered in the same alphabet', async alphabet => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		mobile.send('AT+CMEE?', numberOf(board), alphabet);
		await board.clock.until(() => mobile.received.length > 0, 60_000);
		expect(mobile.received[0]!.dcs & 0x0c).toBe(alphabet === 'gsm7' ? 0 : 4);
		expect(mobile.received[0]!.text).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test.each([
		['UCS2', 'AT+CMEE?', 'ucs2', PREFIX_NUMBER],
		['of several parts', `AT+CMEE?${' '.repeat(200)}`, 'gsm7', PREFIX_NUMBER],
		['from a number that is not listed', 'AT+CMEE?', 'gsm7', '+491711234567'],
		['that begins otherwise', 'Hello AT+CMEE?', 'gsm7', PREFIX_NUMBER],
		['that begins with HA', 'HA+CMEE?', 'gsm7', PREFIX_NUMBER],
		['that is empty', '', 'gsm7', PREFIX_NUMBER],
	] as const)('%s is left to the DTE', async (_, text, alphabet, from) => {
		const board = await readyBoard();
		const mobile = board.mobile(from);
		mobile.send(text, numberOf(board), alphabet);
		await board.console.see('+CMTI: "SM",1\r\n', 60_000);
		await board.clock.advance(30_000);
		expect(board.desk.sim.used).toBeGreaterThan(0);
		expect(mobile.received).toEqual([]);
		expect(board.console.screen).not.toContain('#SMSATRUN');
	});

	test('from somebody else is not told to a DTE that does not want to hear', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cnmi=0,0');
		board.console.clear();
		board.mobile('+491711234567').send('Hello', numberOf(board));
		await board.clock.advance(30_000);
		expect(board.console.screen).toBe('');
		expect(board.desk.sim.used).toBe(1);
	});

	test('that begins with HAT runs and is not answered', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		expect(await answerTo(board, mobile, 'hat#TCPATCMDSEQ=1')).toBeUndefined();
		expect(await board.console.ask('at#tcpatcmdseq?')).toContain('#TCPATCMDSEQ: 1');
	});

	test('shows the console what runs, and not where the URC is switched off', async () => {
		const board = await readyBoard();
		await answerTo(board, board.mobile(PREFIX_NUMBER), 'AT+CMEE?');
		expect(board.console.screen).toBe('\r\n#SMSATRUN: AT+CMEE?\r\n');
		await board.console.ask('at#smsatrun=0;#smsatruncfg=3,0;#smsatrun=1');
		board.console.clear();
		await answerTo(board, board.mobile(PREFIX_NUMBER), 'AT+CMEE?');
		expect(board.console.screen).toBe('');
	});

	test('cannot forge a line on the console', async () => {
		const board = await readyBoard();
		await answerTo(board, board.mobile(PREFIX_NUMBER), 'AT\r\n#TCPATRUN: 1.2.3.4\r\n');
		expect(board.console.screen).toBe('\r\n#SMSATRUN: AT #TCPATRUN: 1.2.3.4\r\n');
	});

	test('is deleted before it runs', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		mobile.send('AT+COPS=?', numberOf(board));
		await board.console.see('#SMSATRUN: AT+COPS=?', 60_000);
		expect(board.desk.sim.used).toBe(0);
		expect(mobile.received).toEqual([]);
	});
});

describe('several SMS to a board with SMS ATRUN', () => {
	test('are all answered: those that can wait in their order, the others hear that the queue is full', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		for (let number = 0; number < 20; number++)
			mobile.send(`AT+CMEE?;#TCPATCMDSEQ=${number % 2};#TCPATCMDSEQ?${' '.repeat(number)}`, numberOf(board));
		await board.clock.until(() => mobile.received.length === 20, 600_000, 'twenty answers');
		const answers = mobile.received.map(({ text }) => text);
		const run = answers.filter(text => text.includes('#TCPATCMDSEQ:'));
		const full = answers.filter(text => text === '\r\n#ATRUN: QUEUE FULL\r\n\r\nERROR\r\n');
		expect(run.length + full.length).toBe(20);
		expect(run.length).toBeGreaterThanOrEqual(8);
		expect(full.length).toBeGreaterThanOrEqual(1);
		for (let at = 0; at < 8; at++) expect(run[at]).toContain(`#TCPATCMDSEQ: ${at % 2}`);
		expect(board.desk.sim.used).toBe(0);
	});

	test('that came while the service was off run when it is switched on, and others are not told twice', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		await board.console.ask('at#smsatrun=0');
		board.console.clear();
		board.mobile('+491711234567').send('Hello', numberOf(board));
		mobile.send('AT+CMEE?', numberOf(board));
		await board.clock.advance(20_000);
		expect(board.console.screen).toBe('\r\n+CMTI: "SM",1\r\n\r\n+CMTI: "SM",2\r\n');
		expect(mobile.received).toEqual([]);
		await board.console.ask('at#smsatrun=1');
		await board.clock.until(() => mobile.received.length === 1, 60_000, 'the answer');
		await board.clock.advance(10_000);
		expect(board.console.screen).not.toContain('+CMTI');
		expect(board.desk.sim.used).toBe(1);
	});

	test('a new one that is no request is told although old ones are looked through', async () => {
		const board = await readyBoard();
		await board.console.ask('at#smsatrun=0');
		for (let number = 0; number < 5; number++) board.mobile('+491711234567').send('old', numberOf(board));
		await board.clock.advance(60_000);
		await board.console.ask('at#smsatrun=1');
		board.console.clear();
		board.mobile('+491711234567').send('new', numberOf(board));
		await board.console.see('+CMTI: "SM",6\r\n', 60_000);
		await board.clock.advance(20_000);
		expect(board.console.screen).toBe('\r\n+CMTI: "SM",6\r\n');
	});
});

describe('a long answer', () => {
	test('comes in parts that a mobile joins', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		await answerTo(board, mobile, 'AT#MONI=7');
		const answer = await answerTo(board, mobile, 'AT#MONI');
		expect(answer!.length).toBeGreaterThan(160);
		expect(mobile.received[1]!.pdus).toHaveLength(Math.ceil(answer!.length / 153));
		expect(answer).toMatch(/^\r\n.*\r\n\r\nOK\r\n$/s);
	});

	test('over fifteen parts is cut, and the cut shows', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(PREFIX_NUMBER);
		const answer = await answerTo(board, mobile, `AT${'#SMSATWL?;'.repeat(14)}`, 600_000);
		expect(answer).toContain('+393290000001');
		await board.console.ask('at#smsatwl=0,3,0,"+3932900000033333333"');
		for (let index = 4; index <= 8; index++)
			await board.console.ask(`at#smsatwl=0,${index},0,"+393290000000000000${index}"`);
		const long = await answerTo(board, mobile, `AT${'#SMSATWL?;'.repeat(14)}`, 600_000);
		expect(long!.endsWith('...')).toBe(true);
		expect(mobile.received[1]!.pdus).toHaveLength(15);
	});
});

describe('a command that the sender may not run', () => {
	test.each([
		['AT#REBOOT', 'power'],
		['AT+CFUN=4', 'detach'],
		['AT#SMSATRUN=0', 'self'],
		['AT+CPMS="SM"', 'self'],
		['AT+CMUX=0', 'lock'],
		['ATQ1', 'lock'],
		['AT#SMSATWL=1,1', 'admin'],
		['AT#TCPATRUNAUTH=2', 'admin'],
		['AT+CGMR;#REBOOT', 'power'],
	])('by a prefix: %s is refused as %s and nothing of the line runs', async (line, reason) => {
		const board = await readyBoard();
		expect(await answerTo(board, board.mobile(PREFIX_NUMBER), line)).toBe(
			`\r\n#ATRUN: REFUSED,"${reason}"\r\n\r\nERROR\r\n`,
		);
	});

	test.each([
		['AT+CMUX=0', 'lock'],
		['AT#SMSATWL=1,1', 'admin'],
		['AT+CMGS=20', 'prompt'],
		['AT#SSEND=1', 'prompt'],
		['AT#WSCRIPT="a",3', 'prompt'],
	])('by a number in full: %s is refused as %s', async (line, reason) => {
		const board = await readyBoard();
		expect(await answerTo(board, board.mobile(FULL_NUMBER), line)).toBe(
			`\r\n#ATRUN: REFUSED,"${reason}"\r\n\r\nERROR\r\n`,
		);
	});

	test('may still be asked about', async () => {
		const board = await readyBoard();
		expect(await answerTo(board, board.mobile(PREFIX_NUMBER), 'AT#SMSATWL=?;#SMSATRUN?;+CFUN?')).toContain('+CFUN: 1');
		expect(await answerTo(board, board.mobile(PREFIX_NUMBER), 'AT#SMSATRUN=1')).toBe('\r\nOK\r\n');
	});

	test('runs by a number in full, and the service that switches itself off still answers', async () => {
		const board = await readyBoard();
		expect(await answerTo(board, board.mobile(FULL_NUMBER), 'AT#SMSATRUN=0')).toBe('\r\nOK\r\n');
		expect(await answerTo(board, board.mobile(FULL_NUMBER), 'AT')).toBeUndefined();
	});
});

describe('a delay before execution', () => {
	test.each([
		['AT+COPS=?', 10_000],
		['AT+CGATT=1', 5_000],
		['AT+CGATT=1;+COPS=?', 10_000],
		['AT+CMEE?', 0],
	])('of %s is %i ms over SMS', async (line, delay) => {
		const board = await readyBoard();
		board.mobile(FULL_NUMBER).send(line, numberOf(board));
		await board.console.see('#SMSATRUN: ', 60_000);
		const start = board.clock.now();
		await board.clock.until(() => board.trace.some(note => note.includes(`dlci 3 → ${line}`)), 60_000, line);
		expect(board.clock.now() - start).toBeGreaterThan(delay - 20);
		expect(board.clock.now() - start).toBeLessThan(delay + 500);
	});

	test.each([
		[{ sms: 2 }, false, 2_000],
		[{ sms: 0 }, false, 0],
		[{}, true, 0],
		[{ sms: 3 }, true, 3_000],
	])('with %j set and strict %s is %i ms', async (delay, strict, expected) => {
		const board = await readyBoard();
		board.desk.coprocessor.settings.change({ delay, strict });
		board.mobile(FULL_NUMBER).send('AT+COPS=?', numberOf(board));
		await board.console.see('#SMSATRUN: ', 60_000);
		const start = board.clock.now();
		await board.clock.until(() => board.trace.some(note => note.includes('dlci 3 → AT+COPS=?')), 60_000);
		expect(board.clock.now() - start).toBeGreaterThan(expected - 20);
		expect(board.clock.now() - start).toBeLessThan(expected + 500);
	});
});

describe('a module that is lost', () => {
	test('while a request runs: its sender is told when the module is back, and the next request runs', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(FULL_NUMBER);
		mobile.send('AT+COPS=?', numberOf(board));
		await board.console.see('#SMSATRUN: AT+COPS=?', 60_000);
		await board.clock.advance(11_000);
		await resetModule(board);
		await board.clock.until(() => mobile.received.length === 1, 300_000, 'the answer');
		expect(mobile.received[0]!.text).toBe('\r\n#ATRUN: MODULE LOST,"mux"\r\n\r\nERROR\r\n');
		expect(await answerTo(board, mobile, 'AT', 120_000)).toBe('\r\nOK\r\n');
	});

	test('while nothing runs: a request that came meanwhile is answered afterwards', async () => {
		const board = await readyBoard();
		const mobile = board.mobile(FULL_NUMBER);
		await resetModule(board);
		mobile.send('AT+CMEE?', numberOf(board));
		await board.clock.until(() => mobile.received.length === 1, 300_000, 'the answer');
		expect(mobile.received[0]!.text).toContain('+CMEE: 1');
	});
});

describe('a request that leads to data mode', () => {
	test('is answered and leaves the instance usable', async () => {
		const board = await readyBoard();
		board.desk.memorySockets.serve('10.1.1.1', 80, () => undefined);
		const mobile = board.mobile(FULL_NUMBER);
		expect(await answerTo(board, mobile, 'AT#SD=3,0,80,"10.1.1.1"', 180_000)).toMatch(/CONNECT\r\n/);
		expect(await answerTo(board, mobile, 'AT+CMEE?')).toContain('+CMEE: 1');
	});
});
