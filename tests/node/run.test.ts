import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PortBridge } from '../../hosts/node/port-bridge.js';
import { openPseudoTerminal } from '../../hosts/node/pseudo-terminal.js';
import { composeModem } from '../../hosts/node/simulated-modem.js';
import { dial, ended, eventually, freePort, HastyClock, PortLog, scratchDirectory, start } from './support.js';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const required = process.env.ATRUN_REQUIRE_TOOLS === '1';

/** Waits at most so long for what takes its time on a real line [ms]. */
const PATIENCE = 40_000;

/** A console over TCP: sends a command line and gives what comes until its final result. */
async function consoleAt(port: number): Promise<(line: string) => Promise<string>> {
	const socket = await dial(port);
	let got = '';
	socket.on('data', chunk => {
		got += chunk.toString('latin1');
	});
	return async line => {
		got = '';
		socket.write(`${line}\r`);
		await eventually(() => /\r\n(OK|ERROR|\+CM[ES] ERROR: \d+)\r\n/.test(got), `the answer to ${line}`);
		return got;
	};
}

describe.skipIf(!hasSocat && !required)('atrun run (needs socat)', { timeout: 2 * PATIENCE }, () => {
	test('drives a module on a serial line from a flashed board’s settings, and tells when the line has gone', async () => {
		const directory = scratchDirectory();
		const path = join(directory, 'modem');
		const modem = composeModem({ clock: new HastyClock(), baud: 0, trace: undefined });
		const line = await openPseudoTerminal(path, '--tcp');
		if (!line.ok) throw new Error(line.error);
		new PortBridge(modem.line, line.value.port);
		onTestFinished(() => line.value.close());
		onTestFinished(() => modem.stop());
		await modem.start();

		const port = await freePort();
		const state = join(directory, 'state');
		const board = start(['run', '--port', path, '--state', state, '--console-tcp', `${port}`, '--trace']);
		await eventually(() => board.err.includes('ready: '), 'the module', PATIENCE);
		const run = await consoleAt(port);
		expect(await run('AT+CGMM')).toContain('GE865');
		expect(await run('AT#SMSATRUN?')).toContain('#SMSATRUN: 0,0');
		expect(await run('AT#SMSATWL=0,1,1,"1234567890123456"')).toContain('OK');
		expect(board.out + board.err).not.toContain('1234567890123456');

		line.value.close();
		const gone = await ended(board);
		expect(gone.code).toBe(1);
		expect(gone.err.trimEnd().split('\n').at(-1)).toBe(`atrun: ${path} has gone`);
	});

	test('has consoles on a serial port and on a TCP port at the same time', async () => {
		const directory = scratchDirectory();
		const [path, serial] = [join(directory, 'modem'), join(directory, 'serial')];
		const modem = composeModem({ clock: new HastyClock(), baud: 0, trace: undefined });
		const line = await openPseudoTerminal(path, '--tcp');
		const console = await openPseudoTerminal(serial, '--tcp');
		if (!line.ok || !console.ok) throw new Error('no pseudo-terminal');
		onTestFinished(() => line.value.close());
		onTestFinished(() => console.value.close());
		new PortBridge(modem.line, line.value.port);
		onTestFinished(() => modem.stop());
		await modem.start();

		const port = await freePort();
		const places = ['--console-serial', serial, '--console-tcp', `${port}`];
		const board = start(['run', '--port', path, '--state', join(directory, 'state'), ...places, '--trace']);
		await eventually(() => board.err.includes('ready: '), 'the module', PATIENCE);
		const typist = new PortLog(console.value.port);
		typist.send('AT+CMEE=2;+CMEE?\r');
		await eventually(() => typist.text.includes('+CMEE: 2'), 'the serial console', PATIENCE);
		const run = await consoleAt(port);
		expect(await run('AT+CGMM;+CMEE?')).toMatch(/GE865[\s\S]*\+CMEE: 0/);
		board.child.kill('SIGTERM');
		expect((await ended(board)).code).toBe(0);
	});
});
