import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	closeSync,
	constants,
	existsSync,
	mkdtempSync,
	openSync,
	readSync,
	rmSync,
	symlinkSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openPseudoTerminal, type PseudoTerminal } from '../../hosts/node/pseudo-terminal.js';
import { openSerialPort } from '../../hosts/node/serial-port.js';
import { eventually, PortLog, scratchDirectory } from './support.js';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const required = process.env.ATRUN_REQUIRE_TOOLS === '1';

async function open(path: string): Promise<PseudoTerminal> {
	const terminal = await openPseudoTerminal(path, '--tcp');
	if (!terminal.ok) throw new Error(terminal.error);
	onTestFinished(() => terminal.value.close());
	return terminal.value;
}

/** Opens the line as another program would, writes, and reads until `length` octets have come. */
async function exchange(path: string, text: string, length: number): Promise<string> {
	const file = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
	try {
		writeSync(file, text);
		let got = '';
		const block = Buffer.alloc(256);
		await eventually(() => {
			try {
				got += block.toString('latin1', 0, readSync(file, block));
			} catch {
				// Nothing there yet.
			}
			return got.length >= length;
		}, 'the answer');
		return got;
	} finally {
		closeSync(file);
	}
}

describe.skipIf(!hasSocat && !required)('a pseudo-terminal (needs socat)', () => {
	test('carries raw octets to and from a program that opens its link, one program after the other', async () => {
		const path = join(scratchDirectory(), 'modem');
		const terminal = await open(path);
		const log = new PortLog(terminal.port);
		for (const round of ['\x00\x03\x11\r\n\xff', 'AT\r']) {
			log.text = '';
			const answered = exchange(path, round, 4);
			const sent = Buffer.from(round).toString('latin1');
			await eventually(() => log.text === sent, 'what the program wrote');
			log.send('\r\x04\n\x1a');
			expect(await answered).toBe('\r\x04\n\x1a');
		}
		expect(log.events).toEqual([]);
	});

	test('is a serial port to others: a UART opens it, sets its rate and talks', async () => {
		const path = join(scratchDirectory(), 'modem');
		const far = new PortLog((await open(path)).port);
		const opened = await openSerialPort({ path, baud: 115200, flowControl: false });
		if (!opened.ok) throw new Error(opened.error);
		onTestFinished(() => opened.value.close());
		const near = new PortLog(opened.value);
		expect(opened.value.setBaud(19200)).toBe(true);
		expect(opened.value.setBaud(12345)).toBe(false);
		near.send('AT+CSQ\r');
		await eventually(() => far.text === 'AT+CSQ\r', 'the command');
		far.send('\r\n+CSQ: 20,0\r\n');
		await eventually(() => near.text === '\r\n+CSQ: 20,0\r\n', 'the answer');
	});

	test('takes its link away when it closes', async () => {
		const path = join(scratchDirectory(), 'modem');
		const terminal = await open(path);
		expect(existsSync(path)).toBe(true);
		terminal.port.close();
		terminal.close();
		expect(existsSync(path)).toBe(false);
	});

	test('replaces the link that an earlier run left behind', async () => {
		const path = join(scratchDirectory(), 'modem');
		symlinkSync('/dev/pts/99999', path);
		await open(path);
		expect(existsSync(path)).toBe(true);
	});
});

test('a pseudo-terminal does not replace a file, nor a link to something else', async () => {
	const directory = scratchDirectory();
	const file = join(directory, 'file');
	writeFileSync(file, 'precious');
	expect(await openPseudoTerminal(file, '--tcp')).toEqual({
		ok: false,
		error: `${file} exists and is no link to a pseudo-terminal; choose another path`,
	});
	const link = join(directory, 'link');
	symlinkSync(file, link);
	expect(await openPseudoTerminal(link, '--tcp')).toEqual({
		ok: false,
		error: `${link} is a link to something else; choose another path`,
	});
});

/** Root may open every line: the test needs somebody else, who can read this checkout. */
const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
const FIXTURE = fileURLToPath(new URL('fixtures/exclusive-line.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const [drop = '', ...dropArgs] = asNobody;
const cannotRead =
	spawnSync(drop, [
		...dropArgs,
		process.execPath,
		'--import',
		TSX,
		'-e',
		`require('fs').readFileSync(${JSON.stringify(FIXTURE)})`,
	]).status !== 0;
const unshared = cannotRead ? ' (skipped: another user than root cannot read this checkout)' : '';

test.skipIf(cannotRead || (!hasSocat && !required))(
	`can be opened again after a program that had it for itself alone${unshared}`,
	() => {
		const directory = mkdtempSync(join(tmpdir(), 'atrun-shared-'));
		onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
		chmodSync(directory, 0o777);
		const args = [...dropArgs, process.execPath, '--import', TSX, FIXTURE, join(directory, 'line')];
		const { stdout, stderr } = spawnSync(drop, args, { encoding: 'utf8', timeout: 80_000, cwd: directory });
		expect([stdout, stderr]).toEqual(['the program ended with 0, then: EBUSY\nlater: open\n', '']);
	},
);

test('where socat is missing, one line names the package and the other option', async () => {
	vi.stubEnv('PATH', scratchDirectory());
	onTestFinished(() => void vi.unstubAllEnvs());
	expect(await openPseudoTerminal(join(scratchDirectory(), 'modem'), '--console-tcp <port>')).toEqual({
		ok: false,
		error:
			'a pseudo-terminal needs socat, which is not installed (Debian: apt install socat); or use --console-tcp <port>',
	});
});

test('a serial port that is not there is told in one line', async () => {
	expect(await openSerialPort({ path: '/dev/atrun-none', baud: 115200 })).toEqual({
		ok: false,
		error: 'cannot open /dev/atrun-none: no such file or directory',
	});
});
