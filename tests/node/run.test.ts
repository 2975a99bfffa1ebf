import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packImage } from '../../hosts/node/image-file.js';
import { makeSigningKey, signingKeyFrom, signOctets } from '../../hosts/node/image-keys.js';
import { serveImage } from '../../hosts/node/image-server.js';
import { PortBridge } from '../../hosts/node/port-bridge.js';
import { openPseudoTerminal } from '../../hosts/node/pseudo-terminal.js';
import { composeModem } from '../../hosts/node/simulated-modem.js';
import { firstLine } from '../../hosts/simulator/simulated-firmware.js';
import { bytesOf } from '../../src/base/text.js';
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

	test('takes a firmware over the air where it has a key, and starts it on trial', async () => {
		const directory = scratchDirectory();
		const path = join(directory, 'modem');
		const modem = composeModem({ clock: new HastyClock(), baud: 0, trace: undefined });
		const line = await openPseudoTerminal(path, '--tcp');
		if (!line.ok) throw new Error(line.error);
		onTestFinished(() => line.value.close());
		new PortBridge(modem.line, line.value.port);
		onTestFinished(() => modem.stop());
		await modem.start();

		const pem = join(directory, 'update.pem');
		writeFileSync(pem, makeSigningKey());
		const key = signingKeyFrom(pem);
		if (!key.ok) throw new Error(key.error);
		const about = { target: 'desktop', version: [9, 0, 0], mayGoBack: false, newKey: undefined } as const;
		const file = packImage(bytesOf(firstLine([9, 0, 0])), about, signed => signOctets(key.value, signed));
		const server = await serveImage({ address: '127.0.0.1', port: 0, file, onServed: () => {} });
		if (!server.ok) throw new Error(server.error);
		onTestFinished(() => server.value.close());

		const port = await freePort();
		const places = ['--state', join(directory, 'state'), '--console-tcp', `${port}`, '--update-key', pem];
		const board = start(['run', '--port', path, ...places, '--trace']);
		await eventually(() => board.err.includes('ready: '), 'the module', PATIENCE);
		const run = await consoleAt(port);
		expect(await run('AT#ATRUNTCP=1')).toContain('OK');
		expect(await run(`AT#ATRUNOTA=4,"http://127.0.0.1:${server.value.port}/"`)).toContain('OK');
		await eventually(
			() => board.err.includes('the board starts again: firmware 9.0.0, on trial\n'),
			'the restart',
			PATIENCE,
		);
		expect(await run('AT#ATRUNINFO')).toContain('FIRMWARE,"9.0.0"');
		board.child.kill('SIGTERM');
		expect((await ended(board)).code).toBe(0);
	});
});
