import { describe, expect, test } from 'vitest';
import { AtrunSession, type CommandResult, type LoginOutcome } from '../../hosts/node/atrun-session.js';
import { uploadScript } from '../../hosts/node/script-upload.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { bytesOf } from '../../src/base/text.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import { PortLog } from './support.js';

/** A session and the board's end of its connection, which answers as `script` says: what it got so far → what it sends. */
class Bench {
	readonly clock = new VirtualClock();
	readonly session: AtrunSession;
	readonly board: PortLog;
	readonly #port: EndablePort;

	constructor(block = 64) {
		const wire = new Wire(this.clock, { baud: 0, block });
		this.#port = new EndablePort(wire.dte);
		this.session = new AtrunSession(this.#port, this.clock);
		this.board = new PortLog(wire.dce);
	}

	async got(text: string): Promise<void> {
		await this.clock.until(() => this.board.text === text, 60_000, JSON.stringify(text));
		this.board.text = '';
	}

	end(reason: string): void {
		this.#port.end(reason);
	}

	/** From now on the connection takes only what is released. */
	hold(): void {
		this.#port.credit = 0;
	}

	release(octets: number): void {
		this.#port.release(octets);
	}

	login(mode: 0 | 1 | undefined): Promise<LoginOutcome> {
		return this.session.login('testuser', 'testpassw', mode, this.clock.now() + 60_000);
	}

	run(command: string, seconds = 60): Promise<CommandResult> {
		return this.session.execute(command, this.clock.now() + seconds * 1000);
	}
}

/** A port whose far end can go away, and that can be held. */
class EndablePort implements BytePort {
	/** Octets that it takes. */
	credit = Number.POSITIVE_INFINITY;
	readonly #port: BytePort;
	#listener: PortListener | undefined;

	constructor(port: BytePort) {
		this.#port = port;
	}

	read = (into: Uint8Array) => this.#port.read(into);
	close = () => this.#port.close();

	write(bytes: Uint8Array): number {
		const count = this.#port.write(bytes.subarray(0, Math.min(bytes.length, this.credit)));
		this.credit -= count;
		return count;
	}

	release(octets: number): void {
		this.credit += octets;
		this.#listener?.writable?.();
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		this.#port.listen(listener);
	}

	end(reason: string): void {
		this.#listener?.closed?.(reason);
	}
}

describe('the login', () => {
	test.each([1, undefined] as const)(
		'answers the prompts of authMode 1 (asked for: %s), octet by octet',
		async mode => {
			const bench = new Bench(1);
			const login = bench.login(mode);
			bench.board.send('Username:\r\n');
			await bench.got('testuser\r');
			bench.board.send('Password:\r\n');
			await bench.got('testpassw\r');
			bench.board.send('Login successful.\r\n');
			expect(await bench.clock.settled(login, 1000)).toBe('successful');
		},
	);

	test('sends nothing before the user is asked for in authMode 1', async () => {
		const bench = new Bench();
		const login = bench.login(1);
		expect(await bench.clock.settled(login, 60_001)).toBe('timeout');
		expect(bench.board.text).toBe('');
	});

	test('sends both at once in authMode 0', async () => {
		const bench = new Bench();
		expect(await bench.clock.settled(bench.login(0), 1)).toBe('sent');
		await bench.got('testuser\rtestpassw\r');
	});

	test('sends both when no prompt comes within two seconds and no mode is given', async () => {
		const bench = new Bench();
		const login = bench.login(undefined);
		await bench.clock.advance(1999);
		expect(bench.board.text).toBe('');
		expect(await bench.clock.settled(login, 1)).toBe('sent');
		await bench.got('testuser\rtestpassw\r');
	});

	test.each([1, undefined] as const)('gives no password to a board that asks for a key (asked for: %s)', async mode => {
		const bench = new Bench(1);
		const login = bench.login(mode);
		bench.board.send(`#ATRUN: CHALLENGE,351234567890123,${'00'.repeat(16)}\r\n`);
		expect(await bench.clock.settled(login, 1000)).toBe('challenged');
		expect(bench.board.text).toBe('');
	});

	test.each([
		['before it asks', ''],
		['after the user', 'Username:\r\n'],
		['after the password', 'Username:\r\nPassword:\r\n'],
	])('is refused where the board hangs up %s', async (_when, said) => {
		const bench = new Bench();
		const login = bench.login(1);
		bench.board.send(said);
		await bench.clock.advance(10);
		bench.end('closed');
		expect(await bench.clock.settled(login, 1)).toBe('refused');
	});
});

describe('a command', () => {
	test.each([1, 7, 64])('gives its lines and its final result, in blocks of %i', async block => {
		const bench = new Bench(block);
		const result = bench.run('AT+CREG?');
		await bench.got('AT+CREG?\r');
		await bench.clock.advance(300);
		bench.board.send('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
		expect(await bench.clock.settled(result, 1000)).toEqual({
			command: 'AT+CREG?',
			lines: ['+CREG: 0,1'],
			final: 'OK',
			ms: 300,
		});
	});

	test.each([
		['\r\nERROR\r\n', [], 'ERROR'],
		['\r\n+CME ERROR: 10\r\n', [], '+CME ERROR: 10'],
		['\r\n+CMS ERROR: invalid memory index\r\n', [], '+CMS ERROR: invalid memory index'],
		['\r\nCONNECT 9600\r\n', [], 'CONNECT 9600'],
		['\r\nNO CARRIER\r\n', [], 'NO CARRIER'],
		['\r\n#ATRUN: REFUSED,"lock"\r\n\r\nERROR\r\n', ['#ATRUN: REFUSED,"lock"'], 'ERROR'],
		['AT+X\r\r\nOK\r\n', [], 'OK'],
		['\r\nOK\r\n\r\nSRING: 1\r\n', [], 'OK'],
		['\r\n+CMGR: "REC READ"\r\nOK\r\nthen\r\n\r\nOK\r\n', ['+CMGR: "REC READ"', 'OK', 'then'], 'OK'],
	])('reads %j', async (answer, lines, final) => {
		const bench = new Bench();
		const result = bench.run('AT+X');
		await bench.got('AT+X\r');
		bench.board.send(answer);
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ lines, final });
	});

	test('that asks for data is aborted by ESC, and tells so', async () => {
		const bench = new Bench();
		const result = bench.run('AT+CMGS="123"');
		await bench.got('AT+CMGS="123"\r');
		bench.board.send('\r\n> ');
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ lines: [], final: '>' });
		await bench.got('\x1b');
	});

	test.each(['\r\n>>>', '\r\n>>> '])('that asks for a file by %j is aborted too', async prompt => {
		const bench = new Bench();
		const result = bench.run('AT#WSCRIPT="a",1');
		await bench.got('AT#WSCRIPT="a",1\r');
		bench.board.send(prompt);
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ lines: [], final: '>' });
	});

	test('takes no line of the answer before it for its own', async () => {
		const bench = new Bench();
		bench.board.send('\r\nOK\r\n');
		await bench.clock.advance(1);
		const result = bench.run('AT', 5);
		await bench.got('AT\r');
		expect(await bench.clock.settled(result, 5000)).toMatchObject({ lines: [], final: null, ms: 5000 });
	});

	test('ends without a final result where the connection does, and keeps what came', async () => {
		const bench = new Bench();
		const result = bench.run('AT#REBOOT');
		await bench.got('AT#REBOOT\r');
		bench.board.send('\r\n+PART: 1\r\n');
		await bench.clock.advance(10);
		bench.end('closed');
		expect(await bench.clock.settled(result, 1)).toMatchObject({ lines: ['+PART: 1'], final: null });
		expect(bench.session.ended).toBe('closed');
	});

	test('longer than the port takes at once goes out whole', async () => {
		const bench = new Bench();
		const command = `AT+X="${'x'.repeat(20_000)}"`;
		const result = bench.run(command);
		await bench.got(`${command}\r`);
		bench.board.send('\r\nOK\r\n');
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ final: 'OK' });
	});
});

describe('an upload', () => {
	const OCTETS = bytesOf(`AT#REBOOT\r\nOK\r\n> \xff\x1a\x1b${'x'.repeat(20_000)}`);
	const COMMAND = `AT#WSCRIPT="job",${OCTETS.length}`;
	const CRC = '606773CF';

	function upload(bench: Bench, seconds = 10) {
		const script = { name: 'job', octets: OCTETS };
		return uploadScript(bench.session, bench.clock, script, seconds * 1000);
	}

	test.each(['\r\n>>>', '\r\n>>> '])(
		'goes out octet by octet behind %j and is compared with the list',
		async prompt => {
			const bench = new Bench();
			const result = upload(bench);
			await bench.got(`${COMMAND}\r`);
			bench.board.send(prompt);
			await bench.clock.until(() => bench.board.text.length >= OCTETS.length, 60_000, 'the file');
			expect(bench.board.text).toBe(String.fromCharCode(...OCTETS));
			bench.board.text = '';
			bench.board.send('\r\nOK\r\n');
			await bench.got('AT#LSCRIPT\r');
			bench.board.send(`\r\n#LSCRIPT: job,${OCTETS.length},"${CRC.toLowerCase()}"\r\n\r\nOK\r\n`);
			expect(await bench.clock.settled(result, 1000)).toMatchObject({
				command: COMMAND,
				final: 'OK',
				upload: { crc: CRC, stored: { size: OCTETS.length, crc: CRC }, verified: true },
			});
		},
	);

	test('stops when the board gives up half-way, and ends the session: the rest could pass for commands', async () => {
		const bench = new Bench();
		bench.hold();
		const result = upload(bench);
		bench.release(COMMAND.length + 1);
		await bench.got(`${COMMAND}\r`);
		bench.board.send('\r\n>>>');
		await bench.clock.advance(10);
		bench.release(100);
		await bench.clock.advance(10);
		bench.board.send('\r\nERROR\r\n');
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ final: 'ERROR', upload: { verified: false } });
		expect(bench.session.ended).toBe('closed from here');
		bench.release(OCTETS.length);
		await bench.clock.advance(1000);
		expect(bench.board.text.length).toBe(100);
	});

	test('ends in time where the board takes nothing, and lasts while it takes a little', async () => {
		const bench = new Bench();
		bench.hold();
		const result = upload(bench, 10);
		let isOver = false;
		void result.then(() => {
			isOver = true;
		});
		bench.release(COMMAND.length + 1);
		await bench.got(`${COMMAND}\r`);
		bench.board.send('\r\n>>>');
		for (let round = 0; round < 5; round++) {
			await bench.clock.advance(9000);
			expect(isOver).toBe(false);
			bench.release(10);
		}
		await bench.clock.advance(9000);
		expect(isOver).toBe(false);
		await bench.clock.advance(2000);
		expect(await result).toMatchObject({ final: null, upload: { stored: null, verified: false } });
		expect(bench.session.ended).toBe('closed from here');
	});

	test('waits longer for the end of a file that a slow line still carries', async () => {
		const bench = new Bench();
		const result = upload(bench, 10);
		await bench.got(`${COMMAND}\r`);
		bench.board.send('\r\n>>>');
		await bench.clock.advance(OCTETS.length * 10);
		bench.board.send('\r\nOK\r\n');
		await bench.clock.advance(100);
		bench.board.send('\r\nERROR\r\n');
		expect(await bench.clock.settled(result, 1000)).toMatchObject({ final: 'OK', upload: { stored: null } });
	});

	test('runs nothing further where the connection ends', async () => {
		const bench = new Bench();
		const result = upload(bench);
		await bench.got(`${COMMAND}\r`);
		bench.end('closed');
		expect(await bench.clock.settled(result, 1)).toMatchObject({ final: null, upload: { verified: false } });
		expect(bench.board.text).toBe('');
	});
});
