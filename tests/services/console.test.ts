import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDesk, type DeskOptions } from '../../hosts/simulator/desk.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { countingEntropy, digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import { answerTo, FULL_NUMBER, readyBoard } from './support.js';

async function flashedBoard(options: Partial<DeskOptions> = {}): Promise<TestDesk> {
	const board = await deskThatRuns(options);
	await board.registered();
	return board;
}

describe('what the DTE sets for its own port', () => {
	test.each([
		['ate0', 'ati', /^\r\n/],
		['atv0', 'at#tcpatcmdseq?', /^#TCPATCMDSEQ: 0\r\n0\r$/],
		['atv0', 'at+cmee?', /^\+CMEE: 0\r\n0\r$/],
		['atv0', 'at+nosuch', /^4\r$/],
		['ats3=33', 'at+cmee?', null],
		['at+cmee=1', 'at+cmee?', /^\r\n\+CMEE: 1\r\n\r\nOK\r\n$/],
		['at+cmee=2', 'at#tcpatcmdseq=9', /^\r\n\+CME ERROR: [a-z ]+\r\n$/i],
		['at+cmee=1', 'at#tcpatcmdseq=9', /^\r\n\+CME ERROR: 50\r\n$/],
		['at+cmee=0', 'at#tcpatcmdseq=9', /^\r\nERROR\r\n$/],
		['at+cnmi=2,1', 'at+cnmi?', /^\r\n\+CNMI: 2,1,0,0,0\r\n\r\nOK\r\n$/],
		['at+cnmi=,1,,2', 'at+cnmi?', /^\r\n\+CNMI: 0,1,0,2,0\r\n\r\nOK\r\n$/],
		['ats5=9', 'ats5?', /^\r\n009\r\n\r\nOK\r\n$/],
		['ate1v1;+cmee=1;#tcpatcmdseq=1', 'at#tcpatcmdseq?', /^\r\n#TCPATCMDSEQ: 1\r\n\r\nOK\r\n$/],
	])('with %s: %s answers as it says', async (set, line, expected) => {
		const board = await flashedBoard();
		board.console.type(`${set}\r`);
		await board.clock.advance(500);
		board.console.clear();
		board.console.type(`${line}${expected === null ? '!' : '\r'}`);
		await board.clock.advance(3_000);
		const echo = set === 'ate0' ? '' : `${line}\r`;
		if (expected === null) expect(board.console.screen).toContain('+CMEE: 0');
		else {
			expect(board.console.screen.startsWith(echo)).toBe(true);
			expect(board.console.screen.slice(echo.length)).toMatch(expected);
		}
	});

	test.each([
		'ate2',
		'atq2',
		'atv9',
		'ats3=128',
		'ats4=',
		'at+cmee=3',
		'at+cmee',
		'at+cnmi=4',
		'at+cnmi=1,1,1',
		'at+cnmi=1,1,0,0,0,0',
		'at+cnmi="1"',
	])('%s is refused', async line => {
		const board = await flashedBoard();
		expect(await board.console.ask(line)).toBe('\r\nERROR\r\n');
	});

	test('Q1 hides results and ATQ0 shows them again', async () => {
		const board = await flashedBoard();
		board.console.type('atq1\r');
		await board.clock.advance(500);
		board.console.clear();
		board.console.type('at+cmee?\r');
		await board.clock.advance(1_000);
		expect(board.console.screen).toBe('at+cmee?\r\r\n+CMEE: 0\r\n');
		expect(await board.console.ask('atq0')).toBe('\r\nOK\r\n');
	});

	test('comes back with ATZ and AT&F, and the co-processor goes on', async () => {
		for (const line of ['atz', 'at&f', 'atz+cmee?']) {
			const board = await readyBoard();
			await board.console.ask('ate0v1+cmee=2;+cnmi=0,0');
			expect(await board.console.ask(line)).toMatch(/OK\r\n$/);
			await board.clock.advance(2_000);
			expect(await board.console.ask('at+cmee?')).toBe('\r\n+CMEE: 0\r\n\r\nOK\r\n');
			board.console.clear();
			board.console.type('at+cnmi?\r');
			await board.console.see('OK');
			expect(board.console.screen).toBe(`at+cnmi?\r\r\n+CNMI: ${line === 'at&f' ? '0,0' : '2,1'},0,0,0\r\n\r\nOK\r\n`);
			expect(await answerTo(board, board.mobile(FULL_NUMBER), 'AT+CMEE?')).toContain('+CMEE: 1');
		}
	});

	test('+CMGF=1 stays its own while SMS requests go on in PDU mode, in a line that fails too', async () => {
		for (const line of ['at+cmgf=1', 'at+cmgf=1;+nosuch', 'at+cmee=1;+cmgf=1;#tcpatcmdseq=9']) {
			const board = await readyBoard();
			await board.console.ask(line);
			expect(await answerTo(board, board.mobile(FULL_NUMBER), 'AT+CMEE?')).toContain('+CMEE: 1');
			expect(await board.console.ask('at+cmgf?')).toBe('\r\n+CMGF: 1\r\n\r\nOK\r\n');
		}
	});
});

describe('a line that is not the co-processor’s own', () => {
	test('is answered with the octets that the module printed', async () => {
		const board = await flashedBoard();
		expect(await board.console.ask('at+gmi')).toMatch(/^\r\n[^\r\n]+\r\n\r\nOK\r\n$/);
		expect(await board.console.ask('at+cmee?;+cmgf?;#tcpatcmdseq?')).toBe(
			'\r\n+CMEE: 0\r\n\r\n+CMGF: 0\r\n\r\n#TCPATCMDSEQ: 0\r\n\r\nOK\r\n',
		);
	});

	test('that fails leaves the rest of its chain undone', async () => {
		const board = await flashedBoard();
		expect(await board.console.ask('at#tcpatcmdseq=1;+nosuch;#tcpatcmdseq=0')).toBe('\r\nERROR\r\n');
		expect(await board.console.ask('at#tcpatcmdseq?')).toContain(': 1');
	});

	test.each(['at+cfun=0', 'at+cgmr;+cfun=2', 'at+CFUN=0,0'])(
		'and would lock the board out is refused: %s',
		async line => {
			const board = await flashedBoard();
			await board.console.ask('at+cmee=1');
			expect(await board.console.ask(line)).toBe('\r\n+CME ERROR: 3\r\n');
			expect(await board.console.ask('at+cfun?')).toContain('OK');
		},
	);

	test('goes nowhere where a service has instance 1: error 612, and own commands still run', async () => {
		const board = await flashedBoard();
		await board.console.ask('at+cmee=1;#smsatruncfg=1;#smsatrun=1');
		expect(await board.console.ask('at+cgmr')).toBe('\r\n+CME ERROR: 612\r\n');
		expect(await board.console.ask('at#smsatrun?')).toBe('\r\n#SMSATRUN: 1,1\r\n\r\nOK\r\n');
		await board.console.ask('at#smsatrun=0');
		expect(await board.console.ask('at+cgmr')).toContain('OK');
	});

	test('goes nowhere before the module is attached: CME 1, and own commands run', async () => {
		const clock = new VirtualClock();
		const desk = createDesk({ clock, settings: new TestStore(), digest, entropy: countingEntropy(), readyMade: false });
		const person = new Person(desk.console, clock);
		expect(await person.ask('at+cmee=1')).toBe('\r\nOK\r\n');
		expect(await person.ask('at+cgmr')).toBe('\r\n+CME ERROR: 1\r\n');
		expect(await person.ask('at#smsatruncfg?')).toBe('\r\n#SMSATRUNCFG: 3,1,5\r\n\r\nOK\r\n');
	});
});

describe('a prompt', () => {
	test('takes a text up to Ctrl-Z, and ESC gives it up', async () => {
		const board = await flashedBoard();
		const mobile = board.mobile('+491711234567');
		await board.console.ask('at+cmgf=1');
		board.console.type('at+cmgs="+491711234567"\r');
		await board.console.see('\r\n> ');
		board.console.type('Hello\x1a');
		await board.console.see('OK\r\n', 60_000);
		await board.clock.until(() => mobile.received.length === 1, 60_000);
		expect(mobile.received[0]!.text).toBe('Hello');
		board.console.clear();
		board.console.type('at+cmgs="+491711234567"\r');
		await board.console.see('\r\n> ');
		board.console.type('no\x1b');
		await board.clock.advance(5_000);
		expect(await board.console.ask('at')).toBe('\r\nOK\r\n');
		expect(mobile.received).toHaveLength(1);
	});
});

describe('data mode', () => {
	async function online(): Promise<{ board: TestDesk; server: Person[] }> {
		const board = await flashedBoard();
		const server: Person[] = [];
		board.desk.memorySockets.serve('10.1.1.1', 80, connection => server.push(new Person(connection, board.clock)));
		await board.console.ask('at#sgact=1,1', 160_000);
		expect(await board.console.ask('at#sd=3,0,80,"10.1.1.1"', 160_000)).toContain('CONNECT');
		board.console.clear();
		return { board, server };
	}

	test('passes octets both ways, and +++ with silence around it leaves it', async () => {
		const { board, server } = await online();
		board.console.type('to the server +++ and on');
		await server[0]!.see('on', 30_000);
		server[0]!.type('to the board');
		await board.console.see('to the board');
		expect(server[0]!.screen).toBe('to the server +++ and on');
		await board.clock.advance(2_000);
		board.console.type('+++');
		await board.clock.advance(1_100);
		await board.console.see('OK\r\n');
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: 0');
		expect(server[0]!.screen).toBe('to the server +++ and on');
	});

	test('ends with NO CARRIER when the peer leaves', async () => {
		const { board, server } = await online();
		server[0]!.hangUp();
		await board.console.see('NO CARRIER\r\n', 30_000);
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: 0');
	});

	test('ends with NO CARRIER when the module is lost', async () => {
		const { board } = await online();
		board.desk.power.setReset(true);
		await board.clock.advance(500);
		board.desk.power.setReset(false);
		await board.console.see('NO CARRIER\r\n', 120_000);
		expect(await board.console.ask('at#smsatrun?')).toContain('OK');
	});
});

describe('a console that gets garbage', () => {
	test('answers a line of 10,000 characters with one ERROR', async () => {
		const board = await flashedBoard();
		await board.console.ask('ate0');
		board.console.clear();
		board.console.type('at');
		for (let block = 0; block < 100; block++) {
			board.console.type('x'.repeat(100));
			await board.clock.advance(20);
		}
		board.console.type('\r');
		await board.clock.advance(1_000);
		expect(board.console.screen).toBe('\r\nERROR\r\n');
		expect(await board.console.ask('at')).toBe('\r\nOK\r\n');
	});

	test('still answers the next line', async () => {
		const board = await flashedBoard();
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async octets => {
				// Digits and letters alone could be a command; the rest of the line makes sure that it is none.
				board.console.type(`${String.fromCharCode(...octets.filter(octet => octet !== 0x2f))}\x01\r`);
				await board.clock.advance(300);
				expect(await board.console.ask('at', 60_000)).toContain('OK\r\n');
			}),
			{ numRuns: 40 },
		);
	});
});
