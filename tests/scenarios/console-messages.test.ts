import { describe, expect, test } from 'vitest';
import type { TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { expectSmsAtrun, OK, readyBoard } from './console-desk.js';

const STRANGER = '+491711234567';

async function quiet(board: TestDesk): Promise<void> {
	await board.clock.advance(10_000);
	board.console.clear();
}

/** Sends a text from the console that asks for a status report. */
async function sendsWithReport(board: TestDesk): Promise<void> {
	board.mobile(STRANGER);
	await board.console.ask('at+csmp=49,167,0,0');
	board.console.type(`at+cmgs="${STRANGER}"\r`);
	await board.console.see('\r\n> ');
	board.console.type('Hello\x1a');
	await board.console.see(OK, 60_000);
}

describe('given a DTE that wants messages themselves (+CNMI=2,2)', () => {
	test('it gets what is no request as it would from the module, and nothing of it stays in the store', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cmgf=1;+cnmi=2,2');
		await quiet(board);
		board.mobile(STRANGER).send('for the DTE', board.desk.sim.number);
		await board.console.see('for the DTE', 30_000);
		expect(board.console.screen).toMatch(/^\r\n\+CMT: "\+491711234567",[^\r\n]*,"[^"\r\n]+"\r\nfor the DTE\r\n$/);
		await quiet(board);
		expect(await board.console.ask('at+cmgl="ALL"')).toBe(OK);
		await expectSmsAtrun(board);
		expect(board.console.screen).not.toContain('+CMT: ');
	});

	test('in PDU mode with length and PDU', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cnmi=2,2');
		await quiet(board);
		board.mobile(STRANGER).send('x', board.desk.sim.number);
		await board.console.see('+CMT: ', 30_000);
		await board.clock.advance(1_000);
		const [, length, pdu] = /^\r\n\+CMT: [^,]*,([0-9]+)\r\n([0-9A-F]+)\r\n$/.exec(board.console.screen) ?? [];
		expect(pdu!.length / 2 - 1 - Number.parseInt(pdu!.slice(0, 2), 16)).toBe(Number(length));
	});

	test('several come in their order', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cmgf=1;+cnmi=2,2');
		await quiet(board);
		for (const text of ['first', 'second', 'third']) board.mobile(STRANGER).send(text, board.desk.sim.number);
		await board.console.see('third', 60_000);
		expect([...board.console.screen.matchAll(/\r\n(first|second|third)\r\n/g)].map(found => found[1])).toEqual([
			'first',
			'second',
			'third',
		]);
	});

	test('another console that wants the index finds the message there', async () => {
		const board = await readyBoard({ consoles: 1 });
		const other = new Person(board.desk.consoles[0]!, board.clock);
		await other.ask('at+cnmi=2,1;+cmgf=1');
		await board.console.ask('at+cmgf=1;+cnmi=2,2');
		await quiet(board);
		other.clear();
		board.mobile(STRANGER).send('for both', board.desk.sim.number);
		await board.console.see('for both', 30_000);
		const index = /\+CMTI: "SM",([0-9]+)/.exec(other.screen)![1];
		await board.clock.advance(5_000);
		expect(await other.ask(`at+cmgr=${index}`)).toContain('for both');
	});
});

describe('given a DTE that wants status reports', () => {
	test('with <ds> 2 it is told their index, with 1 it gets them', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cmgf=1;+cnmi=2,1,0,2');
		await sendsWithReport(board);
		await board.console.see('+CDSI: "SM",', 60_000);
		const index = /\+CDSI: "SM",([0-9]+)/.exec(board.console.screen)![1];
		expect(await board.console.ask(`at+cmgr=${index}`)).toContain('+CMGR: ');
		await board.console.ask(`at+cmgd=${index}`);
		await board.console.ask('at+cnmi=2,1,0,1');
		board.console.clear();
		await sendsWithReport(board);
		await board.console.see('+CDS: ', 60_000);
		await expectSmsAtrun(board);
		expect(await board.console.ask('at+cmgl="ALL"')).toBe(OK);
	});

	test('and in PDU mode the length of the TPDU and the PDU', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cmgf=1;+cnmi=2,1,0,1');
		await sendsWithReport(board);
		await board.console.ask('at+cmgf=0');
		board.console.clear();
		await board.console.see('+CDS: ', 60_000);
		await board.clock.advance(500);
		expect(board.console.screen).toMatch(/\+CDS: [0-9]+\r\n[0-9A-F]+\r\n/);
	});

	test('nobody else has them in the store: the module keeps none that no DTE asked for', async () => {
		const board = await readyBoard();
		await board.console.ask('ate0+cmgf=1');
		await sendsWithReport(board);
		await quiet(board);
		expect(await board.console.ask('at+cmgl="ALL"')).toBe(OK);
	});
});
