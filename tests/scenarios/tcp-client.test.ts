import { describe, expect, test } from 'vitest';
import type { DeskOptions } from '../../hosts/simulator/desk.js';
import { RequesterChallenge } from '../../src/access/challenge.js';
import { bytesOfHex } from '../../src/base/hex.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import { ask, CARRIERS, type Carrier, counters, farSide, gone, HOME, KEY, onConsole, tcpBoard } from './tcp-desk.js';

const PORT = 5000;
const MINUTE = 60_000;

/** A host that boards dial. */
class Server {
	readonly calls: Person[] = [];
	readonly times: number[] = [];
	readonly #close: () => void;

	constructor(board: TestDesk, carrier: Carrier, host = HOME, hangsUp = false, port = PORT) {
		const listener = farSide(board, carrier).serve(host, port, connection => {
			this.times.push(board.clock.now());
			this.calls.push(new Person(connection, board.clock));
			if (hangsUp) connection.close();
		});
		this.#close = () => listener.close();
	}

	close(): void {
		this.#close();
	}

	get last(): Person {
		return this.calls[this.calls.length - 1]!;
	}
}

/** A board that would dial HOME, still off. */
async function clientBoard(
	carrier: Carrier,
	[retries, delay, slow]: readonly [number, number, number] = [2, 1, 60],
	options: Partial<DeskOptions> = {},
): Promise<TestDesk> {
	const board = await tcpBoard(carrier, options);
	await onConsole(
		board,
		`at#atruntcp=${Number(carrier === 'host')},30,600,0,0,${slow}`,
		`at#tcpatruncfg=1,2,1024,${PORT},"${HOME}",1,5,0,${retries},${delay}`,
	);
	return board;
}

async function status(board: TestDesk): Promise<string | undefined> {
	return /#TCPATRUND: (.*)\r\n/.exec(await board.console.ask('at#tcpatrund?'))?.[1];
}

async function called(board: TestDesk, server: Server, times: number, limit: number): Promise<void> {
	await board.clock.until(() => server.calls.length >= times, limit, `call ${times}`);
}

/** When (in minutes after `from`) the board tried to connect to a host that nobody is at. */
function triesOf(board: TestDesk, from: number): number[] {
	const tries: number[] = [];
	const sockets = board.hostSockets;
	const connect = sockets.connect.bind(sockets);
	sockets.connect = (host, port, time) => {
		tries.push((board.clock.now() - from) / MINUTE);
		return connect(host, port, time);
	};
	return tries;
}

describe.each(CARRIERS)('given a board that dials its host by its %s network', carrier => {
	test('OK means connected; the host sends lines and reads answers', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		expect(await status(board)).toBe('0,0');
		await onConsole(board, 'at#tcpatrund=1');
		expect(server.calls.length).toBe(1);
		expect(await status(board)).toBe('1,1');
		expect(await ask(board, server.last, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		expect(await counters(board, 'TCP_DIALLED', 'TCP_NOT_DIALLED', 'TCP_SESSIONS')).toEqual({
			TCP_DIALLED: 1,
			TCP_NOT_DIALLED: 0,
			TCP_SESSIONS: 1,
		});
	});

	test('says nothing to it of its own, and tells the console who it is', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.advance(5_000);
		expect(server.last.screen).toBe('');
		expect(board.console.screen).toContain(`#TCPATRUN: ${HOME}\r\n`);
		server.last.hangUp();
		await board.console.see('#TCPATRUN: <DISCONNECT>\r\n');
	});

	test('an error code means not connected yet; it goes on trying and connects when the host is there', async () => {
		const board = await clientBoard(carrier);
		expect(await board.console.ask('at+cmee=1')).toContain('OK');
		expect(await board.console.ask('at#tcpatrund=1', 200_000)).toBe('\r\n+CME ERROR: 562\r\n');
		expect(await status(board)).toBe('1,2');
		const server = new Server(board, carrier);
		await called(board, server, 1, 61_000);
		await board.clock.advance(100);
		expect(await status(board)).toBe('1,1');
		expect(await counters(board, 'TCP_NOT_DIALLED', 'TCP_DIALLED')).toEqual({ TCP_NOT_DIALLED: 1, TCP_DIALLED: 1 });
	});

	test('switched off, it hangs up and does not dial again', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1', 'at#tcpatrund=0');
		await gone(board, server.last);
		await board.clock.advance(30 * MINUTE);
		expect(server.calls.length).toBe(1);
		expect(await status(board)).toBe('0,0');
		// The instance is free again.
		await onConsole(board, 'at#tcpatruncfg=1,3,1024,5000,"10.1.1.1"', 'at#tcpatrund=1');
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});

	test('the host itself may switch it off, and reads OK', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		server.last.type('at#tcpatrund=0\r');
		await gone(board, server.last);
		expect(server.last.screen).toBe('\r\nOK\r\n');
		await board.clock.advance(2 * MINUTE);
		expect(server.calls.length).toBe(1);
	});

	test('it dials again at once after the host closed a session that lasted', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.advance(90_000);
		server.last.hangUp();
		await called(board, server, 2, 10_000);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});

	test('#TCPATRUNCLOSE ends the session, and it dials again', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		server.last.type('at#tcpatrunclose\r');
		await gone(board, server.last);
		expect(server.last.screen).toBe('\r\nOK\r\n');
		await called(board, server, 2, 10_000);
	});

	test('a host that hangs up at once is not dialled without end', async () => {
		const board = await clientBoard(carrier);
		const server = new Server(board, carrier, HOME, true);
		board.console.type('at#tcpatrund=1\r');
		await board.clock.advance(60 * MINUTE);
		// At once, after one minute, after one more; then after an hour.
		expect(server.calls.length).toBe(3);
		await board.clock.advance(10 * MINUTE);
		expect(server.calls.length).toBe(4);
	});

	test('a host that says nothing is left when it is idle, and dialled again', async () => {
		const board = await clientBoard(carrier);
		await onConsole(board, `at#atruntcp=${Number(carrier === 'host')},30,120`);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await gone(board, server.last, 130_000);
		await called(board, server, 2, 10_000);
		expect(await counters(board, 'TCP_IDLE')).toEqual({ TCP_IDLE: 1 });
	});

	test('it dials after a restart, with the settings it had', async () => {
		const stores = { settings: new TestStore(), store: new TestStore() };
		const board = await clientBoard(carrier, [2, 1, 60], stores);
		new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.settled(board.desk.stop(), 30_000);
		const again = await deskThatRuns(stores);
		const server = new Server(again, carrier);
		expect(await again.console.ask('at#tcpatruncfg?')).toContain(
			'#TCPATRUNCFG: 1,2,1024,5000,"10.1.1.1",1,5,0,2,1\r\n',
		);
		await called(again, server, 1, 120_000);
		expect(await ask(again, server.last, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('hosts of #ATRUNHOST have their turn when one does not answer, and the one that answered comes first', async () => {
		const board = await clientBoard(carrier);
		await onConsole(board, 'at#atrunhost=0,2,"10.1.1.3",6000', 'at#atrunhost=0,1,"10.1.1.2",6000');
		expect(await board.console.ask('at#atrunhost?')).toContain(
			'#ATRUNHOST: 1,"10.1.1.2",6000\r\n#ATRUNHOST: 2,"10.1.1.3",6000\r\n',
		);
		const third = new Server(board, carrier, '10.1.1.3', false, 6000);
		await onConsole(board, 'at#tcpatrund=1');
		expect(third.calls.length).toBe(1);
		expect(await counters(board, 'TCP_NOT_DIALLED')).toEqual({ TCP_NOT_DIALLED: 2 });
		const first = new Server(board, carrier);
		await board.clock.advance(90_000);
		third.last.hangUp();
		await called(board, third, 2, 10_000);
		expect(first.calls.length).toBe(0);
		// When that one is gone, the first one serves.
		await board.clock.advance(90_000);
		third.close();
		third.last.hangUp();
		await called(board, first, 1, 10_000);
	});

	test('the hello line tells who calls, first of all', async () => {
		const board = await clientBoard(carrier);
		await onConsole(board, `at#atruntcp=${Number(carrier === 'host')},30,600,0,1`);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await server.last.see('\r\n');
		const { imei } = board.desk.coprocessor.settings.current;
		expect(server.last.screen).toBe(`#ATRUN: HELLO,"${imei}","unknown","unknown"\r\n`);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});
});

describe('given a board that obeys only a host with its key', () => {
	async function mutualBoard(carrier: Carrier, hello = 0): Promise<TestDesk> {
		const board = await clientBoard(carrier);
		await onConsole(board, `at#atrunkey=0,1,"${KEY}"`);
		await onConsole(board, `at#atruntcp=${Number(carrier === 'host')},30,600,1,${hello}`);
		return board;
	}

	test('without a key it cannot be asked for', async () => {
		const board = await clientBoard('host');
		expect(await board.console.ask('at#atruntcp=1,30,600,1')).toMatch(/ERROR/);
	});

	test.each(CARRIERS)('the host that answers the challenge is obeyed and gets the hello line (%s)', async carrier => {
		const board = await mutualBoard(carrier, 1);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrund=1');
		await server.last.see('\r\n');
		const from = new RequesterChallenge({
			digest,
			entropy: { fill: into => into.fill(7) },
			keyId: 1,
			key: bytesOfHex(KEY)!,
		});
		const { say } = from.answer(server.last.screen.trim());
		server.last.clear();
		server.last.type(say);
		await server.last.see('#ATRUN: HELLO,');
		const [proof, login, hello] = server.last.screen.split('\r\n');
		expect(from.answer(proof!).state).toBe('proved');
		expect([login, hello]).toEqual(['Login successful.', expect.stringContaining('#ATRUN: HELLO,"')]);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});

	test.each([
		['a command', 'at+cgmr\r'],
		['a response out of thin air', `#ATRUN: RESPONSE,1,${'00'.repeat(16)},${'00'.repeat(32)}\r`],
	])('a host that answers with %s is left, and not dialled in a hot loop', async (_what, typed) => {
		const board = await mutualBoard('host');
		const server = new Server(board, 'host');
		await onConsole(board, 'at#tcpatrund=1');
		for (let call = 1; call <= 3; call++) {
			await called(board, server, call, 65_000);
			await server.last.see('#ATRUN: CHALLENGE,');
			server.last.type(typed);
			await gone(board, server.last);
		}
		await board.clock.advance(50 * MINUTE);
		expect(server.calls.length).toBe(3);
		expect(await counters(board, 'TCP_BAD_LOGIN', 'COMMANDS')).toEqual({ TCP_BAD_LOGIN: 3, COMMANDS: 0 });
	});

	test('strict mode does not drop the proof without a word, nor can it be asked for there', async () => {
		const board = await mutualBoard('host');
		await onConsole(board, 'at#atrunmode=1');
		const server = new Server(board, 'host');
		await onConsole(board, 'at#tcpatrund=1');
		await server.last.see('#ATRUN: CHALLENGE,');
		server.last.type('at+cgmr\r');
		await gone(board, server.last);
		expect(await counters(board, 'COMMANDS')).toEqual({ COMMANDS: 0 });
		await onConsole(board, 'at#tcpatrund=0', 'at#atruntcp=1,30,600,0');
		expect(await board.console.ask('at#atruntcp=1,30,600,1')).toMatch(/ERROR/);
	});

	test.each([
		[30, 600],
		[300, 600],
		[30, 5],
	])('a host that never answers (login %i s, idle %i s) is not dialled in a hot loop either', async (login, idle) => {
		const board = await mutualBoard('host');
		await onConsole(board, `at#atruntcp=1,${login},${idle}`);
		const server = new Server(board, 'host');
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.advance(50 * MINUTE);
		expect(server.calls.length).toBe(3);
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT')).toEqual({ TCP_LOGIN_TIMEOUT: 3 });
	});
});

describe('given a host that is not there', () => {
	test.each([
		['two tries a minute apart, then ever slower ones', [2, 1, 5], 0, [0, 1, 2, 7, 17, 37, 57]],
		['no tries, then slow ones', [0, 1, 10], 0, [0, 10, 30, 70]],
		['five tries three minutes apart', [5, 3, 30], 0, [0, 3, 6, 9, 12, 15, 45]],
		['no slow tries where there are to be none', [2, 1, 0], 0, [0, 1, 2]],
		['strict mode has no slow tries', [2, 1, 5], 1, [0, 1, 2]],
	] as const)('%s', async (_what, retries, strict, expected) => {
		const board = await clientBoard('host', retries);
		await onConsole(board, `at#atrunmode=${strict}`);
		const tries = triesOf(board, board.clock.now());
		await board.console.ask('at#tcpatrund=1', 200_000);
		await board.clock.advance((expected[expected.length - 1]! * 1.1 + 1) * MINUTE + 30 * MINUTE * Number(strict === 1));
		const first = tries.slice(0, expected.length);
		expect(first.length).toBe(expected.length);
		// Slow tries come up to a tenth late.
		for (let place = 0; place < first.length; place++) {
			expect(first[place]!).toBeGreaterThanOrEqual(expected[place]!);
			expect(first[place]!).toBeLessThan(expected[place]! * 1.1 + 0.1);
		}
		if (strict === 1 || retries[2] === 0) {
			expect(tries.length).toBe(expected.length);
			expect(await status(board)).toBe('1,0');
			// It begins again when it is told to.
			await board.console.ask('at#tcpatrund=1', 200_000);
			expect(tries.length).toBe(expected.length + 1);
		}
	});

	test('a restart of the module begins again where it had given up', async () => {
		const board = await clientBoard('module', [0, 1, 0]);
		await board.console.ask('at#tcpatrund=1', 200_000);
		expect(await status(board)).toBe('1,0');
		const server = new Server(board, 'module');
		board.desk.module.cutPower();
		await called(board, server, 1, 10 * MINUTE);
	});
});

describe('given a board that loses its way out', () => {
	test('the context: it dials again when there is one', async () => {
		const board = await clientBoard('module');
		const server = new Server(board, 'module');
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.advance(90_000);
		board.desk.network.packetService = false;
		await board.console.see('<DISCONNECT>', 30_000);
		await board.clock.advance(5 * MINUTE);
		expect(server.calls.length).toBe(1);
		expect(await status(board)).toBe('1,2');
		board.desk.network.packetService = true;
		await called(board, server, 2, 10 * MINUTE);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});

	test('the context, before it was switched on: the answer is an error, and it dials when there is one', async () => {
		const board = await clientBoard('module');
		const server = new Server(board, 'module');
		board.desk.network.packetService = false;
		await board.clock.advance(1_000);
		await board.console.ask('at+cmee=1');
		expect(await board.console.ask('at#tcpatrund=1', 200_000)).toBe('\r\n+CME ERROR: 556\r\n');
		expect(await counters(board, 'TCP_NOT_DIALLED')).toEqual({ TCP_NOT_DIALLED: 0 });
		board.desk.network.packetService = true;
		await called(board, server, 1, 10 * MINUTE);
	});

	test('the module: it dials again when it is back', async () => {
		const board = await clientBoard('module');
		const server = new Server(board, 'module');
		await onConsole(board, 'at#tcpatrund=1');
		await board.clock.advance(5_000);
		board.desk.module.cutPower();
		await called(board, server, 2, 10 * MINUTE);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});

	test('the module, while the host network carries the session: it goes on', async () => {
		const board = await clientBoard('host');
		const server = new Server(board, 'host');
		await onConsole(board, 'at#tcpatrund=1');
		board.desk.module.cutPower();
		await board.clock.advance(2 * MINUTE);
		expect(server.calls.length).toBe(1);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});
});

describe('given a board that is switched to and fro', () => {
	test.each([
		['with the server on', ['at#tcpatrunl=1'], 'at#tcpatrund=1'],
		['with the client on, the server', ['at#tcpatrund=1'], 'at#tcpatrunl=1'],
		['without a host', ['at#tcpatruncfg=1,2,1024,5000,""'], 'at#tcpatrund=1'],
		['while SMS ATRUN has the instance', ['at#smsatruncfg=2', 'at#smsatrun=1'], 'at#tcpatrund=1'],
		['while it is on, its settings', ['at#tcpatrund=1'], 'at#tcpatruncfg=1,2,1024,5000,"10.1.1.1"'],
		['while it is on, its carrier', ['at#tcpatrund=1'], 'at#atruntcp=0'],
		[
			'in strict mode, further hosts alone',
			['at#tcpatruncfg=1,2,1024,5000,""', 'at#atrunhost=0,1,"10.1.1.2",1', 'at#atrunmode=1'],
			'at#tcpatrund=1',
		],
	])('%s is refused', async (_what, first, refused) => {
		const board = await clientBoard('host');
		new Server(board, 'host');
		await onConsole(board, ...first);
		await board.console.ask('at+cmee=1');
		expect(await board.console.ask(refused)).toBe('\r\n+CME ERROR: 3\r\n');
	});

	test('further hosts are enough', async () => {
		const board = await clientBoard('host');
		await onConsole(board, 'at#tcpatruncfg=1,2,1024,5000,""', 'at#atrunhost=0,1,"10.1.1.2",6000');
		const server = new Server(board, 'host', '10.1.1.2', false, 6000);
		await onConsole(board, 'at#tcpatrund=1');
		expect(server.calls.length).toBe(1);
		expect(await board.console.ask('at#atrunhost=1,2')).toMatch(/ERROR/);
		await onConsole(board, 'at#atrunhost=1,1');
		expect(await board.console.ask('at#atrunhost?')).toBe('\r\nOK\r\n');
	});

	test.each(CARRIERS)(
		'off and on while the session still ends: there is one session, and it answers (%s)',
		async carrier => {
			const board = await clientBoard(carrier);
			await board.registered();
			const server = new Server(board, carrier);
			await onConsole(board, 'at#tcpatrund=1');
			server.last.type('at+cops=?\r');
			await board.clock.advance(11_000);
			await onConsole(board, 'at#tcpatrund=0');
			board.console.type('at#tcpatrund=1\r');
			await called(board, server, 2, 60_000);
			await board.clock.advance(10_000);
			expect(server.calls[0]!.closed).toBeDefined();
			expect(server.calls.length).toBe(2);
			expect(await status(board)).toBe('1,1');
			expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
			// The board knows of it: it can be closed.
			await onConsole(board, 'at#tcpatrunclose');
			await gone(board, server.last);
		},
	);

	test.each(CARRIERS)('from server to client while the session still ends (%s)', async carrier => {
		const board = await clientBoard(carrier);
		await onConsole(
			board,
			'at#tcpatrunfrwl=1,"10.0.0.0","255.0.0.0"',
			'at#tcpatrunauth=1,"user","pass"',
			'at#tcpatrunl=1',
		);
		await board.registered();
		await board.clock.until(() => farSide(board, carrier).isListening(1024), 60_000);
		const client = new Person(farSide(board, carrier).dial(1024, HOME)!, board.clock);
		client.type('user\rpass\rat+cops=?\r');
		await board.clock.advance(12_000);
		const server = new Server(board, carrier);
		await onConsole(board, 'at#tcpatrunl=0');
		board.console.type('at#tcpatrund=1\r');
		await called(board, server, 1, 60_000);
		await board.clock.advance(10_000);
		expect(client.closed).toBeDefined();
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
		await onConsole(board, 'at#tcpatrunclose');
		await gone(board, server.last);
	});

	test.each(CARRIERS)('off and on by SMS while it dials: there is one session (%s)', async carrier => {
		const board = await clientBoard(carrier);
		await board.registered();
		await onConsole(board, 'at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1');
		farSide(board, carrier).silent.add(HOME);
		board.console.type('at#tcpatrund=1\r');
		await board.clock.advance(5_000);
		const mobile = board.mobile('+393297308677');
		mobile.send('AT#TCPATRUND=0;#TCPATRUND=1', board.desk.sim.number);
		await board.clock.advance(20_000);
		farSide(board, carrier).silent.delete(HOME);
		const server = new Server(board, carrier);
		await called(board, server, 1, 10 * MINUTE);
		await board.clock.advance(5 * MINUTE);
		expect(server.calls.filter(call => call.closed === undefined).length).toBe(1);
		expect(await ask(board, server.last, 'at')).toBe('\r\nOK\r\n');
	});
});
