import { describe, expect, test } from 'vitest';
import { ADDRESSES } from '../../src/access/lockout.js';
import { deskThatRuns } from '../support/desk.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import {
	ask,
	CARRIERS,
	connectionTo,
	counters,
	farSide,
	gone,
	HOME,
	knock,
	listens,
	onConsole,
	STRANGER,
	serverBoard,
	session,
	tcpBoard,
} from './tcp-desk.js';

describe.each(CARRIERS)('given a board that listens by its %s network', carrier => {
	test('a client outside the firewall gets no octet, and the next one is served', async () => {
		const board = await serverBoard(carrier, 1);
		const stranger = await knock(board, carrier, STRANGER);
		await gone(board, stranger);
		expect(stranger.screen).toBe('');
		const client = await knock(board, carrier);
		await client.see('Username:\r\n');
	});

	test('with an empty firewall it lets in nobody', async () => {
		const board = await serverBoard(carrier, 1);
		await onConsole(board, 'at#tcpatrunfrwl=2');
		await board.clock.advance(5_000);
		const client = await knock(board, carrier);
		await gone(board, client);
		expect(client.screen).toBe('');
	});

	test('a second client is refused and does not disturb the first', async () => {
		const board = await serverBoard(carrier);
		const first = await session(board, carrier);
		// The module closes its listener for the session; the host network says so itself.
		expect(farSide(board, carrier).isListening(1024)).toBe(carrier === 'host');
		if (carrier === 'host') {
			const second = await knock(board, carrier);
			second.type('user\rpass\rat+cgmr\r');
			await gone(board, second);
			expect(second.screen).toBe('');
			expect(await counters(board, 'TCP_BUSY', 'COMMANDS')).toEqual({ TCP_BUSY: 1, COMMANDS: 1 });
		}
		expect(await ask(board, first, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		first.hangUp();
		await board.clock.advance(2_000);
		await session(board, carrier);
	});

	test('a second client that comes while the first logs in is refused too', async () => {
		const board = await serverBoard(carrier, 1);
		await listens(board, carrier);
		const first = new Person(connectionTo(board, carrier), board.clock);
		const second = new Person(connectionTo(board, carrier), board.clock);
		await first.see('Username:\r\n');
		await gone(board, second);
		expect(second.screen).toBe('');
		first.type('user\r');
		await first.see('Password:\r\n');
		first.type('pass\r');
		await first.see('Login successful.\r\n');
	});

	test.each([
		[0, 'user\rpass\rat\r', '\r\nOK\r\n'],
		[0, 'user\r\npass\r\nat\r\n', '\r\nOK\r\n'],
		[1, 'user\rpass\rat\r', 'Username:\r\nPassword:\r\nLogin successful.\r\n\r\nOK\r\n'],
	])('in authMode %i a client that types %j at once reads %j', async (mode, typed, read) => {
		const board = await serverBoard(carrier, mode);
		const client = await knock(board, carrier);
		client.type(typed);
		await client.see('OK\r\n');
		await board.clock.advance(1_000);
		expect(client.screen).toBe(read);
	});

	test.each([
		[0, 'user\rwrong\rat\r', ''],
		[0, 'nobody\rpass\rat\r', ''],
		[1, 'nobody\r', 'Username:\r\n'],
		[1, 'user\rPASS\r', 'Username:\r\nPassword:\r\n'],
	])('in authMode %i it hangs up on %j without a word, counts it, and listens again', async (mode, typed, read) => {
		const board = await serverBoard(carrier, mode);
		const client = await knock(board, carrier);
		client.type(typed);
		await gone(board, client);
		expect(client.screen).toBe(read);
		expect(await counters(board, 'TCP_BAD_LOGIN', 'TCP_SESSIONS', 'COMMANDS')).toEqual({
			TCP_BAD_LOGIN: 1,
			TCP_SESSIONS: 0,
			COMMANDS: 0,
		});
		await board.clock.advance(2_000);
		await listens(board, carrier);
	});

	test.each([5, 60])('a login of %i s, as #ATRUNTCP says, is the longest', async seconds => {
		const board = await serverBoard(carrier, 1, [`at#atruntcp=${Number(carrier === 'host')},${seconds}`]);
		const client = await knock(board, carrier);
		await client.see('Username:\r\n');
		await board.clock.advance(seconds * 1000 - 1_500);
		expect(client.closed).toBeUndefined();
		await gone(board, client, 3_000);
		expect(client.screen).toBe('Username:\r\n');
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT', 'TCP_IDLE')).toEqual({ TCP_LOGIN_TIMEOUT: 1, TCP_IDLE: 0 });
	});

	test('an idle time shorter than the login time does not shorten the login', async () => {
		const board = await serverBoard(carrier, 1, [`at#atruntcp=${Number(carrier === 'host')},30,5`]);
		const client = await knock(board, carrier);
		await client.see('Username:\r\n');
		await gone(board, client);
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT', 'TCP_IDLE')).toEqual({ TCP_LOGIN_TIMEOUT: 1, TCP_IDLE: 0 });
	});

	test('a silent session ends after the idle time, and the next client is served', async () => {
		const board = await serverBoard(carrier, 0, [`at#atruntcp=${Number(carrier === 'host')},30,60`]);
		const client = await session(board, carrier);
		await board.clock.advance(50_000);
		expect(await ask(board, client, 'at')).toBe('\r\nOK\r\n');
		await board.clock.advance(50_000);
		expect(client.closed).toBeUndefined();
		await gone(board, client, 15_000);
		expect(await counters(board, 'TCP_IDLE')).toEqual({ TCP_IDLE: 1 });
		await session(board, carrier);
	});

	test('idle time 0 means never', async () => {
		const board = await serverBoard(carrier, 0, [
			`at#atruntcp=${Number(carrier === 'host')},30,0`,
			'at#scfg=1,1,300,0',
		]);
		const client = await session(board, carrier);
		await board.clock.advance(3_600_000);
		expect(await ask(board, client, 'at')).toBe('\r\nOK\r\n');
	});

	test('who fails again and again waits longer each time, never past 15 minutes', async () => {
		const board = await serverBoard(carrier);
		const pauses: number[] = [];
		for (let failure = 0; failure < 12; failure++) {
			const client = await knock(board, carrier);
			client.type('user\rwrong\r');
			await gone(board, client);
			const failed = board.clock.now();
			const before = (await counters(board, 'TCP_BAD_LOGIN')).TCP_BAD_LOGIN!;
			expect(before).toBe(failure + 1);
			// Knocks until one is listened to; a locked one is closed before it can send.
			for (let wait = 1_000; ; wait = Math.min(wait * 2, 30_000)) {
				const probe = await knock(board, carrier);
				await board.clock.advance(1_000);
				if (probe.closed === undefined) {
					pauses.push(board.clock.now() - failed);
					probe.hangUp();
					break;
				}
				await board.clock.advance(wait);
			}
			await board.clock.advance(1_000);
		}
		expect(pauses[0]).toBeLessThan(5_000);
		expect(pauses[1]).toBeLessThan(5_000);
		expect(pauses[2]).toBeGreaterThan(5_000);
		for (let place = 3; place < 9; place++) expect(pauses[place]!).toBeGreaterThan(pauses[place - 1]! * 1.3);
		for (const pause of pauses) expect(pause).toBeLessThan(16 * 60_000);
	});

	test('#ATRUNRESET=3 lets in who was locked out', async () => {
		const board = await serverBoard(carrier);
		for (let failure = 0; failure < 5; failure++) {
			const client = await knock(board, carrier);
			client.type('user\rwrong\r');
			await gone(board, client);
			await board.clock.advance(6_000 * 2 ** failure);
		}
		const last = await knock(board, carrier);
		last.type('user\rwrong\r');
		await gone(board, last);
		const locked = await knock(board, carrier);
		locked.type('user\rpass\r');
		await gone(board, locked);
		expect(await counters(board, 'TCP_LOCKED')).toEqual({ TCP_LOCKED: 1 });
		await onConsole(board, 'at#atrunreset=3');
		await board.clock.advance(2_000);
		await session(board, carrier);
	});

	test('a right login clears the failures of its address', async () => {
		const board = await serverBoard(carrier);
		for (let turn = 0; turn < 4; turn++) {
			for (let failure = 0; failure < 2; failure++) {
				const client = await knock(board, carrier);
				client.type('user\rwrong\r');
				await gone(board, client);
			}
			const right = await session(board, carrier);
			right.hangUp();
			await board.clock.advance(2_000);
		}
		expect(await counters(board, 'TCP_LOCKED', 'TCP_SESSIONS')).toEqual({ TCP_LOCKED: 0, TCP_SESSIONS: 4 });
	});

	test('#TCPATRUNCLOSE of the session itself is answered, and the service listens again', async () => {
		const board = await serverBoard(carrier);
		const client = await session(board, carrier);
		client.type('at#tcpatrunclose\r');
		await gone(board, client);
		expect(client.screen).toBe('\r\nOK\r\n');
		await session(board, carrier);
	});

	test('#TCPATRUNCLOSE on the console ends the session, and one more finds none', async () => {
		const board = await serverBoard(carrier);
		const client = await session(board, carrier);
		await onConsole(board, 'at#tcpatrunclose');
		await gone(board, client);
		expect(await board.console.ask('at#tcpatrunclose')).toMatch(/ERROR/);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,');
		await session(board, carrier);
	});

	test('#TCPATRUNCLOSE by SMS ends the session', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		await onConsole(board, 'at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1');
		const client = await session(board, carrier);
		const mobile = board.mobile('+393297308677');
		mobile.send('AT#TCPATRUNCLOSE', board.desk.sim.number);
		await board.clock.until(() => mobile.received.length > 0, 120_000, 'the answer');
		expect(mobile.received[0]!.text).toBe('\r\nOK\r\n');
		await gone(board, client);
		await session(board, carrier);
	});

	test('#TCPATRUNCLOSE while a long command runs leaves the instance usable', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		const client = await session(board, carrier);
		client.type('at+cops=?\r');
		await board.clock.advance(11_000);
		await onConsole(board, 'at#tcpatrunclose');
		await gone(board, client);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});

	test('#TCPATRUNL=0 of the session itself is answered, and nobody listens any more', async () => {
		const board = await serverBoard(carrier);
		const client = await session(board, carrier);
		client.type('at#tcpatrunl=0\r');
		await gone(board, client);
		expect(client.screen).toBe('\r\nOK\r\n');
		await board.clock.advance(60_000);
		expect(farSide(board, carrier).isListening(1024)).toBe(false);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 0,0');
	});

	test('switched off and on while a command of the session runs, it serves the next client', async () => {
		const board = await serverBoard(carrier);
		await board.registered();
		const client = await session(board, carrier);
		client.type('at+cops=?\r');
		await board.clock.advance(11_000);
		await onConsole(board, 'at#tcpatrunl=0', 'at#tcpatrunl=1');
		await gone(board, client);
		const next = await session(board, carrier);
		expect(await ask(board, next, 'at')).toBe('\r\nOK\r\n');
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,1');
	});

	test('it is on again after a restart, with its rules', async () => {
		const stores = { settings: new TestStore(), store: new TestStore() };
		const board = await serverBoard(carrier, 0, [], stores);
		expect(await board.console.ask('at#tcpatrunl?')).toContain('#TCPATRUNL: 1,1');
		await board.clock.settled(board.desk.stop(), 30_000);
		const again = await deskThatRuns(stores);
		const stranger = await knock(again, carrier, STRANGER);
		await gone(again, stranger);
		await session(again, carrier);
	});
});

describe('given a board whose carrier is to change', () => {
	test('#ATRUNTCP changes it only while the services are off', async () => {
		const board = await serverBoard('module');
		expect(await board.console.ask('at#atruntcp=1')).toMatch(/ERROR/);
		await onConsole(board, 'at#tcpatrunl=0', 'at#atruntcp=1', 'at#tcpatrunl=1');
		await session(board, 'host');
		await board.clock.advance(1_000);
		expect(board.desk.memorySockets.isListening(1024)).toBe(false);
		expect(await board.console.ask('at#atruntcp=0')).toMatch(/ERROR/);
		await onConsole(board, 'at#atruntcp=1,40,700,0,0,30');
		expect(await board.console.ask('at#atruntcp?')).toContain('#ATRUNTCP: 1,40,700,0,0,30\r\n');
	});
});

describe('given a board whose module is lost', () => {
	test('the rules are given to the module again when it is back', async () => {
		const board = await serverBoard('module', 1);
		board.desk.module.cutPower();
		await board.clock.until(() => board.desk.coprocessor.modem.state !== 'ready', 60_000, 'the loss');
		await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 120_000, 'the attached module');
		const from = board.trace.length;
		await listens(board, 'module', 200_000);
		expect(board.trace.slice(from - 40).join('\n')).toContain('AT#FRWL=1,"10.0.0.0","255.0.0.0"');
		const stranger = await knock(board, 'module', STRANGER);
		await gone(board, stranger);
		expect(stranger.screen).toBe('');
		const client = await knock(board, 'module');
		await client.see('Username:\r\n');
	});

	test('a session over the host network lives on, and its own commands are answered', async () => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		board.desk.module.cutPower();
		expect(await ask(board, client, 'at#atrunstat')).toContain('#ATRUNSTAT: COMMANDS,2\r\n');
		await board.clock.until(() => board.desk.coprocessor.modem.state !== 'ready', 60_000, 'the loss');
		expect(await ask(board, client, 'at#atrunstat')).toContain('#ATRUNSTAT: MODULE_LOST,1\r\n');
		expect(await ask(board, client, 'at+cgmr')).toBe('\r\n#ATRUN: MODULE UNREACHABLE\r\n\r\nERROR\r\n');
		await board.clock.until(() => board.desk.coprocessor.modem.state === 'ready', 120_000, 'the attached module');
		expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
	});
});

describe('given someone who knocks without end', () => {
	test('1,000 failed logins disturb neither the memory nor another address', async () => {
		const board = await serverBoard('host');
		const clock = board.clock;
		const timers = clock.pending();
		for (let turn = 0; turn < 1000; turn++) {
			const port = connectionTo(board, 'host', '10.6.6.6');
			port.write(new Uint8Array([0x61, 0x0d, 0x62, 0x0d]));
			await clock.advance(200);
			port.close();
			if (turn === 500) {
				const client = await session(board, 'host', HOME);
				expect(await ask(board, client, 'at')).toBe('\r\nOK\r\n');
				client.hangUp();
				await clock.advance(100);
			}
		}
		await clock.advance(1_000);
		const told = await counters(board, 'TCP_BAD_LOGIN', 'TCP_LOCKED', 'TCP_BUSY', 'TCP_SESSIONS', 'TCP_REFUSED');
		expect(told.TCP_BAD_LOGIN! + told.TCP_LOCKED!).toBe(1000);
		expect(told.TCP_BAD_LOGIN).toBeLessThan(15);
		expect(told).toMatchObject({ TCP_BUSY: 0, TCP_SESSIONS: 1, TCP_REFUSED: 0 });
		expect(clock.pending()).toBeLessThanOrEqual(timers + 1);
		const log = await board.console.ask('at#atrunlog=64');
		expect(log.split('TCP_LOCKED').length - 1).toBeLessThan(5);
		await session(board, 'host', HOME);
	});

	test('while a session is there they are refused as busy, and the session runs its commands', async () => {
		const board = await serverBoard('host');
		const client = await session(board, 'host');
		for (let turn = 0; turn < 300; turn++) {
			const port = connectionTo(board, 'host', '10.6.6.6');
			port.write(new Uint8Array([0x61, 0x0d, 0x62, 0x0d]));
			await board.clock.advance(50);
			port.close();
			if (turn % 100 === 0) expect(await ask(board, client, 'at+cmee?')).toBe('\r\n+CMEE: 1\r\n\r\nOK\r\n');
		}
		expect(client.closed).toBeUndefined();
		expect(await counters(board, 'TCP_BUSY', 'TCP_BAD_LOGIN')).toEqual({ TCP_BUSY: 300, TCP_BAD_LOGIN: 0 });
		client.hangUp();
		await board.clock.advance(1_000);
		// Nobody was locked out for knocking at a busy board.
		await session(board, 'host', '10.6.6.6');
	});

	test('from many addresses they do not drive out the table of those that have to wait', async () => {
		const board = await serverBoard('host');
		for (let turn = 0; turn < ADDRESSES * 6; turn++) {
			const port = connectionTo(board, 'host', `10.7.${turn % 90}.1`);
			port.write(new Uint8Array([0x61, 0x0d, 0x62, 0x0d]));
			await board.clock.advance(200);
		}
		await session(board, 'host', HOME);
	});

	test('the firewall counts each stranger, and writes the journal seldom', async () => {
		const board = await serverBoard('host');
		for (let turn = 0; turn < 100; turn++) {
			connectionTo(board, 'host', STRANGER);
			await board.clock.advance(50);
		}
		expect(await counters(board, 'TCP_REFUSED')).toEqual({ TCP_REFUSED: 100 });
		const log = await board.console.ask('at#atrunlog=64,"TCP_REFUSED"');
		expect(log.split('#ATRUNLOG: ').length - 1).toBe(1);
	});
});

test('without a network of its own a board refuses that carrier', async () => {
	const board = await tcpBoard('module', { hostNetwork: undefined as never });
	expect(await board.console.ask('at#atruntcp=1')).toMatch(/ERROR/);
	expect(await board.console.ask('at#atruntcp?')).toContain('#ATRUNTCP: 0,');
});
