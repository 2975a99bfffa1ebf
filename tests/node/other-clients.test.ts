import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeBoard } from '../../hosts/node/simulated-board.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { eventually, freePort, HastyClock, PortLog } from './support.js';

const required = process.env.ATRUN_REQUIRE_TOOLS === '1';
const clock = new HastyClock();
/** For the virtual module's longest answers, on a clock eight times as fast [ms]. */
const PATIENCE = 20_000;

function lacks(tool: string): boolean {
	return !required && spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0;
}

/** A program with a person at its keyboard. */
class Keyboard {
	/** What it showed since the last line typed, with LF as line end: telnet leaves out the CR. */
	shown = '';
	readonly #child: ChildProcess;

	constructor(program: string, args: readonly string[]) {
		// On a pipe telnet would keep what it has to show until it ends.
		const child = spawn('stdbuf', ['-o0', program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
		child.stdout.on('data', chunk => {
			this.shown += chunk.toString('latin1').replaceAll('\r', '');
		});
		// A tool that is missing shows as its first prompt missing.
		child.on('error', () => {});
		child.stdin.on('error', () => {});
		onTestFinished(() => void child.kill('SIGKILL'));
		this.#child = child;
	}

	async sees(pattern: RegExp): Promise<void> {
		await eventually(() => pattern.test(this.shown), `${pattern} after ${JSON.stringify(this.shown)}`, PATIENCE);
	}

	async types(line: string, pattern: RegExp): Promise<string> {
		this.shown = '';
		this.#child.stdin!.write(`${line}\n`);
		await this.sees(pattern);
		return this.shown;
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
	return { listenPort, log, run };
}

describe.each([
	['telnet', (port: number) => ['127.0.0.1', `${port}`]],
	['nc', (port: number) => ['127.0.0.1', `${port}`]],
] as const)('Debian’s %s', (program, args) => {
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
			await client.sees(/Username:\n/);
			await client.types('testuser', /Password:\n/);
			await client.types('testpassw', /Login successful\.\n/);
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
