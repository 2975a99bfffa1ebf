import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants, createReadStream, createWriteStream, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/**
 * Throughput of transparent mode between a pseudo-terminal and a TCP connection, in a process of its own, beside socat's between
 * the same two ends. The far end of the pseudo-terminal is in both cases a second one that another socat carries to. Prints JSON.
 */

const OCTETS = 16 * 1024 * 1024;
const BLOCK = 64 * 1024;
const START_MS = 10_000;
const MOST_MS = 60_000;

interface Figures {
	readonly name: string;
	/** MB/s. */
	readonly toLine: number;
	readonly toClient: number;
}

type Joiner = (path: string, port: number) => ChildProcess;

const bridge: Joiner = (path, port) =>
	spawn(
		process.execPath,
		['--import', 'tsx', fileURLToPath(new URL('./bridge-process.ts', import.meta.url)), path, `${port}`],
		{ stdio: ['ignore', 'ignore', 'inherit'] },
	);

const socat: Joiner = (path, port) =>
	spawn('socat', [`OPEN:${path},rawer`, `TCP4:127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'inherit'] });

async function until(done: () => boolean, what: string): Promise<void> {
	const end = performance.now() + START_MS;
	while (!done()) {
		if (performance.now() > end) throw new Error(`${what} did not come`);
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

/** Two pseudo-terminals, each the other's far end. */
async function pairOfTerminals(directory: string): Promise<{ near: string; far: string; carrier: ChildProcess }> {
	const [near, far] = [join(directory, 'near'), join(directory, 'far')];
	const carrier = spawn('socat', [`PTY,link=${near},rawer`, `PTY,link=${far},rawer`], { stdio: 'ignore' });
	await until(() => existsSync(near) && existsSync(far), 'the pseudo-terminals');
	return { near, far, carrier };
}

async function listening(): Promise<{ server: Server; port: number; socket: Promise<Socket> }> {
	const server = createServer();
	const socket = new Promise<Socket>(resolve => server.once('connection', resolve));
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return { server, port: (server.address() as { port: number }).port, socket };
}

/** Pours octets in at one end until all have come out at the other; MB/s. */
function pour(into: Writable, out: Readable): Promise<number> {
	return new Promise((resolve, reject) => {
		const block = Buffer.alloc(BLOCK, 0x41);
		const begin = performance.now();
		const late = setTimeout(() => reject(new Error(`only ${got} octets came`)), MOST_MS);
		let [left, got] = [OCTETS, 0];
		const write = () => {
			while (left > 0) {
				left -= BLOCK;
				if (!into.write(block)) break;
			}
			if (left > 0) into.once('drain', write);
		};
		const read = (chunk: Buffer) => {
			got += chunk.length;
			if (got < OCTETS) return;
			out.off('data', read);
			clearTimeout(late);
			resolve(OCTETS / 1000 / (performance.now() - begin));
		};
		out.on('data', read);
		write();
	});
}

async function measure(name: string, join: Joiner): Promise<Figures> {
	const directory = mkdtempSync(`${tmpdir()}/atrun-bench-`);
	const { near, far, carrier } = await pairOfTerminals(directory);
	const { server, port, socket } = await listening();
	const joiner = join(near, port);
	const [lineIn, lineOut] = [
		createWriteStream('', { fd: openSync(far, constants.O_WRONLY | constants.O_NOCTTY) }),
		createReadStream('', { fd: openSync(far, constants.O_RDONLY | constants.O_NOCTTY) }),
	];
	// At the end the terminal hangs up.
	lineIn.on('error', () => {});
	lineOut.on('error', () => {});
	try {
		const client = await socket;
		client.setNoDelay(true);
		const toLine = await pour(client, lineOut);
		const toClient = await pour(lineIn, client);
		client.destroy();
		return { name, toLine, toClient };
	} finally {
		joiner.kill();
		carrier.kill();
		server.close();
		lineOut.destroy();
		lineIn.destroy();
		rmSync(directory, { recursive: true, force: true });
	}
}

if (spawnSync('socat', ['-V']).status !== 0) console.log(JSON.stringify({ missing: 'socat is not installed' }));
else console.log(JSON.stringify([await measure('transparent mode', bridge), await measure('socat', socat)]));
process.exit(0);
