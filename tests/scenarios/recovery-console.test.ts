import { describe, expect, test } from 'vitest';
import { bothAnswer, byTcp, onConsole, type RecoveryBoard, recoveryBoard } from './recovery-desk.js';

const OK = '\r\nOK\r\n';
const MINUTE = 60_000;

function isRegistered(board: RecoveryBoard): boolean {
	return board.desk.module.firmware?.registration.isRegistered === true;
}

describe('given that the console takes the module off the network', () => {
	test.each([
		['at+cfun=4', 'at+cfun=1'],
		['at+cops=2', 'at+cops=0'],
	])('%s stays for hours, and %s ends it at once', async (off, on) => {
		const board = await recoveryBoard();
		await onConsole(board, off);
		await board.clock.advance(3 * 60 * MINUTE);
		expect(isRegistered(board)).toBe(false);
		await onConsole(board, on);
		expect((await bothAnswer(board, 300)).answers).toEqual([OK, OK]);
		expect(board.desk.module.boots).toBe(1);
	});

	test('at#sgact=1,0 stays, though TCP wants the context', async () => {
		const board = await recoveryBoard();
		await onConsole(board, 'at#sgact=1,0');
		await board.clock.advance(60 * MINUTE);
		expect(board.desk.module.firmware!.contexts.addressOf(1)).toBeUndefined();
		await onConsole(board, 'at#sgact=1,1');
		expect((await byTcp(board, 'AT', 300)).text).toBe(OK);
	});

	test('a restart of the module from the console ends what it meant', async () => {
		const board = await recoveryBoard();
		await onConsole(board, 'at+cops=2', 'at#reboot');
		await board.clock.advance(5 * MINUTE);
		board.desk.module.firmware!.registration.select(2);
		await board.clock.advance(20 * MINUTE);
		expect(isRegistered(board)).toBe(true);
	});
});
