import { describe, expect, test } from 'vitest';
import { FULL_NUMBER } from '../services/support.js';
import { expectSmsAtrun, multiplex, OK, readyBoard, registeredBoard, typist } from './console-desk.js';

describe('given a DTE that multiplexes its console', () => {
	test('each DLCI is a console of its own on the module’s instance', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		const [first, second, third] = [await dte.person(1), await dte.person(2), await dte.person(3)];
		expect(await first.ask('ate0')).toBe(OK);
		expect(await second.ask('at+cmee=2')).toBe(OK);
		expect(await first.ask('at+cmee?')).toBe(`\r\n+CMEE: 0\r\n${OK}`);
		expect(await second.ask('at+cmee?')).toBe(`\r\n+CMEE: 2\r\n${OK}`);
		expect(await third.ask('at+cgmm')).toContain('GE865');
		expect(await third.ask('at#smsatrun?')).toBe(`\r\n#SMSATRUN: 0,0\r\n${OK}`);
		expect(board.trace.some(line => line.includes('dlci 3 → AT+cgmm'))).toBe(true);
	});

	test('a long command on one DLCI does not hold up another', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		const [first, second] = [await dte.person(1), await dte.person(2)];
		second.type('at+cops=?\r');
		await board.clock.advance(500);
		expect(await first.ask('at+csq', 1_000)).toContain('+CSQ: ');
		expect(second.screen).not.toContain('OK');
		await second.see('OK', 60_000);
	});

	test('an instance that a service holds is refused with DM, and the service goes on', async () => {
		const board = await readyBoard();
		const dte = await multiplex(board);
		expect(await dte.open(2)).toBe('refused');
		expect(await dte.open(3)).toBe('refused');
		expect(await dte.open(4)).toBe('refused');
		expect(await (await dte.person(1)).ask('at')).toBe(OK);
		await expectSmsAtrun(board);
	});

	test('it switches off, from another instance, a service that holds its own', async () => {
		const board = await registeredBoard();
		await board.console.ask('at#smsatruncfg=1;#smsatrun=1');
		expect(await board.console.ask('at+cgmm')).toBe('\r\nERROR\r\n');
		const dte = await multiplex(board);
		expect(await dte.open(1)).toBe('refused');
		const second = await dte.person(2);
		expect(await second.ask('at#smsatrun=0')).toBe(OK);
		const first = await dte.person(1);
		expect(await first.ask('at+cgmm')).toContain('GE865');
	});

	test('the board’s own codes come on the lowest DLCI, the module’s on the instance that says them', async () => {
		const board = await readyBoard();
		await board.console.ask('at#tcpatrunl=0');
		const dte = await multiplex(board);
		const [first, second] = [await dte.person(1), await dte.person(2)];
		await expectSmsAtrun(board);
		expect(first.screen).toContain('#SMSATRUN: AT+CMEE?');
		expect(second.screen).toBe('');
		await second.ask('at+cnmi=2,1');
		await first.ask('at+cnmi=0,0');
		board.mobile('+491711234567').send('no request', board.desk.sim.number);
		await second.see('+CMTI: "SM",', 30_000);
		expect(first.screen).not.toContain('+CMTI');
	});

	test('what is said before a DLCI is open waits for the first one', async () => {
		const board = await readyBoard();
		const dte = await multiplex(board);
		board.mobile(FULL_NUMBER).send('AT+CSQ', board.desk.sim.number);
		await board.clock.advance(10_000);
		const first = await dte.person(1);
		await first.see('#SMSATRUN: AT+CSQ');
	});

	test('data mode on a DLCI is left by the break octet; +++ is data there', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		const first = await dte.person(1);
		await board.clock.advance(20_000);
		expect(await first.ask('at+cgdata="PPP",1', 60_000)).toContain('CONNECT');
		await board.clock.advance(2_000);
		first.type('+++');
		await board.clock.advance(3_000);
		expect(first.screen).not.toMatch(/OK|NO CARRIER/);
		first.port.sendBreak(1);
		await board.clock.until(() => /(OK|NO CARRIER)\r\n$/.test(first.screen), 5_000, 'the end of the call');
		expect(await first.ask('at')).toBe(OK);
	});

	test('+CMUX tells how it stands, and cannot be nested', async () => {
		const board = await registeredBoard();
		expect(await board.console.ask('at+cmux=?')).toBe(`\r\n+CMUX: (0),(0)\r\n${OK}`);
		expect(await board.console.ask('at+cmux?')).toBe(`\r\n+CMUX: 0,0\r\n${OK}`);
		for (const line of [
			'at+cmux',
			'at+cmux=',
			'at+cmux=1',
			'at+cmux=0,1',
			'at+cmux=0,0,4',
			'at+cmux=0,0,5,127,10,3,30,10,2,1',
		]) {
			expect(await board.console.ask(line)).toBe('\r\nERROR\r\n');
		}
		const dte = await multiplex(board, 'at+cmux=0,0,5,31,10,3,30,10,2');
		const first = await dte.person(1);
		expect(await first.ask('at+cmux?')).toBe(`\r\n+CMUX: 1,0\r\n${OK}`);
		expect(await first.ask('at+cmee=1;+cmux=0')).toBe('\r\n+CME ERROR: 3\r\n');
		expect(await first.ask('at+cmux?')).toBe(`\r\n+CMUX: 1,0\r\n${OK}`);
	});

	test('what was set on an instance is there again when the DTE comes back to it, in AT mode and on its DLCI', async () => {
		const board = await registeredBoard();
		await board.console.ask('at+cmgf=1;+cmee=1');
		const dte = await multiplex(board);
		const [first, second] = [await dte.person(1), await dte.person(2)];
		expect(await first.ask('at+cmgf?;+cmee?')).toBe(`\r\n+CMGF: 1\r\n\r\n+CMEE: 1\r\n${OK}`);
		await first.ask('at+cmee=2');
		await second.ask('ate0+csdh=1');
		await board.clock.settled(dte.mux.close(), 5_000);
		const console = typist(board);
		expect(await console.ask('at+cmee?')).toBe(`\r\n+CMEE: 2\r\n${OK}`);
		Object.assign(board, { console });
		const again = await (await multiplex(board)).person(2);
		expect(await again.ask('at+csdh?')).toBe(`\r\n+CSDH: 1\r\n${OK}`);
		expect(again.screen.startsWith('at')).toBe(false);
	});

	test('an answer of the board that is longer than its queues comes whole, in AT mode and on a DLCI', async () => {
		const board = await registeredBoard();
		const long = `at${Array.from({ length: 20 }, () => '#atrunstat').join(';')}`;
		const inCommands = await board.console.ask(long);
		expect(inCommands.length).toBeGreaterThan(10_000);
		const first = await (await multiplex(board)).person(1);
		const counters = (screen: string) => screen.split('#ATRUNSTAT: ').length - 1;
		expect(counters(inCommands) % 20).toBe(0);
		expect(counters(await first.ask(long))).toBe(counters(inCommands));
	});

	test('the rate is told on a DLCI, and not changed there', async () => {
		const board = await registeredBoard();
		const first = await (await multiplex(board)).person(1);
		expect(await first.ask('at+ipr=9600')).toBe(OK);
		expect(await first.ask('at+ipr?')).toBe(`\r\n+IPR: 115200\r\n${OK}`);
	});

	test('a line that fails behind +CMUX begins none', async () => {
		const board = await registeredBoard();
		expect(await board.console.ask('at+cmux=0;+nosuch')).toBe('\r\nERROR\r\n');
		expect(await board.console.ask('at+cmux?')).toBe(`\r\n+CMUX: 0,0\r\n${OK}`);
	});
});

describe('AT mode is back', () => {
	test('when the DTE closes the multiplexer', async () => {
		const board = await registeredBoard();
		await board.console.ask('at+cmee=2');
		const dte = await multiplex(board);
		await dte.person(1);
		await board.clock.settled(dte.mux.close(), 5_000);
		const console = typist(board);
		expect(await console.ask('at+cmee?', 1_000)).toBe(`\r\n+CMEE: 2\r\n${OK}`);
	});

	test('5 s after the OK, where no SABM comes', async () => {
		const board = await registeredBoard();
		await board.console.ask('at+cmux=0');
		await board.clock.advance(5_100);
		expect(await board.console.ask('at', 1_000)).toBe(OK);
	});

	test('when DTR drops', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		await dte.person(1);
		board.desk.console.setDtr(false);
		await board.clock.advance(100);
		board.desk.console.setDtr(true);
		expect(await typist(board).ask('at', 1_000)).toBe(OK);
	});

	test.each(['at', '\rAT', 'ate0+csq'])('at once for a DTE that started anew and types %j', async line => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		await dte.person(1);
		dte.mux.abandon();
		const console = typist(board);
		console.type(`${line}\r`);
		await board.clock.advance(500);
		expect(console.screen).toContain(/^\r?at$/i.test(line) ? OK : '\r\nERROR\r\n');
		expect(await console.ask('at', 1_000)).toBe(OK);
	});

	test('for a DTE that is silent and answers no TEST', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		await dte.person(1);
		dte.mux.abandon();
		const console = typist(board);
		await board.clock.advance(260_000);
		console.clear();
		expect(await console.ask('at', 1_000)).toBe(OK);
	});

	test('not for a command line inside of frames, nor for one that answers TEST', async () => {
		const board = await registeredBoard();
		const dte = await multiplex(board);
		const first = await dte.person(1);
		for (let turn = 0; turn < 3; turn++) {
			expect(await first.ask('at')).toBe(OK);
			await board.clock.advance(300_000);
		}
		expect(dte.ended()).toBeUndefined();
		// A flag in the data, and a command line behind it.
		first.type('\xf9AT\r');
		await board.clock.advance(1_000);
		expect(await first.ask('at')).toBe(OK);
		expect(dte.ended()).toBeUndefined();
	});
});
