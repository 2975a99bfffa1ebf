import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { ask, CARRIERS, connectionTo, counters, gone, onConsole, pour, serverBoard, session } from './tcp-desk.js';

const ALL = textOf(Uint8Array.from({ length: 256 }, (_, octet) => octet));
/** What a telnet client asks for when it connects: terminal type, speed, X display, environment; and no go-ahead. */
const NEGOTIATION = '\xff\xfb\x18\xff\xfb\x20\xff\xfb\x23\xff\xfb\x27\xff\xfd\x03';

/** A far end that the module's own socket 3 is connected with; collects what comes. */
async function withOtherSocket(board: TestDesk, client: Person): Promise<{ text: string }> {
	const far = { text: '' };
	board.desk.memorySockets.serve('10.9.9.9', 80, connection => {
		const block = new Uint8Array(512);
		connection.listen({
			readable: () => {
				for (let count = connection.read(block); count > 0; count = connection.read(block))
					far.text += textOf(block.subarray(0, count));
			},
		});
	});
	expect(await ask(board, client, 'at#sd=3,0,80,"10.9.9.9",0,0,1', 180_000)).toBe('\r\nOK\r\n');
	return far;
}

describe.each(CARRIERS)('given a session by the %s network', carrier => {
	test.each([
		['CR', '\r'],
		['CR LF', '\r\n'],
		['CR NUL', '\r\0'],
		['LF', '\n'],
	])('lines that end in %s run once each', async (_what, end) => {
		const board = await serverBoard(carrier, 1);
		const client = new Person(connectionTo(board, carrier), board.clock);
		client.type(`user${end}`);
		await client.see('Password:\r\n');
		client.type(`pass${end}`);
		await client.see('Login successful.\r\n');
		for (const line of ['at+cmee?', 'ATE0', 'at#tcpatcmdseq?']) {
			client.clear();
			client.type(`${line}${end}`);
			await client.see('OK\r\n');
			await board.clock.advance(500);
			expect(client.screen.split('OK\r\n').length).toBe(2);
		}
		expect(await counters(board, 'COMMANDS', 'TCP_IGNORED')).toEqual({ COMMANDS: 3, TCP_IGNORED: 0 });
	});

	test.each([
		['as telnet does', `${NEGOTIATION}user\r\0pass\r\0at+cmee?\r\0`],
		['with line ends of two octets', 'user\r\npass\r\nat+cmee?\r\n'],
		['with mistakes taken back', 'usex\br\r\npasz\x7fs\r\nat+cmex\x7fe?\r\n'],
	])('one octet a segment is read %s', async (_what, typed) => {
		const board = await serverBoard(carrier);
		const client = new Person(connectionTo(board, carrier), board.clock);
		for (const octet of typed) {
			client.type(octet);
			await board.clock.advance(30);
		}
		await client.see('OK\r\n');
		expect(client.screen).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('telnet negotiation in the middle of a line and between its ends changes nothing', async () => {
		const board = await serverBoard(carrier);
		const client = new Person(connectionTo(board, carrier), board.clock);
		client.type(`us${NEGOTIATION}er\r\xff\xf1\npa\xff\xfa\x18\0VT\r\n\xff\xf0ss\r\n`);
		await board.clock.advance(200);
		client.type('at+c\xff\xfb\x01mee?\r\xff\xf1');
		await client.see('OK\r\n');
		expect(client.screen).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('octets of every value pass through #SSENDEXT, raw from nc and doubled from telnet', async () => {
		for (const telnet of [false, true]) {
			const board = await serverBoard(carrier);
			await board.registered();
			await onConsole(board, 'at#sgactcfg=1,3', ...(carrier === 'host' ? ['at#sgact=1,1'] : []));
			const client = await session(board, carrier);
			if (telnet) client.type(NEGOTIATION);
			const far = await withOtherSocket(board, client);
			client.clear();
			client.type('at#ssendext=3,1280\r\n');
			await client.see('\r\n> ');
			const data = ALL.repeat(5);
			client.type(telnet ? data.replace(/\xff/g, '\xff\xff') : data);
			await client.see('OK\r\n', 30_000);
			await board.clock.until(() => far.text.length >= data.length, 10_000, 'the octets');
			expect(far.text === data).toBe(true);
			expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		}
	});

	test('a script far larger than the window to the module arrives whole, as fast as the client sends', async () => {
		const board = await serverBoard(carrier, 0, [], { python: true });
		const port = connectionTo(board, carrier);
		const client = new Person(port, board.clock);
		client.type('user\rpass\r');
		const script = ALL.repeat(70);
		client.type(`at#wscript="big",${script.length}\r`);
		await client.see('>>>');
		client.clear();
		expect(await pour(board, port, script)).toBe(true);
		await client.see('OK\r\n', 60_000);
		expect(client.screen).toBe('\r\nOK\r\n');
		expect(textOf(board.desk.module.firmware!.board.nvm.scripts.read('big')!.content) === script).toBe(true);
		expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('a long answer to a client that reads late comes whole', async () => {
		const board = await serverBoard(carrier, 0, [], { python: true });
		const port = connectionTo(board, carrier);
		const client = new Person(port, board.clock);
		const script = 'print "something"\r\n'.repeat(800);
		client.type(`user\rpass\rat#wscript="big",${script.length}\r`);
		await client.see('>>>');
		expect(await pour(board, port, script)).toBe(true);
		await client.see('OK\r\n', 60_000);
		// From here on it does not read for ten seconds.
		port.listen(undefined);
		port.write(bytesOf('at#rscript="big"\r'));
		await board.clock.advance(10_000);
		const late = new Person(port, board.clock);
		await late.see('OK\r\n', 60_000);
		expect(late.screen === `\r\n<<<${script}\r\nOK\r\n`).toBe(true);
	});

	test('what the first command of a line says is read while the second still runs', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		await onConsole(board, 'at#atrundelay=0,0');
		const client = await session(board, carrier);
		client.type('at+cmee?;+cops=?\r');
		await client.see('+CMEE: 1\r\n', 2_000);
		expect(client.screen).not.toContain('OK');
		await client.see('\r\nOK\r\n', 60_000);
		expect(client.screen).toMatch(/^\r\n\+CMEE: 1\r\n\r\n\+COPS: .*\r\n\r\nOK\r\n$/);
	});

	test('while a survey runs for the session, an SMS request is answered', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		await onConsole(board, 'at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1');
		const client = await session(board, carrier);
		client.type('at+cops=?\r');
		await board.clock.advance(1_000);
		const mobile = board.mobile('+393297308677');
		mobile.send('AT+CMEE?', board.desk.sim.number);
		await board.clock.until(() => mobile.received.length > 0, 60_000, 'the answer');
		expect(mobile.received[0]!.text).toContain('+CMEE: 1');
		await client.see('OK\r\n', 60_000);
	});

	test('a prompt for text takes data until Ctrl-Z or ESC, and the next line is a command again', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		const client = await session(board, carrier);
		const mobile = board.mobile('+491711234567');
		expect(await ask(board, client, 'at+cmgf=1')).toBe('\r\nOK\r\n');
		client.clear();
		client.type('at+cmgs="+491711234567"\r');
		await client.see('\r\n> ');
		client.type('at+cgmr is text here\x1a');
		await client.see('\r\nOK\r\n', 60_000);
		await board.clock.until(() => mobile.received.length === 1, 60_000, 'the SMS');
		expect(mobile.received[0]!.text).toBe('at+cgmr is text here');
		client.clear();
		client.type('at+cmgs="+491711234567"\r');
		await client.see('\r\n> ');
		client.type('never mind\x1b');
		await client.see('\r\nOK\r\n', 60_000);
		expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		expect(mobile.received.length).toBe(1);
	});

	test('#TCPATCMDSEQ=0: what comes too early is counted, not run', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		const client = await session(board, carrier);
		client.type('at+cops=?\rat+cmee?\rat#gpio=1,1,1\r');
		await client.see('OK\r\n', 60_000);
		await board.clock.advance(1_000);
		expect(client.screen).toMatch(/^\r\n\+COPS: .*\r\n\r\nOK\r\n$/);
		expect(await counters(board, 'TCP_IGNORED', 'COMMANDS')).toEqual({ TCP_IGNORED: 2, COMMANDS: 2 });
	});

	test('#TCPATCMDSEQ=1: what comes too early waits, sixteen lines of it', async () => {
		const board = await serverBoard(carrier, 0, ['at#tcpatcmdseq=1']);
		await board.registered();
		const client = await session(board, carrier);
		client.type(`at+cops=?\r${'at+cmee?\r'.repeat(20)}`);
		await board.clock.until(() => client.screen.split('OK\r\n').length === 18, 60_000, 'seventeen answers');
		await board.clock.advance(5_000);
		expect(client.screen.split('+CMEE: 1').length - 1).toBe(16);
		expect(await counters(board, 'TCP_IGNORED')).toEqual({ TCP_IGNORED: 4 });
	});
});

describe('given a session whose commands wait in sequence', () => {
	test('a client that reads nothing does not make the board hold all their answers', async () => {
		const board = await serverBoard('host', 0, ['at#tcpatcmdseq=1']);
		await board.registered();
		const port = connectionTo(board, 'host');
		const client = new Person(port, board.clock);
		client.type('user\rpass\rat+cops=?\r');
		await board.clock.advance(12_000);
		port.listen(undefined);
		port.write(bytesOf('at#atrunstat;#atrunstat\r'.repeat(16)));
		await board.clock.advance(30_000);
		// Some answers fill the window of the connection; the other commands have not run yet.
		expect((await counters(board, 'COMMANDS')).COMMANDS).toBeLessThan(11);
		const late = new Person(port, board.clock);
		await board.clock.until(() => late.screen.split('OK\r\n').length === 18, 60_000, 'all the answers');
	});
});

describe('given a session that ends', () => {
	test.each([1, 6, 7, 8, 14])('itself, behind %i long answers in one line, it reads all of them', async count => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		client.type(`at${'#atrunstat;'.repeat(count)}#tcpatrunclose\r`);
		await gone(board, client);
		expect(client.screen.split('UPTIME').length - 1).toBe(count);
		expect(client.screen).toMatch(/\r\n\r\nOK\r\n$/);
	});

	test('with a line whose answer would fill the memory, it is hung up on', async () => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		client.type(`at${'#atrunstat;'.repeat(60)}+cmee?\r`);
		await gone(board, client);
		expect(client.screen.length).toBeLessThan(40_000);
		await session(board, 'host');
	});

	test.each(CARRIERS)('with the board (%s network), it leaves no timer and no port', async carrier => {
		const board = await serverBoard(carrier);
		const client = await session(board, carrier);
		client.type('at#tcpatconser=1,9600\r');
		await client.see('CONNECT');
		await board.clock.settled(board.desk.stop(), 30_000, 'the stop');
		await board.clock.advance(10_000);
		// The module's socket outlives the board, which finds it when it starts again.
		expect(client.closed !== undefined).toBe(carrier === 'host');
		const before = board.trace.length;
		await board.clock.advance(1_200_000);
		expect(board.trace.slice(before).filter(note => / tcp /.test(note))).toEqual([]);
	});
});
