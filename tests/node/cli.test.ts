import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runCommand } from '../../hosts/node/cli/main.js';
import type { SimulatedNetwork, SmsOrder } from '../../hosts/node/control-protocol.js';
import { serveControl } from '../../hosts/node/control-server.js';
import { dial, ended, eventually, freePort, loopbackServer, type Outcome, start } from './support.js';

/** Runs a command line inside this process: what a spawned one would print and its exit code. */
async function atrun(args: readonly string[]): Promise<Outcome> {
	const outcome: Outcome = { code: undefined, out: '', err: '' };
	const collect = (stream: 'out' | 'err') => (text: unknown) => {
		outcome[stream] += text;
		return true;
	};
	const spies = [
		vi.spyOn(process.stdout, 'write').mockImplementation(collect('out')),
		vi.spyOn(process.stderr, 'write').mockImplementation(collect('err')),
	];
	try {
		outcome.code = await runCommand(args);
	} finally {
		for (const spy of spies) spy.mockRestore();
	}
	return outcome;
}

/** A board that asks for user and password and then answers `AT+CREG?` and any other command with ERROR. */
function board(socket: Socket, seen: string[]): void {
	let step = 0;
	let typed = '';
	socket.write('Username:\r\n');
	socket.on('data', chunk => {
		typed += chunk.toString('latin1');
		for (let end = typed.indexOf('\r'); end >= 0; end = typed.indexOf('\r')) {
			const line = typed.slice(0, end);
			typed = typed.slice(end + 1);
			seen.push(line);
			if (step === 0 && line === 'testuser') socket.write('Password:\r\n');
			else if (step === 1 && line === 'testpassw') socket.write('Login successful.\r\n');
			else if (step < 2) socket.end();
			else socket.write(/creg/i.test(line) ? '\r\n+CREG: 0,1\r\n\r\nOK\r\n' : '\r\nERROR\r\n');
			step++;
		}
	});
}

async function control(answer: string | null): Promise<{ port: number; orders: SmsOrder[] }> {
	const orders: SmsOrder[] = [];
	const network: SimulatedNetwork = {
		sendSms: async order => {
			orders.push(order);
			const text = answer === null ? null : { text: answer, parts: 1, pdus: ['04'] };
			return { ok: true, value: { to: order.to ?? '+393297308600', sent: ['11'], answer: text, ms: 3 } };
		},
	};
	const server = await serveControl(0, network);
	if (!server.ok) throw new Error(server.error);
	onTestFinished(() => server.value.close());
	return { port: server.value.port, orders };
}

test.each([
	[['mobil'], /unknown command 'mobil' \(Did you mean mobile\?\)/],
	[['mobile', 'AT'], /--from/],
	[['mobile', '--from', 'x', 'AT'], /--from.*such as/],
	[['mobile', '--from', '+39123', '--timeout', '0', 'AT'], /--timeout.*seconds/],
	[['mobile', '--from', '+39123', '--control', 'a:b', 'AT'], /--control.*<host>/],
	[['connect', '127.0.0.1', '--exec', 'AT'], /--user/],
	[['connect', '127.0.0.1', '--user', 'u', '--exec', 'AT'], /--password-file/],
	[['connect', '127.0.0.1', '--user', 'u', '--password', 'p', '--exec', 'AT\rAT'], /--exec/],
	[['connect', '127.0.0.1:70000'], /1 to 65535/],
	[['connect', '127.0.0.1', '--user', 'u', '--password-file', '/nowhere/file'], /--password-file.*no such file/],
	[['sms', 'encode', '--to', 'Anna', 'AT'], /--to.*such as/],
	[['modem'], /--pty.*--tcp/],
	[['modem', '--tcp', '1', '--baud', 'fast'], /--baud/],
])('%j is wrong usage: one line on stderr and exit code 2', async (args, message) => {
	const outcome = await atrun(args);
	expect(outcome).toMatchObject({ code: 2, out: '' });
	expect(outcome.err).toMatch(message);
	expect(outcome.err).toMatch(/^atrun: [^\n]*\n$/);
});

test('a process of its own ends with the same line and exit code, from any directory', async () => {
	const run = await ended(start(['mobile', '--from', 'x', 'AT']));
	expect(run).toMatchObject({ code: 2, out: '' });
	expect(run.err).toMatch(/^atrun: .*--from.*\n$/);
});

test('--help names every sub-command, and each explains itself by an example', async () => {
	const main = await atrun(['--help']);
	expect(main.code).toBe(0);
	const names = [...main.out.matchAll(/^ {2}([a-z]+) /gm)]
		.map(match => match[1]!)
		.filter(name => name !== 'sms' && name !== 'ota');
	expect(names).toEqual(expect.arrayContaining(['modem', 'mobile', 'connect']));
	const images = ['keygen', 'pack', 'inspect', 'serve'].map(one => ['ota', one]);
	for (const name of [...names.map(one => [one]), ['sms', 'encode'], ['sms', 'decode'], ...images]) {
		const help = await atrun([...name, '--help']);
		expect(help).toMatchObject({ code: 0, err: '' });
		expect(help.out).toMatch(new RegExp(`Example:\\n.*atrun ${name.join(' ')} `));
	}
});

describe('atrun mobile', () => {
	test('prints the answer, or all as JSON, and exits by its final result', async () => {
		const good = await control('\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n');
		const bad = await control('\r\n+CME ERROR: 10\r\n');
		const command = ['mobile', '--from', '+393297308677'];
		const plain = await atrun([...command, '--control', String(good.port), 'AT+COPS?']);
		const json = await atrun([
			...command,
			'--control',
			`127.0.0.1:${good.port}`,
			'--to',
			'+39123',
			'--json',
			'AT+COPS?',
		]);
		const failed = await atrun([...command, '--control', String(bad.port), '--timeout', '7', 'AT+CPIN?']);
		expect(plain).toMatchObject({ code: 0, out: '+COPS: 0,0,"I WIND"\nOK\n', err: '' });
		expect(json).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(json.out)).toEqual({
			to: '+39123',
			sent: ['11'],
			answer: { text: '\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n', parts: 1, pdus: ['04'] },
			ms: 3,
		});
		expect(failed).toMatchObject({ code: 1, out: '+CME ERROR: 10\n', err: '' });
		expect(bad.orders).toEqual([{ from: '+393297308677', text: 'AT+CPIN?', timeoutMs: 7000 }]);
	});

	test('waits for no answer to HAT unless it is told how long, and fails without an answer to AT', async () => {
		const silent = await control(null);
		const command = ['mobile', '--from', '+393297308677', '--control', String(silent.port), '--json'];
		const quiet = await atrun([...command, 'HAT']);
		const patient = await atrun([...command, '--timeout', '3', 'hat+csq']);
		const failed = await atrun([...command, '--timeout', '2', 'AT']);
		for (const run of [quiet, patient]) expect(run).toMatchObject({ code: 0, err: '' });
		expect(failed).toMatchObject({ code: 1, err: 'atrun: no answer within 2 s\n' });
		expect(JSON.parse(failed.out)).toMatchObject({ answer: null });
		expect(silent.orders.map(({ timeoutMs }) => timeoutMs)).toEqual([0, 3000, 2000]);
	});
});

describe('atrun connect', () => {
	test('logs in, runs each --exec and tells the results as JSON; the password is nowhere', async () => {
		const seen: string[] = [];
		const port = await loopbackServer(socket => board(socket, seen));
		const args = [
			'connect',
			`127.0.0.1:${port}`,
			'--user',
			'testuser',
			'--json',
			'--exec',
			'AT+CREG?',
			'--exec',
			'AT+X',
		];
		vi.stubEnv('ATRUN_PASSWORD', 'testpassw');
		onTestFinished(() => void vi.unstubAllEnvs());
		const run = await atrun(args);
		expect(run).toMatchObject({ code: 1, err: '' });
		expect(JSON.parse(run.out)).toEqual({
			peer: `127.0.0.1:${port}`,
			login: 'successful',
			results: [
				{ command: 'AT+CREG?', lines: ['+CREG: 0,1'], final: 'OK', ms: expect.any(Number) },
				{ command: 'AT+X', lines: [], final: 'ERROR', ms: expect.any(Number) },
			],
		});
		expect(seen).toEqual(['testuser', 'testpassw', 'AT+CREG?', 'AT+X']);
		expect(run.out).not.toContain('testpassw');
	});

	test('runs the lines of a pipe one after the other', async () => {
		const port = await loopbackServer(socket => board(socket, []));
		const args = ['connect', `127.0.0.1:${port}`, '--user', 'testuser', '--password', 'testpassw'];
		const run = await ended(start(args, 'at+creg?\n\nAT+CREG?\n'));
		expect(run).toMatchObject({ code: 0, err: '' });
		expect(run.out).toBe('at+creg?\n+CREG: 0,1\nOK\nAT+CREG?\n+CREG: 0,1\nOK\n');
	});

	test('says in one line that the login failed or that nobody listens', async () => {
		const port = await loopbackServer(socket => board(socket, []));
		const closed = await loopbackServer(socket => socket.destroy());
		const login = ['--user', 'testuser', '--password', 'wrong', '--exec', 'AT'];
		const refused = await atrun(['connect', `127.0.0.1:${port}`, ...login]);
		const gone = await atrun(['connect', `127.0.0.1:${closed}`, ...login]);
		const nobody = await atrun(['connect', '127.0.0.1:1', ...login]);
		for (const run of [refused, gone]) {
			expect(run).toMatchObject({ code: 1, out: '' });
			expect(run.err).toMatch(/^atrun: \S+ closed the connection at the login: .*\n$/);
		}
		expect(nobody).toMatchObject({ code: 1, err: 'atrun: cannot connect to 127.0.0.1:1: nobody listens there\n' });
	});
});

describe('atrun sms', () => {
	test('makes a PDU for AT+CMGS and reads it again', async () => {
		const made = await atrun(['sms', 'encode', '--to', '+393297308677', 'AT+COPS?']);
		expect(made).toMatchObject({ code: 0, out: '0011000C919323790368770000AD0841EA6AF8844E7F\n' });
		const read = await atrun(['sms', 'decode', '--json', made.out.trim()]);
		expect(JSON.parse(read.out)).toMatchObject({
			messages: [
				{ type: 'SMS-SUBMIT', smsc: null, destination: '+393297308677', validity: '7 days', text: 'AT+COPS?' },
			],
		});
	});

	test('makes the parts of a long text, and says what is wrong with what cannot be read or made', async () => {
		const long = await atrun(['sms', 'encode', '--to', '+39329', '--json', '--reference', '7', 'x'.repeat(161)]);
		const torn = await atrun(['sms', 'decode', '0011000C9193']);
		const uncodable = await atrun(['sms', 'encode', '--to', '+39329', '--alphabet', 'gsm7', '漢']);
		const { alphabet, dcs, parts } = JSON.parse(long.out);
		expect({ alphabet, dcs, count: parts.length }).toEqual({ alphabet: 'gsm7', dcs: 0, count: 2 });
		expect(parts[1].pdu).toContain('050003070202');
		const joined = await atrun(['sms', 'decode', '--json', parts[1].pdu, parts[0].pdu]);
		expect(JSON.parse(joined.out).joined).toEqual([{ peer: '+39329', parts: 2, text: 'x'.repeat(161) }]);
		expect(torn).toMatchObject({ code: 1, err: 'atrun: the PDU cannot be read: octets are missing\n' });
		expect(uncodable.code).toBe(1);
		expect(uncodable.err).toContain('a character that the alphabet lacks');
	});
});

describe('atrun modem', () => {
	test('puts a module on a TCP port until a signal ends it, and says which port is taken', async () => {
		const port = await freePort();
		const other = await freePort();
		const modem = start(['modem', '--tcp', String(port), '--control', String(other)]);
		await eventually(() => modem.out.includes('Running'), 'the module');
		const taken = await atrun(['modem', '--tcp', String(port)]);
		expect(taken).toMatchObject({
			code: 2,
			out: '',
			err: `atrun: port ${port} of 127.0.0.1 is in use by another program; choose another by --tcp <port>\n`,
		});
		const client = await dial(port);
		let got = '';
		client.on('data', chunk => {
			got += chunk.toString('latin1');
		});
		const asking = setInterval(() => client.write('AT+CGSN\r'), 500);
		onTestFinished(() => clearInterval(asking));
		await eventually(() => /\d{15}\r\n\r\nOK\r\n/.test(got), 'an answer of the booted module', 12_000);
		modem.child.kill('SIGTERM');
		expect(await ended(modem)).toMatchObject({ code: 0, err: '' });
	});
});
