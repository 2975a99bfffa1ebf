import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { Lockout } from '../../src/access/lockout.js';
import { findEntry } from '../../src/at/catalogue.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { Counters } from '../../src/journal/counters.js';
import { Journal } from '../../src/journal/journal.js';
import type { Board } from '../../src/services/board.js';
import { BOARD_COMMANDS } from '../../src/services/board-commands.js';
import { BootGuard } from '../../src/services/boot-guard.js';
import { Interpreter, type RunOutcome } from '../../src/services/interpreter.js';
import { MODULE_COMMANDS } from '../../src/services/module-commands.js';
import { SERIAL_COMMANDS } from '../../src/services/serial-commands.js';
import { SerialLines } from '../../src/services/serial-lines.js';
import { SMS_COMMANDS } from '../../src/services/sms-commands.js';
import { TCP_COMMANDS } from '../../src/services/tcp-commands.js';
import type { TcpSessions } from '../../src/services/tcp-sessions.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { FileBox } from '../../src/update/file-box.js';
import { countingEntropy, digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';

/** Own commands without a module. */
class Bench {
	readonly store = new TestStore();
	session = false;
	readonly lockout = new Lockout();
	readonly clock = new VirtualClock();
	readonly console = new Wire(this.clock, { baud: 115_200 });
	readonly auxiliary = new Wire(this.clock, { baud: 9_600 });
	applied = 0;
	unlocks = 0;

	board: Board = this.#restarted();

	restart(): void {
		this.board = this.#restarted();
	}

	/** The lines and the result of a command line, one string each. */
	async ask(line: string): Promise<string[]> {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		const lines: string[] = [];
		const outcome: RunOutcome = await new Interpreter(
			() => this.board,
			BOARD_COMMANDS,
			SMS_COMMANDS,
			TCP_COMMANDS,
			SERIAL_COMMANDS,
			MODULE_COMMANDS,
		).run(parsed.value, {
			caller: { channel: 'console', identity: { kind: 'console', name: 'console' } },
			instance: undefined,
			user: 'anyone',
			cmee: 1,
			onLine: text => lines.push(text),
		});
		lines.push(outcome.kind === 'final' ? outcome.raw.trim() : outcome.kind);
		return lines;
	}

	#restarted(): Board {
		const apply = async () => {
			this.applied++;
		};
		const settings = new SettingsKeeper(this.store);
		return {
			settings,
			digest,
			entropy: countingEntropy(),
			journal: new Journal(this.store, new VirtualClock()),
			counters: new Counters(),
			uptime: () => 61_000,
			smsAtrun: { status: 1, apply, spent: () => ({ hour: 2, day: 3 }) },
			tcpServer: { status: 1, apply },
			tcpClient: { status: 2, failure: undefined, apply },
			tcpSessions: { finish: () => this.session } as unknown as TcpSessions,
			lockout: this.lockout,
			hasHostNetwork: true,
			wifi: undefined,
			lines: new SerialLines({
				clock: this.clock,
				console: { port: this.console.dce, lend: () => true, takeBack: () => {} },
				auxiliary: this.auxiliary.dce,
				settings,
			}),
			files: new FileBox(this.store, new TwoCopies(this.store, 'files')),
			modulePython: () => false,
			about: { firmware: '1.2.3', target: 'gateway', restart: 'power-on' },
			module: () => ({ model: 'GE865-QUAD', firmware: '10.00.152', imei: '357462031234567', profile: 'GE865' }),
			line: () => ({ fcsErrors: 1, lostOctets: 2, overruns: 3, attachTime: 6800.4 }),
			heapPeak: () => 12_345,
			network: () => ({ registration: 1, signal: 20, supply: 380, context: true }),
			unlock: () => this.unlocks++,
			forget: async () => settings.forget(),
			boot: new BootGuard({
				store: new TestStore(),
				clock: this.clock,
				restart: { reason: 'power-on', why: 'a "word"' },
			}),
			loopDelay: () => 12.3,
			updates: undefined,
		};
	}
}

const BAD = ['+CME ERROR: 50'];
const REFUSED = ['+CME ERROR: 3'];
const FULL = ['+CME ERROR: 20'];
const NO_ENTRY = ['+CME ERROR: 21'];

test('a fault inside a command is answered and written down', async () => {
	const bench = new Bench();
	const { board } = bench;
	const broken = {
		...board,
		smsAtrun: {
			...board.smsAtrun,
			spent: (): never => {
				throw new Error('out of order');
			},
		},
	};
	const outcome = await new Interpreter(() => broken, BOARD_COMMANDS).run(
		[{ name: '#ATRUNSTAT', form: 'execute', args: '', text: '#ATRUNSTAT' }],
		{
			caller: { channel: 'console', identity: { kind: 'console', name: 'console' } },
			instance: undefined,
			user: 'anyone',
			cmee: 1,
			onLine: () => {},
		},
	);
	expect(outcome).toMatchObject({ kind: 'final', result: { kind: 'cme', code: 0 } });
	expect(board.journal.latest(1)).toMatchObject([{ command: '#ATRUNSTAT', verdict: 'fault' }]);
});

test('a grant of a TCP user ends when a user goes, and stays when its password changes', async () => {
	const bench = new Bench();
	await bench.ask('#TCPATRUNAUTH=1,"one","a"');
	await bench.ask('#TCPATRUNAUTH=1,"two","b"');
	await bench.ask('#ATRUNGRANT=1,2,1');
	await bench.ask('#TCPATRUNAUTH=1,"two","c"');
	expect(await bench.ask('#ATRUNGRANT?')).toEqual(['#ATRUNGRANT: 1,2,1', 'OK']);
	expect(await bench.ask('#TCPATRUNAUTH?')).toEqual(['#TCPATRUNAUTH: "one","***"', '#TCPATRUNAUTH: "two","***"', 'OK']);
	await bench.ask('#TCPATRUNAUTH=0,"one"');
	expect(await bench.ask('#ATRUNGRANT?')).toEqual(['OK']);
});

describe('own commands', () => {
	test('are all in the catalogue', () => {
		for (const { name } of [
			...BOARD_COMMANDS,
			...SMS_COMMANDS,
			...TCP_COMMANDS,
			...SERIAL_COMMANDS,
			...MODULE_COMMANDS,
		])
			expect(findEntry(name)?.name).toBe(name);
	});

	test.each([
		['#SMSATRUN?', '#SMSATRUN: 0,1'],
		['#SMSATRUNCFG?', '#SMSATRUNCFG: 3,1,5'],
		['#TCPATRUNCFG?', '#TCPATRUNCFG: 1,2,1024,1024,"",1,5,0,0,2'],
		['#TCPATRUNL?', '#TCPATRUNL: 0,1'],
		['#TCPATCMDSEQ?', '#TCPATCMDSEQ: 0'],
		['#SMSATRUN=?', '#SMSATRUN: (0,1)'],
		['#SMSATRUNCFG=?', '#SMSATRUNCFG: (1-3),(0,1),(1-60)'],
		['#SMSATWL=?', '#SMSATWL: (0-2),(1-8),(0,1),'],
		['#TCPATRUNCFG=?', '#TCPATRUNCFG: (1-6),(1-3),(1-65535),(1-65535),,(0,1),(1-5),(0-2),(0-5),(1-3600)'],
		['#TCPATRUNL=?', '#TCPATRUNL: (0,1)'],
		['#TCPATRUNFRWL=?', '#TCPATRUNFRWL: (0-2),,'],
		['#TCPATRUNAUTH=?', '#TCPATRUNAUTH: (0-2),,'],
		['#TCPATCMDSEQ=?', '#TCPATCMDSEQ: (0,1)'],
		['#TCPATRUND?', '#TCPATRUND: 0,2'],
		['#TCPATRUND=?', '#TCPATRUND: (0,1)'],
		['#ATRUNTCP?', '#ATRUNTCP: 0,30,600,0,0,60'],
		['#ATRUNTCP=?', '#ATRUNTCP: (0,1),(5-300),(0-65535),(0,1),(0,1),(0-1440)'],
		['#ATRUNHOST=?', '#ATRUNHOST: (0,1),(1-4),,(1-65535)'],
		['#TCPATCONSER=?', '#TCPATCONSER: (0,1),(300,1200,2400,4800,9600,19200,38400,57600,115200)'],
		['#ATRUNCONS=?', '#ATRUNCONS: (0,1),(300,1200,2400,4800,9600,19200,38400,57600,115200)'],
	])('on a flashed board: %s answers %s', async (line, answer) => {
		expect(await new Bench().ask(line)).toEqual([answer, 'OK']);
	});

	test.each(['#SMSATWL?', '#ATRUNHOST?', '#TCPATRUNFRWL?', '#TCPATRUNAUTH?', '#TCPATRUNCLOSE=?'])(
		'on a flashed board: %s is just OK',
		async line => {
			expect(await new Bench().ask(line)).toEqual(['OK']);
		},
	);

	test.each([
		'#SMSATRUN',
		'#SMSATRUN=',
		'#SMSATRUN=2',
		'#SMSATRUN=-1',
		'#SMSATRUN=1,1',
		'#SMSATRUN="1"',
		'#SMSATRUN=1.0',
		'#SMSATRUNCFG',
		'#SMSATRUNCFG=0',
		'#SMSATRUNCFG=4',
		'#SMSATRUNCFG=,1',
		'#SMSATRUNCFG=1,2',
		'#SMSATRUNCFG=1,1,0',
		'#SMSATRUNCFG=1,1,61',
		'#SMSATRUNCFG=1,1,1,1',
		'#SMSATRUNCFG=9999999999999999',
		'#SMSATWL=0',
		'#SMSATWL=0,1',
		'#SMSATWL=0,1,0',
		'#SMSATWL=0,0,0,"+39*"',
		'#SMSATWL=0,9,0,"+39*"',
		'#SMSATWL=3,1',
		'#SMSATWL=0,1,0,"*"',
		'#SMSATWL=0,1,0,"+"',
		'#SMSATWL=0,1,0,""',
		'#SMSATWL=0,1,2,"+39*"',
		'#SMSATWL=0,1,,"+39*"',
		'#SMSATWL=0,1,1,"123456789012345"',
		'#SMSATWL=0,1,1,"12345678901234567"',
		'#SMSATWL=0,1,1',
		'#TCPATRUNCFG=1',
		'#TCPATRUNCFG=1,2,1024,1024',
		'#TCPATRUNCFG=7,2,1024,1024,""',
		'#TCPATRUNCFG=1,4,1024,1024,""',
		'#TCPATRUNCFG=1,2,0,1024,""',
		'#TCPATRUNCFG=1,2,65536,1024,""',
		'#TCPATRUNCFG=1,2,1024,0,""',
		'#TCPATRUNCFG=1,2,1024,1024,,1',
		'#TCPATRUNCFG=1,2,1024,1024,"a\\22b"',
		'#TCPATRUNCFG=1,2,1024,1024,"a;b"',
		'#TCPATRUNCFG=1,2,1024,1024,"a\\0Db"',
		'#TCPATRUNCFG=1,2,1024,1024,"",2',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,6',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,5,3',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,5,1,6',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,5,1,5,0',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,5,1,5,3601',
		'#TCPATRUNCFG=1,2,1024,1024,"",1,5,1,5,1,1',
		'#TCPATRUNL=2',
		'#TCPATRUNL',
		'#TCPATRUNFRWL=3',
		'#TCPATRUNFRWL=1',
		'#TCPATRUNFRWL=1,"1.2.3.4"',
		'#TCPATRUNFRWL=1,"1.2.3.256","255.0.0.0"',
		'#TCPATRUNFRWL=1,"1.2.3.4","mask"',
		'#TCPATRUNFRWL=0',
		'#TCPATRUNAUTH=1',
		'#TCPATRUNAUTH=1,"u"',
		'#TCPATRUNAUTH=1,"","p"',
		'#TCPATRUNAUTH=1,"u",""',
		'#TCPATRUNAUTH=0',
		'#TCPATRUNAUTH=1,"u\\22","p"',
		'#TCPATRUNAUTH=1,"u","p\\0D"',
		'#TCPATRUNAUTH=3,"u","p"',
		`#TCPATRUNAUTH=1,"${'u'.repeat(51)}","p"`,
		`#TCPATRUNAUTH=1,"u","${'p'.repeat(51)}"`,
		'#TCPATRUND',
		'#TCPATRUND=2',
		'#ATRUNTCP',
		'#ATRUNTCP=2',
		'#ATRUNTCP=0,4',
		'#ATRUNTCP=0,301',
		'#ATRUNTCP=0,30,65536',
		'#ATRUNTCP=0,30,600,2',
		'#ATRUNTCP=0,30,600,0,2',
		'#ATRUNTCP=0,30,600,0,0,1441',
		'#ATRUNTCP=0,30,600,0,0,60,1',
		'#ATRUNHOST=0,1',
		'#ATRUNHOST=0,0,"h",1',
		'#ATRUNHOST=0,5,"h",1',
		'#ATRUNHOST=0,1,"h"',
		'#ATRUNHOST=0,1,"",1',
		'#ATRUNHOST=0,1,"h",0',
		'#ATRUNHOST=0,1,"a;b",1',
		'#ATRUNHOST=0,1,"a\\22b",1',
		'#TCPATCONSER=2,9600',
		'#TCPATCONSER=1,9601',
		'#TCPATCONSER=1',
		'#ATRUNCONS=2,9600',
		'#ATRUNCONS=1,14400',
		'#TCPATCMDSEQ=2',
		'#TCPATCMDSEQ',
	])('refuse wrong parameters and store nothing: %s', async line => {
		const bench = new Bench();
		expect(await bench.ask(line)).toEqual(BAD);
		expect(bench.store.records).toEqual({});
	});

	test('have no read form where there is nothing to read', async () => {
		expect(await new Bench().ask('#TCPATRUNCLOSE?')).toEqual(['+CME ERROR: 4']);
		expect(await new Bench().ask('#TCPATRUNCLOSE=1')).toEqual(['+CME ERROR: 4']);
	});

	test.each([
		['#SMSATRUNCFG=1,0,60', '#SMSATRUNCFG?', '#SMSATRUNCFG: 1,0,60'],
		['#SMSATRUNCFG=2,,7', '#SMSATRUNCFG?', '#SMSATRUNCFG: 2,1,7'],
		['#SMSATRUNCFG=2', '#SMSATRUNCFG?', '#SMSATRUNCFG: 2,1,5'],
		['#SMSATRUNCFG=2,', '#SMSATRUNCFG?', '#SMSATRUNCFG: 2,1,5'],
		['#SMSATRUN=1', '#SMSATRUN?', '#SMSATRUN: 1,1'],
		['#TCPATRUNL=1', '#TCPATRUNL?', '#TCPATRUNL: 1,1'],
		['#TCPATCMDSEQ=1', '#TCPATCMDSEQ?', '#TCPATCMDSEQ: 1'],
		[
			'#TCPATRUNCFG=6,3,65535,1,"host.example",0,1,1,5,3600',
			'#TCPATRUNCFG?',
			'#TCPATRUNCFG: 6,3,65535,1,"host.example",0,1,1,5,3600',
		],
		['#TCPATRUNCFG=1,2,80,81,1.2.3.4', '#TCPATRUNCFG?', '#TCPATRUNCFG: 1,2,80,81,"1.2.3.4",1,5,0,0,2'],
		['#TCPATRUNCFG=1,2,80,81,"",,,1,,9', '#TCPATRUNCFG?', '#TCPATRUNCFG: 1,2,80,81,"",1,5,1,0,9'],
		['#ATRUNTCP=1,5,0,,1,0', '#ATRUNTCP?', '#ATRUNTCP: 1,5,0,0,1,0'],
		['#ATRUNTCP=0,,60', '#ATRUNTCP?', '#ATRUNTCP: 0,30,60,0,0,60'],
		['#ATRUNHOST=0,4,"host.example",65535', '#ATRUNHOST?', '#ATRUNHOST: 4,"host.example",65535'],
		['#SMSATWL=0,2,0,"+39*"', '#SMSATWL?', '#SMSATWL: 0,"+39*"'],
		['#SMSATWL=0,2,0,393297308677', '#SMSATWL?', '#SMSATWL: 0,"393297308677"'],
		['#SMSATWL=0,2,1,"1234567890123456"', '#SMSATWL?', '#SMSATWL: 1,"***"'],
		['#TCPATRUNFRWL=1,"127.0.0.0","255.0.0.0"', '#TCPATRUNFRWL?', '#TCPATRUNFRWL: "127.0.0.0","255.0.0.0"'],
		['#TCPATRUNAUTH=1,"testuser","testpassw"', '#TCPATRUNAUTH?', '#TCPATRUNAUTH: "testuser","***"'],
	])('keep what %s set over a restart', async (set, read, answer) => {
		const bench = new Bench();
		expect(await bench.ask(set)).toEqual(['OK']);
		expect(await bench.ask(read)).toEqual([answer, 'OK']);
		bench.restart();
		expect(await bench.ask(read)).toEqual([answer, 'OK']);
	});

	test('keep the value of a parameter that is left out, in the middle and at the end', async () => {
		const bench = new Bench();
		await bench.ask('#TCPATRUNCFG=6,3,65535,1,"h",0,1,1,5,3600');
		await bench.ask('#TCPATRUNCFG=1,2,80,81,"i",,3,,4');
		expect(await bench.ask('#TCPATRUNCFG?')).toEqual(['#TCPATRUNCFG: 1,2,80,81,"i",0,3,1,4,3600', 'OK']);
		await bench.ask('#SMSATRUNCFG=1,0,60');
		await bench.ask('#SMSATRUNCFG=2');
		expect(await bench.ask('#SMSATRUNCFG?')).toEqual(['#SMSATRUNCFG: 2,0,60', 'OK']);
	});

	test.each([
		['#SMSATRUN=1', '#SMSATRUNCFG=1'],
		['#TCPATRUNL=1', '#TCPATRUNCFG=1,2,1024,1024,""'],
		['#SMSATRUNCFG=2;#SMSATRUN=1', '#TCPATRUNL=1'],
		['#SMSATRUNCFG=2;#TCPATRUNL=1', '#SMSATRUN=1'],
	])('with %s in force refuse %s, and take it when the service is off', async (before, line) => {
		const bench = new Bench();
		expect(await bench.ask(before)).toEqual(['OK']);
		expect(await bench.ask(line)).toEqual(REFUSED);
		expect(await bench.ask(`#SMSATRUN=0;#TCPATRUNL=0;${line}`)).toEqual(['OK']);
	});

	test.each([
		['#TCPATRUNL=1', '#TCPATRUND=1', '#TCPATRUNL=0'],
		['#TCPATRUND=1', '#TCPATRUNL=1', '#TCPATRUND=0'],
		['#TCPATRUND=1', '#TCPATRUNCFG=1,2,80,81,"h"', '#TCPATRUND=0'],
		['#TCPATRUND=1', '#ATRUNTCP=1', '#TCPATRUND=0'],
		['#TCPATRUND=1', '#SMSATRUNCFG=2;#SMSATRUN=1', '#TCPATRUND=0'],
		['#SMSATRUNCFG=2;#SMSATRUN=1', '#TCPATRUND=1', '#SMSATRUN=0'],
	])('with a host, after %s refuse %s until %s', async (before, line, off) => {
		const bench = new Bench();
		await bench.ask('#TCPATRUNCFG=1,2,1024,12345,"212.141.125.127"');
		expect(await bench.ask(before)).toEqual(['OK']);
		expect(await bench.ask(line)).toEqual(REFUSED);
		expect(await bench.ask(off)).toEqual(['OK']);
		expect(await bench.ask(line)).toEqual(['OK']);
	});

	test('dial only where there is a host, of #TCPATRUNCFG or, except in strict mode, of #ATRUNHOST', async () => {
		const bench = new Bench();
		expect(await bench.ask('#TCPATRUND=1')).toEqual(REFUSED);
		await bench.ask('#ATRUNHOST=0,2,"h",1');
		expect(await bench.ask('#ATRUNMODE=1;#TCPATRUND=1')).toEqual(REFUSED);
		expect(await bench.ask('#ATRUNMODE=0;#TCPATRUND=1')).toEqual(['OK']);
	});

	test('keep further hosts by their index, replace and delete them', async () => {
		const bench = new Bench();
		for (const index of [3, 1, 4, 2]) await bench.ask(`#ATRUNHOST=0,${index},"h${index}",${index}`);
		await bench.ask('#ATRUNHOST=0,3,"other",33');
		expect(await bench.ask('#ATRUNHOST=1,2')).toEqual(['OK']);
		expect(await bench.ask('#ATRUNHOST=1,2')).toEqual(NO_ENTRY);
		const lines = ['#ATRUNHOST: 1,"h1",1', '#ATRUNHOST: 3,"other",33', '#ATRUNHOST: 4,"h4",4'];
		expect(await bench.ask('#ATRUNHOST?')).toEqual([...lines, 'OK']);
	});

	test.each(['#TCPATRUNCFG=1,2,80,81,"",1,5,2', '#ATRUNTCP=0,30,600,1'])(
		'refuse %s as long as there is no key: nobody could prove anything',
		async line => {
			const bench = new Bench();
			expect(await bench.ask(line)).toEqual(REFUSED);
			await bench.ask(`#ATRUNKEY=0,1,"${'ab'.repeat(32)}"`);
			expect(await bench.ask(line)).toEqual(['OK']);
		},
	);

	test('know no authMode 2 in strict mode', async () => {
		const bench = new Bench();
		await bench.ask(`#ATRUNKEY=0,1,"${'ab'.repeat(32)}"`);
		expect(await bench.ask('#ATRUNMODE=1;#TCPATRUNCFG=1,2,80,81,"",1,5,2')).toEqual(BAD);
	});

	test('refuse a key that is there under another id', async () => {
		const bench = new Bench();
		await bench.ask(`#ATRUNKEY=0,1,"${'ab'.repeat(32)}"`);
		expect(await bench.ask(`#ATRUNKEY=0,2,"${'AB'.repeat(32)}"`)).toEqual(REFUSED);
		expect(await bench.ask(`#ATRUNKEY=0,1,"${'ab'.repeat(32)}"`)).toEqual(['OK']);
	});

	test('join a serial port only with a TCP session', async () => {
		expect(await new Bench().ask('#TCPATCONSER=1,9600')).toEqual(REFUSED);
	});

	test('keep the rates of the serial ports over a restart, and set them', async () => {
		const bench = new Bench();
		expect(await bench.ask('#ATRUNCONS?')).toEqual(['#ATRUNCONS: 0,115200', '#ATRUNCONS: 1,9600', 'OK']);
		expect(await bench.ask('#ATRUNCONS=1,300')).toEqual(['OK']);
		await bench.clock.advance(1000);
		expect(bench.auxiliary.dce.baud).toBe(300);
		bench.restart();
		expect(await bench.ask('#ATRUNCONS?')).toEqual(['#ATRUNCONS: 0,115200', '#ATRUNCONS: 1,300', 'OK']);
	});

	test('end the pauses of addresses that failed to log in', async () => {
		const bench = new Bench();
		for (let count = 0; count < 5; count++) bench.lockout.failed('10.0.0.1', 0);
		expect(bench.lockout.wait('10.0.0.1', 0)).toBeGreaterThan(0);
		expect(await bench.ask('#ATRUNRESET=3')).toEqual(['OK']);
		expect(bench.lockout.wait('10.0.0.1', 0)).toBe(0);
	});

	test('let both services run on different instances', async () => {
		expect(await new Bench().ask('#SMSATRUN=1;#TCPATRUNL=1;#SMSATRUN=1')).toEqual(['OK']);
	});

	test('tell the service what changed, the firewall too', async () => {
		const bench = new Bench();
		await bench.ask('#SMSATRUN=1;#TCPATRUNL=1;#TCPATRUNFRWL=1,"1.2.3.4","255.0.0.0"');
		expect(bench.applied).toBe(3);
	});

	test('close a session only where there is one', async () => {
		const bench = new Bench();
		expect(await bench.ask('#TCPATRUNCLOSE')).toEqual(REFUSED);
		bench.session = true;
		expect(await bench.ask('#TCPATRUNCLOSE')).toEqual(['OK']);
	});

	test('answer a memory error where the store refuses, and the old settings stay', async () => {
		for (const line of ['#SMSATRUN=1', '#SMSATRUNCFG=1', '#SMSATWL=0,1,0,"+39*"', '#TCPATRUNL=1', '#TCPATCMDSEQ=1']) {
			const bench = new Bench();
			bench.store.tear = 3;
			expect(await bench.ask(line)).toEqual(['+CME ERROR: 23']);
			expect(bench.applied).toBe(0);
		}
	});
});

describe('the white list', () => {
	test('takes eight entries in any order, prints one or all, replaces and deletes', async () => {
		const bench = new Bench();
		for (const index of [8, 3, 1, 2, 5, 4, 7, 6])
			expect(await bench.ask(`#SMSATWL=0,${index},0,"+${index}*"`)).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL?')).toEqual([...'12345678'].map(digit => `#SMSATWL: 0,"+${digit}*"`).concat('OK'));
		expect(await bench.ask('#SMSATWL=2,3')).toEqual(['#SMSATWL: 0,"+3*"', 'OK']);
		expect(await bench.ask('#SMSATWL=0,3,0,"555"')).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL=2,3')).toEqual(['#SMSATWL: 0,"555"', 'OK']);
		expect(await bench.ask('#SMSATWL=1,3')).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL=2,3')).toEqual(NO_ENTRY);
		expect(await bench.ask('#SMSATWL=1,3')).toEqual(NO_ENTRY);
	});

	test('has two passwords at most, one of which can be replaced, and shows none', async () => {
		const bench = new Bench();
		expect(await bench.ask('#SMSATWL=0,1,1,"1234567890123456"')).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL=0,2,1,"abcdefghijklmnop"')).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL=0,3,1,"ABCDEFGHIJKLMNOP"')).toEqual(FULL);
		expect(await bench.ask('#SMSATWL=0,2,1,"ABCDEFGHIJKLMNOP"')).toEqual(['OK']);
		expect(await bench.ask('#SMSATWL=2,2')).toEqual(['#SMSATWL: 1,"***"', 'OK']);
		const [verifier] = bench.board.settings.current.whiteList;
		expect(verifier?.text).toHaveLength(24);
	});
});

describe('the firewall', () => {
	test('has five rules; one that admits the same takes the place of the old one', async () => {
		const bench = new Bench();
		for (let net = 1; net <= 5; net++)
			expect(await bench.ask(`#TCPATRUNFRWL=1,"${net}.0.0.0","255.0.0.0"`)).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNFRWL=1,"6.0.0.0","255.0.0.0"')).toEqual(FULL);
		expect(await bench.ask('#TCPATRUNFRWL=1,"1.2.3.4","255.0.0.0"')).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNFRWL=0,"9.0.0.0","255.0.0.0"')).toEqual(NO_ENTRY);
		expect(await bench.ask('#TCPATRUNFRWL=0,"2.0.0.0","255.0.0.0"')).toEqual(['OK']);
		expect((await bench.ask('#TCPATRUNFRWL?')).length).toBe(5);
		expect(await bench.ask('#TCPATRUNFRWL=2')).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNFRWL?')).toEqual(['OK']);
	});
});

describe('the users', () => {
	test('are three at most, can be replaced and removed', async () => {
		const bench = new Bench();
		for (const name of ['a', 'b', 'c']) expect(await bench.ask(`#TCPATRUNAUTH=1,"${name}","pw"`)).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNAUTH=1,"d","pw"')).toEqual(FULL);
		expect(await bench.ask('#TCPATRUNAUTH=1,"b","other"')).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNAUTH=0,"a"')).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNAUTH=0,"a","pw"')).toEqual(NO_ENTRY);
		expect(await bench.ask('#TCPATRUNAUTH?')).toEqual(['#TCPATRUNAUTH: "b","***"', '#TCPATRUNAUTH: "c","***"', 'OK']);
		expect(await bench.ask('#TCPATRUNAUTH=2')).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNAUTH?')).toEqual(['OK']);
	});

	test('may have names and passwords of 50 characters, of digits too', async () => {
		const bench = new Bench();
		expect(await bench.ask(`#TCPATRUNAUTH=1,"${'u'.repeat(50)}","${'p'.repeat(50)}"`)).toEqual(['OK']);
		expect(await bench.ask('#TCPATRUNAUTH=1,1234,5678')).toEqual(['OK']);
		expect((await bench.ask('#TCPATRUNAUTH?'))[1]).toBe('#TCPATRUNAUTH: "1234","***"');
	});
});

describe('a chain of own commands', () => {
	test('is answered as one line with one result', async () => {
		expect(await new Bench().ask('#SMSATRUN?;#TCPATCMDSEQ=1;#TCPATCMDSEQ?')).toEqual([
			'#SMSATRUN: 0,1',
			'#TCPATCMDSEQ: 1',
			'OK',
		]);
	});

	test('stops at the first error', async () => {
		const bench = new Bench();
		expect(await bench.ask('#TCPATCMDSEQ=1;#TCPATCMDSEQ=2;#TCPATCMDSEQ=0')).toEqual(BAD);
		expect(await bench.ask('#TCPATCMDSEQ?')).toEqual(['#TCPATCMDSEQ: 1', 'OK']);
	});

	test('ends where a command needs a module that is not there', async () => {
		expect(await new Bench().ask('#TCPATCMDSEQ?;+CGMR;#TCPATCMDSEQ=1')).toEqual(['#TCPATCMDSEQ: 0', 'closed']);
	});
});

describe("the board's own settings", () => {
	test.each([
		['#ATRUNMODE?', '#ATRUNMODE: 0'],
		['#ATRUNMODE=?', '#ATRUNMODE: (0,1)'],
		['#ATRUNSMS?', '#ATRUNSMS: 1,1440,30,200,1'],
		['#ATRUNSMS=?', '#ATRUNSMS: (0,1),(0-10080),(1-100),(1-1000),(0,1)'],
		['#ATRUNDELAY=?', '#ATRUNDELAY: (0,1),(0-30)'],
		['#ATRUNKEY=?', '#ATRUNKEY: (0,1),(1-4),'],
		['#ATRUNGRANT=?', '#ATRUNGRANT: (0-2),(1-8),(0-127)'],
		['#ATRUNLOG=?', '#ATRUNLOG: (1-64),'],
	])('%s answers %s on a flashed board', async (line, answer) => {
		expect(await new Bench().ask(line)).toEqual([answer, 'OK']);
	});

	test.each(['#ATRUNKEY?', '#ATRUNGRANT?', '#ATRUNLOG', '#ATRUNLOG=64', '#ATRUNRESET=0', '#ATRUNRESET=1'])(
		'%s is just OK on a flashed board',
		async line => {
			expect(await new Bench().ask(line)).toEqual(['OK']);
		},
	);

	test.each([
		['#ATRUNMODE=1', '#ATRUNMODE?', ['#ATRUNMODE: 1']],
		['#ATRUNSMS=0,0,1,1,0', '#ATRUNSMS?', ['#ATRUNSMS: 0,0,1,1,0']],
		['#ATRUNSMS=1,10080,100,1000,1', '#ATRUNSMS?', ['#ATRUNSMS: 1,10080,100,1000,1']],
		['#ATRUNSMS=0,,5', '#ATRUNSMS?', ['#ATRUNSMS: 0,1440,5,200,1']],
		['#ATRUNDELAY=0,30', '#ATRUNDELAY?', ['#ATRUNDELAY: 0,30', '#ATRUNDELAY: 1,0']],
		['#ATRUNDELAY=1,7', '#ATRUNDELAY?', ['#ATRUNDELAY: 0,0', '#ATRUNDELAY: 1,7']],
		[`#ATRUNKEY=0,4,"${'aB'.repeat(32)}"`, '#ATRUNKEY?', ['#ATRUNKEY: 4']],
		['#ATRUNGRANT=1,3,127', '#ATRUNGRANT?', ['#ATRUNGRANT: 1,3,127']],
	])('%s holds over a restart', async (line, read, answer) => {
		const bench = new Bench();
		expect(await bench.ask(line)).toEqual(['OK']);
		bench.restart();
		expect(await bench.ask(read)).toEqual([...answer, 'OK']);
	});

	test.each([
		'#ATRUNMODE',
		'#ATRUNMODE=2',
		'#ATRUNSMS=2',
		'#ATRUNSMS=1,10081',
		'#ATRUNSMS=1,0,0',
		'#ATRUNSMS=1,0,101',
		'#ATRUNSMS=1,0,1,0',
		'#ATRUNSMS=1,0,1,1001',
		'#ATRUNSMS=1,0,1,1,2',
		'#ATRUNSMS=1,0,1,1,1,1',
		'#ATRUNDELAY=2,1',
		'#ATRUNDELAY=0',
		'#ATRUNDELAY=0,31',
		'#ATRUNKEY=0,1',
		'#ATRUNKEY=0,0,"00"',
		'#ATRUNKEY=0,5,"00"',
		`#ATRUNKEY=0,1,"${'0'.repeat(63)}"`,
		`#ATRUNKEY=0,1,"${'0'.repeat(65)}"`,
		`#ATRUNKEY=0,1,"${'g'.repeat(64)}"`,
		'#ATRUNGRANT=3,1,1',
		'#ATRUNGRANT=0,9,1',
		'#ATRUNGRANT=1,4,1',
		'#ATRUNGRANT=2,5,1',
		'#ATRUNGRANT=0,1,128',
		'#ATRUNGRANT=0,1',
		'#ATRUNLOG=0',
		'#ATRUNLOG=65',
		'#ATRUNRESET',
		'#ATRUNRESET=5',
	])('%s is out of range', async line => {
		expect(await new Bench().ask(line)).toEqual(BAD);
	});

	test('a key that is not there cannot be deleted, and none is ever told', async () => {
		const bench = new Bench();
		expect(await bench.ask('#ATRUNKEY=1,2')).toEqual(NO_ENTRY);
		await bench.ask(`#ATRUNKEY=0,2,"${'ab'.repeat(32)}"`);
		expect((await bench.ask('#ATRUNKEY?')).join()).not.toContain('abab');
		expect(await bench.ask('#ATRUNKEY=1,2')).toEqual(['OK']);
	});

	test.each([
		['#SMSATWL=0,2,0,"+39*"', '#SMSATWL=1,2', '#ATRUNGRANT=0,2,127'],
		['#SMSATWL=0,2,0,"+39*"', '#SMSATWL=0,2,0,"+49*"', '#ATRUNGRANT=0,2,127'],
		['#SMSATWL=0,2,0,"+39*"', '#SMSATWL=0,2,1,"1234567890123456"', '#ATRUNGRANT=0,2,127'],
		[`#ATRUNKEY=0,3,"${'ab'.repeat(32)}"`, '#ATRUNKEY=1,3', '#ATRUNGRANT=2,3,127'],
		[`#ATRUNKEY=0,3,"${'ab'.repeat(32)}"`, `#ATRUNKEY=0,3,"${'cd'.repeat(32)}"`, '#ATRUNGRANT=2,3,127'],
	])('after %s and %s nobody inherits %s', async (add, change, grant) => {
		const bench = new Bench();
		await bench.ask(add);
		await bench.ask(grant);
		await bench.ask('#ATRUNGRANT=0,1,1');
		await bench.ask(change);
		expect(await bench.ask('#ATRUNGRANT?')).toEqual(['#ATRUNGRANT: 0,1,1', 'OK']);
	});

	test('what the store refuses is an error and changes nothing', async () => {
		const bench = new Bench();
		bench.store.tear = 3;
		for (const line of ['#ATRUNMODE=1', '#ATRUNSMS=0', '#ATRUNDELAY=1,9', '#ATRUNGRANT=0,1,1', '#SMSATWL=0,1,0,"+3*"'])
			expect(await bench.ask(line)).toEqual(['+CME ERROR: 23']);
		expect(await bench.ask('#ATRUNMODE?;#ATRUNGRANT?;#SMSATWL?')).toEqual(['#ATRUNMODE: 0', 'OK']);
	});

	test('counters and journal are told and reset', async () => {
		const bench = new Bench();
		const entry = { time: 1, channel: 'sms', identity: 'x', command: 'AT', verdict: 'run', ms: 5, rung: '' };
		bench.board.counters.add('SMS_REFUSED', 4);
		for (const result of ['done', 'error']) bench.board.journal.record({ ...entry, result });
		expect(await bench.ask('#ATRUNLOG')).toEqual([
			'#ATRUNLOG: 1,"sms","x","AT","run","error",5,""',
			'#ATRUNLOG: 1,"sms","x","AT","run","done",5,""',
			'OK',
		]);
		expect((await bench.ask('#ATRUNLOG=5,"done"')).length).toBe(2);
		expect(await bench.ask('#ATRUNSTAT')).toEqual(
			expect.arrayContaining([
				'#ATRUNSTAT: UPTIME,61',
				'#ATRUNSTAT: SMS_HOUR,2',
				'#ATRUNSTAT: SMS_REFUSED,4',
				'#ATRUNSTAT: LOOP_DELAY,12',
				'#ATRUNSTAT: CRASHES,0',
				'#ATRUNSTAT: START_POWER_ON,1',
				'#ATRUNSTAT: START_BROWN_OUT,0',
			]),
		);
		expect(await bench.ask('#ATRUNRESET=0;#ATRUNRESET=1')).toEqual(['OK']);
		expect(await bench.ask('#ATRUNSTAT')).toContain('#ATRUNSTAT: SMS_REFUSED,0');
		expect(await bench.ask('#ATRUNLOG')).toEqual(['OK']);
	});
});

describe('what concerns the module', () => {
	test('is guarded as the design has it until somebody says otherwise', async () => {
		const bench = new Bench();
		const lines = ['0,1,10', '1,1,10', '2,2,10', '3,1,10', '4,1,10'].map(rule => `#ATRUNGUARD: ${rule}`);
		expect(await bench.ask('#ATRUNGUARD?')).toEqual([...lines, 'OK']);
		expect(await bench.ask('#ATRUNGUARD=2,1;#ATRUNGUARD=1,1,60;#ATRUNGUARD=1,2')).toEqual(['OK']);
		bench.restart();
		lines[1] = '#ATRUNGUARD: 1,2,60';
		lines[2] = '#ATRUNGUARD: 2,1,10';
		expect(await bench.ask('#ATRUNGUARD?')).toEqual([...lines, 'OK']);
	});

	test.each([
		'#ATRUNGUARD=5,1',
		'#ATRUNGUARD=0,3',
		'#ATRUNGUARD=0',
		'#ATRUNGUARD=0,1,0',
		'#ATRUNGUARD=0,1,61',
		'#ATRUNMODULE="HE9"',
		'#ATRUNMODULE=',
		'#ATRUNPIN="123"',
		'#ATRUNPIN="123456789"',
		'#ATRUNPIN="12a4"',
		'#ATRUNAPN=0,"a"',
		'#ATRUNAPN=6,"a"',
		'#ATRUNAPN=1,"a\\22b"',
		'#ATRUNAPN=1,"a","u","p\\0D"',
	])('refuses %s and stores nothing', async line => {
		const bench = new Bench();
		expect(await bench.ask(line)).toEqual(BAD);
		expect(bench.store.records).toEqual({});
	});

	test('names a family, or leaves it to the model', async () => {
		const bench = new Bench();
		expect(await bench.ask('#ATRUNMODULE?')).toEqual(['#ATRUNMODULE: "auto","GE865","GE865-QUAD"', 'OK']);
		expect(await bench.ask('#ATRUNMODULE="he910";#ATRUNMODULE?')).toEqual([
			'#ATRUNMODULE: "HE910","GE865","set"',
			'OK',
		]);
		expect(await bench.ask('#ATRUNMODULE="auto";#ATRUNMODULE?')).toEqual([
			'#ATRUNMODULE: "auto","GE865","GE865-QUAD"',
			'OK',
		]);
	});

	test('keeps a PIN that nobody can read, as not yet tried', async () => {
		const bench = new Bench();
		expect(await bench.ask('#ATRUNPIN="1234"')).toEqual(['OK']);
		expect(bench.unlocks).toBe(1);
		expect(bench.board.settings.current.pin).toEqual({ code: '1234', tried: false });
		expect(await bench.ask('#ATRUNPIN?')).toEqual(['+CME ERROR: 4']);
		expect(await bench.ask('#ATRUNPIN=""')).toEqual(['OK']);
		expect(bench.board.settings.current.pin.code).toBe('');
	});

	test('keeps access points, and reads no password back', async () => {
		const bench = new Bench();
		await bench.ask('#ATRUNAPN=3,"c","user","secret"');
		await bench.ask('#ATRUNAPN=1,"internet"');
		bench.restart();
		expect(await bench.ask('#ATRUNAPN?')).toEqual(['#ATRUNAPN: 1,"internet"', '#ATRUNAPN: 3,"c","user","***"', 'OK']);
		await bench.ask('#ATRUNAPN=3,""');
		expect(await bench.ask('#ATRUNAPN?')).toEqual(['#ATRUNAPN: 1,"internet"', 'OK']);
	});

	test('is told in a few lines', async () => {
		expect(await new Bench().ask('#ATRUNINFO')).toEqual([
			'#ATRUNINFO: FIRMWARE,"1.2.3"',
			'#ATRUNINFO: TARGET,"gateway"',
			'#ATRUNINFO: MODULE,"GE865-QUAD","10.00.152","GE865"',
			'#ATRUNINFO: IMEI,"357462031234567"',
			'#ATRUNINFO: UPTIME,61',
			`#ATRUNINFO: RESTART,"power-on","a 'word'",0`,
			'#ATRUNINFO: NETWORK,1,20,1',
			'#ATRUNINFO: SUPPLY,3800',
			'OK',
		]);
	});
});
