import { spawn, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { runCommand } from '../../hosts/node/cli/main.js';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { NodeEntropy } from '../../hosts/node/node-entropy.js';
import type { Admission } from '../../src/access/admission.js';
import { BoardChallenge } from '../../src/access/challenge.js';
import type { Outcome } from './support.js';

export const IMEI = '351234567890123';
export const KEY = '0123456789abcdef'.repeat(4);

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a command line inside this process: what a spawned one would print and its exit code. */
export async function atrun(args: readonly string[], outcome: Outcome = { code: undefined, out: '', err: '' }) {
	const collect = (stream: 'out' | 'err') => (text: unknown) => {
		outcome[stream] += text;
		return true;
	};
	const spies = [
		vi.spyOn(process.stdout, 'write').mockImplementation(collect('out')),
		vi.spyOn(process.stderr, 'write').mockImplementation(collect('err')),
	];
	const before = SIGNALS.flatMap(signal => process.listeners(signal));
	try {
		outcome.code = await runCommand(args);
	} finally {
		for (const spy of spies) spy.mockRestore();
		// A command of its own process would take its wait for signals along.
		for (const signal of SIGNALS) {
			for (const own of process.listeners(signal)) if (!before.includes(own)) process.off(signal, own);
		}
	}
	return outcome;
}

/** Whether a terminal can be had: by util-linux's script. */
export const hasScript = spawnSync('sh', ['-c', 'command -v script']).status === 0;

/** Runs a command line as a process on a terminal of its own. */
export function atTerminal(args: readonly string[]) {
	const path = fileURLToPath(new URL('../../hosts/node/atrun.mjs', import.meta.url));
	const command = [process.execPath, path, ...args].map(word => `'${word}'`).join(' ');
	const child = spawn('script', ['-qec', command, '/dev/null']);
	onTestFinished(() => void child.kill('SIGKILL'));
	const terminal = {
		shown: '',
		code: undefined as number | null | undefined,
		type: (text: string) => void child.stdin.write(text),
	};
	child.stdout.on('data', chunk => {
		terminal.shown += chunk;
	});
	child.on('close', code => {
		terminal.code = code;
	});
	return terminal;
}

/** A board's side of the login by key. */
export function challenge(hex = KEY, id = 1, imei = IMEI): Admission {
	return new BoardChallenge({ digest: new NodeDigest(), entropy: new NodeEntropy(), imei, keys: [{ id, hex }] });
}

/** A host that asks for a key it does not have, and lets everybody in. */
export function impostor(): Admission {
	const real = challenge();
	const identity = { kind: 'tcp-response', name: 'key 1', index: 1 } as const;
	const say = `#ATRUN: PROOF,${'00'.repeat(32)}\r\nLogin successful.\r\n`;
	return { begin: () => real.begin(), line: () => ({ state: 'admitted', say, identity }) };
}

export interface FakeBoardOptions {
	/** What it asks for; undefined: nothing. */
	readonly admission?: Admission;
	/** What it says once somebody is admitted. */
	readonly hello?: string;
	/** The answer to a command; the text alone, without a final result, means silence behind it. */
	readonly answer?: (line: string) => string;
}

/** A board at its end of a connection: login, then commands. Takes files by #WSCRIPT and lists them. */
export class FakeBoard {
	/** The lines of the other side. */
	readonly seen: string[] = [];
	readonly files = new Map<string, Buffer>();
	/** The board has lost the connection or ended it. */
	isOver = false;
	readonly socket: Socket;
	readonly #options: FakeBoardOptions;
	#admitted: boolean;
	#typed = Buffer.alloc(0);
	#awaited: { name: string; size: number } | undefined;

	constructor(socket: Socket, options: FakeBoardOptions = {}) {
		this.socket = socket;
		this.#options = options;
		this.#admitted = options.admission === undefined;
		socket.on('error', () => {});
		socket.on('close', () => {
			this.isOver = true;
		});
		socket.on('data', chunk => {
			this.#typed = Buffer.concat([this.#typed, chunk]);
			while (this.#awaited === undefined ? this.#takeLine() : this.#takeFile()) {}
		});
		const first = options.admission?.begin();
		socket.write(first === undefined ? (options.hello ?? '') : first.say);
		if (first?.state === 'refused') socket.end();
	}

	/** What came without a line end. */
	get pending(): string {
		return this.#typed.toString('latin1');
	}

	#takeLine(): boolean {
		const end = this.#typed.indexOf('\r');
		if (end < 0) return false;
		const line = this.#typed.toString('latin1', 0, end).replace(/^\n/, '');
		this.#typed = this.#typed.subarray(end + 1);
		this.seen.push(line);
		if (this.#admitted) this.#command(line);
		else this.#login(line);
		return true;
	}

	#login(line: string): void {
		const step = this.#options.admission!.line(line);
		this.#admitted = step.state === 'admitted';
		if (step.state === 'refused') this.socket.end();
		else this.socket.write(this.#admitted ? step.say + (this.#options.hello ?? '') : step.say);
	}

	#command(line: string): void {
		const [, name, size] = /^AT#WSCRIPT="(.*)",([0-9]+)$/.exec(line) ?? [];
		if (name !== undefined) {
			this.#awaited = { name, size: Number(size) };
			this.socket.write('\r\n>>> ');
		} else this.socket.write(this.#options.answer?.(line) ?? '\r\nOK\r\n');
	}

	#takeFile(): boolean {
		const { name, size } = this.#awaited!;
		if (this.#typed.length < size) return false;
		this.files.set(name, this.#typed.subarray(0, size));
		this.#typed = this.#typed.subarray(size);
		this.#awaited = undefined;
		this.socket.write('\r\nOK\r\n');
		return true;
	}
}

/** A process of its own may need so long to listen [ms]. */
const PATIENCE = 30_000;

/** A board that dials this port of loopback as soon as somebody listens there. */
export async function callingBoard(port: number, options: FakeBoardOptions = {}): Promise<FakeBoard> {
	const end = performance.now() + PATIENCE;
	while (performance.now() < end) {
		const socket = connect({ host: '127.0.0.1', port });
		const connected = await new Promise<boolean>(resolve => {
			socket.once('connect', () => resolve(true));
			socket.once('error', () => resolve(false));
		});
		if (connected) {
			onTestFinished(() => void socket.destroy());
			return new FakeBoard(socket, options);
		}
		await new Promise(resolve => setTimeout(resolve, 10));
	}
	throw new Error(`nobody listens on ${port}`);
}
