import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SerialPort } from 'serialport';
import { orderSms } from '../../hosts/node/control-client.js';
import { StreamPort } from '../../hosts/node/stream-port.js';
import { eventually, freePort, PortLog } from './support.js';

const ATRUN = fileURLToPath(new URL('../../hosts/node/atrun.mjs', import.meta.url));
/** From the start of `atrun` to a registered module, on a machine with other things to do [ms]. */
const START_MS = 90_000;
/** For any one program [ms]. */
export const PROGRAM_MS = 120_000;
const STOP_MS = 15_000;

/** Why a test with these programs cannot run here; `undefined` where they are, or must be. */
export function lackOf(...programs: readonly string[]): string | undefined {
	if (process.env.ATRUN_REQUIRE_TOOLS === '1') return undefined;
	const missing = programs.filter(name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
	return missing.length === 0 ? undefined : missing.join(', ');
}

/** What a program printed, on both streams, and how it ended. */
export interface Ran {
	readonly code: number | null;
	readonly out: string;
}

const FINAL = /\r\n(OK|ERROR|\+CM[ES] ERROR: .*)\r\n$/;

/** With the time of the last question. */
type RepeatedLog = PortLog & { asked?: number };

interface RunOptions {
	readonly input?: string | undefined;
	/** How long it may run [ms]; Infinity: until it is stopped. */
	readonly limit?: number;
}

/** A program that runs. */
export class Running {
	out = '';
	code: number | null | undefined;
	readonly child: ChildProcess;
	readonly ended: Promise<Ran>;

	constructor(
		program: string,
		args: readonly string[],
		directory: string,
		{ input, limit = PROGRAM_MS }: RunOptions = {},
	) {
		// Whatever the program keeps of its own goes where the test's files are.
		const env = {
			...process.env,
			LC_ALL: 'C.UTF-8',
			HOME: directory,
			XDG_CACHE_HOME: directory,
			XDG_CONFIG_HOME: directory,
			TERM: 'dumb',
		};
		const child = spawn(program, args, { cwd: directory, env, stdio: 'pipe' });
		const late = limit === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => child.kill('SIGKILL'), limit);
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				this.out += text;
			});
		}
		child.stdin.on('error', () => {});
		child.stdin.end(input);
		this.child = child;
		this.ended = new Promise(resolve => {
			const settle = (code: number | null, why = '') => {
				clearTimeout(late);
				this.code = code;
				resolve({ code, out: this.out + why });
			};
			child.once('error', error => settle(null, String(error)));
			child.once('close', code => settle(code));
		});
	}

	/** Ends it in order, and if it does not take that, at once. */
	async stop(): Promise<void> {
		if (this.code !== undefined) return;
		this.child.kill('SIGTERM');
		const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
		await this.ended;
		clearTimeout(late);
	}
}

/** A technician's TCP session. */
export class Session {
	#got = '';
	readonly #socket: Socket;

	constructor(port: number) {
		this.#socket = connect({ host: '127.0.0.1', port });
		this.#socket.on('error', () => {});
		this.#socket.on('data', chunk => {
			this.#got += chunk.toString('latin1');
		});
	}

	/** Types a line, and gives what came until `wanted` did. */
	async types(line: string, wanted: string): Promise<string> {
		this.#got = '';
		this.#socket.write(`${line}\r\n`);
		return this.says(wanted);
	}

	async says(wanted: string): Promise<string> {
		await eventually(() => this.#got.includes(wanted), `${wanted} in the session`, PROGRAM_MS);
		return this.#got;
	}

	close(): void {
		this.#socket.destroy();
	}
}

/** `atrun modem` or `atrun sim` as a process, with its serial line on a pseudo-terminal. */
export class Place {
	/** Everything that is written lies here, from the start to the end. */
	directory = '';
	tcpPort = 0;
	#control = 0;
	#atrun: Running | undefined;

	/** Until the module behind the line is registered. `args`: of `atrun`, without its ports. */
	async start(command: 'modem' | 'sim'): Promise<void> {
		this.directory = mkdtempSync(join(tmpdir(), 'atrun-programs-'));
		this.#control = await freePort();
		this.tcpPort = await freePort();
		const where =
			command === 'modem'
				? ['--pty', this.path]
				: ['--no-demo', '--console-pty', this.path, '--listen', String(this.tcpPort)];
		const args = [ATRUN, command, ...where, '--control', String(this.#control)];
		const atrun = new Running(process.execPath, args, this.directory, { limit: Number.POSITIVE_INFINITY });
		this.#atrun = atrun;
		const says = `what "atrun ${command}" says when it is ready`;
		await eventually(() => atrun.out.includes('Running until'), says, START_MS);
		await this.#onLine(registered);
		this.#configure();
	}

	async stop(): Promise<void> {
		await this.#atrun?.stop();
		if (this.directory !== '') rmSync(this.directory, { recursive: true, force: true });
	}

	/** One command line between the programs; what was answered. */
	command(line: string): Promise<string> {
		return this.#onLine(async log => {
			log.send(`${line}\r`);
			await eventually(() => FINAL.test(log.text), `an answer to ${line}`, PROGRAM_MS);
			return log.text;
		});
	}

	/** Waits until so many messages are on the card: each takes its time through the centre. */
	async holds(messages: number): Promise<void> {
		await this.#onLine(async log => {
			const found = () => repeats(log, 'AT+CPMS?', new RegExp(`\\+CPMS: "SM",${messages},`));
			await eventually(found, `message ${messages} on the card`, PROGRAM_MS);
		});
	}

	/** A mobile writes to the module, and waits for what comes back: its text, or undefined. */
	async mobileWrites(text: string, from: string, wait: number): Promise<string | undefined> {
		const order = await orderSms('127.0.0.1', this.#control, { from, text, timeoutMs: wait });
		if (!order.ok) throw new Error(order.error);
		return order.value.answer?.text;
	}

	async run(program: string, args: readonly string[], input?: string): Promise<Ran> {
		await this.#unlocked();
		return this.begin(program, args, input).ended;
	}

	begin(program: string, args: readonly string[], input?: string): Running {
		return new Running(program, args, this.directory, { input });
	}

	/** A TCP session that is logged in. */
	async session(): Promise<Session> {
		const session = new Session(this.tcpPort);
		await session.says('Username:');
		await session.types('testuser', 'Password:');
		await session.types('testpassw', 'Login successful.');
		return session;
	}

	/** Debian's gammu, on the line. */
	gammu(...args: readonly string[]): Promise<Ran> {
		return this.run('gammu', ['-c', this.#file('gammurc'), ...args]);
	}

	/** The same, and what it prints comes as it does so: on a pipe it would keep it to its end. */
	beginGammu(...args: readonly string[]): Running {
		return this.begin('stdbuf', ['-o0', 'gammu', '-c', this.#file('gammurc'), ...args]);
	}

	/** Debian's gnokii, on the line. */
	gnokii(args: readonly string[], input?: string): Promise<Ran> {
		return this.run('gnokii', ['--config', this.#file('gnokiirc'), ...args], input);
	}

	/** Debian's gammu-smsd, in the foreground; it puts what comes into the folder `inbox`. */
	beginSmsd(): Running {
		return this.begin('gammu-smsd', ['-c', this.#file('smsdrc')]);
	}

	/** The line's pseudo-terminal. */
	get path(): string {
		return this.#file('line');
	}

	get inbox(): string {
		return this.#file('inbox');
	}

	async #onLine<Value>(use: (log: PortLog) => Promise<Value>): Promise<Value> {
		const end = performance.now() + PROGRAM_MS;
		for (;;) {
			const line = new SerialPort({ path: this.path, baudRate: 115200, autoOpen: false });
			const refusal = await new Promise<Error | null>(resolve => line.open(resolve));
			if (refusal === null) {
				try {
					return await use(new PortLog(new StreamPort(line, line, { release: () => {} })));
				} finally {
					await letGo(line);
				}
			}
			// The last one to have it may not have let go of it yet.
			if (performance.now() > end) throw refusal;
			await new Promise(resolve => setTimeout(resolve, 20));
		}
	}

	/** Whoever had the line last is gone: gammu asks for its lock once, and gives up with code 102 where another still has it. */
	async #unlocked(): Promise<void> {
		await eventually(
			() => spawnSync('flock', ['-n', this.path, 'true']).status === 0,
			'a line that is free',
			PROGRAM_MS,
		);
	}

	#file(name: string): string {
		return join(this.directory, name);
	}

	#configure(): void {
		const gammu = [`device = ${this.path}`, 'connection = at115200', 'model = at', 'synchronizetime = no'];
		writeFileSync(this.#file('gammurc'), `[gammu]\n${gammu.join('\n')}\n`);
		for (const folder of ['inbox', 'outbox', 'sent', 'error']) mkdirSync(this.#file(folder));
		const folders = `inboxpath = ${this.inbox}/\noutboxpath = ${this.#file('outbox')}/\nsentsmspath = ${this.#file('sent')}/\n`;
		const smsd = `[smsd]\nservice = files\n${folders}errorsmspath = ${this.#file('error')}/\nlogfile = ${this.#file('smsd.log')}\n`;
		const pace = 'commtimeout = 1\nreceivefrequency = 1\nstatusfrequency = 0\nchecksecurity = 0\nloopsleep = 1\n';
		writeFileSync(this.#file('smsdrc'), `[gammu]\n${gammu.join('\n')}\n${smsd}${pace}`);
		const port = `port = ${this.path}\nmodel = AT\nconnection = serial\nserial_baudrate = 115200\nuse_locking = no\n`;
		writeFileSync(this.#file('gnokiirc'), `[global]\n${port}[logging]\ndebug = off\nrlpdebug = off\nxdebug = off\n`);
	}
}

/** Until it is closed indeed: gammu asks for the lock that it holds meanwhile once, and gives up with code 102. */
async function letGo(line: SerialPort): Promise<void> {
	await new Promise<void>(resolve => line.drain(() => resolve()));
	await new Promise<void>(resolve => line.close(() => resolve()));
}

/** The module hears nothing before it has booted. */
async function registered(log: PortLog): Promise<void> {
	await eventually(() => repeats(log, 'AT+CREG?', /\+CREG: \d,1[^\d]/), 'registration', START_MS);
}

/** Types `line` about once a second; whether `wanted` and an OK have come. */
function repeats(log: RepeatedLog, line: string, wanted: RegExp): boolean {
	if (wanted.test(log.text) && log.text.endsWith('OK\r\n')) return true;
	if (performance.now() - (log.asked ?? 0) > 1000) {
		log.asked = performance.now();
		log.text = '';
		log.send(`${line}\r`);
	}
	return false;
}
