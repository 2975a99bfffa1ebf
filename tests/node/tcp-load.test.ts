import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { HostNetwork } from '../../hosts/node/host-network.js';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { composeBoard } from '../../hosts/node/simulated-board.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { READY_MADE } from '../../hosts/simulator/desk.js';
import type { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Network } from '../../src/ports/network.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { Person } from '../support/person.js';
import { freePort } from './support.js';

const MINUTE = 60_000;
const COMMAND = 'AT+CSQ';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What the heap holds [octets], without garbage. */
function heapInUse(): number {
	collectGarbage();
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

interface Board extends TestDesk {
	/** A counter of `#ATRUNSTAT`. */
	count(name: string): Promise<number>;
}

/** A board with the ready-made user that listens, on the module's sockets or on the host's network. */
async function listeningBoard(
	carrier: 'module' | 'host',
	{ port = READY_MADE.tcpPort, authMode = 0, hostNetwork }: { port?: number; authMode?: number; hostNetwork?: Network },
): Promise<Board> {
	const board = await deskThatRuns({
		readyMade: true,
		digest: new NodeDigest(),
		trace: { note() {} },
		...(hostNetwork && { hostNetwork }),
	});
	onTestFinished(() => board.clock.settled(board.desk.stop(), MINUTE));
	await board.registered();
	for (const line of [
		'at#tcpatrunl=0',
		`at#tcpatruncfg=1,2,${port},12345,"",1,5,${authMode},5,1`,
		`at#atruntcp=${carrier === 'host' ? 1 : 0}`,
		'at#tcpatrunl=1',
	]) {
		expect(await board.console.ask(line)).toContain('OK');
	}
	const count = async (name: string) =>
		Number(new RegExp(`#ATRUNSTAT: ${name},([0-9]+)`).exec(await board.console.ask('at#atrunstat'))?.[1]);
	return { ...board, count };
}

describe('clients that come and go, in memory', () => {
	/** Connect, log in, one command, close. */
	async function cycle({ clock, console }: Board, sockets: MemorySockets): Promise<void> {
		console.clear();
		await clock.until(() => sockets.isListening(READY_MADE.tcpPort), MINUTE, 'the listening socket');
		const port = sockets.dial(READY_MADE.tcpPort)!;
		const client = new Person(port, clock);
		client.type(`${READY_MADE.user}\r\n`);
		client.type(`${READY_MADE.password}\r\n`);
		await console.see('#TCPATRUN: 127.0.0.1');
		client.type(`${COMMAND}\r\n`);
		await client.see('OK\r\n');
		client.hangUp();
		await console.see('#TCPATRUN: <DISCONNECT>');
	}

	// The allowance [octets a cycle] is for what fills up slowly and is bounded: the journal, and the engine’s own notes.
	test.each([
		['host', 10_000, { warm: 2_000, allowance: 50 }],
		['module', 6_000, { warm: 2_000, allowance: 150 }],
	] as const)(
		'through the %s’s network: %d of them leave nothing behind',
		async (carrier, cycles, { warm, allowance }) => {
			const board = await listeningBoard(carrier, {});
			const sockets = carrier === 'host' ? board.hostSockets : board.desk.memorySockets;
			for (let at = 0; at < warm; at++) await cycle(board, sockets);
			const timers = board.clock.pending();
			const before = heapInUse();
			for (let at = warm; at < cycles; at++) await cycle(board, sockets);
			const kept = heapInUse() - before;
			expect(board.clock.pending()).toBe(timers);
			expect(kept / (cycles - warm)).toBeLessThan(allowance);
			expect(await board.count('TCP_SESSIONS')).toBe(cycles);
			expect(await board.count('COMMANDS')).toBe(cycles);
			for (const name of ['TCP_REFUSED', 'TCP_BUSY', 'TCP_BAD_LOGIN', 'TCP_IGNORED', 'TIMEOUTS', 'MODULE_LOST']) {
				expect(await board.count(name)).toBe(0);
			}
		},
		2 * MINUTE,
	);
});

/** A client on a real socket, with everything that it was sent. */
class Client {
	static readonly #open = new Set<Socket>();

	text = '';
	closed = false;
	readonly socket: Socket;

	static endAll(): void {
		for (const socket of Client.#open) socket.destroy();
	}

	constructor(port: number) {
		const socket = connect({ host: '127.0.0.1', port });
		socket.on('data', chunk => {
			this.text += chunk.toString('latin1');
		});
		socket.on('error', () => {});
		socket.on('close', () => {
			this.closed = true;
			Client.#open.delete(socket);
		});
		Client.#open.add(socket);
		this.socket = socket;
	}

	type(line: string): void {
		this.text = '';
		this.socket.write(`${line}\r\n`);
	}

	sees(text: string): boolean {
		if (this.closed && !this.text.includes(text)) throw new Error(`closed after ${JSON.stringify(this.text)}`);
		return this.text.includes(text);
	}
}

/**
 * Lets virtual time pass millisecond by millisecond, each with a turn of the event loop in which real sockets are looked at: what
 * the board waits for comes before its deadlines do.
 */
async function passes(clock: VirtualClock, done: () => boolean, what: string, limit = MINUTE): Promise<void> {
	const end = clock.now() + limit;
	while (!done()) {
		if (clock.now() > end) throw new Error(`${what} did not come`);
		await clock.advance(1);
	}
}

async function logIn(clock: VirtualClock, client: Client): Promise<void> {
	await passes(clock, () => client.sees('Username:'), 'the login');
	client.type(READY_MADE.user);
	await passes(clock, () => client.sees('Password:'), 'the second question');
	client.type(READY_MADE.password);
	await passes(clock, () => client.sees('successful.'), 'the session');
}

async function ask(clock: VirtualClock, client: Client, line: string): Promise<string> {
	client.type(line);
	await passes(clock, () => client.sees('OK\r\n'), `the answer to ${line}`);
	return client.text;
}

/** What this process has open, sockets above all. */
function openSockets(): readonly string[] {
	return process.getActiveResourcesInfo().filter(name => name.startsWith('TCP'));
}

/** What `atrun sim` runs, on virtual time. */
async function composedBoard(): Promise<{ clock: VirtualClock; port: number }> {
	const clock = new VirtualClock();
	const port = await freePort();
	const stores = { board: new MemoryStore(), module: new MemoryStore() };
	const board = composeBoard({ clock, baud: 115200, trace: undefined, stores, listenPort: port });
	onTestFinished(() => clock.settled(board.stop(), MINUTE));
	expect(await clock.settled(board.start(), 2 * MINUTE)).toEqual({ ok: true, value: undefined });
	return { clock, port };
}

function isListening(): boolean {
	return process.getActiveResourcesInfo().includes('TCPServerWrap');
}

describe('clients on real sockets', () => {
	afterEach(() => Client.endAll());

	const CYCLES = 1_000;
	const WARM = 500;

	test(
		`${CYCLES} of them come and go and leave no socket and no memory behind`,
		async () => {
			const { clock, port } = await composedBoard();
			const listens = () => passes(clock, isListening, 'the listening socket');
			const cycle = async () => {
				await listens();
				const client = new Client(port);
				await logIn(clock, client);
				expect(await ask(clock, client, COMMAND)).toContain('+CSQ: ');
				client.socket.end();
				await passes(clock, () => client.closed, 'the end of the connection');
			};
			for (let at = 0; at < WARM; at++) await cycle();
			await listens();
			const before = { sockets: openSockets(), heap: heapInUse() };
			for (let at = WARM; at < CYCLES; at++) await cycle();
			await listens();
			const kept = heapInUse() - before.heap;
			expect(openSockets()).toEqual(before.sockets);
			// 500 is what the engine keeps while it warms up; a closed socket that somebody still knows adds 1,100.
			expect(kept / (CYCLES - WARM)).toBeLessThan(1100);
		},
		2 * MINUTE,
	);

	const CROWD = 200;

	const isTurnedAway = (client: Client) => client.closed && client.text === '';

	function knock(port: number): readonly Client[] {
		return Array.from({ length: CROWD }, () => new Client(port));
	}

	/** One of a crowd is served; it notices nothing of another crowd. */
	async function withstandsCrowds(clock: VirtualClock, port: number): Promise<Client> {
		const first = knock(port);
		await passes(clock, () => first.filter(isTurnedAway).length === CROWD - 1, 'the refusals');
		const served = first.find(client => !isTurnedAway(client))!;
		await logIn(clock, served);
		const second = knock(port);
		expect(await ask(clock, served, 'AT+CREG?')).toContain('+CREG: 0,1');
		await passes(clock, () => second.every(isTurnedAway), 'the refusals of the second crowd');
		expect(await ask(clock, served, 'AT+CREG?')).toContain('+CREG: 0,1');
		return served;
	}

	test(`${CROWD} of them knock at once on the host’s network: one is served, each other is counted and gets no octet`, async () => {
		const port = await freePort();
		const hostNetwork = new HostNetwork(new SystemClock());
		const board = await listeningBoard('host', { port, authMode: 1, hostNetwork });
		const { clock } = board;
		const served = await withstandsCrowds(clock, port);
		// Each was turned away in the moment in which it was taken: the system had no reason to drop one itself.
		expect(await board.count('TCP_BUSY')).toBe(2 * CROWD - 1);
		expect(await board.count('TCP_SESSIONS')).toBe(1);
		served.socket.end();
		await passes(clock, () => served.closed, 'the end of the session');
		await logIn(clock, new Client(port));
	});

	test(`${CROWD} of them knock at once on the module’s sockets: one is served, and no other gets an octet`, async () => {
		const { clock, port } = await composedBoard();
		const served = await withstandsCrowds(clock, port);
		served.socket.end();
		await passes(clock, () => served.closed, 'the end of the session');
		await passes(clock, isListening, 'the listening socket');
		await logIn(clock, new Client(port));
	});
});
