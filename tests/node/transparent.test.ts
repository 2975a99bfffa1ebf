import { spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PortBridge } from '../../hosts/node/port-bridge.js';
import { openPseudoTerminal } from '../../hosts/node/pseudo-terminal.js';
import { openSerialPort } from '../../hosts/node/serial-port.js';
import { composeBoard } from '../../hosts/node/simulated-board.js';
import { composeModem } from '../../hosts/node/simulated-modem.js';
import { TcpLine } from '../../hosts/node/tcp-line.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { dial, ended, eventually, freePort, HastyClock, PortLog, scratchDirectory, start } from './support.js';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const required = process.env.ATRUN_REQUIRE_TOOLS === '1';
const clock = new HastyClock();
/** Waits at most so long for what takes its time on a real line [ms]. */
const PATIENCE = 40_000;

/** A client's connection, and what came over it since it was last asked something. */
class Client {
	got = '';
	readonly #socket: Socket;

	constructor(socket: Socket) {
		this.#socket = socket;
		socket.on('data', chunk => {
			this.got += chunk.toString('latin1');
		});
	}

	send(text: string): void {
		this.got = '';
		this.#socket.write(text, 'latin1');
	}

	sees(text: string): Promise<void> {
		return eventually(() => this.got.includes(text), `${text} after ${JSON.stringify(this.got.slice(-200))}`, PATIENCE);
	}
}

async function loggedIn(port: number): Promise<Client> {
	const client = new Client(await dial(port));
	await client.sees('Username:');
	client.send('testuser\r');
	await client.sees('Password:');
	client.send('testpassw\r');
	await client.sees('Login successful.');
	return client;
}

/** The simulated board on real sockets, with its auxiliary line on a TCP port of this machine. */
async function boardWithAuxiliary() {
	const [listenPort, auxiliaryPort] = [await freePort(), await freePort()];
	const stores = { board: new MemoryStore(), module: new MemoryStore() };
	const board = composeBoard({ clock, baud: 0, trace: undefined, stores, listenPort });
	onTestFinished(() => board.stop());
	const line = await TcpLine.open(auxiliaryPort);
	if (!line.ok) throw new Error(line.error);
	onTestFinished(() => line.value.close());
	new PortBridge(board.auxiliary, line.value);
	expect(await board.start()).toEqual({ ok: true, value: undefined });
	return { board, listenPort, auxiliaryPort };
}

describe('transparent mode over real sockets', { timeout: 3 * PATIENCE }, () => {
	test('joins a client with what is at the auxiliary line, and +++ gives the session back', async () => {
		const { board, listenPort, auxiliaryPort } = await boardWithAuxiliary();
		const device = new Client(await dial(auxiliaryPort));
		const console = new PortLog(board.line);
		device.send('before anybody listens');
		const client = await loggedIn(listenPort);
		client.send('at#tcpatconser=1,9600\r');
		await client.sees('CONNECT');
		const all = Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('latin1');
		// Telnet would take 0xFF for a command.
		const mostly = all.slice(0, 255);
		client.send(mostly.repeat(20));
		await eventually(() => device.got.length >= 5_100, 'all that the client sent', PATIENCE);
		expect(device.got).toBe(mostly.repeat(20));
		device.send(all.repeat(20));
		await eventually(() => client.got.length >= 5_120, 'all that the device sent', PATIENCE);
		expect(client.got).toBe(all.repeat(20));

		// The console goes on meanwhile, and CMUX too.
		console.send('at+creg?\r');
		await eventually(() => console.text.includes('+CREG: 0,1'), 'the console', PATIENCE);

		await new Promise(resolve => setTimeout(resolve, 200));
		client.send('+++');
		await client.sees('\r\nOK\r\n');
		client.send('at+cgmm\r');
		await client.sees('OK\r\n');
		expect(client.got).toContain('GE865');
	});
});

describe.skipIf(!hasSocat && !required)(
	'transparent mode on the command line (needs socat)',
	{
		timeout: 3 * PATIENCE,
	},
	() => {
		test('atrun run --aux takes a serial port of this machine', async () => {
			const directory = scratchDirectory();
			const [modemPath, auxiliaryPath] = [join(directory, 'modem'), join(directory, 'aux')];
			const modem = composeModem({ clock, baud: 0, trace: undefined });
			const line = await openPseudoTerminal(modemPath, '--tcp');
			const auxiliary = await openPseudoTerminal(auxiliaryPath, '--tcp');
			if (!line.ok || !auxiliary.ok) throw new Error('no pseudo-terminal');
			onTestFinished(() => line.value.close());
			onTestFinished(() => auxiliary.value.close());
			new PortBridge(modem.line, line.value.port);
			onTestFinished(() => modem.stop());
			await modem.start();

			const port = await freePort();
			const state = join(directory, 'state');
			const args = ['run', '--port', modemPath, '--state', state, '--console-tcp', `${port}`, '--trace'];
			const board = start([...args, '--aux', auxiliaryPath, '--no-aux-flow-control']);
			await eventually(() => board.err.includes('ready: '), 'the module', PATIENCE);
			const console = new Client(await dial(port));
			console.send('at#atruncons?\r');
			await console.sees('OK\r\n');
			expect(console.got).toContain('#ATRUNCONS: 1,9600');
			// Only a TCP session can be joined.
			console.send('at#tcpatconser=1,9600\r');
			await console.sees('ERROR\r\n');
			board.child.kill('SIGTERM');
			expect(await ended(board)).toMatchObject({ code: 0 });
		});

		test('atrun sim --aux-pty puts it where other programs find it', async () => {
			const path = join(scratchDirectory(), 'aux');
			const [listen, control, console] = [await freePort(), await freePort(), await freePort()];
			const ports = ['--listen', `${listen}`, '--control', `${control}`, '--console-tcp', `${console}`];
			const sim = start(['sim', ...ports, '--no-demo', '--aux-pty', path]);
			await eventually(() => sim.out.includes(`auxiliary    ${path}\n`), 'the simulator', PATIENCE);
			const opened = await openSerialPort({ path, baud: 9600, flowControl: false });
			expect(opened.ok).toBe(true);
			if (opened.ok) opened.value.close();
			sim.child.kill('SIGTERM');
			expect(await ended(sim)).toMatchObject({ code: 0, err: '' });
		});
	},
);

test.each([
	[['sim', '--aux-pty', '/tmp/x', '--aux-tcp', '1'], /--aux-pty or --aux-tcp/],
	[['run', '--port', '/dev/null', '--aux-tcp', 'x'], /--aux-tcp/],
	[['sim', '--aux-tcp', '0'], /--aux-tcp/],
])('atrun %s is refused in one line', async (args, message) => {
	const refused = await ended(start(args));
	expect(refused.code).toBe(2);
	expect(refused.err).toMatch(message);
	expect(refused.err.trimEnd().split('\n')).toHaveLength(1);
});
