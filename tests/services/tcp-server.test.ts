import { describe, expect, test } from 'vitest';
import { askSession, loggedIn, readyBoard } from './support.js';

describe('a TCP client of the board', () => {
	test.each([
		['at+cmee?', '\r\n+CMEE: 1\r\n\r\nOK\r\n'],
		['at', '\r\nOK\r\n'],
		['at#tcpatcmdseq?;+cmee?', '\r\n#TCPATCMDSEQ: 0\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n'],
		['at#tcpatcmdseq=7', '\r\n+CME ERROR: 50\r\n'],
		['at#smsatwl=1,1', '\r\n#ATRUN: REFUSED,"admin"\r\n\r\nERROR\r\n'],
		['at+cmux=0', '\r\n#ATRUN: REFUSED,"lock"\r\n\r\nERROR\r\n'],
		['at+cfun=2', '\r\n#ATRUN: REFUSED,"lock"\r\n\r\nERROR\r\n'],
		['at#tcpatrunauth?', '\r\n#TCPATRUNAUTH: "testuser","***"\r\n\r\nOK\r\n'],
		['at+"', '\r\nERROR\r\n'],
	])('gets for %j just %j', async (line, answer) => {
		const board = await readyBoard();
		expect(await askSession(board, await loggedIn(board), line)).toBe(answer);
	});

	test('has the rights that a grant gives to it', async () => {
		const board = await readyBoard();
		await board.console.ask('at#atrungrant=1,1,1');
		const client = await loggedIn(board);
		expect(await askSession(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		expect(await askSession(board, client, 'at#gpio=2,1,1')).toBe('\r\n#ATRUN: REFUSED,"write"\r\n\r\nERROR\r\n');
	});

	test('is told to the console when it comes in and when it leaves', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		await board.clock.advance(1000);
		expect(board.console.screen).toBe('\r\n#TCPATRUN: 127.0.0.1\r\n');
		client.hangUp();
		await board.console.see('#TCPATRUN: <DISCONNECT>\r\n', 30_000);
	});

	test('that does not log in is closed after 30 s, and the console hears nothing', async () => {
		const board = await readyBoard();
		const client = board.client();
		await board.clock.until(() => client.closed !== undefined, 45_000, 'the end');
		await board.clock.advance(5_000);
		expect(client.screen).toBe('Username:\r\n');
		expect(board.console.screen).toBe('');
		await loggedIn(board);
	});

	test('that nobody knows is dropped without an octet, and the next one is served', async () => {
		const board = await readyBoard();
		const stranger = board.client(1024, '8.8.8.8');
		await board.clock.until(() => stranger.closed !== undefined, 30_000, 'the end');
		expect(stranger.screen).toBe('');
		await loggedIn(board);
	});

	test('is served alone, and the next one after it has gone', async () => {
		const board = await readyBoard();
		const first = await loggedIn(board);
		expect(board.desk.memorySockets.isListening(1024)).toBe(false);
		expect(await askSession(board, first, 'at')).toBe('\r\nOK\r\n');
		first.hangUp();
		await board.clock.advance(2_000);
		const second = await loggedIn(board);
		expect(await askSession(board, second, 'at')).toBe('\r\nOK\r\n');
	});

	test('may come from an address that the firewall got while it listened', async () => {
		const board = await readyBoard();
		await board.console.ask('at#tcpatrunfrwl=1,"8.8.0.0","255.255.0.0"');
		await board.clock.advance(2_000);
		const client = board.client(1024, '8.8.8.8');
		await client.see('Username:\r\n', 30_000);
		client.hangUp();
		await board.console.ask('at#tcpatrunfrwl=0,"8.8.0.0","255.255.0.0"');
		await board.clock.advance(5_000);
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), 30_000);
		const late = board.client(1024, '8.8.8.8');
		await board.clock.until(() => late.closed !== undefined, 30_000, 'the end');
		expect(late.screen).toBe('');
	});

	test('that vanishes in the middle of an answer leaves the instance usable', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		client.type('at+cops=?\r');
		await board.clock.advance(11_000);
		client.hangUp();
		await board.console.see('<DISCONNECT>', 60_000);
		const next = await loggedIn(board);
		expect(await askSession(board, next, 'at+cmee?', 60_000)).toContain('+CMEE: 1');
	});

	test('that vanishes at a text prompt leaves the instance usable', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		client.type('at+cmgf=1;+cmgs="+393297308677"\r');
		await client.see('\r\n> ');
		client.type('half a mess');
		await board.clock.advance(1_000);
		client.hangUp();
		await board.console.see('<DISCONNECT>', 60_000);
		const next = await loggedIn(board);
		expect(await askSession(board, next, 'at+cmee?', 20_000)).toContain('+CMEE: 1');
	});

	test('sends an SMS through the prompt', async () => {
		const board = await readyBoard();
		const mobile = board.mobile('+491711234567');
		const client = await loggedIn(board);
		client.type('at+cmgf=1\r');
		await client.see('OK');
		client.clear();
		client.type('at+cmgs="+491711234567"\r\n');
		await client.see('\r\n> ');
		client.type('Hello\x1a');
		await client.see('OK\r\n', 60_000);
		await board.clock.until(() => mobile.received.length === 1, 60_000, 'the SMS');
		expect(mobile.received[0]!.text).toBe('Hello');
	});

	test('sends octets of every value through #SSENDEXT', async () => {
		const board = await readyBoard();
		let got = '';
		board.desk.memorySockets.serve('10.1.1.1', 80, connection => {
			const buffer = new Uint8Array(512);
			connection.listen({
				readable: () => {
					for (let count = connection.read(buffer); count > 0; count = connection.read(buffer)) {
						got += String.fromCharCode(...buffer.subarray(0, count));
					}
				},
			});
		});
		const client = await loggedIn(board);
		expect(await askSession(board, client, 'at#sd=3,0,80,"10.1.1.1",0,0,1', 180_000)).toBe('\r\nOK\r\n');
		const octets = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value));
		client.clear();
		client.type('at#ssendext=3,256\r');
		await client.see('\r\n> ');
		client.type(octets);
		await client.see('OK\r\n', 30_000);
		await board.clock.until(() => got.length >= 256, 10_000, 'the octets');
		expect(got).toBe(octets);
		expect(await askSession(board, client, 'at')).toBe('\r\nOK\r\n');
	});
});

describe('a session that is ended from elsewhere', () => {
	test('by the service being switched off, gives the instance and the port back', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		board.console.type('at#tcpatrunl=0\r');
		await board.console.see('OK\r\n');
		await board.clock.until(() => client.closed !== undefined, 30_000, 'the end');
		await board.clock.advance(60_000);
		expect(board.desk.memorySockets.isListening(1024)).toBe(false);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 0,0');
		await board.console.ask('at#tcpatrunl=1');
		await loggedIn(board);
	});

	test('by the service being switched off while the call is accepted, never begins', async () => {
		const board = await readyBoard();
		const client = board.client();
		await board.clock.until(() => board.trace.some(note => note.includes('→ AT#SA=1,1')), 10_000, 'the acceptance');
		board.console.type('at#tcpatrunl=0\r');
		await board.clock.until(() => client.closed !== undefined, 60_000, 'the end');
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 0,0');
		await board.clock.advance(60_000);
		expect(board.desk.memorySockets.isListening(1024)).toBe(false);
	});

	test('by #TCPATRUNCLOSE, listens again by itself', async () => {
		const board = await readyBoard();
		const client = await loggedIn(board);
		board.console.type('at#tcpatrunclose\r');
		await board.console.see('OK\r\n');
		await board.clock.until(() => client.closed !== undefined, 30_000, 'the end');
		await loggedIn(board);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,1');
	});

	test('by the loss of the module, listens again when it is back', async () => {
		const board = await readyBoard();
		await loggedIn(board);
		board.desk.power.setReset(true);
		await board.clock.advance(500);
		board.desk.power.setReset(false);
		await board.clock.until(() => board.desk.coprocessor.modem.state !== 'ready', 60_000, 'the loss');
		await board.clock.until(() => board.desk.coprocessor.isUp, 300_000, 'the return');
		await loggedIn(board);
	});

	test('by the board stopping, leaves no timer behind', async () => {
		const board = await readyBoard();
		await loggedIn(board);
		await board.clock.settled(board.desk.stop(), 30_000, 'the stop');
		const before = board.trace.length;
		await board.clock.advance(700_000);
		expect(board.trace.slice(before).filter(note => / tcp /.test(note))).toEqual([]);
	});
});
