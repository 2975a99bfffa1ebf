import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Admission } from '../../src/access/admission.js';
import { crc32 } from '../../src/base/crc32.js';
import {
	atrun,
	atTerminal,
	challenge,
	FakeBoard,
	type FakeBoardOptions,
	hasScript,
	IMEI,
	impostor,
	KEY,
} from './fake-boards.js';
import { ended, eventually, loopbackServer, scratchDirectory, start } from './support.js';

const OTHER_KEY = 'f'.repeat(64);

/** A board in server mode; its port and, once somebody has called, the board. */
async function listening(options: FakeBoardOptions): Promise<{ address: string; boards: FakeBoard[] }> {
	const boards: FakeBoard[] = [];
	const port = await loopbackServer(socket => boards.push(new FakeBoard(socket, options)));
	return { address: `127.0.0.1:${port}`, boards };
}

function fileOf(content: string | Uint8Array, name = 'file'): string {
	const path = join(scratchDirectory(), name);
	writeFileSync(path, content);
	return path;
}

/** A board in authMode 1 that knows nobody. */
const PASSWORD_LOGIN: Admission = {
	begin: () => ({ say: 'Username:\r\n', state: 'asking' }),
	line: () => ({ say: '', state: 'refused' }),
};

describe('atrun connect by key', () => {
	test('proves both sides, needs no user, runs the commands, and shows the key nowhere', async () => {
		const { address, boards } = await listening({
			admission: challenge(),
			answer: line => (line === 'AT+CSQ' ? '\r\n+CSQ: 20,0\r\n\r\nOK\r\n' : '\r\nERROR\r\n'),
		});
		const key = fileOf(`${KEY}\n`);
		const run = await atrun(['connect', address, '--key-id', '1', '--key-file', key, '--exec', 'AT+CSQ', '--json']);
		expect(run).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(run.out)).toEqual({
			peer: address,
			login: 'successful',
			imei: IMEI,
			results: [{ command: 'AT+CSQ', lines: ['+CSQ: 20,0'], final: 'OK', ms: expect.any(Number) }],
		});
		expect(boards[0]!.seen).toEqual([
			expect.stringMatching(/^#ATRUN: RESPONSE,1,[0-9A-F]{32},[0-9A-F]{64}$/),
			'AT+CSQ',
		]);
		expect(run.out + boards[0]!.seen.join()).not.toContain(KEY);
	});

	test('takes the key from the environment, in a process of its own', async () => {
		vi.stubEnv('ATRUN_KEY', KEY);
		onTestFinished(() => void vi.unstubAllEnvs());
		const { address } = await listening({ admission: challenge(KEY, 3) });
		const run = await ended(start(['connect', address, '--key-id', '3', '--imei', IMEI], 'AT\n'));
		expect(run).toMatchObject({ code: 0, err: '', out: 'AT\nOK\n' });
	});

	test.each<[string, () => Admission, readonly string[], string, RegExp]>([
		['gives a wrong proof', impostor, [], 'bad-proof', /this is not the board that has the key/],
		['is another one', challenge, ['--imei', '351234567890999'], 'wrong-imei', /is another board: its IMEI is 3512/],
		['has another key', () => challenge(OTHER_KEY), [], 'refused', /another key under this id/],
		[
			'hangs up',
			() => ({ ...PASSWORD_LOGIN, begin: () => ({ say: '\r\n', state: 'refused' }) }),
			[],
			'refused',
			/before it asked for a key: it serves another client/,
		],
		['asks for user and password', () => PASSWORD_LOGIN, [], 'unchallenged', /does not ask for a key: its authMode/],
		[
			'garbles the challenge',
			() => ({ ...PASSWORD_LOGIN, begin: () => ({ say: '#ATRUN: CHALLENGE,1,2\r\n', state: 'asking' }) }),
			[],
			'unchallenged',
			/does not ask for a key/,
		],
		[
			'says nothing',
			() => ({ ...PASSWORD_LOGIN, begin: () => ({ say: '', state: 'asking' }) }),
			['--timeout', '0.2'],
			'timeout',
			/did not finish the login by key in time/,
		],
	])('ends with exit code 1 and one sentence where the board %s', async (_what, admission, more, login, message) => {
		const { address, boards } = await listening({ admission: admission() });
		const key = ['--key-id', '1', '--key-file', fileOf(KEY)];
		const run = await atrun(['connect', address, ...key, ...more, '--exec', 'AT#SECRET', '--json']);
		expect(run.code).toBe(1);
		expect(run.err).toMatch(message);
		expect(run.err).toMatch(/^atrun: [^\n]*\n$/);
		expect(JSON.parse(run.out)).toEqual({ peer: address, login, results: [] });
		expect(boards[0]!.seen.join()).not.toContain('AT#SECRET');
	});

	test.each([
		['auto', []],
		['1', []],
		['0', ['testuser', 'testpassw']],
	])('tells who has only a password that the board asks for a key (--auth %s)', async (auth, sent) => {
		const { address, boards } = await listening({ admission: challenge() });
		const login = ['--user', 'testuser', '--password', 'testpassw', '--auth', auth];
		const run = await atrun(['connect', address, ...login, '--exec', 'AT', '--json']);
		expect(run).toMatchObject({ code: 1, err: `atrun: ${address} asks for a key: give --key-id and --key-file\n` });
		expect(JSON.parse(run.out)).toMatchObject({ login: 'challenged', results: [] });
		expect(boards[0]!.seen.filter(line => line !== 'AT')).toEqual(sent.slice(0, boards[0]!.seen.length));
	});

	test.each<[readonly string[], RegExp]>([
		[['--key-id', '5'], /--key-id.*1 to 4/],
		[['--key-id', '1'], /needs --key-file or ATRUN_KEY/],
		[['--key-id', '1', '--key-file', '/nowhere'], /cannot read .*--key-file.*no such file/],
		[['--key-file', '/nowhere'], /--key-file needs --key-id/],
		[['--imei', IMEI], /--imei needs --key-id/],
		[['--imei', '12'], /15 digits/],
		[['--auth', '2'], /--auth 2 needs --key-id/],
		[['--upload', '/nowhere/file'], /cannot read \/nowhere\/file \(--upload\)/],
		[['--upload', '/nowhere/file=a"b'], /1 to 16 characters/],
		[['--upload', '/nowhere/a-name-that-is-too-long'], /1 to 16 characters.*=<name>/],
	])('%j is wrong usage', async (args, message) => {
		const run = await atrun(['connect', '127.0.0.1:1', '--exec', 'AT', ...args]);
		expect(run).toMatchObject({ code: 2, out: '' });
		expect(run.err).toMatch(message);
	});

	test.each(['--user', '--password', '--password-file'])('does not go with %s', async option => {
		const key = ['--key-id', '1', '--key-file', fileOf(KEY)];
		const run = await atrun(['connect', '127.0.0.1:1', ...key, option, 'x', '--exec', 'AT']);
		expect(run).toMatchObject({ code: 2, err: `atrun: ${option} does not go with --key-id\n` });
	});

	test('says that a file has no key, and not what it has', async () => {
		const file = fileOf('0123-secret');
		const run = await atrun(['connect', '127.0.0.1:1', '--key-id', '1', '--key-file', file, '--exec', 'AT']);
		expect(run).toMatchObject({ code: 2 });
		expect(run.err).toMatch(/has no key: 64 hexadecimal digits/);
		expect(run.err).not.toContain('0123-secret');
	});
});

describe('atrun connect --upload', () => {
	const LOGIN = ['--user', 'u', '--password', 'p', '--auth', '0'];
	const CREDENTIALS = 2;
	/** More than the system's buffers and all values, IAC of telnet too; the first octet could belong to a line end. */
	const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at === 0 ? 0x0a : at * 7 + (at >> 8))));
	const CRC = crc32(CONTENT).toString(16).padStart(8, '0');
	/** In authMode 0 the board says nothing: here it takes two lines and is open. */
	const open = (): Admission => {
		let lines = 0;
		const identity = { kind: 'tcp-user', name: 'u', index: 1 } as const;
		return {
			begin: () => ({ say: '', state: 'asking' }),
			line: () => (++lines < CREDENTIALS ? { say: '', state: 'asking' } : { say: '', state: 'admitted', identity }),
		};
	};

	test('sends the octets as they are, compares size and CRC, and then runs the commands', async () => {
		const { address, boards } = await listening({
			admission: open(),
			answer: line => {
				if (line !== 'AT#LSCRIPT') return '\r\nOK\r\n';
				return `\r\n#LSCRIPT: "other",1,00000000\r\n#LSCRIPT: "job",${CONTENT.length},${CRC}\r\n\r\nOK\r\n`;
			},
		});
		const file = fileOf(CONTENT, 'a=b.py');
		const run = await atrun([
			'connect',
			address,
			...LOGIN,
			'--exec',
			'AT#ESCRIPT="job"',
			'--upload',
			`${file}=job`,
			'--json',
		]);
		expect(run).toMatchObject({ code: 0, err: '' });
		const command = `AT#WSCRIPT="job",${CONTENT.length}`;
		const crc = CRC.toUpperCase();
		expect(JSON.parse(run.out).results).toEqual([
			{
				command,
				lines: [],
				final: 'OK',
				ms: expect.any(Number),
				upload: { name: 'job', size: CONTENT.length, crc, stored: { size: CONTENT.length, crc }, verified: true },
			},
			expect.objectContaining({ command: 'AT#ESCRIPT="job"', final: 'OK' }),
		]);
		expect(boards[0]!.files.get('job')!.equals(CONTENT)).toBe(true);
		expect(boards[0]!.seen).toEqual(['u', 'p', command, 'AT#LSCRIPT', 'AT#ESCRIPT="job"']);
	});

	test.each([
		['a list without CRC', '\r\n#LSCRIPT: "job.py",4\r\n#LSCRIPT: free bytes: 7\r\n\r\nOK\r\n', 0, /^$/],
		['another size', '\r\n#LSCRIPT: "job.py",3\r\n\r\nOK\r\n', 1, /the board has 3 octets, not 4/],
		['another CRC', '\r\n#LSCRIPT: "job.py",4,12345678\r\n\r\nOK\r\n', 1, /octets with CRC-32 12345678/],
		['no such file', '\r\nOK\r\n', 1, /does not list it/],
		['no list', '\r\nERROR\r\n', 1, /does not list it/],
	])('under the file’s own name, compared with %s', async (_what, list, code, message) => {
		const { address, boards } = await listening({ admission: open(), answer: () => list });
		const run = await atrun(['connect', address, ...LOGIN, '--upload', fileOf('AT\r\n', 'job.py')]);
		expect(run).toMatchObject({ code, out: 'AT#WSCRIPT="job.py",4\nOK\n' });
		expect(run.err).toMatch(message);
		expect(boards[0]!.files.get('job.py')!.toString()).toBe('AT\r\n');
	});

	test('stops where the board wants no file, and runs no command after it', async () => {
		const boards: string[] = [];
		const port = await loopbackServer(socket => {
			socket.on('data', chunk => {
				boards.push(chunk.toString('latin1'));
				if (boards.join('').includes('#WSCRIPT')) socket.write('\r\n+CME ERROR: 50\r\n');
			});
		});
		const args = ['connect', `127.0.0.1:${port}`, ...LOGIN, '--upload', `${fileOf('x')}=x`, '--exec', 'AT#REBOOT'];
		const run = await atrun(args);
		expect(run).toMatchObject({ code: 1, out: 'AT#WSCRIPT="x",1\n+CME ERROR: 50\n' });
		expect(boards.join('')).not.toContain('REBOOT');
	});
});

test.skipIf(!hasScript)('on a terminal a person talks with the board until it hangs up (needs script)', async () => {
	const { address, boards } = await listening({
		admission: challenge(),
		answer: () => '\r\n+X: \x1b[2J\r\n\r\nOK\r\n> ',
	});
	const terminal = atTerminal(['connect', address, '--key-id', '1', '--key-file', fileOf(KEY)]);
	await eventually(() => terminal.shown.includes('Login successful.'), 'the login');
	terminal.type('AT+X\r');
	await eventually(() => /\+X: \\x1b\[2J\r\nOK\r\n[\s\S]*> \r\n/.test(terminal.shown), 'answer and prompt');
	expect(boards[0]!.seen.slice(1)).toEqual(['AT+X']);
	boards[0]!.socket.end();
	await eventually(() => terminal.code !== undefined, 'the end');
	expect(terminal.shown).toContain('Connection ended: closed.');
	expect(terminal.code).toBe(0);
});
