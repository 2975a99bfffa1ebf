import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../src/ports/clock.js';

/** A directory that goes away with the test. */
export function scratchDirectory(): string {
	const directory = mkdtempSync(join(tmpdir(), 'atrun-test-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

/** Waits until `done` holds. Fails after `limit` ms, which is long: on a busy machine a process takes seconds to start. */
export async function eventually(done: () => boolean, what: string, limit = 30_000): Promise<void> {
	const end = performance.now() + limit;
	while (!done()) {
		if (performance.now() > end) throw new Error(`${what} did not come`);
		await new Promise(resolve => setTimeout(resolve, 2));
	}
}

/** Everything that a port brings, as text, and what it said of its end. */
export class PortLog {
	text = '';
	readonly events: string[] = [];
	readonly #port: BytePort;

	constructor(port: BytePort) {
		this.#port = port;
		const block = new Uint8Array(1000);
		port.listen({
			readable: () => {
				for (let count = port.read(block); count > 0; count = port.read(block)) {
					this.text += textOf(block.subarray(0, count));
				}
			},
			writable: () => this.events.push('writable'),
			closed: reason => this.events.push(`closed: ${reason}`),
		});
	}

	send(text: string): void {
		this.#port.write(bytesOf(text));
	}
}

/** A server on loopback that ends with the test. */
export async function loopbackServer(onConnection: (socket: Socket) => void): Promise<number> {
	const sockets = new Set<Socket>();
	const server: Server = createServer(socket => {
		sockets.add(socket);
		socket.on('error', () => {});
		onConnection(socket);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return (server.address() as { port: number }).port;
}

/** A client's socket on loopback that ends with the test. */
export async function dial(port: number): Promise<Socket> {
	const socket = connect({ host: '127.0.0.1', port });
	socket.on('error', () => {});
	onTestFinished(() => void socket.destroy());
	await new Promise((resolve, reject) => {
		socket.once('connect', resolve);
		socket.once('error', reject);
	});
	return socket;
}

const ATRUN = fileURLToPath(new URL('../../hosts/node/atrun.mjs', import.meta.url));

/** What a command printed, and its exit code once it has ended. */
export interface Outcome {
	code: number | null | undefined;
	out: string;
	err: string;
}

export interface Process extends Outcome {
	readonly child: ChildProcess;
}

/** Starts `atrun` as a process, in a directory that is not the project's. */
export function start(args: readonly string[], input?: string): Process {
	return startProgram(ATRUN, args, input);
}

/** Another program of ours, likewise. */
export function startProgram(program: string, args: readonly string[], input?: string): Process {
	const child = spawn(process.execPath, [program, ...args], { cwd: tmpdir() });
	const run: Process = { code: undefined, out: '', err: '', child };
	child.stdout.on('data', chunk => {
		run.out += chunk;
	});
	child.stderr.on('data', chunk => {
		run.err += chunk;
	});
	child.on('close', code => {
		run.code = code;
	});
	if (input !== undefined) child.stdin.end(input);
	onTestFinished(() => void child.kill('SIGKILL'));
	return run;
}

export async function ended(run: Process): Promise<Process> {
	if (run.code === undefined) await new Promise(resolve => run.child.once('close', resolve));
	return run;
}

/**
 * A port of loopback that was free a moment ago. Not one that the system would give: it could give that to a connection of another
 * test before this one listens there.
 */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(LOWEST_PORT, LOWEST_EPHEMERAL);
		const server = createServer();
		const isFree = await new Promise<boolean>(resolve => {
			server.once('error', () => resolve(false));
			server.listen(port, '127.0.0.1', () => resolve(true));
		});
		if (!isFree) continue;
		await new Promise(resolve => server.close(resolve));
		return port;
	}
}

const LOWEST_PORT = 20_000;
/** From here on Linux gives ports to whoever does not ask for one (`ip_local_port_range`). */
const LOWEST_EPHEMERAL = 32_768;

/** Real time, eight times as fast: what boots and registers in seconds does so within a test. */
export class HastyClock implements Clock {
	readonly #clock = new SystemClock();

	now(): number {
		return this.#clock.now() * 8;
	}

	setTimer(at: number, callback: () => void): TimerHandle {
		return this.#clock.setTimer(at / 8, callback);
	}
}
