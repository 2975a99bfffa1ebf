import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Login } from '../../src/access/login.js';
import { ByteQueue } from '../../src/base/byte-queue.js';
import { Deferred } from '../../src/base/deferred.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import { TcpSession } from '../../src/services/tcp-session.js';

/** The board's end of a connection, with `room` octets of send buffer. */
class Port implements BytePort {
	readonly in = new ByteQueue(100_000);
	out = '';
	room = Number.POSITIVE_INFINITY;
	closed = false;
	listener: PortListener | undefined;

	read(into: Uint8Array): number {
		return this.in.read(into);
	}

	write(bytes: Uint8Array): number {
		const count = this.closed ? 0 : Math.min(bytes.length, this.room);
		this.out += textOf(bytes.subarray(0, count));
		this.room -= count;
		return count;
	}

	close(): void {
		this.closed = true;
	}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}
}

class Bench {
	readonly clock = new VirtualClock();
	readonly port = new Port();
	readonly ran: string[] = [];
	readonly ends: string[] = [];
	readonly admitted: string[] = [];
	sequence = false;
	ignored = 0;
	answer: (body: string) => Promise<string> = async body => `\r\n[${body}]\r\n`;
	readonly session: TcpSession;

	constructor(authMode = 0, greeting = '') {
		this.session = new TcpSession({
			port: this.port,
			clock: this.clock,
			admission: new Login(authMode, {
				isKnown: name => name === 'user',
				isValid: (name, password) => name === 'user' && password === 'pass',
				identityOf: name => ({ kind: 'tcp-user', name }),
			}),
			greeting,
			loginTime: 30_000,
			idleTime: 600_000,
			isSequence: () => this.sequence,
			dialogue: () => undefined,
			abandon: () => {},
			run: async (body, _name, reply) => {
				this.ran.push(body);
				reply.onText(await this.answer(body));
			},
			onAdmitted: ({ name }) => this.admitted.push(name),
			onIgnored: () => this.ignored++,
			onEnded: reason => this.ends.push(reason),
		});
		this.session.start();
	}

	async type(text: string): Promise<void> {
		this.port.in.write(bytesOf(text));
		this.port.listener?.readable();
		await this.clock.advance(0);
	}

	async login(): Promise<this> {
		await this.type('user\rpass\r');
		this.port.out = '';
		return this;
	}
}

describe('the login of a session', () => {
	test('in mode 0 says not a word', async () => {
		const bench = new Bench(0);
		await bench.type('user\rpass\r');
		expect(bench.port.out).toBe('');
		expect(bench.admitted).toEqual(['user']);
	});

	test('in mode 1 asks for name and password, each on its own line, without echo', async () => {
		const bench = new Bench(1);
		expect(bench.port.out).toBe('Username:\r\n');
		await bench.type('user\r\n');
		expect(bench.port.out).toBe('Username:\r\nPassword:\r\n');
		await bench.type('pass\r\n');
		expect(bench.port.out).toBe('Username:\r\nPassword:\r\nLogin successful.\r\n');
	});

	test.each([
		[0, 'user\rwrong\r', ''],
		[0, 'nobody\rpass\r', ''],
		[0, '\r\r', ''],
		[1, 'nobody\r', 'Username:\r\n'],
		[1, 'user\rwrong\r', 'Username:\r\nPassword:\r\n'],
		[1, `${'x'.repeat(70_000)}\r`, 'Username:\r\n'],
	])('in mode %i is closed without a word after a wrong one', async (mode, typed, said) => {
		const bench = new Bench(mode);
		await bench.type(typed);
		expect(bench.port.out).toBe(said);
		expect(bench.port.closed).toBe(true);
		expect(bench.ends).toEqual(['login refused']);
		expect(bench.admitted).toEqual([]);
	});

	test('runs nothing that comes behind a refused pair', async () => {
		const bench = new Bench(0);
		await bench.type('user\rwrong\rat+cgmr\ruser\rpass\rat+cgmr\r');
		expect(bench.ran).toEqual([]);
	});

	test('runs what comes behind a right pair in the same packet', async () => {
		const bench = new Bench(0);
		await bench.type('user\rpass\rat+cgmr\r');
		expect(bench.ran).toEqual(['+cgmr']);
	});

	test('times out after 30 s, however much is typed', async () => {
		const bench = new Bench(0);
		for (let second = 0; second < 29; second++) {
			await bench.type('x');
			await bench.clock.advance(1000);
		}
		expect(bench.port.closed).toBe(false);
		await bench.clock.advance(1000);
		expect(bench.ends).toEqual(['login timeout']);
		expect(bench.port.closed).toBe(true);
	});

	test('does not time out once it is done', async () => {
		const bench = await new Bench(0).login();
		await bench.clock.advance(60_000);
		expect(bench.ends).toEqual([]);
	});

	test('is never passed by random octets, which never throw', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 1 }), async (octets, mode) => {
				const bench = new Bench(mode);
				await bench.type(textOf(octets));
				expect(bench.admitted).toEqual([]);
				expect(bench.ran).toEqual([]);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('the lines of a session', () => {
	test.each([
		['at+cgmr\r', ['+cgmr']],
		['AT+CGMR\r\n', ['+CGMR']],
		['  at+cgmr  \n', ['+cgmr']],
		['at\r\0', ['']],
		['\r\n\r\n', []],
		['hello\r', []],
		['a/\r', ['']],
		['at+one\b\b\bsix\r', ['+six']],
		['\xff\xfd\x01at+x\r', ['+x']],
	])('%j run as %j', async (typed, ran) => {
		const bench = await new Bench().login();
		await bench.type(typed);
		expect(bench.ran).toEqual(ran);
	});

	test('are answered as they are printed, and A/ runs the last one again', async () => {
		const bench = await new Bench().login();
		await bench.type('at+one\r');
		await bench.type('A/\r');
		expect(bench.port.out).toBe('\r\n[+one]\r\n\r\n[+one]\r\n');
	});

	test('without an end answer one ERROR after 64 kB, and the next line runs', async () => {
		const bench = await new Bench().login();
		await bench.type('x'.repeat(65_536));
		expect(bench.port.out).toBe('');
		await bench.type('\rat\r');
		expect(bench.port.out).toBe('\r\nERROR\r\n\r\n[]\r\n');
	});

	test('that come while one runs are ignored', async () => {
		const bench = await new Bench().login();
		const first = new Deferred<string>();
		bench.answer = () => first.promise;
		await bench.type('at1\rat2\rat3\r');
		first.resolve('1');
		await bench.clock.advance(10);
		expect(bench.ran).toEqual(['1']);
		bench.answer = async () => '4';
		await bench.type('at4\r');
		expect(bench.port.out).toBe('14');
	});

	test('run in their order with #TCPATCMDSEQ=1, sixteen of them at most', async () => {
		const bench = await new Bench().login();
		bench.sequence = true;
		const first = new Deferred<string>();
		bench.answer = () => first.promise;
		for (let number = 0; number < 40; number++) await bench.type(`at${number}\r`);
		bench.answer = async body => `${body} `;
		first.resolve('0 ');
		await bench.clock.advance(10);
		expect(bench.port.out).toBe(`${Array.from({ length: 17 }, (_, number) => number).join(' ')} `);
	});

	test('never throw, whatever octets come after the login', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async octets => {
				const bench = await new Bench().login();
				await bench.type(textOf(octets));
				expect(bench.ends).toEqual([]);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('the end of a session', () => {
	test('comes after ten minutes without an octet', async () => {
		const bench = await new Bench().login();
		await bench.clock.advance(599_000);
		await bench.type('x');
		await bench.clock.advance(599_000);
		expect(bench.ends).toEqual([]);
		await bench.clock.advance(2_000);
		expect(bench.ends).toEqual(['idle']);
	});

	test('does not come by idleness while a command runs', async () => {
		const bench = await new Bench().login();
		const slow = new Deferred<string>();
		bench.answer = () => slow.promise;
		await bench.type('at\r');
		await bench.clock.advance(1_500_000);
		expect(bench.ends).toEqual([]);
		slow.resolve('x');
		await bench.clock.advance(1_300_000);
		expect(bench.ends).toEqual(['idle']);
	});

	test('is told once, and nothing is written or run behind it', async () => {
		const bench = await new Bench().login();
		const slow = new Deferred<string>();
		bench.sequence = true;
		bench.answer = () => slow.promise;
		await bench.type('at1\rat2\r');
		bench.port.listener?.closed?.('gone');
		bench.session.end('idle');
		slow.resolve('late');
		await bench.clock.advance(10_000_000);
		expect(bench.ends).toEqual(['left']);
		expect(bench.ran).toEqual(['1']);
		expect(bench.port.out).toBe('');
	});

	test('comes to a client that reads nothing for a minute', async () => {
		const bench = await new Bench().login();
		bench.port.room = 3;
		await bench.type('at+long\r');
		await bench.clock.advance(59_000);
		expect(bench.ends).toEqual([]);
		await bench.clock.advance(2_000);
		expect(bench.ends).toEqual(['does not read']);
		expect(bench.port.closed).toBe(true);
	});

	test('does not come to a client that reads slowly, which gets every octet', async () => {
		const bench = await new Bench().login();
		const text = 'x'.repeat(100);
		bench.answer = async () => text;
		bench.port.room = 0;
		await bench.type('at\r');
		for (let octet = 0; octet < 100; octet++) {
			await bench.clock.advance(5_000);
			bench.port.room = 1;
			bench.port.listener?.writable?.();
		}
		expect(bench.port.out).toBe(text);
		expect(bench.ends).toEqual([]);
	});

	test('of a client that only writes finds its commands still in the port, not in memory', async () => {
		const bench = await new Bench().login();
		bench.port.room = 0;
		bench.answer = async () => 'y'.repeat(500);
		for (let number = 0; number < 100; number++) await bench.type('at\r');
		expect(bench.ran.length).toBeLessThan(8);
		expect(bench.port.in.length).toBeGreaterThan(200);
		bench.port.room = Number.POSITIVE_INFINITY;
		bench.port.listener?.writable?.();
		await bench.clock.advance(10);
		expect(bench.port.in.length).toBe(0);
		expect(bench.ends).toEqual([]);
	});
});
