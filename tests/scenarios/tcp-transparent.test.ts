import { describe, expect, test } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { ask, CARRIERS, type Carrier, connectionTo, gone, onConsole, pour, serverBoard, session } from './tcp-desk.js';

const ALL = textOf(Uint8Array.from({ length: 256 }, (_, octet) => octet));

/** A session in transparent mode, with someone at the far end of the auxiliary port at the same rate. */
async function joined(
	carrier: Carrier,
	rate = 9600,
	first: readonly string[] = [],
	options: Partial<DeskOptions> = {},
) {
	const board = await serverBoard(carrier, 0, first, options);
	const device = new Person(board.desk.auxiliary, board.clock);
	board.desk.auxiliary.setBaud(rate);
	const port = connectionTo(board, carrier);
	const client = Object.assign(new Person(port, board.clock), { port });
	client.type('user\rpass\r');
	expect(await ask(board, client, `at#tcpatconser=1,${rate}`)).toBe('\r\nCONNECT\r\n');
	client.clear();
	return { board, device, client };
}

/** Leaves by `+++` with silence around it. */
async function leave(board: TestDesk, client: Person): Promise<void> {
	await board.clock.advance(1_000);
	client.clear();
	client.type('+++');
	await client.see('\r\nOK\r\n', 5_000);
}

describe.each(CARRIERS)('given a session by the %s network that joins the auxiliary port', carrier => {
	test.each([300, 9600, 115_200])('at %i baud octets of every value pass both ways', async rate => {
		const { board, device, client } = await joined(carrier, rate);
		client.type(ALL);
		device.type(ALL);
		await board.clock.advance(20_000);
		expect(device.screen === ALL).toBe(true);
		expect(client.screen === ALL).toBe(true);
	});

	test('`+++` alone leaves, the session goes on, and the port can be had again at another rate', async () => {
		const { board, device, client } = await joined(carrier);
		client.type('hello');
		await leave(board, client);
		expect(device.screen).toBe('hello');
		expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		expect(await ask(board, client, 'at#tcpatconser=1,19200')).toBe('\r\nCONNECT\r\n');
		board.desk.auxiliary.setBaud(19_200);
		device.clear();
		client.type('again');
		await device.see('again');
	});

	test.each([
		['inside other octets', ['ab+++cd']],
		['with a line end', ['+++\r\n']],
		['four of them', ['++++']],
		['without silence before', ['x', '+++']],
		['without silence behind', ['', '+++', 'x']],
	])('`+++` %s passes', async (_what, pieces) => {
		const { board, device, client } = await joined(carrier);
		await board.clock.advance(2_000);
		for (const piece of pieces) {
			if (piece !== '') client.type(piece);
			await board.clock.advance(200);
		}
		await board.clock.advance(3_000);
		expect(device.screen).toBe(pieces.join(''));
		expect(client.screen).toBe('');
		device.type('still joined');
		await client.see('still joined');
	});

	test('the far end of the port cannot leave by `+++`', async () => {
		const { board, device, client } = await joined(carrier);
		await board.clock.advance(2_000);
		device.type('+++');
		await board.clock.advance(2_000);
		client.type('x');
		await device.see('x');
		expect(client.screen).toBe('+++');
	});

	test.each([
		['the idle time of sessions', 60, 60_000],
		['ten minutes where sessions have none', 0, 600_000],
	])('it ends after %s', async (_what, idle, ms) => {
		const { board, device, client } = await joined(carrier, 9600, [
			`at#atruntcp=${Number(carrier === 'host')},30,${idle}`,
		]);
		await board.clock.advance(ms - 5_000);
		device.type('x');
		await board.clock.advance(ms - 5_000);
		expect(client.closed).toBeUndefined();
		await gone(board, client, 10_000);
		// The port is free for the next one.
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at#tcpatconser=1,9600')).toBe('\r\nCONNECT\r\n');
	});

	test('the end of the session gives the port back', async () => {
		const { board, client } = await joined(carrier);
		client.hangUp();
		await board.clock.advance(10_000);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at#tcpatconser=1,115200')).toBe('\r\nCONNECT\r\n');
	});

	test.each(['at#tcpatrunclose', 'at#tcpatrunl=0;#tcpatrunl=1'])('%s on the console ends it too', async line => {
		const { board, client } = await joined(carrier);
		await onConsole(board, line);
		await gone(board, client);
		await board.clock.advance(3_000);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at#tcpatconser=1,9600')).toBe('\r\nCONNECT\r\n');
	});

	test('meanwhile another instance answers an SMS, and the console its lines', async () => {
		const { board, device, client } = await joined(carrier);
		await board.registered();
		await onConsole(board, 'at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1');
		const mobile = board.mobile('+393297308677');
		mobile.send('AT+CMEE?', board.desk.sim.number);
		for (let turn = 0; mobile.received.length === 0 && turn < 100; turn++) {
			client.type('ping ');
			await board.clock.advance(500);
		}
		expect(mobile.received[0]!.text).toContain('+CMEE: 1');
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: ');
		device.type('pong');
		await client.see('pong');
	});

	test('with flow control nothing of 8 kB is lost either way, however slow the line', async () => {
		const { board, device, client } = await joined(carrier, 4800);
		const port = board.desk.auxiliary;
		const data = ALL.repeat(32);
		let sent = 0;
		const write = () => {
			sent += port.write(bytesOf(data).subarray(sent));
		};
		const typing = new Person(port, board.clock);
		expect(device.screen).toBe('');
		write();
		for (let turn = 0; sent < data.length && turn < 100; turn++) {
			await board.clock.advance(500);
			write();
		}
		for (let at = 0, turn = 0; at < data.length && turn < 400; turn++) {
			// A client as fast as the connection takes it.
			const piece = data.slice(at, at + 256);
			try {
				client.type(piece);
				at += piece.length;
			} catch {
				await board.clock.advance(500);
			}
		}
		await board.clock.until(() => client.screen.length >= data.length, 60_000, 'what the device sent');
		await board.clock.until(() => typing.screen.length >= data.length, 60_000, 'what the client sent');
		expect(client.screen === data).toBe(true);
		expect(typing.screen === data).toBe(true);
		await leave(board, client);
	});

	test('a telnet client gets 0xFF doubled, and its own doubled ones are one', async () => {
		const board = await serverBoard(carrier);
		const device = new Person(board.desk.auxiliary, board.clock);
		const client = await session(board, carrier);
		client.type('\xff\xfb\x18');
		expect(await ask(board, client, 'at#tcpatconser=1,9600')).toBe('\r\nCONNECT\r\n');
		client.clear();
		client.type('a\xff\xffb\xff\xf1c');
		device.type('d\xffe');
		await board.clock.advance(1_000);
		expect(device.screen).toBe('a\xffbc');
		expect(client.screen).toBe('d\xff\xffe');
	});
});

describe('given requests for a port', () => {
	test.each(['at#tcpatconser=1,9600', 'at#tcpatconser=0,9600'])('%s is refused on the console', async line => {
		const board = await serverBoard('host');
		await board.console.ask('at+cmee=1');
		expect(await board.console.ask(line)).toBe('\r\n+CME ERROR: 3\r\n');
	});

	test('by SMS it is refused', async () => {
		const board = await serverBoard('host');
		await board.registered();
		await onConsole(board, 'at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1');
		const mobile = board.mobile('+393297308677');
		mobile.send('AT#TCPATCONSER=1,9600', board.desk.sim.number);
		await board.clock.until(() => mobile.received.length > 0, 60_000, 'the answer');
		expect(mobile.received[0]!.text).toMatch(/ERROR/);
		const client = await session(board, 'host');
		expect(await ask(board, client, 'at#tcpatconser=1,9600')).toBe('\r\nCONNECT\r\n');
	});

	test.each([
		'at#tcpatconser=2,9600',
		'at#tcpatconser=1,9601',
		'at#tcpatconser=1',
		'at#tcpatconser=1,9600,1',
		'at#tcpatconser?',
	])('%s is refused in a session', async line => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		expect(await ask(board, client, line)).toMatch(/^\r\n\+CME ERROR: [0-9]+\r\n$/);
		expect(await ask(board, client, 'at#tcpatconser=?')).toBe(
			'\r\n#TCPATCONSER: (0,1),(300,1200,2400,4800,9600,19200,38400,57600,115200)\r\n\r\nOK\r\n',
		);
	});

	test('the console is taken over while it lasts, and comes back with the URCs that waited', async () => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		expect(await ask(board, client, 'at#tcpatconser=0,115200')).toBe('\r\nCONNECT\r\n');
		board.console.clear();
		client.clear();
		client.type('to the technician');
		board.console.type('at+cgmr\r');
		await board.clock.advance(1_000);
		expect(board.console.screen).toBe('to the technician');
		expect(client.screen).toBe('at+cgmr\r');
		await leave(board, client);
		await board.clock.advance(1_000);
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: ');
		expect(await ask(board, client, 'at#tcpatconser=0,9600')).toBe('\r\nCONNECT\r\n');
		client.hangUp();
		await board.clock.advance(2_000);
		await board.console.see('#TCPATRUN: <DISCONNECT>');
		expect(await board.console.ask('at+cmee?')).toContain('+CMEE: ');
	});

	test('without flow control some is lost on a line that is too fast, in whole gaps; and the session goes on', async () => {
		const { board, client } = await joined('host', 115_200, [], { auxiliary: { flowControl: false, capacity: 256 } });
		const device = board.desk.auxiliary;
		const numbers = Array.from({ length: 4000 }, (_, number) => `${number} `).join('');
		const data = bytesOf(numbers);
		// The client takes nothing at first; nothing holds the device back.
		const port = client.port;
		port.listen(undefined);
		for (let sent = 0, turn = 0; sent < data.length && turn < 9000; turn++) {
			sent += device.write(data.subarray(sent, sent + 256));
			await board.clock.advance(5);
		}
		const late = new Person(port, board.clock);
		await board.clock.advance(5_000);
		expect(late.screen.length).toBeLessThan(data.length);
		expect(late.screen.length).toBeGreaterThan(4096);
		expect(numbers.startsWith(late.screen.slice(0, 4096))).toBe(true);
		late.clear();
		device.write(bytesOf('after the gap'));
		await late.see('after the gap');
		late.type('+++');
		await late.see('\r\nOK\r\n');
	});

	test('commands that wait in sequence run when transparent mode is left', async () => {
		const board = await serverBoard('host', 0, ['at#tcpatcmdseq=1']);
		const device = new Person(board.desk.auxiliary, board.clock);
		const port = connectionTo(board, 'host');
		const client = new Person(port, board.clock);
		client.type('user\rpass\rat+cmee?\rat#tcpatconser=1,9600\rat+cmee?\r');
		await client.see('CONNECT\r\n');
		await board.clock.advance(1_000);
		client.clear();
		expect(await pour(board, port, 'data')).toBe(true);
		await board.clock.advance(2_000);
		expect(device.screen).toBe('data');
		client.type('+++');
		await client.see('+CMEE: 1\r\n\r\nOK\r\n');
		expect(client.screen).toBe('\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});
});
