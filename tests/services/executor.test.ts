import { describe, expect, test } from 'vitest';
import { DATA_MODE } from '../../src/at/catalogue/entry.js';
import { bySms, byTcp, counter, GRANTS, onConsole, recoveryBoard } from '../scenarios/recovery-desk.js';
import { answerTo, PREFIX_NUMBER } from './support.js';

const OK = '\r\nOK\r\n';

function refused(commandClass: string): string {
	return `\r\n#ATRUN: REFUSED,"${commandClass}"\r\n\r\nERROR\r\n`;
}

describe('who may run what', () => {
	test.each([
		['+CSQ', /OK/],
		['+CMEE=1', /OK/],
		['#REBOOT', /REFUSED,"power"/],
		['+COPS=2', /REFUSED,"detach"/],
		['+CGDATA="PPP",1', /REFUSED,"data"/],
		['D+391234567', /REFUSED,"late"/],
		['Q1', /REFUSED,"lock"/],
		['#SMSATRUN=0', /REFUSED,"self"/],
		['#ATRUNGUARD=2,1', /REFUSED,"admin"/],
		['+CSQ;#REBOOT', /REFUSED,"power"/],
	])('a number that is listed by its prefix: %s is answered %j', async (line, answer) => {
		const board = await recoveryBoard();
		expect(await answerTo(board, board.mobile(PREFIX_NUMBER), `AT${line}`)).toMatch(answer);
	});

	test('a refused command in a chain stops all of it before the first runs', async () => {
		const board = await recoveryBoard();
		const before = board.trace.length;
		expect((await bySms(board, 'AT+CMEE=0;Q1', 60)).text).toBe(refused('lock'));
		expect(board.trace.slice(before).some(line => line.includes('→ AT+CMEE=0'))).toBe(false);
	});

	test('a grant of the class does not lift the refusal of the guard, nor the other way round', async () => {
		const board = await recoveryBoard(GRANTS);
		expect((await bySms(board, 'ATQ1', 60)).text).toBe(refused('lock'));
		await onConsole(board, 'at#atrungrant=0,2,47', 'at#atrunguard=2,1');
		expect((await bySms(board, 'ATQ1', 60)).text).toBe(refused('lock'));
	});

	test.each([
		[0, '#REBOOT', 'power'],
		[1, '+COPS=2', 'detach'],
		[3, '+CGDATA="PPP",1', 'data'],
		[4, '#SMSATRUN=0', 'self'],
	] as const)('#ATRUNGUARD=%i,2 refuses %s', async (guarded, line, name) => {
		const board = await recoveryBoard([`at#atrunguard=${guarded},2`]);
		expect((await bySms(board, `AT${line}`, 60)).text).toBe(refused(name));
		expect(await counter(board, 'REFUSED')).toBe(1);
		expect(board.desk.module.boots).toBe(1);
	});
});

describe('refusals of one requester and one class', () => {
	test('are answered and counted each, and written to the journal once in five minutes', async () => {
		const board = await recoveryBoard();
		const written = async () =>
			[...(await board.console.ask('at#atrunlog=50')).matchAll(/"refused","([a-z]+)"/g)].map(found => found[1]);
		for (let turn = 0; turn < 5; turn++) expect((await byTcp(board, 'ATQ1', 60)).text).toBe(refused('lock'));
		expect((await byTcp(board, 'AT#ATRUNRESET=2', 60)).text).toBe(refused('admin'));
		expect((await bySms(board, 'ATQ1', 60)).text).toBe(refused('lock'));
		expect(await counter(board, 'REFUSED')).toBe(7);
		expect(await written()).toEqual(['lock', 'admin', 'lock']);
		await board.clock.advance(300_000);
		await byTcp(board, 'ATQ1', 60);
		expect((await written())[0]).toBe('lock');
		expect(await written()).toHaveLength(4);
	});
});

describe('a command that may lock, and does not', () => {
	test('is answered as it is', async () => {
		const board = await recoveryBoard([...GRANTS, 'at#atrunguard=2,1']);
		expect((await bySms(board, 'ATQ1Q0', 60)).text).toBe(OK);
	});

	test('is not asked twice in strict mode', async () => {
		const board = await recoveryBoard(['at#atrunmode=1']);
		const before = board.trace.length;
		board.requester.send('AT+CFUN=2', board.desk.sim.number);
		await board.clock.advance(9_000);
		expect(board.trace.slice(before).filter(line => line.endsWith('dlci 3 → AT'))).toEqual([]);
	});
});

describe('what the journal keeps of a request', () => {
	test('is its rung where one was needed, and how long it took', async () => {
		const board = await recoveryBoard([...GRANTS, 'at#atrunguard=2,1']);
		await bySms(board, 'ATQ1', 120);
		const log = await board.console.ask('at#atrunlog=5', 30_000);
		expect(log).toMatch(/"sms","\+393290000001","ATQ1","run","timeout",60[0-9]{3},"wait"/);
		expect(await counter(board, 'TIMEOUTS')).toBe(1);
		expect(await counter(board, 'RECOVERED_WAIT')).toBe(1);
	});
});

test('a session that goes on in data mode over TCP is no hazard for the catalogue, and the instance is free afterwards', async () => {
	expect(DATA_MODE.tcp).toBeUndefined();
	const board = await recoveryBoard();
	expect((await byTcp(board, 'AT+CGDATA="PPP",1', 60)).text).toBe('\r\nCONNECT\r\n');
	expect((await byTcp(board, 'AT', 60)).text).toBe(OK);
});
