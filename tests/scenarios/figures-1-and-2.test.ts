import { describe, expect, test } from 'vitest';
import type { Mobile } from '../../hosts/simulator/mobile.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';

/** The application note's figures 1 and 2: a module in the field, and the mobile that asks it. */

async function fieldBoard(): Promise<TestDesk> {
	const board = await deskThatRuns();
	await board.console.ask('at+cnmi=2,1');
	await board.console.ask('at#smsatwl=0,1,0,"+39*"');
	await board.console.ask('at#smsatruncfg=3,1,5');
	await board.console.ask('at#smsatrun=1');
	await board.registered();
	return board;
}

async function answerTo(board: TestDesk, mobile: Mobile, text: string): Promise<string> {
	const before = mobile.received.length;
	board.console.clear();
	mobile.send(text, board.desk.sim.number);
	await board.clock.until(() => mobile.received.length > before, 120_000, `an answer to ${text}`);
	return mobile.received[before]!.text;
}

describe('given a board whose console types figure 1', () => {
	test('each line is answered as the note shows', async () => {
		const { console } = await deskThatRuns();
		expect(await console.ask('at#smsatwl=0,1,0,"+39*"')).toBe('\r\nOK\r\n');
		expect(await console.ask('at#smsatruncfg=3,1,5')).toBe('\r\nOK\r\n');
		expect(await console.ask('at#smsatrun=1')).toBe('\r\nOK\r\n');
		expect(await console.ask('at#smsatrun?')).toBe('\r\n#SMSATRUN: 1,1\r\n\r\nOK\r\n');
	});

	test('when the mobile sends AT+COPS?, it gets what the instance printed and the console shows the request', async () => {
		const board = await fieldBoard();
		const mobile = board.mobile('+393297308677');
		expect(await answerTo(board, mobile, 'AT+COPS?')).toBe('\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n');
		expect(board.console.screen).toBe('\r\n#SMSATRUN: AT+COPS?\r\n');
		expect(mobile.received[0]!.from).toBe(board.desk.sim.number);
	});

	test('when the mobile sends HAT#GPIO=2,1, the pin changes and no answer comes', async () => {
		const board = await fieldBoard();
		const mobile = board.mobile('+393297308677');
		expect(await board.console.ask('at#gpio=2,2')).toContain('#GPIO: 0,0');
		board.console.clear();
		mobile.send('HAT#GPIO=2,1,1', board.desk.sim.number);
		await board.console.see('#SMSATRUN: HAT#GPIO=2,1,1', 60_000);
		await board.clock.advance(60_000);
		expect(mobile.received).toEqual([]);
		expect(await board.console.ask('at#gpio=2,2')).toContain('#GPIO: 1,1');
	});

	test('when a number outside the list sends AT+COPS?, it gets nothing and the SMS reaches the DTE', async () => {
		const board = await fieldBoard();
		const stranger = board.mobile('+491711234567');
		board.console.clear();
		stranger.send('AT+COPS?', board.desk.sim.number);
		await board.console.see('+CMTI: "SM",1', 60_000);
		await board.clock.advance(60_000);
		expect(stranger.received).toEqual([]);
		expect(board.console.screen).toBe('\r\n+CMTI: "SM",1\r\n');
		await board.console.ask('at+cmgf=1');
		expect(await board.console.ask('at+cmgr=1')).toContain('"+491711234567"');
	});

	test('when the DTE reads in text mode, requests go on in PDU mode and each finds its own', async () => {
		const board = await fieldBoard();
		const mobile = board.mobile('+393297308677');
		await board.console.ask('at+cmgf=1');
		await answerTo(board, mobile, 'AT+CSQ');
		expect(await board.console.ask('at+cmgf?')).toContain('+CMGF: 1');
		await answerTo(board, mobile, 'AT+CREG?');
		expect(mobile.received[1]!.text).toBe('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
	});

	test('when an answer is longer than one SMS, the mobile shows it joined', async () => {
		const board = await fieldBoard();
		const mobile = board.mobile('+393297308677');
		await answerTo(board, mobile, 'AT#MONI=7');
		const text = await answerTo(board, mobile, 'AT#MONI');
		expect(text).toMatch(/^\r\n#MONI: Cell .*\r\n\r\nOK\r\n$/s);
		expect(mobile.received[1]!.pdus.length).toBe(Math.ceil(text.length / 153));
	});

	test('when the board restarts, the service is on again without a word typed', async () => {
		const board = await fieldBoard();
		await board.console.ask('at#reboot');
		await board.clock.until(() => board.desk.coprocessor.modem.state !== 'ready', 60_000, 'the loss');
		await board.clock.until(() => board.desk.coprocessor.isUp, 60_000, 'the services');
		await board.registered();
		const mobile = board.mobile('+393297308677');
		expect(await answerTo(board, mobile, 'AT+COPS?')).toContain('I WIND');
	});
});
