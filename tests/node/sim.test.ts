import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { playDemo } from '../../hosts/node/cli/demo.js';
import { FileStore } from '../../hosts/node/file-store.js';
import { composeBoard, type SimulatedBoard } from '../../hosts/node/simulated-board.js';
import type { SimulatedDevice } from '../../hosts/node/simulated-device.js';
import type { Store } from '../../src/ports/store.js';
import {
	ended,
	eventually,
	freePort,
	HastyClock,
	loopbackServer,
	PortLog,
	scratchDirectory,
	start,
} from './support.js';

const clock = new HastyClock();

function storeAt(directory: string): Store {
	const store = FileStore.open(directory);
	if (!store.ok) throw new Error(store.error);
	return store.value;
}

async function boardAt(directory: string, listenPort: number): Promise<SimulatedBoard> {
	const stores = { board: storeAt(directory), module: storeAt(join(directory, 'module')) };
	const board = composeBoard({ clock, baud: 115200, trace: undefined, stores, listenPort });
	onTestFinished(() => board.stop());
	expect(await board.start()).toEqual({ ok: true, value: undefined });
	return board;
}

/** A device's line as a technician uses it: sends a command line, gives what comes until its final result. */
function lineOf(device: SimulatedDevice): (command: string) => Promise<string> {
	const log = new PortLog(device.line);
	return async command => {
		log.text = '';
		log.send(`${command}\r`);
		await eventually(() => /\r\n(OK|ERROR|\+CM[ES] ERROR: \d+)\r\n/.test(log.text), `the answer to ${command}`);
		return log.text;
	};
}

describe('the simulated board', () => {
	test('plays the demo over real sockets, keeps its settings, and has room for one more module', async () => {
		const directory = scratchDirectory();
		const port = await freePort();
		const board = await boardAt(directory, port);
		const transcript: string[] = [];
		await playDemo({ clock, network: board.network, port, print: line => transcript.push(line.trim()) });
		expect(transcript).toEqual([
			'An SMS from +393297308677, which the white list lets in:',
			'mobile → board   AT+COPS?',
			'mobile ← board   +COPS: 0,0,"I WIND"',
			'mobile ← board   OK',
			'',
			`A client logs in over TCP at 127.0.0.1:${port}:`,
			'client ← board   Username:',
			'client → board   testuser',
			'client ← board   Password:',
			'client → board   *********',
			'client ← board   Login successful.',
			'client → board   at+creg?',
			'client ← board   +CREG: 0,1',
			'client ← board   OK',
			'',
		]);

		const console = lineOf(board);
		expect(await console('AT#SMSATRUN?')).toContain('#SMSATRUN: 1,1');
		expect(await console('AT#TCPATCMDSEQ=1')).toContain('OK');

		const modem = board.addModem();
		onTestFinished(() => modem.stop());
		await modem.start();
		const order = { from: '+393297308677', to: modem.number, text: 'hello', timeoutMs: 0 };
		const ask = lineOf(modem);
		await new Promise<void>(resolve => clock.setTimer(clock.now() + 10_000, resolve));
		expect(await ask('AT+CMGF=1;+CMGL="ALL"')).toContain('OK');
		expect(await board.network.sendSms(order)).toMatchObject({ ok: true, value: { to: modem.number } });
		await new Promise<void>(resolve => clock.setTimer(clock.now() + 10_000, resolve));
		expect(await ask('AT+CMGL="ALL"')).toContain('hello');

		await board.stop();
		const again = await boardAt(directory, port);
		expect(await lineOf(again)('AT#TCPATCMDSEQ?')).toContain('#TCPATCMDSEQ: 1');
	});

	test('says which port it could not have', async () => {
		const port = await loopbackServer(() => {});
		const directory = scratchDirectory();
		const stores = { board: storeAt(directory), module: storeAt(join(directory, 'module')) };
		const board = composeBoard({ clock, baud: 115200, trace: undefined, stores, listenPort: port });
		onTestFinished(() => board.stop());
		expect(await board.start()).toEqual({
			ok: false,
			error: `the board cannot listen on port ${port} of 127.0.0.1: busy`,
		});
	});
});

test('atrun sim tells where it is, refuses taken ports in one line, and ends by a signal while it still starts', async () => {
	const [listen, control, console] = [await freePort(), await freePort(), await freePort()];
	const args = (one: number, two: number) => ['sim', '--listen', `${one}`, '--control', `${two}`];
	const sim = start([...args(listen, control), '--console-tcp', `${console}`]);
	await eventually(() => sim.out.includes(`console      127.0.0.1:${console}`), 'the simulator', 20_000);
	expect(sim.out).toContain(`TCP ATRUN    127.0.0.1:${listen}, user testuser\ncontrol      127.0.0.1:${control}\n`);
	expect(await ended(start(args(await freePort(), control)))).toMatchObject({
		code: 2,
		out: '',
		err: `atrun: port ${control} of 127.0.0.1 is in use by another program; choose another by --control <port>\n`,
	});
	sim.child.kill('SIGTERM');
	expect(await ended(sim)).toMatchObject({ code: 0, err: '' });
});
