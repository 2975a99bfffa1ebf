import { describe, expect, test } from 'vitest';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import type { Person } from '../support/person.js';

/** The application note's 3.7: TCP ATRUN in server mode, and commands in sequence. */

const SETUP: readonly string[] = [
	'at#sgactcfg=1,1',
	'at#sgact=1,1',
	'at#scfg=1,1,300,0,600,1',
	'at#tcpatrunfrwl=1,"127.0.0.0","255.0.0.0"',
	'at#tcpatrunauth=1,"testuser","testpassw"',
	'at#tcpatruncfg=1,2,1024,12345,"212.141.125.127",1,5,1,5,1',
	'at#tcpatrunl=1',
];

async function listeningBoard(): Promise<TestDesk> {
	const board = await deskThatRuns();
	await board.registered();
	await board.clock.advance(3_000);
	for (const line of SETUP) {
		const answer = await board.console.ask(line, 160_000);
		if (!answer.endsWith('\r\nOK\r\n')) throw new Error(`${line} was answered ${JSON.stringify(answer)}`);
	}
	await board.clock.until(() => board.desk.memorySockets.isListening(1024), 30_000, 'the listening socket');
	return board;
}

async function login(board: TestDesk): Promise<Person> {
	const telnet = board.client();
	await telnet.see('Username:\r\n');
	telnet.type('testuser\r\n');
	await telnet.see('Password:\r\n');
	telnet.type('testpassw\r\n');
	await telnet.see('Login successful.\r\n');
	telnet.clear();
	return telnet;
}

async function ask(telnet: Person, line: string): Promise<string> {
	telnet.clear();
	telnet.type(`${line}\r\n`);
	await telnet.see('OK\r\n', 60_000);
	return telnet.screen;
}

describe('given a board set up as in 3.7.1', () => {
	test('the console sees the socket listening before, and connected after telnet came', async () => {
		const board = await listeningBoard();
		expect(await board.console.ask('at#ss')).toContain('#SS: 1,4,212.141.253.50,1024\r\n#SS: 2,0\r\n');
		await login(board);
		expect(await board.console.ask('at#ss')).toContain('#SS: 1,2,212.141.253.50,1024,127.0.0.1,');
	});

	test('the login is as in the note, and the console hears who came and that it left', async () => {
		const board = await listeningBoard();
		board.console.clear();
		const telnet = await login(board);
		expect(board.console.screen).toBe('\r\n#TCPATRUN: 127.0.0.1\r\n');
		telnet.hangUp();
		await board.console.see('#TCPATRUN: <DISCONNECT>');
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), 30_000, 'the listening socket');
		await login(board);
	});

	test('at+creg? and the two at#moni are answered as the instance prints them', async () => {
		const telnet = await login(await listeningBoard());
		expect(await ask(telnet, 'at+creg?')).toBe('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
		expect(await ask(telnet, 'at#moni=7')).toBe('\r\nOK\r\n');
		const cells = await ask(telnet, 'at#moni');
		expect(cells).toContain('#MONI: Cell  BSIC  LAC  CellId  ARFCN    Power  C1  C2  TA  RxQual  PLMN\r\n');
		expect(cells.split('#MONI:').length - 1).toBe(8);
	});

	test('a wrong password ends the connection without a word, and the next client finds the port open', async () => {
		const board = await listeningBoard();
		const telnet = board.client();
		await telnet.see('Username:\r\n');
		telnet.type('testuser\r\n');
		await telnet.see('Password:\r\n');
		telnet.clear();
		telnet.type('guess\r\n');
		await board.clock.until(() => telnet.closed !== undefined, 30_000, 'the end of the connection');
		expect(telnet.screen).toBe('');
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), 30_000, 'the listening socket');
		await login(board);
	});

	test('a client outside the firewall gets no octet, and the port is open for others afterwards', async () => {
		const board = await listeningBoard();
		const stranger = board.client(1024, '10.1.2.3');
		await board.clock.advance(10_000);
		expect(stranger.screen).toBe('');
		expect(stranger.closed).toBeDefined();
		await board.clock.until(() => board.desk.memorySockets.isListening(1024), 30_000, 'the listening socket');
		await login(board);
	});

	test('while telnet is connected, an SMS request is answered too', async () => {
		const board = await listeningBoard();
		await board.console.ask('at#smsatwl=0,1,0,"+39*"');
		await board.console.ask('at#smsatrun=1');
		const telnet = await login(board);
		const mobile = board.mobile('+393297308677');
		mobile.send('AT+CSQ', board.desk.sim.number);
		expect(await ask(telnet, 'at+creg?')).toContain('+CREG: 0,1');
		await board.clock.until(() => mobile.received.length > 0, 60_000, 'the answer SMS');
		expect(mobile.received[0]!.text).toMatch(/^\r\n\+CSQ: /);
		expect(await ask(telnet, 'at')).toBe('\r\nOK\r\n');
	});
});

describe('given a session with #TCPATCMDSEQ (3.7.2)', () => {
	const LINES = 'at#sgactcfg=2,1\r\nat#sgact=2,1\r\nat#ss\r\n';

	test('=1, three lines in one go are answered in their order', async () => {
		const board = await listeningBoard();
		expect(await board.console.ask('at#tcpatcmdseq=1')).toBe('\r\nOK\r\n');
		const telnet = await login(board);
		telnet.type(LINES);
		await telnet.see('#SS: 6,0\r\n\r\nOK\r\n', 60_000);
		expect(telnet.screen.replace(/1332/, '<port>')).toBe(
			'\r\nOK\r\n' +
				'\r\n#SGACT: 212.141.253.51\r\n\r\nOK\r\n' +
				'\r\n#SS: 1,2,212.141.253.50,1024,127.0.0.1,<port>\r\n' +
				'#SS: 2,0\r\n#SS: 3,0\r\n#SS: 4,0\r\n#SS: 5,0\r\n#SS: 6,0\r\n\r\nOK\r\n',
		);
	});

	test('=0, what comes before the first answer is ignored', async () => {
		const board = await listeningBoard();
		const telnet = await login(board);
		telnet.type(LINES);
		await board.clock.advance(30_000);
		expect(telnet.screen).toBe('\r\nOK\r\n');
	});
});
