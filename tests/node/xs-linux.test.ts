import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FirmwareDesk, openFirmwareDesk } from '../../hosts/node/firmware-desk.js';
import { FirmwareProcess, type LinuxFirmware } from '../../hosts/node/firmware-process.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { READY_MADE } from '../../hosts/simulator/desk.js';
import { buildForLinux, lackingForLinux } from '../../tools/firmware/linux-build.mjs';
import { AIMS } from '../xs/engine/limits.mjs';
import { dial, ended, eventually, freePort, PortLog, scratchDirectory, start, startProgram } from './support.js';

/** The first build compiles the whole of XS, on a machine that may be busy [ms]. */
const BUILD = 1_200_000;
/** For what takes a real module seconds, likewise [ms]. */
const PATIENCE = 120_000;
/** A request that gets no answer is waited for so long [s]. */
const SILENCE = 15;

const TOOL = fileURLToPath(new URL('../../tools/firmware-linux.mjs', import.meta.url));

const lacking = lackingForLinux() ?? (spawnSync('socat', ['-V']).status === 0 ? undefined : 'socat is not installed');
const because = lacking === undefined ? '' : ` (skipped: ${lacking})`;

let firmware: LinuxFirmware;
let warnings: readonly string[];
let desk: FirmwareDesk;
let console: PortLog;
let port: number;
let state: string;
const said: string[] = [];

/** Waits for what takes a while, but not for a firmware that has ended. */
function until(done: () => boolean, what: string): Promise<void> {
	const goesOn = () => {
		const end = said.find(line => line.startsWith('xs-linux: '));
		if (end !== undefined) throw new Error(`${what} did not come: ${end}; before that ${said.at(-2)}`);
		return done();
	};
	return eventually(goesOn, what, PATIENCE);
}

/** Types a line on the console; gives what it prints until the final result. */
async function ask(line: string): Promise<string> {
	console.text = '';
	console.send(`${line}\r`);
	await until(() => /\r\n(OK|ERROR|\+CM[ES] ERROR: .*)\r\n/.test(console.text), `the answer to ${line}`);
	return console.text;
}

/** The services of the `run`-th run are up. */
async function isUp(run = 1): Promise<void> {
	const runs = () => said.filter(line => line.startsWith('ready ')).length;
	await until(() => runs() === run, `the services, after ${JSON.stringify(said)}`);
}

/** A client's call; the module does not listen yet for a moment after the last one. */
async function call(at: number): Promise<Socket> {
	for (const end = performance.now() + PATIENCE; ; ) {
		const socket = await dial(at).catch((error: Error) => error);
		if (!(socket instanceof Error)) return socket;
		if (performance.now() > end) throw socket;
		await new Promise(resolve => setTimeout(resolve, 50));
	}
}

/** A client that logs in by hand, as with telnet. */
async function logIn(at = port) {
	const socket = await call(at);
	const client = {
		got: '',
		types: (text: string) => void socket.write(text),
		leaves: () => void socket.end(),
		sees: async (pattern: RegExp) => {
			await until(() => pattern.test(client.got), `${pattern} after ${JSON.stringify(client.got)}`);
			const got = client.got;
			client.got = '';
			return got;
		},
	};
	socket.on('data', chunk => {
		client.got += chunk;
	});
	await client.sees(/Username:\r\n$/);
	client.types(`${READY_MADE.user}\r\n`);
	await client.sees(/Password:\r\n$/);
	client.types(`${READY_MADE.password}\r\n`);
	await client.sees(/Login successful/);
	return client;
}

function sms(from: string, text: string, seconds: number) {
	return desk.network.sendSms({ from, text, timeoutMs: seconds * 1000 });
}

describe.skipIf(lacking !== undefined)(`the firmware under XS on Linux, with the memory of the board${because}`, () => {
	beforeAll(async () => {
		({ warnings, ...firmware } = await buildForLinux());
		port = await freePort();
		state = mkdtempSync(join(tmpdir(), 'atrun-test-'));
		const opened = await openFirmwareDesk({
			...firmware,
			clock: new SystemClock(),
			baud: 115_200,
			listenPort: port,
			state,
			board: { ATRUN_MEMORY: '100' },
			onLine: line => said.push(line),
		});
		if (!opened.ok) throw new Error(opened.error);
		desk = opened.value;
		console = new PortLog(desk.console);
		await isUp();
	}, BUILD);

	afterAll(async () => {
		const code = await desk?.stop();
		rmSync(state, { recursive: true, force: true });
		// What it ends with where nothing was wrong; a memory that was used up ends it with 17.
		expect(code, said.join('\n')).toBe(0);
	}, PATIENCE);

	test('is built without a warning of the preload', () => {
		expect(warnings).toEqual([]);
	});

	test(
		'answers a request by SMS, and shows it on the console',
		async () => {
			expect(await ask('AT#SMSATRUN?')).toContain('#SMSATRUN: 1,1');
			console.text = '';
			const answer = { text: '\r\n+COPS: 0,0,"I WIND"\r\n\r\nOK\r\n' };
			expect(await sms(READY_MADE.mobile, 'AT+COPS?', PATIENCE / 1000)).toMatchObject({ ok: true, value: { answer } });
			expect(console.text).toContain('#SMSATRUN: AT+COPS?');
		},
		2 * PATIENCE,
	);

	test(
		'runs HAT and does not answer it',
		async () => {
			console.text = '';
			expect(await sms(READY_MADE.mobile, 'HAT#GPIO=2,1,1', SILENCE)).toMatchObject({
				ok: true,
				value: { answer: null },
			});
			await until(() => console.text.includes('#SMSATRUN: HAT#GPIO=2,1,1'), 'the request on the console');
			await until(() => desk.module.firmware?.gpio.state(2).level === 1, 'the level of the pin');
		},
		2 * PATIENCE,
	);

	test(
		'leaves a stranger’s SMS to the DTE',
		async () => {
			console.text = '';
			const exchange = await sms(READY_MADE.stranger, 'AT+COPS?', SILENCE);
			expect(exchange).toMatchObject({ ok: true, value: { answer: null } });
			await until(() => /\+CMTI: "S[MT]",\d/.test(console.text), '+CMTI');
			expect(console.text).not.toContain('#SMSATRUN');
		},
		2 * PATIENCE,
	);

	test(
		'answers ten requests that come at once, each in two SMS',
		async () => {
			const line = 'AT#MONI;+COPS?;+CREG?;#CGMR;+CGSN;+CSQ';
			const mobiles = Array.from({ length: 10 }, (_, at) => `+39329730868${at}`);
			const exchanges = await Promise.all(mobiles.map(from => sms(from, line, (3 * PATIENCE) / 1000)));
			const parts = exchanges.map(exchange => exchange.ok && exchange.value.answer?.parts);
			expect(parts).toEqual(mobiles.map(() => 2));
		},
		4 * PATIENCE,
	);

	test(
		'lets a client log in over TCP, and runs its commands',
		async () => {
			expect(await ask('AT#SS')).toContain('#SS: 1,4,');
			const client = await logIn();
			client.types('at+creg?\r\n');
			expect(await client.sees(/OK\r\n$/)).toContain('+CREG: 0,1');
			client.types('at#moni=7\r\n');
			await client.sees(/OK\r\n$/);
			client.types('at#moni\r\n');
			expect(await client.sees(/OK\r\n$/)).toMatch(/#MONI: .*Cell/);
			expect(await ask('AT#SS')).toMatch(/#SS: 1,[23],/);
			client.leaves();
			await until(() => console.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session');
		},
		3 * PATIENCE,
	);

	test(
		'answers a script of atrun connect',
		async () => {
			const login = ['connect', `127.0.0.1:${port}`, '--user', READY_MADE.user, '--password', READY_MADE.password];
			const run = await ended(start([...login, '--json', '--exec', 'at+creg?', '--exec', 'at+csq']));
			expect(run).toMatchObject({ code: 0, err: '' });
			expect(JSON.parse(run.out)).toMatchObject({ results: [{ lines: ['+CREG: 0,1'] }, { final: 'OK' }] });
			await until(() => console.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session');
		},
		3 * PATIENCE,
	);

	test(
		'runs commands in sequence where it is told to, and else only the first',
		async () => {
			const client = await logIn();
			const three = 'at#sgactcfg=2,1\r\nat#sgact=2,1\r\nat#ss\r\n';
			expect(await ask('AT#TCPATCMDSEQ=1')).toContain('OK');
			client.types(three);
			const answers = await client.sees(/(OK\r\n[\s\S]*){3}$/);
			expect(answers).toMatch(/^\s*OK\s+#SGACT: [\d.]+\s+OK\s+#SS: 1,/);
			expect(await ask('AT#TCPATCMDSEQ=0')).toContain('OK');
			client.types('at+cgmi\r\nat+cgmm\r\n');
			const first = await client.sees(/OK\r\n$/);
			client.types('at+cgmr\r\n');
			const next = await client.sees(/OK\r\n$/);
			expect(first).toContain('Telit');
			expect(first + next).not.toContain('GE865');
			client.leaves();
			await until(() => console.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session');
		},
		3 * PATIENCE,
	);

	test(
		'serves a client over the network of this machine, too, by the classes that the board has over Wi-Fi',
		async () => {
			const own = await freePort();
			const asked = async (line: string) => expect(await ask(line)).toContain('OK');
			await asked('AT#TCPATRUNL=0');
			await asked('AT#ATRUNTCP=1');
			await asked(`AT#TCPATRUNCFG=1,2,${own},12345,"",1,5,1,5,1`);
			await asked('AT#TCPATRUNL=1');
			const client = await logIn(own);
			client.types('at+creg?\r\n');
			expect(await client.sees(/OK\r\n$/)).toContain('+CREG: 0,1');
			client.types('at#atrunstat\r\n');
			expect(await client.sees(/OK\r\n$/)).toContain('#ATRUNSTAT: UPTIME,');
			client.leaves();
			await until(() => console.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session');
			await asked('AT#TCPATRUNL=0');
			await asked('AT#ATRUNTCP=0');
			await asked(`AT#TCPATRUNCFG=1,2,${READY_MADE.tcpPort},12345,"",1,5,1,5,1`);
			await asked('AT#TCPATRUNL=1');
		},
		4 * PATIENCE,
	);

	test(
		'brings an instance back that hangs, and answers again',
		async () => {
			desk.module.hang({ what: 'instance', number: 3, until: 'reopen' });
			let counters = '';
			for (const end = performance.now() + PATIENCE; !counters.includes('RECOVERED_REOPEN,1'); ) {
				if (performance.now() > end) throw new Error(`no recovery: ${counters}`);
				counters = await ask('AT#ATRUNSTAT');
			}
			const answered = await sms(READY_MADE.mobile, 'AT+CGSN', PATIENCE / 1000);
			expect(answered).toMatchObject({ ok: true, value: { answer: { text: expect.stringMatching(/\d{15}/) } } });
		},
		3 * PATIENCE,
	);

	test(
		'keeps its settings when its plug is pulled',
		async () => {
			expect(await ask('AT#TCPATCMDSEQ=1')).toContain('OK');
			await desk.restart();
			await isUp(2);
			expect(await ask('AT#TCPATCMDSEQ?')).toContain('#TCPATCMDSEQ: 1');
		},
		3 * PATIENCE,
	);

	test(
		'starts anew where it is asked to, and knows it',
		async () => {
			expect(await ask('AT#ATRUNRESET=2')).toContain('OK');
			await isUp(3);
			expect(await ask('AT#TCPATRUNL?')).toContain('#TCPATRUNL: 0');
			const told = await ask('AT#ATRUNINFO');
			expect(told).toContain('TARGET,"xs-linux"');
			expect(told).toContain('RESTART,"software","by command"');
		},
		3 * PATIENCE,
	);

	test(`held all that in the memory of the board, and in ${AIMS.peak} % of it`, () => {
		const peaks = said.flatMap(line => {
			const [, ...figures] = /^memory: (\d+) of (\d+) slots, (\d+) of (\d+) chunk/.exec(line) ?? [];
			return figures.length === 0 ? [] : [figures.map(Number) as [number, number, number, number]];
		});
		expect(peaks.length).toBeGreaterThan(0);
		const tooMuch = peaks.filter(
			([slots, ofSlots, chunks, ofChunks]) => 100 * slots > AIMS.peak * ofSlots || 100 * chunks > AIMS.peak * ofChunks,
		);
		expect(tooMuch).toEqual([]);
		expect(said.filter(line => line.startsWith('xs-linux: '))).toEqual([]);
	});
});

describe.skipIf(lacking !== undefined)(`npm run firmware:linux${because}`, () => {
	test(
		'leaves the console to --console-tcp beside --no-console, shows trace and memory, and ends in order on SIGTERM',
		async () => {
			const tcp = await freePort();
			const ports = ['--listen', `${await freePort()}`, '--control', `${await freePort()}`, '--console-tcp', `${tcp}`];
			const run = startProgram(TOOL, ['--no-console', ...ports, '--trace', '--memory']);
			const shows = (pattern: RegExp) => {
				if (run.code !== undefined) throw new Error(`it ended with ${run.code}: ${run.out}${run.err}`);
				return pattern.test(run.out);
			};
			await eventually(() => shows(/ready after \d+ ms/), 'the services', BUILD);
			const socket = await dial(tcp);
			let got = '';
			socket.on('data', chunk => {
				got += chunk;
			});
			socket.write('AT#SMSATRUN?\r');
			await eventually(() => got.includes('#SMSATRUN: 1,1\r\n\r\nOK\r\n'), 'the answer of the console', PATIENCE);
			expect(run.out).toMatch(/firmware {5}dlci \d: [←→] /);
			expect(run.out).toMatch(/firmware {5}memory: \d+ of \d+ slots/);
			run.child.kill('SIGTERM');
			expect(await ended(run)).toMatchObject({ code: 0, err: '' });
		},
		BUILD + 2 * PATIENCE,
	);
});

describe.skipIf(lacking !== undefined)(`the loader of the firmware${because}`, () => {
	async function endOf(library: string, board: Record<string, string>) {
		const lines: string[] = [];
		const run = new FirmwareProcess({ loader: firmware.loader, library, board, onLine: line => lines.push(line) });
		return { code: await run.ended, said: lines.join('\n') };
	}

	beforeAll(async () => {
		firmware = await buildForLinux();
	}, BUILD);

	test(
		'says what keeps the firmware from beginning',
		async () => {
			expect(await endOf(join(tmpdir(), 'nothing.so'), {})).toMatchObject({
				code: 2,
				said: expect.stringMatching(/cannot begin: .*nothing\.so/),
			});
			const unset = { ATRUN_MODULE: '', ATRUN_STATE: scratchDirectory() };
			expect((await endOf(firmware.library, unset)).said).toMatch(/fault in start: Error: ATRUN_MODULE is not set/);
			const absent = { ATRUN_MODULE: '/dev/nothing-here', ATRUN_STATE: scratchDirectory() };
			expect(await endOf(firmware.library, absent)).toMatchObject({
				code: 3,
				said: expect.stringMatching(/No such file or directory/),
			});
		},
		PATIENCE,
	);
});
