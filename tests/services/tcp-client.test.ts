import { describe, expect, test } from 'vitest';
import { Deferred } from '../../src/base/deferred.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import type { Network, NetworkError } from '../../src/ports/network.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';

/** The board's end of a connection: nobody says anything. */
class Silent implements BytePort {
	listener: PortListener | undefined;
	closed = false;

	read(): number {
		return 0;
	}

	write(bytes: Uint8Array): number {
		return bytes.length;
	}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}

	close(): void {
		this.closed = true;
	}
}

type Dial = { readonly host: string; readonly port: number; readonly at: number } & Deferred<
	Result<BytePort, NetworkError>
>;

/** A board whose own network answers as the test says, when the test says so. */
async function bench(...settings: readonly string[]) {
	const dials: Dial[] = [];
	let now = () => 0;
	const network: Network = {
		listen: async () => failure('failed'),
		connect: (host, port) => {
			const dial = Object.assign(new Deferred<Result<BytePort, NetworkError>>(), { host, port, at: now() });
			dials.push(dial);
			return dial.promise;
		},
	};
	const board = await deskThatRuns({ hostNetwork: network });
	now = () => board.clock.now();
	const lines = ['at#atruntcp=1', 'at#tcpatruncfg=1,2,1024,5000,"one",1,5,0,1,1', ...settings];
	for (const line of lines) expect(await board.console.ask(line)).toContain('OK');
	return { board, clock: board.clock, dials };
}

async function told(board: TestDesk): Promise<string | undefined> {
	return /#TCPATRUND: (.*)\r\n/.exec(await board.console.ask('at#tcpatrund?'))?.[1];
}

/** Has the console switch it on, while the first try may still run. */
async function switchOn({ board, clock }: { board: TestDesk; clock: TestDesk['clock'] }): Promise<void> {
	board.console.clear();
	board.console.type('at#tcpatrund=1\r');
	await clock.advance(50);
}

describe('the client while it dials', () => {
	test('does not answer before the try is over, and then with what it brought', async () => {
		const at = await bench();
		await switchOn(at);
		await at.clock.advance(100_000);
		expect(at.board.console.screen).not.toContain('OK');
		at.dials[0]!.resolve(success(new Silent()));
		await at.board.console.see('\r\nOK\r\n');
		expect(await told(at.board)).toBe('1,1');
	});

	test.each<[NetworkError, number]>([
		['refused', 562],
		['timeout', 559],
		['unreachable', 556],
		['no-context', 556],
		['bad-address', 558],
		['busy', 557],
		['failed', 550],
	])('and finds it %s answers %i', async (error, code) => {
		const at = await bench('at+cmee=1');
		await switchOn(at);
		at.dials[0]!.resolve(failure(error));
		await at.board.console.see(`\r\n+CME ERROR: ${code}\r\n`);
		expect(await told(at.board)).toBe('1,2');
	});

	test('is switched off by another channel: what it gets then is closed', async () => {
		const at = await bench();
		await switchOn(at);
		at.board.desk.coprocessor.settings.change({ tcpClient: false });
		const port = new Silent();
		at.dials[0]!.resolve(success(port));
		await at.clock.advance(1_000);
		expect(port.closed).toBe(true);
		await at.clock.advance(1_800_000);
		expect(at.dials.length).toBe(1);
	});

	test('is stopped with the board: what it gets then is closed', async () => {
		const at = await bench();
		await switchOn(at);
		await at.clock.settled(at.board.desk.stop(), 30_000);
		const port = new Silent();
		at.dials[0]!.resolve(success(port));
		await at.clock.advance(1_000);
		expect(port.closed).toBe(true);
		const before = at.clock.pending();
		await at.clock.advance(1_800_000);
		expect([at.dials.length, at.clock.pending() <= before]).toEqual([1, true]);
	});

	test.each([
		['fails late', failure('refused' as NetworkError)],
		['succeeds late', success(new Silent() as BytePort)],
	])('and was switched off and on meanwhile, does not care that the former try %s', async (_what, late) => {
		const at = await bench('at#tcpatruncfg=1,2,1024,5000,"one",1,5,0,0,1', 'at#atruntcp=1,30,600,0,0,0');
		await at.board.registered();
		for (const line of ['at#smsatwl=0,1,0,"+393297308677"', 'at#smsatrun=1']) await at.board.console.ask(line);
		await switchOn(at);
		const mobile = at.board.mobile('+393297308677');
		mobile.send('AT#TCPATRUND=0;#TCPATRUND=1', at.board.desk.sim.number);
		await at.clock.until(() => at.dials.length === 2, 60_000, 'the second try');
		at.dials[0]!.resolve(late);
		await at.clock.advance(1_000);
		const port = new Silent();
		at.dials[1]!.resolve(success(port));
		await at.clock.advance(5_000);
		expect(port.closed).toBe(false);
		if (late.ok) expect((late.value as Silent).closed).toBe(true);
		expect(at.dials.length).toBe(2);
		await at.board.console.see('\r\nOK\r\n');
		expect(await told(at.board)).toBe('1,1');
	});
});

describe('the client that has no way out', () => {
	test.each<[NetworkError]>([['no-context'], ['unreachable'], ['busy']])(
		'(%s) tries ever more slowly, uses up no try, and asks no second host',
		async error => {
			const at = await bench('at#atrunhost=0,1,"two",5000');
			await switchOn(at);
			at.dials[0]!.resolve(failure(error));
			for (let count = 2; count <= 9; count++) {
				await at.clock.until(() => at.dials.length === count, 61_000, `try ${count}`);
				at.dials[count - 1]!.resolve(failure(error));
				await at.clock.advance(10);
			}
			expect(at.dials.filter(({ host }) => host !== 'one')).toEqual([]);
			const gaps = at.dials.slice(1).map((dial, place) => Math.round((dial.at - at.dials[place]!.at) / 1000));
			expect(gaps).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
			// The tries begin only now: one a minute later, then the slow ones.
			await at.clock.until(() => at.dials.length === 10, 61_000);
			at.dials[9]!.resolve(failure('refused'));
			await at.clock.until(() => at.dials.length === 11, 10);
			at.dials[10]!.resolve(failure('refused'));
			const failed = at.clock.now();
			await at.clock.until(() => at.dials.length === 12, 61_000);
			expect(Math.round((at.dials[11]!.at - failed) / 1000)).toBe(60);
		},
	);
});

describe('the client that was connected', () => {
	test.each([
		[19_000, 60],
		[61_000, 1],
	])('for %i ms dials again %i s after the host left', async (lasted, pause) => {
		const at = await bench();
		await switchOn(at);
		const port = new Silent();
		at.dials[0]!.resolve(success(port));
		await at.clock.advance(lasted);
		port.listener!.closed!('gone');
		const left = at.clock.now();
		await at.clock.until(() => at.dials.length === 2, 61_000, 'the next try');
		expect(Math.round((at.dials[1]!.at - left) / 1000)).toBe(pause);
	});

	test('dials one host a time, in turn from the one that answered last', async () => {
		const at = await bench('at#atrunhost=0,1,"two",5001', 'at#atrunhost=0,3,"three",5002');
		await switchOn(at);
		at.dials[0]!.resolve(failure('timeout'));
		await at.clock.advance(10);
		const port = new Silent();
		at.dials[1]!.resolve(success(port));
		await at.clock.advance(70_000);
		port.listener!.closed!('gone');
		for (let count = 3; count <= 5; count++) {
			await at.clock.until(() => at.dials.length === count, 5_000, `try ${count}`);
			at.dials[count - 1]!.resolve(failure('refused'));
			await at.clock.advance(10);
		}
		expect(at.dials.map(({ host, port: number }) => `${host}:${number}`)).toEqual([
			'one:5000',
			'two:5001',
			'two:5001',
			'three:5002',
			'one:5000',
		]);
	});
});
