import { describe, expect, test } from 'vitest';
import { createSimulatedModule } from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { askSession, loggedIn } from '../services/support.js';
import type { TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { expectSmsAtrun, OK, readyBoard, registeredBoard } from './console-desk.js';

/** Dials by packet data, which the module answers once its packet service is there. */
async function dial(board: TestDesk): Promise<string> {
	await board.clock.advance(20_000);
	return board.console.ask('at+cgdata="PPP",1', 60_000);
}

/** A board whose console is connected with a server by a socket in data mode. */
async function connected(): Promise<{ board: TestDesk; server: Person }> {
	const board = await registeredBoard();
	const servers: Person[] = [];
	board.desk.memorySockets.serve('10.1.1.1', 80, connection => servers.push(new Person(connection, board.clock)));
	await board.console.ask('at#sgact=1,1', 160_000);
	expect(await board.console.ask('at#sd=3,0,80,"10.1.1.1"', 160_000)).toContain('CONNECT');
	await board.clock.advance(2_000);
	board.console.clear();
	return { board, server: servers[0]! };
}

describe('given a data call on the shared instance', () => {
	test('SMS and TCP requests go on: the co-processor’s own commands have moved to another instance', async () => {
		const board = await readyBoard();
		expect(await dial(board)).toContain('CONNECT');
		expect(board.desk.coprocessor.modem.control?.number).not.toBe(1);
		await expectSmsAtrun(board);
		const client = await loggedIn(board);
		expect(await askSession(board, client, 'at+cmee?')).toContain('+CMEE: 1');
		await expectSmsAtrun(board);
		board.console.type('+++');
		await board.console.see('NO CARRIER', 5_000);
		await board.clock.advance(1_000);
		expect(board.desk.coprocessor.modem.control?.number).toBe(1);
		expect(await board.console.ask('at+cgmm')).toContain('OK');
		await expectSmsAtrun(board);
	});

	test('a requester finds the settings that requesters left, not those of the co-processor that was there', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		await askSession(board, client, 'at+cmgf=1;+cscs="UCS2"');
		client.hangUp();
		await board.clock.advance(5_000);
		expect(await dial(board)).toContain('CONNECT');
		await expectSmsAtrun(board);
		const again = await loggedIn(board);
		expect(await askSession(board, again, 'at+cmgf?;+cscs?')).toContain('+CMGF: 1\r\n\r\n+CSCS: "UCS2"');
	});

	test('it is refused with 612 while a connected socket lives there, and allowed when that has gone', async () => {
		const board = await readyBoard();
		await board.console.ask('at+cmee=1');
		const client = await loggedIn(board);
		expect(await dial(board)).toBe('\r\n+CME ERROR: 612\r\n');
		expect(await askSession(board, client, 'at+cmee?')).toContain('OK');
		expect(await board.console.ask('at+cgmm')).toContain('OK');
		client.hangUp();
		await board.clock.advance(5_000);
		expect(await dial(board)).toContain('CONNECT');
	});

	test('one that fails gives the instance back', async () => {
		const board = await readyBoard();
		expect(await board.console.ask('at#sd=3,0,80,"10.9.9.9"', 160_000)).toMatch(/ERROR|NO CARRIER/);
		expect(board.desk.coprocessor.modem.control?.number).toBe(1);
		await expectSmsAtrun(board);
	});

	test('unsolicited result codes wait for its end', async () => {
		const board = await readyBoard();
		expect(await dial(board)).toContain('CONNECT');
		board.console.clear();
		await expectSmsAtrun(board);
		expect(board.console.screen).not.toContain('#SMSATRUN');
		board.console.type('+++');
		await board.console.see('#SMSATRUN: AT+CMEE?', 5_000);
		expect(board.console.screen.indexOf('NO CARRIER')).toBeLessThan(board.console.screen.indexOf('#SMSATRUN'));
	});
});

describe('packet data by ATD*99#', () => {
	test('carries every octet both ways, and flow control holds back what comes too fast', async () => {
		const board = await registeredBoard();
		await board.clock.advance(20_000);
		expect(await board.console.ask('atd*99#', 60_000)).toContain('CONNECT');
		board.console.clear();
		const all = String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));
		for (let turn = 0; turn < 40; turn++) {
			board.console.type(all);
			await board.clock.advance(20);
		}
		await board.clock.until(() => board.console.screen.length >= 40 * 256, 30_000, 'all octets');
		expect(board.console.screen).toBe(all.repeat(40));
		await board.clock.advance(1_500);
		board.console.clear();
		board.console.type('+++');
		await board.console.see(OK, 5_000);
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: 0');
		expect(await board.console.ask('ato')).toContain('CONNECT');
		board.console.clear();
		board.console.type('again');
		await board.console.see('again', 2_000);
		await board.clock.advance(1_500);
		board.console.type('+++');
		await board.console.see(OK, 5_000);
		expect(await board.console.ask('ath')).toBe(OK);
		expect(await board.console.ask('ato')).toBe('\r\nNO CARRIER\r\n');
	});
});

describe('a call that is left by the escape sequence', () => {
	test('is kept: commands run meanwhile, and #SO goes on with it', async () => {
		const { board, server } = await connected();
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: 0');
		expect(await board.console.ask('at#so=3')).toContain('CONNECT');
		board.console.type('again');
		await server.see('again');
		await board.clock.advance(2_000);
		board.console.clear();
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		expect(await board.console.ask('at#sh=3')).toBe(OK);
	});

	test.each([
		['S12 is the silence around it', 'ats12=150', '+++', 2_900, 3_300],
		['S2 is its character', 'ats2=35', '###', 900, 1_400],
	])('%s', async (_what, set, typed, before, after) => {
		const { board } = await connected();
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		expect(await board.console.ask(set)).toBe(OK);
		await board.console.ask('at#so=3');
		await board.clock.advance(5_000);
		board.console.clear();
		board.console.type(typed);
		await board.clock.advance(before);
		expect(board.console.screen).toBe('');
		await board.clock.advance(after - before);
		expect(board.console.screen).toBe(OK);
	});

	test('with S2 above 127 there is none', async () => {
		const { board, server } = await connected();
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		await board.console.ask('ats2=200');
		await board.console.ask('at#so=3');
		await board.clock.advance(2_000);
		board.console.clear();
		board.console.type('+++');
		await server.see('+++');
		expect(board.console.screen).toBe('');
	});
});

describe('the lines of a port that has them', () => {
	test('DCD is on while a call is up', async () => {
		const { board } = await connected();
		expect(board.desk.console.peerSignals?.dv).toBe(true);
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		expect(board.desk.console.peerSignals?.dv).toBe(false);
	});

	test('DTR that drops leaves the call where the module is set so, and not where it is not', async () => {
		const { board, server } = await connected();
		board.desk.console.setDtr(false);
		await board.clock.advance(1_000);
		board.desk.console.setDtr(true);
		board.console.type('still there');
		await server.see('still there');
		await board.clock.advance(2_000);
		board.console.type('+++');
		await board.console.see(OK, 3_000);
		await board.console.ask('at&d1');
		await board.console.ask('at#so=3');
		board.console.clear();
		board.desk.console.setDtr(false);
		await board.console.see(OK, 1_000);
		board.desk.console.setDtr(true);
		expect(await board.console.ask('at+cgmm')).toContain('OK');
	});
});

describe('a line for the module', () => {
	/** From the first octet of the line to the last of its answer [ms]. */
	async function timeOf(person: Person, clock: VirtualClock, line: string): Promise<{ ms: number; octets: number }> {
		await clock.advance(1_000);
		const start = clock.now();
		await person.ask(line);
		return { ms: clock.now() - start, octets: person.screen.length };
	}

	test.each(['at+cgmm', 'at+cgdcont=1,"IP","internet.operator.example"', 'at+cpbs=?;+cgmr;+cgsn;+csq'])(
		'takes no longer through the co-processor than its octets take on one wire more: %s',
		async line => {
			const clock = new VirtualClock();
			const bare = createSimulatedModule({ clock, powered: true });
			await clock.advance(60_000);
			const direct = await timeOf(new Person(bare.dte, clock), clock, line);
			const board = await registeredBoard();
			const through = await timeOf(board.console, board.clock, line);
			expect(through.octets).toBe(direct.octets);
			const wire = ((line.length + 1 + through.octets) * 10_000) / 115_200;
			expect(through.ms - direct.ms).toBeLessThanOrEqual(wire + FRAMES);
		},
	);
});

/** Headers of the frames that carry line and answer over CMUX, and the MSC that may be between [ms]. */
const FRAMES = 2;
