import { describe, expect, test } from 'vitest';
import type { ModelName } from '../../hosts/simulator/module/identity.js';
import { bothAnswer, bySms, type RecoveryBoard, recoveryBoard, session } from './recovery-desk.js';

const OK = '\r\nOK\r\n';
const NUMBER = '+391234567';

/** A board whose DTE is in a data call that lasts until somebody hangs up. */
async function inCall(lines: readonly string[] = [], model: ModelName = 'GE865'): Promise<RecoveryBoard> {
	const board = await recoveryBoard(lines, { model });
	board.desk.network.lines.set(NUMBER, { rings: 3_000 });
	expect(await board.console.ask(`atd${NUMBER}`, 60_000)).toContain('CONNECT');
	return board;
}

async function hangUp({ console, clock }: RecoveryBoard): Promise<void> {
	await clock.advance(2_000);
	console.clear();
	console.type('+++');
	await clock.advance(1_100);
	await console.see('OK\r\n', 30_000);
	expect(await console.ask('ath', 30_000)).toContain('OK');
}

describe('given a DTE in a data call, which leaves no command state on its instance,', () => {
	test('both services answer all the same, during the call and after it', async () => {
		const board = await inCall();
		expect((await bothAnswer(board, 60)).answers).toEqual([OK, OK]);
		await board.clock.advance(3_600_000);
		expect((await bothAnswer(board, 60)).answers).toEqual([OK, OK]);
		await hangUp(board);
		expect((await bothAnswer(board, 60)).answers).toEqual([OK, OK]);
		expect(await board.console.ask('at+csq', 30_000)).toContain('+CSQ: ');
		expect(board.desk.module.boots).toBe(1);
	});

	test('a session gets its answers while they are printed: its socket is not on the instance that prints them', async () => {
		const board = await inCall();
		const { client } = await session(board, 60);
		client.type('at#csurv\r');
		await client.see('Network survey started', 30_000);
		expect(client.screen).not.toContain('OK');
		await client.see(OK, 200_000);
	});

	test('a request that blocks that instance is ended at its timeout, and both answer again', async () => {
		const board = await inCall(['at#atrungrant=0,2,63', 'at#atrunguard=2,1']);
		expect((await bySms(board, 'ATQ1', 200)).text).toContain('#ATRUN: TIMEOUT,"wait"');
		expect((await bothAnswer(board, 60)).answers).toEqual([OK, OK]);
	});

	test('the loss of the module ends the call, and the console is shared again', async () => {
		const board = await inCall();
		board.console.clear();
		board.desk.module.restart();
		await board.console.see('NO CARRIER\r\n', 60_000);
		expect((await bothAnswer(board, 120)).answers).toEqual([OK, OK]);
		expect(await board.console.ask('at+cmgf?', 30_000)).toContain('+CMGF: 0');
	});

	test('SMS alone moves to an instance that no service has', async () => {
		const board = await inCall(['at#tcpatrunl=0']);
		expect((await bySms(board, 'AT', 60)).text).toBe(OK);
		await hangUp(board);
		expect((await bySms(board, 'AT', 60)).text).toBe(OK);
	});
});

describe('given a module with an instance that no service can have,', () => {
	test('neither a survey nor a call of the DTE holds a session or an SMS up', async () => {
		const board = await recoveryBoard([], { model: 'HE910' });
		board.desk.network.lines.set(NUMBER, { rings: 3_000 });
		const { client } = await session(board, 60);
		board.console.type('at#csurv\r');
		await board.clock.advance(500);
		client.type('at\r');
		await client.see(OK, 2_000);
		expect((await bySms(board, 'AT', 20)).seconds).toBeLessThan(12);
		await board.console.see('OK\r\n', 200_000);
		expect(await board.console.ask(`atd${NUMBER}`, 60_000)).toContain('CONNECT');
		client.clear();
		client.type('at\r');
		await client.see(OK, 2_000);
	});
});

test('given a client whose socket lives on the instance of the DTE, a voice call is no data call', async () => {
	const board = await recoveryBoard(['at+cmee=1']);
	board.desk.network.lines.set(NUMBER, { rings: 3_000 });
	await session(board, 60);
	expect(await board.console.ask(`atd${NUMBER};`, 60_000)).not.toContain('612');
});
