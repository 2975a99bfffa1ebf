import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bridgeToPty, Openings } from '../../hosts/node/cli/lines.js';
import { openSerialPort } from '../../hosts/node/serial-port.js';
import { composeBoard } from '../../hosts/node/simulated-board.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { ended, eventually, freePort, HastyClock, PortLog, scratchDirectory, start } from './support.js';

const required = process.env.ATRUN_REQUIRE_TOOLS === '1';
const clock = new HastyClock();
/** For the virtual module's longest answers, on a clock eight times as fast [ms]. */
const PATIENCE = 20_000;

function lacks(tool: string): boolean {
	return !required && spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0;
}

/** A program with a person at its keyboard. */
class Keyboard {
	/** What it wrote since the last line typed. */
	got = '';
	readonly #child: ChildProcess;

	constructor(program: string, args: readonly string[]) {
		// On a pipe telnet would keep what it has to show until it ends.
		const child = spawn('stdbuf', ['-o0', program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
		child.stdout.on('data', chunk => {
			this.got += chunk.toString('latin1');
		});
		// A tool that is missing shows as its first prompt missing.
		child.on('error', () => {});
		child.stdin.on('error', () => {});
		onTestFinished(() => void child.kill('SIGKILL'));
		this.#child = child;
	}

	/** That with LF as line end: telnet leaves out the CR. */
	get shown(): string {
		return this.got.replaceAll('\r', '');
	}

	async sees(pattern: RegExp): Promise<void> {
		await eventually(() => pattern.test(this.shown), `${pattern} after ${JSON.stringify(this.shown)}`, PATIENCE);
	}

	async types(line: string, pattern: RegExp): Promise<string> {
		this.sends(`${line}\n`);
		await this.sees(pattern);
		return this.shown;
	}

	/** Octets as they are. */
	sends(text: string): void {
		this.got = '';
		this.#child.stdin!.write(text, 'latin1');
	}

	async logsIn(): Promise<void> {
		await this.sees(/Username:\n/);
		await this.types('testuser', /Password:\n/);
		await this.types('testpassw', /Login successful\.\n/);
	}

	leaves(): void {
		this.#child.kill('SIGTERM');
	}
}

/** The board, its listening port, and its console. */
async function boardWithConsole() {
	const listenPort = await freePort();
	const stores = { board: new MemoryStore(), module: new MemoryStore() };
	const board = composeBoard({ clock, baud: 115200, trace: undefined, stores, listenPort });
	onTestFinished(() => board.stop());
	expect(await board.start()).toEqual({ ok: true, value: undefined });
	const log = new PortLog(board.line);
	const run = async (line: string): Promise<string> => {
		log.text = '';
		log.send(`${line}\r`);
		await eventually(() => /\r\n(OK|ERROR)\r\n/.test(log.text), `the answer to ${line}`, PATIENCE);
		return log.text;
	};
	return { board, listenPort, log, run };
}

const CLIENTS = Object.freeze({
	telnet: { program: 'telnet', args: (port: number) => ['127.0.0.1', `${port}`] },
	nc: { program: 'nc', args: (port: number) => ['127.0.0.1', `${port}`] },
	'plink -telnet': { program: 'plink', args: (port: number) => ['-telnet', '-P', `${port}`, '127.0.0.1'] },
	'plink -raw': { program: 'plink', args: (port: number) => ['-raw', '-P', `${port}`, '127.0.0.1'] },
});

describe.each(Object.entries(CLIENTS))('Debian’s %s', (_name, { program, args }) => {
	test.skipIf(lacks(program))(
		`plays 3.7.1 and 3.7.2 (needs ${program})`,
		async () => {
			const { listenPort, log, run } = await boardWithConsole();
			for (const line of [
				'AT#TCPATRUNL=0',
				'AT#SCFG=1,1,300,0,600,1',
				'AT#TCPATRUNFRWL=1,"127.0.0.0","255.0.0.0"',
				'AT#TCPATRUNAUTH=1,"testuser","testpassw"',
				'AT#TCPATRUNCFG=1,2,1024,12345,"212.141.125.127",1,5,1,5,1',
				'AT#TCPATRUNL=1',
			]) {
				expect(await run(line)).toContain('OK');
			}
			expect(await run('AT#SS')).toContain('#SS: 1,4,');

			const client = new Keyboard(program, args(listenPort));
			await client.logsIn();
			expect(await client.types('at+creg?', /OK\n/)).toContain('+CREG: 0,1');
			await client.types('at#moni=7', /OK\n/);
			expect(await client.types('at#moni', /OK\n/)).toMatch(/#MONI: .*Cell/);
			expect(await run('AT#SS')).toMatch(/#SS: 1,[23],.*,1024,127\.0\.0\.1,\d+/);

			expect(await run('AT#TCPATCMDSEQ=1')).toContain('OK');
			const three = await client.types('at#sgactcfg=2,1\nat#sgact=2,1\nat#ss', /(OK\n[\s\S]*){3}/);
			expect(three).toMatch(/^\s*OK\s+#SGACT: [\d.]+\s+OK\s+#SS: 1,/);

			client.leaves();
			await eventually(() => log.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session', PATIENCE);
		},
		4 * PATIENCE,
	);
});

/** All octets, but CR: behind it telnet puts a NUL. */
const OCTETS = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet))
	.join('')
	.replace('\r', '');

describe.each(['nc', 'plink -telnet'] as const)('a technician with %s', name => {
	const { program, args } = CLIENTS[name];

	test.skipIf(lacks(program) || lacks('socat'))(
		`talks to what is at the auxiliary port, and then to the module again (needs ${program}, socat)`,
		async () => {
			const { board, listenPort, log } = await boardWithConsole();
			const path = join(scratchDirectory(), 'aux');
			const openings = new Openings();
			onTestFinished(() => openings.close());
			await bridgeToPty(board.auxiliary, path, '--aux-tcp', openings);
			const opened = await openSerialPort({ path, baud: 9600, flowControl: false });
			if (!opened.ok) throw new Error(opened.error);
			onTestFinished(() => opened.value.close());
			const meter = new PortLog(opened.value);

			const client = new Keyboard(program, args(listenPort));
			await client.logsIn();
			await client.types('at#tcpatconser=1,9600', /CONNECT\n/);
			client.sends(`READ?\n${OCTETS}+++ `);
			await eventually(() => meter.text.endsWith('+++ '), 'what was typed', PATIENCE);
			expect(meter.text).toBe(`READ?\n${OCTETS}+++ `);
			client.got = '';
			meter.send(`23.5 C\r\n${OCTETS}`);
			await eventually(() => client.got.length >= 8 + OCTETS.length, 'what the meter said', PATIENCE);
			expect(client.got).toBe(`23.5 C\r\n${OCTETS}`);

			await new Promise<void>(resolve => clock.setTimer(clock.now() + 1000, resolve));
			client.sends('+++');
			await client.sees(/^\nOK\n$/);
			expect(await client.types('at+creg?', /OK\n/)).toContain('+CREG: 0,1');
			expect(meter.text).not.toContain('creg');
			client.leaves();
			await eventually(() => log.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session', PATIENCE);
		},
		4 * PATIENCE,
	);
});

describe('atrun connect --exec', () => {
	test(
		'asks the board what a script wants to know, and tells by its exit code what the board refused',
		async () => {
			const { listenPort, log } = await boardWithConsole();
			const login = ['connect', `127.0.0.1:${listenPort}`, '--user', 'testuser', '--password', 'testpassw'];
			const asked = await ended(start([...login, '--json', '--exec', 'at+creg?', '--exec', 'at+cgmm;+csq']));
			expect(asked).toMatchObject({ code: 0, err: '' });
			expect(JSON.parse(asked.out)).toMatchObject({
				peer: `127.0.0.1:${listenPort}`,
				login: 'successful',
				results: [
					{ command: 'at+creg?', lines: ['+CREG: 0,1'], final: 'OK' },
					{ command: 'at+cgmm;+csq', lines: ['GE865-QUAD', expect.stringMatching(/^\+CSQ: \d+,\d+$/)], final: 'OK' },
				],
			});
			await eventually(() => log.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session', PATIENCE);
			log.text = '';
			const refused = await ended(start([...login, '--exec', 'at+cops?', '--exec', 'at#tcpatruncfg=9']));
			expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('+COPS: 0,0,"I WIND"') });
			await eventually(() => log.text.includes('#TCPATRUN: <DISCONNECT>'), 'the end of the session', PATIENCE);
		},
		4 * PATIENCE,
	);
});
