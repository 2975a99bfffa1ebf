import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CalledBoard } from '../../hosts/node/called-board.js';
import { Switchboard } from '../../hosts/node/cli/switchboard.js';
import { MOST_BOARDS, Reception } from '../../hosts/node/reception.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { parseKey } from '../../src/access/key-ring.js';
import { atrun, atTerminal, callingBoard, challenge, hasScript, IMEI, impostor, KEY } from './fake-boards.js';
import { ended, eventually, freePort, loopbackServer, type Outcome, scratchDirectory, start } from './support.js';

const HELLO = `#ATRUN: HELLO,"${IMEI}","1.2.3","power on"\r\n`;
const SAID = { imei: IMEI, firmware: '1.2.3', reason: 'power on' };
const csq = (line: string) => (line === 'AT+CSQ' ? '\r\n+CSQ: 20,0\r\n\r\nOK\r\n' : '\r\nERROR\r\n');
const CSQ = { command: 'AT+CSQ', lines: ['+CSQ: 20,0'], final: 'OK', ms: expect.any(Number) };

/** Listens in this process. */
async function listen(...args: readonly string[]): Promise<{ port: number; run: Promise<Outcome>; seen: Outcome }> {
	const port = await freePort();
	const seen: Outcome = { code: undefined, out: '', err: '' };
	return { port, run: atrun(['listen', String(port), ...args], seen), seen };
}

function keyOptions(): string[] {
	const path = join(scratchDirectory(), 'key');
	writeFileSync(path, KEY);
	return ['--key-id', '1', '--key-file', path];
}

describe('atrun listen --exec', () => {
	test('runs the commands on the board that calls, closes it, and says where boards can call', async () => {
		const { port, run } = await listen('--exec', 'AT+CSQ', '--exec', 'AT+X');
		const board = await callingBoard(port, { answer: csq });
		const { code, out, err } = await run;
		expect({ code, out }).toEqual({ code: 1, out: 'AT+CSQ\n+CSQ: 20,0\nOK\nAT+X\nERROR\n' });
		expect(err).toMatch(/^Listening on 127\.0\.0\.1:[0-9]+\.\n.*--address 0\.0\.0\.0/);
		expect(err).toMatch(/\nboard 1 \(127\.0\.0\.1:[0-9]+\) connected\n/);
		expect(board.seen).toEqual(['AT+CSQ', 'AT+X']);
		await eventually(() => board.isOver, 'the end of the connection');
	});

	test('knows a board by its hello, whenever that comes, and leaves it out of the answers', async () => {
		for (const [hello, answer] of [[HELLO, csq] as const, ['', (line: string) => `${HELLO}${csq(line)}`] as const]) {
			const { port, run } = await listen('--exec', 'AT+CSQ', '--json');
			await callingBoard(port, { hello, answer });
			const { code, out } = await run;
			expect(code).toBe(0);
			expect(JSON.parse(out)).toEqual({
				boards: [
					{ peer: expect.stringMatching(/^127\.0\.0\.1:/), imei: IMEI, hello: SAID, login: 'none', results: [CSQ] },
				],
			});
		}
	});

	test('answers the challenge before anything else, and shows the key nowhere', async () => {
		const { port, run } = await listen('--exec', 'AT+CSQ', '--json', ...keyOptions(), '--require-key');
		const board = await callingBoard(port, { admission: challenge(), hello: HELLO, answer: csq });
		const { code, out, err } = await run;
		expect(code).toBe(0);
		expect(JSON.parse(out).boards).toEqual([
			{ peer: expect.any(String), imei: IMEI, hello: SAID, login: 'successful', results: [CSQ] },
		]);
		expect(err).toContain(`is IMEI ${IMEI}, proved by its key`);
		expect(board.seen).toEqual([expect.stringMatching(/^#ATRUN: RESPONSE,1,/), 'AT+CSQ']);
		expect(out + err).not.toContain(KEY);
	});

	test('turns away who has no key or is another board, and goes on waiting for the one that is meant', async () => {
		const { port, run, seen } = await listen('--exec', 'AT+CSQ', '--json', ...keyOptions(), '--imei', IMEI);
		const silent = await callingBoard(port);
		const other = await callingBoard(port, { admission: challenge(KEY, 1, '351234567890999') });
		const greeting = await callingBoard(port, { hello: HELLO });
		await eventually(() => other.isOver && greeting.isOver, 'their end');
		await eventually(() => silent.isOver, 'the end of the silent one');
		await callingBoard(port, { admission: challenge(), answer: csq });
		expect((await run).code).toBe(0);
		expect(JSON.parse(seen.out).boards).toMatchObject([{ imei: IMEI, login: 'successful', results: [CSQ] }]);
		expect(seen.err).toMatch(/board 1 \S+ sent no challenge within 3 s, and only boards with the key are let in\n/);
		expect(seen.err).toMatch(/board 2 \S+ is another board: its IMEI is 351234567890999\n/);
		for (const board of [silent, other, greeting]) expect(board.seen).toEqual([]);
	});

	test.each([
		['has a wrong proof', impostor, true, 'bad-proof', /this is not the board that has the key\n/],
		['asks for a key that there is none of', challenge, false, 'challenged', /give --key-id and --key-file\n/],
		['has another key', () => challenge('f'.repeat(64)), true, 'refused', /it has another key under this id\n/],
	])('fails on a board that %s', async (_what, admission, withKey, login, message) => {
		const { port, run } = await listen('--exec', 'AT#SECRET', '--json', ...(withKey ? keyOptions() : []));
		const board = await callingBoard(port, { admission: admission() });
		const { code, out, err } = await run;
		expect(code).toBe(1);
		expect(JSON.parse(out).boards).toMatchObject([{ login, results: [] }]);
		expect(err).toMatch(message);
		expect(board.seen.join()).not.toContain('SECRET');
	});

	test('serves several boards at a time, each with its number, and ends after as many as asked for', async () => {
		const { port, run } = await listen('--exec', 'AT+CSQ', '--boards', '3');
		await Promise.all([1, 2, 3].map(() => callingBoard(port, { hello: HELLO, answer: csq })));
		const { code, out } = await run;
		expect(code).toBe(0);
		expect(out.split('\n').sort().join('\n')).toBe(
			['', ...[1, 2, 3].flatMap(n => [`${n}: +CSQ: 20,0`, `${n}: AT+CSQ`, `${n}: OK`])].join('\n'),
		);
	});

	test('gives up where no board calls, or where one does not answer, in time', async () => {
		const { run } = await listen('--exec', 'AT', '--timeout', '0.3', '--json');
		const nobody = await run;
		expect(nobody.code).toBe(1);
		expect(JSON.parse(nobody.out)).toEqual({ boards: [] });
		expect(nobody.err).toMatch(/\natrun: no board was let in within 0\.3 s\n$/);
		const second = await listen('--exec', 'AT', '--timeout', '5', '--boards', '2');
		const board = await callingBoard(second.port, { hello: HELLO, answer: () => '\r\nbusy\x1b[2J\r\n' });
		const { code, out, err } = await second.run;
		expect({ code, out }).toEqual({ code: 1, out: '1: AT\n1: busy\\x1b[2J\n' });
		expect(err).toMatch(/board 1 \S+: no answer to AT within 5 s\n/);
		expect(err).toMatch(/atrun: no further board was let in within 5 s\n$/);
		await eventually(() => board.isOver, 'its end');
	});

	test('runs the lines of a pipe on the first board, in a process of its own', async () => {
		const port = await freePort();
		const run = start(['listen', String(port), '--json'], 'AT+CSQ\n\nAT+CSQ\n');
		await callingBoard(port, { hello: HELLO, answer: csq });
		expect((await ended(run)).code).toBe(0);
		expect(JSON.parse(run.out).boards[0].results).toEqual([CSQ, CSQ]);
	});

	test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with what it has so far', async signal => {
		const port = await freePort();
		const run = start(['listen', String(port), '--exec', 'AT+CSQ', '--exec', 'AT+COPS=?', '--json']);
		const board = await callingBoard(port, { hello: HELLO, answer: line => (line === 'AT+CSQ' ? csq(line) : '') });
		await eventually(() => board.seen.length === 2, 'the second command');
		run.child.kill(signal);
		expect((await ended(run)).code).toBe(1);
		expect(JSON.parse(run.out).boards).toMatchObject([{ results: [CSQ] }]);
		expect(run.err).toMatch(/atrun: stopped before all boards were done\n$/);
	});

	test('says in one line that the port is in use or the address is not of this machine', async () => {
		const taken = await loopbackServer(() => {});
		const run = await atrun(['listen', String(taken), '--exec', 'AT']);
		expect(run).toEqual({ code: 2, out: '', err: `atrun: cannot listen on 127.0.0.1:${taken}: the port is in use\n` });
		const elsewhere = await atrun(['listen', String(taken), '--address', '192.0.2.1', '--exec', 'AT']);
		expect(elsewhere).toMatchObject({ code: 2, out: '' });
		expect(elsewhere.err).toMatch(/this machine does not have that address\n$/);
	});

	test.each<[readonly string[], RegExp]>([
		[['70000'], /1 to 65535/],
		[['--address', 'localhost', '--exec', 'AT'], /--address.*IP address/],
		[['--require-key', '--exec', 'AT'], /--require-key needs --key-id/],
		[['--key-id', '1', '--exec', 'AT'], /--key-id needs --key-file or ATRUN_KEY/],
		[['--boards', '2'], /--boards needs --exec/],
		[['--boards', '0', '--exec', 'AT'], /--boards.*1 to/],
		[['--exec', ' '], /--exec needs a command line/],
		[['--exec', 'AT\rAT'], /--exec takes one command line/],
		[['--timeout', '0', '--exec', 'AT'], /--timeout.*seconds/],
	])('%j is wrong usage', async (args, message) => {
		const run = await atrun(['listen', ...args]);
		expect(run).toMatchObject({ code: 2, out: '' });
		expect(run.err).toMatch(message);
		expect(run.err).toMatch(/^atrun: [^\n]*\n$/);
	});
});

/** A reception with a person at its switchboard. */
async function switchboard(withKey = false) {
	const port = await freePort();
	const shown: string[] = [];
	let current: number | undefined;
	const board = new Switchboard(
		lines => shown.push(...lines),
		number => {
			current = number;
		},
	);
	const key = withKey ? { keyId: 1, key: parseKey(KEY)!, imei: undefined } : undefined;
	const place = { clock: new SystemClock(), address: '127.0.0.1', port, key, requireKey: withKey, loginTime: 1000 };
	const reception = await Reception.open({ ...place, events: board });
	if (!reception.ok) throw new Error(reception.error);
	onTestFinished(() => reception.value.close());
	board.attach(reception.value);
	const sees = async (pattern: RegExp) => {
		await eventually(() => shown.some(line => pattern.test(line)), `${pattern} in ${JSON.stringify(shown)}`);
		shown.length = 0;
	};
	const types = async (line: string, pattern: RegExp) => {
		board.line(line);
		await sees(pattern);
	};
	return { port, sees, types, board, reception: reception.value, current: () => current };
}

describe('the boards at a terminal', () => {
	test('are chosen by their number; a board that leaves makes no other the current one', async () => {
		const { port, sees, types, board, current } = await switchboard();
		await types('AT', /No board is chosen/);
		await types('/list', /No board is connected/);
		const first = await callingBoard(port, { hello: HELLO, answer: csq });
		await sees(
			new RegExp(`^board 1 \\S+ takes commands: IMEI ${IMEI}, as it says, firmware 1.2.3, last restart: power on$`),
		);
		expect(current()).toBe(1);
		await types('AT+CSQ', /^\+CSQ: 20,0$/);
		const second = await callingBoard(port, { hello: HELLO, answer: csq });
		await sees(/^board 2 \S+ takes commands/);
		await types('AT+X', /^1: ERROR$/);
		await types('/list', /^\* board 1 \S+ IMEI/);
		board.line('/use 2');
		expect(current()).toBe(2);
		board.line('AT^Z');
		await eventually(() => second.socket.bytesRead > 0 && second.pending === 'AT\x1a', 'Ctrl-Z');
		await types('/use 7', /^There is no board 7/);
		await types('/use', /^There is no board/);
		await types('/what', /^There is no \/what/);
		await types('/help', /\/close <n>/);
		board.line('/close 2');
		await sees(/^Choose another board: \/use 1$/);
		await eventually(() => second.isOver, 'the end of the second');
		expect(current()).toBeUndefined();
		await types('AT', /No board is chosen/);
		first.socket.end('\r\nlast\x07 words');
		await sees(/^board 1 \S+ left: closed$/);
		expect(first.seen).toEqual(['AT+CSQ', 'AT+X']);
	});

	test('need the key where it is required', async () => {
		const { port, sees, types, reception } = await switchboard(true);
		await callingBoard(port, { hello: HELLO });
		await sees(/^board 1 \S+ sent no challenge/);
		const board = await callingBoard(port, { admission: challenge(), hello: '', answer: csq });
		await sees(new RegExp(`^board 2 \\S+ takes commands: IMEI ${IMEI}, proved by its key$`));
		board.socket.write(HELLO);
		await sees(/^board 2 \S+ is .*firmware 1\.2\.3, last restart: power on$/);
		await types('AT+CSQ', /^\+CSQ: 20,0$/);
		expect(reception.boards.map(({ number }: CalledBoard) => number)).toEqual([2]);
	});

	test(`are ${MOST_BOARDS} at most; a further call is closed at once`, async () => {
		const { port, sees, reception } = await switchboard();
		const calls = await Promise.all(Array.from({ length: MOST_BOARDS }, () => callingBoard(port, { hello: HELLO })));
		await eventually(() => reception.boards.length === MOST_BOARDS, 'all boards');
		const further = await callingBoard(port);
		await sees(/^turned \S+ away/);
		await eventually(() => further.isOver, 'its end');
		expect(calls.some(call => call.isOver)).toBe(false);
		calls[0]!.socket.end();
		await eventually(() => reception.boards.length === MOST_BOARDS - 1, 'space');
		await callingBoard(port, { hello: HELLO });
		await eventually(() => reception.boards.length === MOST_BOARDS, 'the next board');
	});
});

test.skipIf(!hasScript)('on a terminal a person talks with a board until Ctrl-D (needs script)', async () => {
	const port = await freePort();
	const terminal = atTerminal(['listen', String(port)]);
	const board = await callingBoard(port, { hello: HELLO, answer: csq });
	await eventually(() => terminal.shown.includes('takes commands') && terminal.shown.includes('1> '), 'the prompt');
	terminal.type('AT+CSQ\r');
	await eventually(() => terminal.shown.includes('+CSQ: 20,0'), 'the answer');
	terminal.type('\x04');
	await eventually(() => terminal.code !== undefined, 'the end');
	expect(terminal.code).toBe(0);
	expect(terminal.shown).toContain('--address 0.0.0.0');
	expect(board.seen).toEqual(['AT+CSQ']);
	await eventually(() => board.isOver, 'the end of the connection');
});
