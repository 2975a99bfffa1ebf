import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../hosts/node/cli/main.js';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { RequestCounter } from '../../hosts/node/request-counter.js';
import { parseKey } from '../../src/access/key-ring.js';
import { bytesOf } from '../../src/base/text.js';
import { answerPartsV2 } from '../../src/sms/digest-v2.js';
import { decodePdu, encodePdu } from '../../src/sms/pdu.js';
import { ANSWER_PDU, REQUEST_PDU, unwrap } from '../sms/samples.js';
import { scratchDirectory } from './support.js';

const PASSWORD = '1234567890123456';
const NOTE = ['--smsc', '+393492000200', '--to', '+393468686711', '--validity', '7d', 'AT+COPS?'];
const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const IMEI = '357164040045671';
const digest = new NodeDigest();
let scratch = '';

/** Runs a command line inside this process: what a spawned one would print and its exit code. */
async function atrun(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
	const printed = { out: '', err: '' };
	const collect = (stream: 'out' | 'err') => (text: unknown) => {
		printed[stream] += text;
		return true;
	};
	const spies = [
		vi.spyOn(process.stdout, 'write').mockImplementation(collect('out')),
		vi.spyOn(process.stderr, 'write').mockImplementation(collect('err')),
	];
	try {
		return { code: await runCommand(args), ...printed };
	} finally {
		for (const spy of spies) spy.mockRestore();
	}
}

function file(name: string, text: string): string {
	const path = join(scratch, name);
	writeFileSync(path, text);
	return path;
}

beforeEach(() => {
	scratch = scratchDirectory();
	vi.stubEnv('XDG_STATE_HOME', join(scratch, 'state'));
	vi.stubEnv('ATRUN_PASSWORD', undefined);
	vi.stubEnv('ATRUN_KEY', undefined);
});

afterEach(() => vi.unstubAllEnvs());

describe('atrun sms sign', () => {
	test('reproduces the note’s request octet for octet', async () => {
		const plain = await atrun('sms', 'sign', '--password', PASSWORD, ...NOTE);
		expect(plain).toEqual({ code: 0, out: `AT+CMGS=52\n${REQUEST_PDU}\n`, err: '' });
		const json = await atrun('sms', 'sign', '--password', PASSWORD, '--json', ...NOTE);
		expect(JSON.parse(json.out)).toEqual({ pdu: REQUEST_PDU, tpduLength: 52, digest: 'WijCp2qV3sNv+aru20ZUaw==' });
	});

	test('takes the password from a file or the environment, and its defaults are the note’s', async () => {
		const wanted = { code: 0, out: `AT+CMGS=52\n00${REQUEST_PDU.slice(16)}\n`, err: '' };
		const command = ['sms', 'sign', '--to', '+393468686711', 'AT+COPS?'];
		expect(await atrun(...command, '--password-file', file('password', `${PASSWORD}\n`))).toEqual(wanted);
		vi.stubEnv('ATRUN_PASSWORD', PASSWORD);
		expect(await atrun(...command)).toEqual(wanted);
	});

	test('puts transaction, session and validity where they belong', async () => {
		const made = await atrun(
			...['sms', 'sign', '--password', PASSWORD, '--to', '+39329', '--transaction', '7', '--session', '255'],
			...['--validity', '12h', 'HAT', '--json'],
		);
		const { tpdu } = unwrap(decodePdu(JSON.parse(made.out).pdu));
		expect(tpdu).toMatchObject({ validity: { minutes: 720 }, dcs: 21 });
		const read = await atrun('sms', 'verify', '--password', PASSWORD, '--json', JSON.parse(made.out).pdu);
		expect(JSON.parse(read.out)).toMatchObject({ valid: true, text: 'HAT', transactionId: 7, sessionId: 255 });
	});

	test.each([
		[['AT'], /--to/],
		[['--to', 'x', 'AT'], /--to.*such as/],
		[['--to', '+39329', 'AT'], /--password-file/],
		[['--to', '+39329', '--password', 'short', 'AT'], /16 characters/],
		[['--to', '+39329', '--password', PASSWORD, 'hello'], /begins with AT/],
		[['--to', '+39329', '--password', PASSWORD, '--validity', '7', 'AT'], /--validity.*7d/],
		[['--to', '+39329', '--password', PASSWORD, '--validity', '64w', 'AT'], /--validity.*63w/],
		[['--to', '+39329', '--password', PASSWORD, '--session', '256', 'AT'], /--session.*0 to 255/],
		[['--to', '+39329', '--password', PASSWORD, '--imei', IMEI, 'AT'], /--imei goes with --v2/],
		[['--to', '+39329', '--v2', '--password', PASSWORD, 'AT'], /--password does not go with --v2/],
		[['--to', '+39329', '--v2', '--key-id', '1', '--imei', IMEI, 'AT'], /--key-file/],
		[['--to', '+39329', '--v2', '--key-id', '5', 'AT'], /--key-id.*1 to 4/],
		[['--to', '+39329', '--v2', '--imei', '123', 'AT'], /--imei.*15 digits/],
		[['--to', '+39329', '--v2', '--counter', '0', 'AT'], /--counter.*1 to 4294967295/],
		[['--to', '+39329', '--v2', '--key-id', '1', '--imei', IMEI, '--key-file', '/nowhere', 'AT'], /no such file/],
	])('%j is wrong usage: one line on stderr and exit code 2', async (args, message) => {
		const outcome = await atrun('sms', 'sign', ...args);
		expect(outcome).toMatchObject({ code: 2, out: '' });
		expect(outcome.err).toMatch(message);
		expect(outcome.err).toMatch(/^atrun: [^\n]*\n$/);
	});

	test('says how much fits, and never the password or the key', async () => {
		const long = await atrun('sms', 'sign', '--password', PASSWORD, '--to', '+39329', `AT${'x'.repeat(109)}`);
		expect(long).toMatchObject({ code: 1, out: '' });
		expect(long.err).toMatch(/111 characters, 110 fit/);
		const bad = await atrun('sms', 'sign', '--to', '+39329', '--password', 'secretsecret', 'AT');
		expect(bad.err).not.toContain('secretsecret');
		vi.stubEnv('ATRUN_KEY', 'feedbeef');
		const key = await atrun('sms', 'sign', '--to', '+39329', '--v2', '--key-id', '1', '--imei', IMEI, 'AT');
		expect(key).toMatchObject({ code: 2, err: expect.stringMatching(/ATRUN_KEY.*64 hexadecimal/) });
		expect(key.err).not.toContain('feedbeef');
	});
});

describe('atrun sms sign --v2', () => {
	const sign = async (...args: readonly string[]) => {
		const key = join(scratch, 'board.key');
		writeFileSync(key, `${KEY}\n`);
		const more = ['--v2', '--key-id', '1', '--key-file', key, '--imei', IMEI, '--json', ...args];
		const made = await atrun('sms', 'sign', '--to', '+393468686711', ...more);
		expect(made).toMatchObject({ code: 0, err: '' });
		return JSON.parse(made.out) as { pdu: string; counter: number; digest: string };
	};

	test('takes the time in seconds as its counter, and never the same twice', async () => {
		const before = Math.floor(Date.now() / 1000);
		const counters: number[] = [];
		for (let count = 0; count < 3; count++) counters.push((await sign('AT')).counter);
		const [first, second, third] = counters as [number, number, number];
		expect(first - before).toBeLessThan(5);
		expect(first).toBeGreaterThanOrEqual(before);
		expect([second > first, third > second]).toEqual([true, true]);
	});

	test('goes on after a counter that was given, and a text that cannot be sent uses none up', async () => {
		expect((await sign('--counter', '4000000000', 'AT')).counter).toBe(4_000_000_000);
		vi.stubEnv('ATRUN_KEY', KEY);
		const args = ['--to', '+39329', '--v2', '--key-id', '1', '--imei', IMEI, `AT${'x'.repeat(113)}`];
		expect(await atrun('sms', 'sign', ...args)).toMatchObject({ code: 1, out: '' });
		expect((await sign('AT')).counter).toBe(4_000_000_001);
	});

	test('is verified with its key for its board, and its answer by its counter', async () => {
		const { pdu, counter, digest: tag } = await sign('AT#REBOOT');
		vi.stubEnv('ATRUN_KEY', KEY);
		vi.stubEnv('ATRUN_PASSWORD', 'not of 16');
		const good = await atrun('sms', 'verify', '--imei', IMEI, '--json', pdu);
		expect(good).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(good.out)).toMatchObject({
			...{ valid: true, text: 'AT#REBOOT', kind: 'request', version: 2, keyId: 1, counter, digest: tag },
		});
		const other = await atrun('sms', 'verify', '--imei', '357164040045672', '--json', pdu);
		expect(other).toMatchObject({ code: 1, err: expect.stringMatching(/digest is not valid/) });
		expect(JSON.parse(other.out)).toMatchObject({ valid: false });

		const sample = unwrap(decodePdu(ANSWER_PDU));
		if (sample.tpdu.type !== 'DELIVER') throw new Error('no DELIVER');
		const { tpdu, serviceCentre } = sample;
		const secret = { key: parseKey(KEY)!, imei: IMEI };
		const parts = answerPartsV2({ keyId: 1, counter }, secret, bytesOf(`\r\n${'x'.repeat(200)}\r\n`), digest);
		const pdus = [parts.part(2)!, parts.part(1)!].map(
			part => unwrap(encodePdu({ serviceCentre, tpdu: { ...tpdu, ...part } })).hex,
		);
		const verify = ['sms', 'verify', '--imei', IMEI, '--json', '--counter'];
		const answer = await atrun(...verify, String(counter), ...pdus);
		expect(answer).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(answer.out)).toMatchObject({
			valid: true,
			text: `\r\n${'x'.repeat(200)}\r\n`,
			parts: 2,
			total: 2,
		});
		expect(await atrun(...verify, String(counter), pdus[0]!)).toMatchObject({
			...{ code: 1, err: expect.stringMatching(/not all of one answer/) },
		});
		expect(await atrun(...verify, String(counter + 1), ...pdus)).toMatchObject({
			...{ code: 1, err: expect.stringMatching(/another request/) },
		});
	});
});

describe('atrun sms verify', () => {
	test('finds the note’s answer valid', async () => {
		const json = await atrun('sms', 'verify', '--password', PASSWORD, '--json', ANSWER_PDU);
		expect(json).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(json.out)).toEqual({
			valid: true,
			text: '\r\n+COPS: 0,0,"vodafone IT"\r\n\r\nOK\r\n',
			kind: 'answer',
			version: 1,
			transactionId: 0,
			sessionId: 1,
			parts: 1,
			total: 1,
			digest: 'Junra7r0kIEcH9qV542n3Q==',
			peer: '+393468686711',
			timestamp: '2008-05-29T12:20:18+02:00',
		});
		const plain = await atrun('sms', 'verify', '--password', PASSWORD, ANSWER_PDU);
		expect(plain.out).toMatch(/^valid +true\ntext +\\r\\n\+COPS: /);
	});

	test('exits with 1 for another password or another text', async () => {
		const changed = `${REQUEST_PDU.slice(0, -2)}21`;
		const other = await atrun('sms', 'verify', '--password', '6543210987654321', REQUEST_PDU);
		expect(other).toMatchObject({ code: 1, err: 'atrun: the digest is not valid\n' });
		expect(other.out).toMatch(/^valid +false\n/);
		expect(await atrun('sms', 'verify', '--password', PASSWORD, changed)).toMatchObject({ code: 1 });
	});

	test.each([
		[[REQUEST_PDU], 2, /--password-file/],
		[['--password', 'short', REQUEST_PDU], 2, /16 characters/],
		[['--password', PASSWORD, 'xx'], 1, /no hexadecimal/],
		[['--password', PASSWORD, '0011000C919323790368770000AD0841EA6AF8844E7F'], 1, /no digest SMS/],
		[['--password', PASSWORD, REQUEST_PDU, REQUEST_PDU.slice(2)], 1, /PDU 2 cannot be verified/],
	])('%j exits with %i and says why', async (args, code, message) => {
		const outcome = await atrun('sms', 'verify', ...args);
		expect(outcome).toMatchObject({ code, out: '' });
		expect(outcome.err).toMatch(message);
	});
});

describe('atrun keygen', () => {
	test('writes a new key for its owner alone, and never over another', async () => {
		const path = join(scratch, 'new.key');
		expect(await atrun('keygen', path)).toEqual({ code: 0, out: '', err: '' });
		const key = readFileSync(path, 'utf8');
		expect(key).toMatch(/^[0-9a-f]{64}\n$/);
		expect(statSync(path).mode & 0o777).toBe(0o600);
		const again = await atrun('keygen', path);
		expect(again).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/exists already/) });
		expect(readFileSync(path, 'utf8')).toBe(key);
		const printed = [await atrun('keygen'), await atrun('keygen')];
		for (const { code, out } of printed) expect([code, /^[0-9a-f]{64}\n$/.test(out)]).toEqual([0, true]);
		expect(printed[0]!.out).not.toBe(printed[1]!.out);
	});
});

describe('the counters of requests', () => {
	const key = parseKey(KEY)!;
	const counterIn = (directory: string) => new RequestCounter(directory, digest);

	test('are the larger of the time and the last one plus one, and each key has its own', () => {
		const counter = counterIn(join(scratch, 'a'));
		expect(unwrap(counter.next(key, 1000.9))).toBe(1000);
		expect(unwrap(counter.next(key, 1000.9))).toBe(1001);
		expect(unwrap(counter.next(key, 900))).toBe(1002);
		expect(unwrap(counterIn(join(scratch, 'a')).next(key, 900))).toBe(1003);
		expect(unwrap(counter.next(key, 2000))).toBe(2000);
		expect(unwrap(counter.next(key, 2000, 50))).toBe(50);
		expect(unwrap(counter.next(key, 900))).toBe(2001);
		expect(unwrap(counter.next(new Uint8Array(32), 900))).toBe(900);
	});

	test('end with the highest', () => {
		const counter = counterIn(join(scratch, 'b'));
		expect(unwrap(counter.next(key, 1, 0xffff_ffff))).toBe(0xffff_ffff);
		expect(counter.next(key, 1)).toMatchObject({ ok: false, error: expect.stringMatching(/used up/) });
	});

	test('are not given where they cannot be kept', () => {
		const path = file('c', 'a file, no directory');
		expect(counterIn(path).next(key, 1)).toMatchObject({ ok: false });
	});

	test('wait for another process, but not for one that is gone', () => {
		const directory = join(scratch, 'd');
		const counter = counterIn(directory);
		unwrap(counter.next(key, 1));
		const record = readdirSync(directory).find(name => name.endsWith('.record'))!;
		const lock = join(directory, record.replace('.record', '.lock'));
		mkdirSync(lock);
		const longAgo = Date.now() / 1000 - 60;
		utimesSync(lock, longAgo, longAgo);
		expect(unwrap(counter.next(key, 1))).toBe(2);
		expect(readdirSync(directory)).toEqual([record]);
	});
});
