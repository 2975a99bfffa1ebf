import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/base/text.js';
import { Person } from '../support/person.js';
import {
	ask,
	CARRIERS,
	connectionTo,
	counters,
	gone,
	KEY,
	knock,
	listens,
	onConsole,
	pour,
	serverBoard,
	session,
} from './tcp-desk.js';

const LONG = 'x'.repeat(65_536);

describe.each(CARRIERS)('given a board that listens by its %s network', carrier => {
	test('64 kB without a line end before the login end with the login time', async () => {
		const board = await serverBoard(carrier, 1);
		const port = connectionTo(board, carrier);
		const client = new Person(port, board.clock);
		await client.see('Username:\r\n');
		await pour(board, port, LONG, 40_000);
		await gone(board, client);
		expect(client.screen).toBe('Username:\r\n');
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT', 'TCP_BAD_LOGIN')).toEqual({
			TCP_LOGIN_TIMEOUT: 1,
			TCP_BAD_LOGIN: 0,
		});
		await board.clock.advance(6_000);
		const next = await knock(board, carrier);
		await next.see('Username:\r\n');
	});

	test('64 kB before the login that end after all are a wrong name', async () => {
		const board = await serverBoard(carrier, 1, [`at#atruntcp=${Number(carrier === 'host')},300`]);
		const port = connectionTo(board, carrier);
		const client = new Person(port, board.clock);
		await client.see('Username:\r\n');
		await pour(board, port, `${LONG}\r`, 200_000);
		await gone(board, client, 300_000);
		expect(await counters(board, 'TCP_BAD_LOGIN')).toEqual({ TCP_BAD_LOGIN: 1 });
	});

	test('64 kB without a line end after the login are one ERROR, and the next line runs', async () => {
		const board = await serverBoard(carrier);
		const port = connectionTo(board, carrier);
		const client = new Person(port, board.clock);
		client.type('user\rpass\r');
		expect(await pour(board, port, LONG, 120_000)).toBe(true);
		await board.clock.advance(1_000);
		expect(client.screen).toBe('');
		expect(await pour(board, port, '\rat+cmee?\r')).toBe(true);
		await client.see('OK\r\n', 120_000);
		expect(client.screen).toBe('\r\nERROR\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('an octet every two seconds does not hold the login open', async () => {
		const board = await serverBoard(carrier, 1);
		const client = await knock(board, carrier);
		for (let turn = 0; turn < 20 && client.closed === undefined; turn++) {
			if (turn < 14) client.type('x');
			await board.clock.advance(2_000);
		}
		await gone(board, client, 1);
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT')).toEqual({ TCP_LOGIN_TIMEOUT: 1 });
		await board.clock.advance(2_000);
		const next = await knock(board, carrier);
		await next.see('Username:\r\n');
	});

	test('a client that never reads is dropped after a minute, and the next one is served', async () => {
		const board = await serverBoard(carrier, 0, [], { python: true });
		const port = connectionTo(board, carrier);
		const first = new Person(port, board.clock);
		first.type('user\rpass\rat#wscript="big",20000\r');
		await first.see('>>>');
		expect(await pour(board, port, 'y'.repeat(20_000))).toBe(true);
		await first.see('OK\r\n');
		port.listen(undefined);
		port.write(bytesOf('at#rscript="big"\r'));
		await board.clock.advance(30_000);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('1,1');
		await board.clock.advance(70_000);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at+cmee?', 90_000)).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test.each([
		['in the middle of an answer', 'at+cops=?\r', 11_000],
		['before its answer', 'at+cmee?\r', 0],
		['at a prompt for text', 'at+cmgf=1;+cmgs="+491711234567"\rhalf a mess', 2_000],
		['at a prompt for text, at once', 'at+cmgf=1;+cmgs="+491711234567"\r', 0],
		['at a prompt for octets', 'at#wscript="x",500\r', 1_000],
	])('a client that vanishes %s leaves the instance usable', async (_what, typed, ms) => {
		const board = await serverBoard(carrier);
		await board.registered();
		const client = await session(board, carrier);
		client.type(typed);
		await board.clock.advance(ms);
		client.hangUp();
		await board.clock.advance(2_000);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at+cmee?', 120_000)).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('a client that vanishes in the middle of octets for the module leaves the instance usable', async () => {
		const board = await serverBoard(carrier, 0, [], { python: true });
		const client = await session(board, carrier);
		client.type('at#wscript="x",500\r');
		await client.see('>>>');
		client.type('only some of them');
		await board.clock.advance(500);
		client.hangUp();
		await board.clock.advance(1_000);
		const next = await knock(board, carrier);
		next.type('user\rpass\rat+cmee?\r');
		await next.see('+CMEE: 1\r\n\r\nOK\r\n', 5_000);
		expect(await ask(board, next, 'at#lscript')).not.toContain('"x"');
	});
});

describe('given random octets', () => {
	test.each([0, 1, 2])('before the login (authMode %i) nothing runs and the next client is served', async mode => {
		const board = await serverBoard('host', mode, [`at#atrunkey=0,1,"${KEY}"`]);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), async pieces => {
				await onConsole(board, 'at#atrunreset=3');
				await listens(board, 'host');
				const port = connectionTo(board, 'host');
				const client = new Person(port, board.clock);
				for (const piece of pieces) {
					port.write(piece);
					await board.clock.advance(100);
				}
				client.hangUp();
				await board.clock.advance(100);
			}),
			{ numRuns: 25 },
		);
		const told = await counters(board, 'TCP_SESSIONS', 'COMMANDS', 'TCP_BUSY');
		expect(told).toEqual({ TCP_SESSIONS: 0, COMMANDS: 0, TCP_BUSY: 0 });
		expect(board.desk.coprocessor.modem.state).toBe('ready');
		const client = await knock(board, 'host');
		await board.clock.advance(500);
		expect(client.closed).toBeUndefined();
	});

	test('after the login they disturb neither the session nor the module', async () => {
		const board = await serverBoard('host', 0, ['at#tcpatcmdseq=1']);
		const port = connectionTo(board, 'host');
		const client = new Person(port, board.clock);
		client.type('user\rpass\r');
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async octets => {
				port.write(octets);
				await board.clock.advance(200);
			}),
			{ numRuns: 25 },
		);
		client.type('\xff\xf0\r\r');
		await board.clock.advance(1_000);
		expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});
});
