import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runCommand } from '../../hosts/node/cli/main.js';
import { serveControl } from '../../hosts/node/control-server.js';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { SimulatedMobiles } from '../../hosts/node/simulated-mobiles.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { MessageCentre } from '../../hosts/simulator/message-centre.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { parseKey } from '../../src/access/key-ring.js';
import { bytesOf } from '../../src/base/text.js';
import { parseNumber } from '../../src/sms/address.js';
import type { DigestParts } from '../../src/sms/digest-parts.js';
import { answerPartsV1, verifierOf } from '../../src/sms/digest-v1.js';
import { answerPartsV2 } from '../../src/sms/digest-v2.js';
import { encodePdu } from '../../src/sms/pdu.js';
import { type OpenedSms, openDigestSms } from '../../src/sms/requester.js';
import type { UserData } from '../../src/sms/user-data.js';
import { unwrap } from '../sms/samples.js';
import { scratchDirectory } from './support.js';

const BOARD = '+393297308600';
const FROM = '+491711234567';
const PASSWORD = '1234567890123456';
const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const IMEI = '357164040045671';
const SECRET = { key: parseKey(KEY)!, imei: IMEI };
const SHORT = '\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n';
const LONG = `\r\n${'x'.repeat(300)}\r\n\r\nOK\r\n`;
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

type Answer = (request: OpenedSms) => readonly UserData[] | string | undefined;

/** A network whose board answers digest requests as `answer` says; gives the control option, and what the board got. */
async function network(answer: Answer): Promise<{ control: string; got: string[] }> {
	const clock = new SystemClock();
	const centre = new MessageCentre(clock, { delay: 1 });
	const board = new Mobile(centre, BOARD);
	const got: string[] = [];
	board.onMessage = ({ pdus, from }) => {
		const opened = openDigestSms(pdus[0]!, { password: PASSWORD, secret: SECRET }, digest);
		got.push(opened.ok && opened.value.valid ? opened.value.text : 'not signed');
		const reply = opened.ok ? answer(opened.value) : undefined;
		if (typeof reply === 'string') board.send(reply, from);
		else for (const part of reply ?? []) unwrap(board.sendPdu(submitOf(part, from)));
	};
	const server = unwrap(await serveControl(0, new SimulatedMobiles(clock, centre, BOARD)));
	onTestFinished(() => server.close());
	return { control: String(server.port), got };
}

function submitOf(userData: UserData, to: string): string {
	const submit = {
		...userData,
		type: 'SUBMIT' as const,
		rejectDuplicates: false,
		replyPath: false,
		statusReport: false,
		reference: 0,
		destination: unwrap(parseNumber(to)),
		protocol: 0,
		dcs: 21,
		validity: undefined,
	};
	return unwrap(encodePdu({ serviceCentre: undefined, tpdu: submit })).hex;
}

function partsFor({ ids }: OpenedSms, text: string): DigestParts {
	return ids.version === 1
		? answerPartsV1(ids.v1, verifierOf(PASSWORD, digest), bytesOf(text), digest)
		: answerPartsV2(ids.v2, SECRET, bytesOf(text), digest);
}

function answering(text: string): Answer {
	return request => [...partsFor(request, text)];
}

function file(name: string, text: string): string {
	const path = join(scratch, name);
	writeFileSync(path, text);
	return path;
}

function v2Options(): readonly string[] {
	return ['--v2', '--key-id', '2', '--key-file', file('key', KEY), '--imei', IMEI];
}

beforeEach(() => {
	scratch = scratchDirectory();
	vi.stubEnv('XDG_STATE_HOME', join(scratch, 'state'));
	vi.stubEnv('ATRUN_PASSWORD', undefined);
	vi.stubEnv('ATRUN_KEY', undefined);
});

afterEach(() => vi.unstubAllEnvs());

describe('atrun mobile with a password or a key', () => {
	test('signs the request, verifies the answer and prints its text', async () => {
		const { control, got } = await network(answering(SHORT));
		const command = ['mobile', '--from', FROM, '--control', control, 'AT+COPS?'];
		const wanted = { code: 0, out: '+COPS: 0,0,"I WIND"\nOK\n', err: '' };
		expect(await atrun(...command, '--password', PASSWORD)).toEqual(wanted);
		expect(await atrun(...command, '--password-file', file('password', `${PASSWORD}\n`))).toEqual(wanted);
		expect(await atrun(...command, ...v2Options())).toEqual(wanted);
		vi.stubEnv('ATRUN_PASSWORD', PASSWORD);
		expect(await atrun(...command)).toEqual(wanted);
		expect(got).toEqual(Array.from({ length: 4 }, () => 'AT+COPS?'));
	});

	test.each([
		['a password', (): readonly string[] => ['--password', PASSWORD], 3],
		['a key', v2Options, 3],
	])('waits for all SMS of a long answer, with %s, and tells them in JSON', async (_what, options, total) => {
		const { control } = await network(request => [...partsFor(request, LONG)].reverse());
		const run = await atrun('mobile', '--from', FROM, '--control', control, '--json', ...options(), 'AT#MONI');
		const { valid, to, sent, answer } = JSON.parse(run.out);
		expect(run).toMatchObject({ code: 0, err: '' });
		expect({ valid, to, parts: answer.parts, text: answer.text }).toEqual({
			valid: true,
			to: BOARD,
			parts: total,
			text: LONG,
		});
		expect(answer.pdus).toHaveLength(total);
		// What was sent is a whole PDU, with the board's number in it.
		expect(sent).toHaveLength(1);
		expect(openDigestSms(sent[0], { password: PASSWORD, secret: SECRET }, digest)).toMatchObject({
			ok: true,
			value: { valid: true, peer: BOARD, text: 'AT#MONI' },
		});
	});

	test('takes an SMS that is delivered twice once', async () => {
		const { control } = await network(request => [...partsFor(request, LONG)].flatMap(part => [part, part]));
		const run = await atrun('mobile', '--from', FROM, '--control', control, '--password', PASSWORD, 'AT#MONI');
		expect(run).toMatchObject({ code: 0, err: '' });
	});

	test('sends HAT without waiting, and says in JSON that nothing was verified', async () => {
		const { control } = await network(() => undefined);
		const run = await atrun('mobile', '--from', FROM, '--control', control, '--password', PASSWORD, '--json', 'HAT');
		expect(run).toMatchObject({ code: 0, err: '' });
		expect(JSON.parse(run.out)).toMatchObject({ answer: null, valid: null });
	});

	test('ends as the answer does', async () => {
		const { control } = await network(answering('\r\nERROR\r\n'));
		const run = await atrun('mobile', '--from', FROM, '--control', control, '--password', PASSWORD, 'AT+X');
		expect(run).toEqual({ code: 1, out: 'ERROR\n', err: '' });
	});
});

describe('atrun mobile fails in one line', () => {
	const other = verifierOf('6543210987654321', digest);

	// The seconds, where something is to come, are enough for it to come on a busy machine.
	test.each<[string, Answer, string, number?]>([
		[
			'made with another password',
			({ ids }) => (ids.version === 1 ? [...answerPartsV1(ids.v1, other, bytesOf(SHORT), digest)] : []),
			'the answer is not valid: the digest does not fit',
			5,
		],
		[
			'that lacks an SMS',
			request => [...partsFor(request, LONG)].slice(1),
			'the answer is not valid: 2 of its 3 SMS came',
			5,
		],
		[
			'to another request',
			({ ids }) =>
				ids.version === 1 ? [...answerPartsV1({ transactionId: 9, sessionId: 9 }, other, bytesOf(SHORT), digest)] : [],
			'no answer within 0.3 s',
		],
		['without a digest', () => SHORT, 'no answer within 0.3 s'],
		['that is the request itself', request => [submitContent(request)], 'no answer within 0.3 s'],
	])('where the answer is one %s', async (_what, answer, line, seconds = 0.3) => {
		const { control } = await network(answer);
		const args = ['mobile', '--from', FROM, '--control', control, '--timeout', `${seconds}`, '--password', PASSWORD];
		expect(await atrun(...args, 'AT+COPS?')).toEqual({ code: 1, out: '', err: `atrun: ${line}\n` });
		const { valid, answer: told } = JSON.parse((await atrun(...args, '--json', 'AT+COPS?')).out);
		expect(valid).toBe(told === null ? null : false);
	});

	test.each([
		[['--password', 'short', 'AT'], 2, /16 characters/],
		[['--password', PASSWORD, 'hello'], 2, /begins with AT/],
		[['--transaction', '1', 'AT'], 2, /--transaction goes with a password/],
		[['--key-id', '1', 'AT'], 2, /--key-id goes with --v2/],
		[['--v2', 'AT'], 2, /--v2 needs/],
		[['--password', PASSWORD, `AT${'x'.repeat(110)}`], 1, /112 characters, 110 fit/],
	])('where the options are %j', async (args, code, line) => {
		const run = await atrun('mobile', '--from', FROM, '--control', '1', ...args);
		expect(run).toMatchObject({ code, out: '' });
		expect(run.err).toMatch(line);
	});
});

function submitContent({ ids, text }: OpenedSms): UserData {
	const part = partsFor({ ids } as OpenedSms, text).part(1)!;
	part.content.fill(0xd0, 0, 3);
	return part;
}
