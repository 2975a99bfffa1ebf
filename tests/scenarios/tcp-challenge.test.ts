import { describe, expect, test } from 'vitest';
import { RequesterChallenge, type RequesterState } from '../../src/access/challenge.js';
import { bytesOfHex } from '../../src/base/hex.js';
import type { Entropy } from '../../src/ports/entropy.js';
import type { TestDesk } from '../support/desk.js';
import { digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';
import type { Person } from '../support/person.js';
import {
	ask,
	boardWithDeadModule,
	CARRIERS,
	type Carrier,
	counters,
	gone,
	KEY,
	knock,
	onConsole,
	STRANGER,
	serverBoard,
} from './tcp-desk.js';

const OTHER = 'F0'.repeat(32);
const TAKES_KEY = [`at#atrunkey=0,2,"${KEY}"`];

/** Not the octets that the board draws. */
const own: Entropy = { fill: into => into.fill(0xa5) };

function requester(options: { key?: string; keyId?: number; imei?: string } = {}): RequesterChallenge {
	const { key = KEY, keyId = 2, imei } = options;
	return new RequesterChallenge({ digest, entropy: own, keyId, key: bytesOfHex(key)!, imei });
}

/** Lets the requester answer all that the board says, until it knows or is hung up on. */
async function login(board: TestDesk, client: Person, from: RequesterChallenge): Promise<RequesterState> {
	let state: RequesterState = 'asking';
	let read = 0;
	await board.clock.until(
		() => {
			for (let end = client.screen.indexOf('\r\n', read); end >= 0; end = client.screen.indexOf('\r\n', read)) {
				const step = from.answer(client.screen.slice(read, end));
				read = end + 2;
				state = step.state;
				if (step.say !== '') client.type(step.say);
			}
			return state !== 'asking' || client.closed !== undefined;
		},
		60_000,
		'the end of the login',
	);
	return state;
}

async function challengingBoard(carrier: Carrier): Promise<TestDesk> {
	return serverBoard(carrier, 2, TAKES_KEY);
}

describe.each(CARRIERS)('given a board in authMode 2 on its %s network', carrier => {
	test('a requester with the key is let in, knows the board, and may do what a key may', async () => {
		const board = await challengingBoard(carrier);
		const client = await knock(board, carrier);
		const from = requester({ imei: board.desk.coprocessor.settings.current.imei });
		expect(await login(board, client, from)).toBe('proved');
		await client.see('Login successful.\r\n');
		expect(await ask(board, client, 'at#atrunkey?')).toBe('\r\n#ATRUNKEY: 2\r\n\r\nOK\r\n');
		expect(await ask(board, client, 'at#smsatwl=0,1,0,"+39*"')).toBe('\r\nOK\r\n');
	});

	test.each([
		['a wrong key', { key: OTHER }],
		['an id that has no key', { keyId: 1 }],
		['an id that no board has', { keyId: 200 }],
	])('a requester with %s is hung up on without a word', async (_what, options) => {
		const board = await challengingBoard(carrier);
		const client = await knock(board, carrier);
		expect(await login(board, client, requester(options))).toBe('asking');
		expect(client.screen).toMatch(/^#ATRUN: CHALLENGE,[0-9]{15},[0-9A-F]{32}\r\n$/);
		expect(await counters(board, 'TCP_BAD_LOGIN', 'TCP_SESSIONS')).toEqual({ TCP_BAD_LOGIN: 1, TCP_SESSIONS: 0 });
	});

	test('a requester that means another board sends nothing', async () => {
		const board = await challengingBoard(carrier);
		const client = await knock(board, carrier);
		expect(await login(board, client, requester({ imei: '111111111111111' }))).toBe('wrong-imei');
		await gone(board, client);
		expect(await counters(board, 'TCP_LOGIN_TIMEOUT')).toEqual({ TCP_LOGIN_TIMEOUT: 1 });
	});

	test('a recorded response opens nothing', async () => {
		const board = await challengingBoard(carrier);
		const first = await knock(board, carrier);
		await first.see('#ATRUN: CHALLENGE,');
		await board.clock.advance(100);
		const from = requester();
		const recorded = from.answer(first.screen.trim()).say;
		first.type(recorded);
		await first.see('Login successful.\r\n');
		first.hangUp();
		await board.clock.advance(2_000);
		const second = await knock(board, carrier);
		await second.see('#ATRUN: CHALLENGE,');
		second.type(recorded);
		await gone(board, second);
		expect(second.screen).not.toContain('PROOF');
	});

	test.each([
		['user and password', 'user\rpass\rat\r'],
		['a command', 'at+cgmr\r'],
		['its own challenge', 'echo'],
	])('%s opens nothing', async (_what, typed) => {
		const board = await challengingBoard(carrier);
		const client = await knock(board, carrier);
		await client.see('\r\n');
		client.type(typed === 'echo' ? client.screen : typed);
		await gone(board, client);
		expect(await counters(board, 'TCP_SESSIONS', 'COMMANDS')).toEqual({ TCP_SESSIONS: 0, COMMANDS: 0 });
	});

	test('many wrong answers from its address do not keep out the one that has the key', async () => {
		const board = await challengingBoard(carrier);
		for (let turn = 0; turn < 12; turn++) {
			const client = await knock(board, carrier);
			await client.see('\r\n');
			client.type('#ATRUN: RESPONSE\r');
			await gone(board, client);
			await board.clock.advance(1_000);
		}
		const client = await knock(board, carrier);
		expect(await login(board, client, requester())).toBe('proved');
		expect(await counters(board, 'TCP_LOCKED', 'TCP_BAD_LOGIN')).toEqual({ TCP_LOCKED: 0, TCP_BAD_LOGIN: 12 });
	});

	test('the firewall is silent here too', async () => {
		const board = await challengingBoard(carrier);
		const client = await knock(board, carrier, STRANGER);
		await gone(board, client);
		expect(client.screen).toBe('');
	});
});

describe('given a board whose key is to be used', () => {
	test('without a key authMode 2 cannot be set', async () => {
		const board = await serverBoard('host');
		await onConsole(board, 'at#tcpatrunl=0');
		expect(await board.console.ask('at#tcpatruncfg=1,2,1024,1024,"",1,5,2')).toMatch(/ERROR/);
	});

	test('once the last key is deleted nobody gets in, and the board says no word of it', async () => {
		const board = await challengingBoard('host');
		await onConsole(board, 'at#atrunkey=1,2');
		const client = await knock(board, 'host');
		expect(await login(board, client, requester())).toBe('asking');
		expect(client.screen).not.toContain('PROOF');
	});

	test('after a restart with a silent module the IMEI it told before serves over the host network', async () => {
		const settings = new TestStore();
		const board = await serverBoard('host', 2, TAKES_KEY, { settings });
		const { imei } = board.desk.coprocessor.settings.current;
		await board.clock.settled(board.desk.stop(), 30_000);
		const again = boardWithDeadModule(settings);
		const client = await knock(again, 'host');
		expect(await login(again, client, requester({ imei }))).toBe('proved');
		await client.see('Login successful.\r\n');
		expect(await ask(again, client, 'at#atrunstat')).toContain('#ATRUNSTAT: TCP_SESSIONS,1\r\n');
		expect(await ask(again, client, 'at+cgmr')).toMatch(/MODULE UNREACHABLE/);
		expect(again.desk.coprocessor.modem.state).toBe('attaching');
	});
});
