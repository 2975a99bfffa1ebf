import { describe, expect, test } from 'vitest';
import { Telephone } from '../../hosts/simulator/telephone.js';
import type { TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { expectSmsAtrun, OK, readyBoard } from './console-desk.js';

const CALLER = '+393297308677';

/** A board with services, and a telephone of the network. */
async function phones(consoles = 0): Promise<{ board: TestDesk; phone: Telephone }> {
	const board = await readyBoard({ consoles });
	await board.console.ask('ate0');
	board.console.clear();
	return { board, phone: new Telephone(board.desk.network.exchange, CALLER) };
}

async function dialled(): Promise<{ board: TestDesk; phone: Telephone }> {
	const { board, phone } = await phones();
	board.console.type(`atd${CALLER}\r`);
	await board.clock.until(() => phone.state === 'rings', 10_000, 'a telephone that rings');
	return { board, phone };
}

async function connected(): Promise<{ board: TestDesk; phone: Telephone }> {
	const { board, phone } = await dialled();
	phone.answer();
	await board.console.see('\r\nCONNECT 9600\r\n', 2_000);
	board.console.clear();
	return { board, phone };
}

async function escapes(board: TestDesk): Promise<void> {
	await board.clock.advance(1_100);
	board.console.clear();
	board.console.type('+++');
	await board.console.see(OK, 3_000);
}

describe('a data call from the console', () => {
	test('carries octets both ways until the other side hangs up', async () => {
		const { board, phone } = await connected();
		board.console.type('hello \x00\xff');
		await board.clock.advance(500);
		expect(phone.received).toBe('hello \x00\xff');
		phone.send('back \x01\xfe');
		await board.console.see('back \x01\xfe');
		phone.hangUp();
		await board.console.see('\r\nNO CARRIER\r\n', 3_000);
		expect(await board.console.ask('at+cgmm')).toContain('OK');
	});

	test('is escaped from, gone back to, and hung up; SMS requests are answered all the time', async () => {
		const { board, phone } = await connected();
		await expectSmsAtrun(board);
		await escapes(board);
		await expectSmsAtrun(board);
		expect(await board.console.ask('ato')).toBe('\r\nCONNECT 9600\r\n');
		await expectSmsAtrun(board);
		await escapes(board);
		expect(await board.console.ask('ath')).toContain('OK');
		expect([phone.state, phone.ended]).toEqual(['idle', 'hung-up']);
		await expectSmsAtrun(board);
	});

	test.each<[string, (board: TestDesk, phone: Telephone) => void, string]>([
		['refused', (_board, phone) => phone.hangUp(), 'BUSY'],
		['given up by a character', board => board.console.type(' '), 'NO CARRIER'],
	])('that is %s ends with the right word', async (_what, end, word) => {
		const { board, phone } = await dialled();
		end(board, phone);
		await board.console.see(`\r\n${word}\r\n`, 3_000);
		expect(phone.state).toBe('idle');
		expect(await board.console.ask('at+cgmm')).toContain('OK');
		expect(board.desk.coprocessor.modem.control?.number).toBe(1);
	});

	test('says CONNECT alone with X0, and the number with V0', async () => {
		const { board, phone } = await phones();
		await board.console.ask('atx0');
		board.console.type(`atd${CALLER}\r`);
		await board.clock.until(() => phone.state === 'rings', 10_000, 'a telephone that rings');
		board.console.clear();
		phone.answer();
		await board.console.see('\r\nCONNECT\r\n', 2_000);
		await escapes(board);
		await board.console.ask('ath');
		board.console.type('atv0\r');
		await board.clock.advance(500);
		board.console.type(`atd${CALLER}\r`);
		await board.clock.until(() => phone.state === 'rings', 10_000, 'a telephone that rings');
		board.console.clear();
		phone.answer();
		await board.clock.advance(1_000);
		expect(board.console.screen).toBe('1\r');
	});
});

describe('a call that comes in', () => {
	test('rings at every console, and the one that answers has it', async () => {
		const { board, phone } = await phones(1);
		const other = new Person(board.desk.consoles[0]!, board.clock);
		phone.dial(board.desk.sim.number, 'data');
		await board.console.see('\r\nRING\r\n', 10_000);
		await other.see('\r\nRING\r\n');
		expect(await board.console.ask('ata', 20_000)).toContain('CONNECT');
		phone.send('from afar');
		await board.console.see('from afar');
		expect(other.screen).not.toContain('from afar');
		await expectSmsAtrun(board);
		phone.hangUp();
		await board.console.see('\r\nNO CARRIER\r\n', 3_000);
		expect(await other.ask('at+cgmm')).toContain('OK');
	});

	test('is answered after S0 rings, and the services do not notice that the instance is taken', async () => {
		const { board, phone } = await phones();
		expect(await board.console.ask('ats0=2')).toBe(OK);
		board.console.clear();
		phone.dial(board.desk.sim.number, 'data');
		await board.console.see('CONNECT', 20_000);
		expect(board.console.screen).toBe('\r\nRING\r\n\r\nRING\r\n\r\nCONNECT 9600\r\n');
		await expectSmsAtrun(board);
		phone.send('from afar');
		await board.console.see('from afar');
		phone.hangUp();
		await board.console.see('\r\nNO CARRIER\r\n', 3_000);
		await board.clock.advance(20_000);
		await expectSmsAtrun(board);
		expect(board.trace.join('\n')).not.toMatch(/lost:|S0=/i);
	});

	test('is not answered into a line that is being typed, but at the next ring', async () => {
		const { board, phone } = await phones();
		await board.console.ask('ats0=1');
		board.console.type('at+cg');
		phone.dial(board.desk.sim.number, 'data');
		await board.clock.advance(3_000);
		expect(phone.state).toBe('rings');
		board.console.type('mm\r');
		await board.console.see('CONNECT', 10_000);
		expect(board.console.screen).toContain('GE865');
	});
});
