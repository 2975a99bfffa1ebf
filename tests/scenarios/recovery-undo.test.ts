import { describe, expect, test } from 'vitest';
import { TestStore } from '../support/memory-store.js';
import {
	bothAnswer,
	bySms,
	byTcp,
	counter,
	listening,
	onConsole,
	type RecoveryBoard,
	recoveryBoard,
	restartBoard,
	rungs,
	session,
} from './recovery-desk.js';

const OK = '\r\nOK\r\n';
const MINUTE = 60_000;

function isRegistered(board: RecoveryBoard): boolean {
	return board.desk.module.firmware?.registration.isRegistered === true;
}

function isListening(board: RecoveryBoard): boolean {
	return board.desk.memorySockets.isListening(1024);
}

describe('given a command that detaches', () => {
	test('the minutes of #ATRUNGUARD are told first, and hold', async () => {
		const board = await recoveryBoard(['at#atrunguard=1,1,3']);
		expect((await bySms(board, 'AT+COPS=2', 60)).text).toBe('\r\n#ATRUN: DETACHES,3\r\n\r\nOK\r\n');
		await board.clock.advance(2 * MINUTE);
		expect(isRegistered(board)).toBe(false);
		await board.clock.advance(2 * MINUTE);
		expect(isRegistered(board)).toBe(true);
		expect(await counter(board, 'UNDONE')).toBe(1);
	});

	test('a request over the other service says that its owner wants it so, and undoes it when asked', async () => {
		const board = await recoveryBoard();
		await bySms(board, 'AT+CGSMS=0', 60);
		expect((await byTcp(board, 'AT', 30)).text).toBe(OK);
		board.requester.send('AT', board.desk.sim.number);
		await board.clock.advance(30 * MINUTE);
		expect(board.requester.received).toHaveLength(1);
		expect(await counter(board, 'UNDONE')).toBe(0);
		expect((await byTcp(board, 'AT+CGSMS=1', 30)).text).toBe(OK);
		expect((await bothAnswer(board, 120)).answers).toEqual([OK, OK]);
	});

	test('other bands, in which there is no packet service, are left for those of before, by whichever service they came', async () => {
		for (const way of ['sms', 'tcp'] as const) {
			const board = await recoveryBoard(['at#atrungrant=1,1,63', 'at#atrunguard=2,1']);
			if (way === 'sms') expect((await bySms(board, 'AT#BND=2', 60)).text).toBe(OK);
			else await byTcp(board, 'AT#BND=2', 60);
			await board.clock.advance(5 * MINUTE);
			expect(isListening(board)).toBe(false);
			await board.clock.advance(9 * MINUTE);
			expect(await counter(board, 'UNDONE')).toBe(1);
			expect((await bothAnswer(board, 60)).answers).toEqual([OK, OK]);
		}
	});

	test('an open session in which nothing is asked does not count as a request', async () => {
		const board = await recoveryBoard();
		const { client } = await session(board, 30);
		await bySms(board, 'AT+CGSMS=0', 60);
		client.type('hello\r');
		await board.clock.advance(11 * MINUTE);
		expect(await counter(board, 'UNDONE')).toBe(1);
	});

	test('a policy of 2 refuses it, and one of 0 leaves it', async () => {
		const board = await recoveryBoard(['at#atrunguard=1,2']);
		expect((await bySms(board, 'AT+CGSMS=0', 60)).text).toBe('\r\n#ATRUN: REFUSED,"detach"\r\n\r\nERROR\r\n');
		await onConsole(board, 'at#atrunguard=1,0');
		board.requester.send('AT+CGSMS=0', board.desk.sim.number);
		await board.clock.advance(30 * MINUTE);
		expect(await counter(board, 'UNDONE')).toBe(0);
		expect((await byTcp(board, 'AT+CGSMS?', 30)).text).toContain('+CGSMS: 0');
	});

	test('a restart of the co-processor in between does not forget it', async () => {
		const settings = new TestStore();
		const board = await recoveryBoard([], { settings });
		await bySms(board, 'AT+CGSMS=0', 60);
		await board.clock.advance(5 * MINUTE);
		const console = await restartBoard(board, settings);
		await board.clock.advance(9 * MINUTE);
		expect(await console.ask('at+cgsms?')).toContain('+CGSMS: 0');
		await board.clock.advance(2 * MINUTE);
		expect(await console.ask('at+cgsms?')).toContain('+CGSMS: 1');
		expect((await bySms(board, 'AT', 60)).text).toBe(OK);
	});

	test('a restart after it was undone does not undo it again', async () => {
		const settings = new TestStore();
		const board = await recoveryBoard([], { settings });
		await bySms(board, 'AT+CGSMS=0', 60);
		await board.clock.advance(11 * MINUTE);
		await onConsole(board, 'at+cgsms=0');
		const console = await restartBoard(board, settings);
		await board.clock.advance(30 * MINUTE);
		expect(await console.ask('at+cgsms?')).toContain('+CGSMS: 0');
	});

	test('a module that restarts meanwhile is undone all the same', async () => {
		const board = await recoveryBoard();
		await bySms(board, 'AT+COPS=2', 60);
		await board.clock.advance(599_000);
		board.desk.module.cutPower();
		await board.clock.advance(2 * MINUTE);
		expect(isRegistered(board)).toBe(true);
		expect((await bothAnswer(board, 120)).answers).toEqual([OK, OK]);
	});
});

describe('given a command that cuts off the service it came by', () => {
	test('#SMSATRUN=0 by SMS is undone after ten minutes', async () => {
		const board = await recoveryBoard();
		expect((await bySms(board, 'AT#SMSATRUN=0', 60)).text).toBe(OK);
		board.requester.send('AT', board.desk.sim.number);
		await board.clock.advance(9 * MINUTE);
		expect(board.requester.received).toHaveLength(1);
		expect(await board.console.ask('at#smsatrun?')).toContain('#SMSATRUN: 0,0');
		await board.clock.advance(2 * MINUTE);
		expect(await board.console.ask('at#smsatrun?')).toContain('#SMSATRUN: 1,1');
		// What came meanwhile is run now.
		expect(board.requester.received).toHaveLength(2);
		expect(await rungs(board)).toContain('undo');
	});

	test('#TCPATRUNL=0 by TCP is undone after ten minutes', async () => {
		const board = await recoveryBoard();
		expect((await byTcp(board, 'AT#TCPATRUNL=0', 30)).text).toBe(OK);
		await board.clock.advance(9 * MINUTE);
		expect(isListening(board)).toBe(false);
		await listening(board, 2 * MINUTE);
		expect((await byTcp(board, 'AT', 30)).text).toBe(OK);
	});

	test('#TCPATRUNL=0 by TCP lasts where an authentic SMS came meanwhile', async () => {
		const board = await recoveryBoard();
		await byTcp(board, 'AT#TCPATRUNL=0', 30);
		expect((await bySms(board, 'AT', 60)).text).toBe(OK);
		await board.clock.advance(30 * MINUTE);
		expect(isListening(board)).toBe(false);
		expect((await bySms(board, 'AT#TCPATRUNL=1', 60)).text).toBe(OK);
		expect((await byTcp(board, 'AT', 60)).text).toBe(OK);
	});

	test.each(['#TCPATRUNFRWL=2', '#TCPATRUNAUTH=2'])('%s by TCP, with the right to it, is undone', async line => {
		const board = await recoveryBoard(['at#atrungrant=1,1,127']);
		expect((await byTcp(board, `AT${line}`, 30)).text).toBe(OK);
		await board.clock.advance(11 * MINUTE);
		expect((await byTcp(board, 'AT', 60)).text).toBe(OK);
		expect(await counter(board, 'UNDONE')).toBe(1);
	});

	test('without the right to it, it is refused', async () => {
		const board = await recoveryBoard();
		expect((await byTcp(board, 'AT#TCPATRUNFRWL=2', 30)).text).toBe('\r\n#ATRUN: REFUSED,"admin"\r\n\r\nERROR\r\n');
		expect((await byTcp(board, 'AT', 30)).text).toBe(OK);
	});

	test('one of the other service is no guard matter: it stays', async () => {
		const board = await recoveryBoard();
		expect((await bySms(board, 'AT#TCPATRUNL=0', 60)).text).toBe(OK);
		await board.clock.advance(30 * MINUTE);
		expect(isListening(board)).toBe(false);
		expect(await counter(board, 'UNDONE')).toBe(0);
	});
});

describe('given TCP ATRUN on the network of the host', () => {
	test('what detaches the module is answered once, by its result, and undone', async () => {
		const board = await recoveryBoard();
		await onConsole(board, 'at#tcpatrunl=0', 'at#atruntcp=1', 'at#tcpatrunl=1');
		await board.clock.until(() => board.hostSockets.isListening(1024), 60_000, 'the listening socket');
		const connection = board.hostSockets.dial(1024, '127.0.0.1')!;
		const seen: string[] = [];
		const buffer = new Uint8Array(256);
		connection.listen({
			readable: () => {
				const count = connection.read(buffer);
				seen.push(String.fromCharCode(...buffer.subarray(0, count)));
			},
		});
		const type = async (text: string) => {
			connection.write(Uint8Array.from(text, character => character.charCodeAt(0)));
			await board.clock.advance(5_000);
		};
		await type('testuser\r');
		await type('testpassw\r');
		seen.length = 0;
		await type('at+cops=2\r');
		expect(seen.join('')).toBe(OK);
		expect(isRegistered(board)).toBe(false);
		await board.clock.advance(11 * MINUTE);
		expect(isRegistered(board)).toBe(true);
	});
});
