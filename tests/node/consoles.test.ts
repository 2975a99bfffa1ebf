import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSerialPort } from '../../hosts/node/serial-port.js';
import { SystemClock } from '../../hosts/node/system-clock.js';
import { TcpPort } from '../../hosts/node/tcp-port.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import { dial, ended, eventually, freePort, PortLog, scratchDirectory, start } from './support.js';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const required = process.env.ATRUN_REQUIRE_TOOLS === '1';
/** Waits at most so long for what takes its time on a busy machine [ms]. */
const PATIENCE = 60_000;
const FINAL = /\r\n(OK|ERROR|\+CM[ES] ERROR: \d+)\r\n/;

/** Types a line and gives what comes until its final result. */
async function ask(console: PortLog, line: string): Promise<string> {
	console.text = '';
	console.send(`${line}\r`);
	await eventually(() => FINAL.test(console.text), `the answer to ${line}`, PATIENCE);
	return console.text;
}

async function tcpConsole(port: number): Promise<BytePort> {
	return new TcpPort(await dial(port));
}

describe.skipIf(!hasSocat && !required)('atrun sim with two consoles (needs socat)', { timeout: 3 * PATIENCE }, () => {
	test('has one on a pseudo-terminal and one on a TCP port, each with its own settings', async () => {
		const [listen, control, tcp] = [await freePort(), await freePort(), await freePort()];
		const path = join(scratchDirectory(), 'console');
		const ports = ['--listen', `${listen}`, '--control', `${control}`];
		const sim = start(['sim', '--no-demo', ...ports, '--console-pty', path, '--console-tcp', `${tcp}`]);
		await eventually(() => sim.out.includes('ready'), 'the simulator', PATIENCE);
		expect(sim.out).toContain(`console      ${path}\nconsole      127.0.0.1:${tcp}\n`);
		const opened = await openSerialPort({ path, baud: 115_200, flowControl: false });
		if (!opened.ok) throw new Error(opened.error);
		onTestFinished(() => opened.value.close());
		const line = new PortLog(opened.value);
		const socket = await tcpConsole(tcp);
		const other = new PortLog(socket);
		expect(await ask(line, 'AT+CMGF=1;+CMEE=1')).toContain('OK');
		expect(await ask(other, 'AT+CMGF?;+CMEE?')).toContain('+CMGF: 0\r\n\r\n+CMEE: 0');
		expect(await ask(line, 'AT+CMGF?;+CMEE?')).toContain('+CMGF: 1\r\n\r\n+CMEE: 1');

		// A client that goes away in the middle of a multiplexer has dropped DTR: the next one finds AT mode.
		expect(await ask(other, 'AT+CMUX=0')).toContain('OK');
		const mux = new Multiplexer({ port: socket, clock: new SystemClock(), role: 'initiator' });
		expect((await mux.start()).ok).toBe(true);
		mux.abandon();
		socket.close();
		let answered = false;
		while (!answered) {
			// One that comes before the other's end was seen is turned away.
			const next = new PortLog(await tcpConsole(tcp));
			next.send('AT\r');
			await eventually(() => FINAL.test(next.text) || next.events.length > 0, 'AT mode', PATIENCE);
			answered = next.text.includes('\r\nOK\r\n');
		}
		sim.child.kill('SIGTERM');
		expect(await ended(sim)).toMatchObject({ code: 0, err: '' });
	});
});
