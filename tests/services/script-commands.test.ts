import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { findEntry } from '../../src/at/catalogue.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { Counters } from '../../src/journal/counters.js';
import { Journal } from '../../src/journal/journal.js';
import type { Board } from '../../src/services/board.js';
import { Interpreter } from '../../src/services/interpreter.js';
import type { CallerData, DataRequest } from '../../src/services/own-command.js';
import { SCRIPT_COMMANDS } from '../../src/services/script-commands.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { FileBox } from '../../src/update/file-box.js';
import { TestStore } from '../support/memory-store.js';

const BINARY = Uint8Array.from({ length: 1500 }, (_, at) => (at + 200) & 0xff);

/** The commands on a board whose module has no Python, and a caller who gives and takes octets. */
class Bench {
	readonly store = new TestStore();
	files = this.#box();
	python = false;
	strict = false;
	/** What the caller gives at a prompt, in pieces; then it falls silent where it owes more. */
	gives: readonly Uint8Array[] = [];
	asked: DataRequest[] = [];
	/** False: the caller has only lines, as in an SMS. */
	hasData = true;
	/** A piece of the answer is on its way: who waits for each never has two. */
	printing = false;

	restart(): void {
		this.files = this.#box();
	}

	/** Everything that the line prints. */
	async ask(line: string): Promise<string> {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		let screen = '';
		const data: CallerData = {
			ask: async request => {
				this.asked.push(request);
				screen += request.prompt;
				let came = 0;
				for (const bytes of this.gives) {
					came += bytes.length;
					if (!request.take(bytes)) return false;
				}
				return came === request.size;
			},
			print: async bytes => {
				expect(this.printing).toBe(false);
				this.printing = true;
				await Promise.resolve();
				screen += textOf(bytes);
				this.printing = false;
			},
		};
		const outcome = await new Interpreter(() => this.#board(), SCRIPT_COMMANDS).run(parsed.value, {
			caller: { channel: 'tcp', identity: { kind: 'tcp-user', name: 'testuser' } },
			instance: undefined,
			user: 'service',
			cmee: 1,
			onLine: (_text, raw) => {
				screen += raw;
			},
			...(this.hasData && { data }),
		});
		return screen + (outcome.kind === 'final' ? outcome.raw : outcome.kind);
	}

	/** Uploads in one piece. */
	async upload(name: string, content: Uint8Array, more = ''): Promise<string> {
		this.gives = [content];
		return this.ask(`#WSCRIPT="${name}",${content.length}${more}`);
	}

	#box(): FileBox {
		return new FileBox(this.store, new TwoCopies(this.store, 'files'), 4000);
	}

	/** What the commands for scripts need of a board. */
	#board(): Board {
		const settings = new SettingsKeeper(this.store);
		if (this.strict) settings.change({ strict: true });
		const { files, python } = this;
		const journal = new Journal(this.store, new VirtualClock());
		const board: Partial<Board> = { settings, journal, counters: new Counters(), files, modulePython: () => python };
		return board as Board;
	}
}

const OK = '\r\nOK\r\n';
const BAD = '\r\n+CME ERROR: 50\r\n';
const FULL = '\r\n+CME ERROR: 20\r\n';
const MISSING = '\r\n+CME ERROR: 22\r\n';
const BROKEN = '\r\n+CME ERROR: 23\r\n';

describe('the commands for scripts', () => {
	test('are all in the catalogue, with the access they have there', () => {
		for (const { name, access } of SCRIPT_COMMANDS) expect(findEntry(name)).toMatchObject({ name, access });
	});

	test('upload, list, choose and tell a script as a module with Python does', async () => {
		const bench = new Bench();
		expect(await bench.upload('first.py', bytesOf('print 1\r\n'))).toBe(`\r\n>>> ${OK}`);
		expect(await bench.upload('second.py', bytesOf('print 2'))).toBe(`\r\n>>> ${OK}`);
		expect(await bench.ask('#LSCRIPT')).toBe(
			'\r\n#LSCRIPT: "first.py",9,08BDD74F\r\n#LSCRIPT: "second.py",7,769E833D\r\n#LSCRIPT: free bytes: 3984\r\n\r\nOK\r\n',
		);
		expect(await bench.ask('#ESCRIPT="second.py"')).toBe(OK);
		expect(await bench.ask('#ESCRIPT?')).toBe(`\r\n#ESCRIPT: "second.py"\r\n${OK}`);
		expect(await bench.ask('#RSCRIPT="first.py"')).toBe(`\r\n<<<print 1\r\n${OK}`);
		expect(await bench.ask('#DSCRIPT="first.py"')).toBe(OK);
		expect(await bench.ask('#LSCRIPT')).toBe(
			'\r\n#LSCRIPT: "second.py",7,769E833D\r\n#LSCRIPT: free bytes: 3993\r\n\r\nOK\r\n',
		);
	});

	test('list no checksum in strict mode', async () => {
		const bench = new Bench();
		await bench.upload('a', bytesOf('abc'));
		bench.strict = true;
		expect(await bench.ask('#LSCRIPT')).toBe('\r\n#LSCRIPT: "a",3\r\n#LSCRIPT: free bytes: 3997\r\n\r\nOK\r\n');
	});

	test('carry octets of any value, in pieces of any size, over a restart', async () => {
		for (const size of [1, 7, 1024, 1500]) {
			const bench = new Bench();
			bench.gives = Array.from({ length: Math.ceil(BINARY.length / size) }, (_, at) =>
				BINARY.subarray(at * size, (at + 1) * size),
			);
			expect(await bench.ask('#WSCRIPT="a.bin",1500')).toBe(`\r\n>>> ${OK}`);
			bench.restart();
			expect(await bench.ask('#RSCRIPT="a.bin"')).toBe(`\r\n<<<${textOf(BINARY)}${OK}`);
		}
	});

	test('ask for exactly the octets that were announced', async () => {
		const bench = new Bench();
		await bench.upload('a', BINARY);
		expect(bench.asked).toMatchObject([{ prompt: '\r\n>>> ', size: 1500 }]);
	});

	test('answer ERROR when the octets do not come, keep what was there, and can be used again', async () => {
		const bench = new Bench();
		await bench.upload('a', bytesOf('old'));
		for (const length of [0, 1, 1499]) {
			bench.gives = [BINARY.subarray(0, length)];
			expect(await bench.ask('#WSCRIPT="a",1500')).toBe('\r\n>>> \r\nERROR\r\n');
			expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<old${OK}`);
		}
		expect(await bench.upload('a', bytesOf('new'))).toBe(`\r\n>>> ${OK}`);
	});

	test('give up when the store fails, and keep what was there', async () => {
		const bench = new Bench();
		await bench.upload('a', bytesOf('old'));
		bench.store.tear = 10;
		expect(await bench.upload('a', BINARY)).toBe(`\r\n>>> ${BROKEN}`);
		expect(await bench.upload('a', bytesOf('short'))).toBe(`\r\n>>> ${BROKEN}`);
		bench.store.tear = undefined;
		bench.restart();
		expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<old${OK}`);
	});

	test('let a file go whose caller fails in the middle', async () => {
		const bench = new Bench();
		const broken = {
			get length(): number {
				throw new Error('out of order');
			},
		} as unknown as Uint8Array;
		bench.gives = [broken];
		expect(await bench.ask('#WSCRIPT="a",3')).toBe('\r\n>>> \r\n+CME ERROR: 0\r\n');
		expect(await bench.upload('a', bytesOf('new'))).toBe(`\r\n>>> ${OK}`);
	});

	test.each([
		['#WSCRIPT="a",4001', FULL],
		['#WSCRIPT="a"', BAD],
		['#WSCRIPT="a",0', BAD],
		['#WSCRIPT="a",-1', BAD],
		['#WSCRIPT="a",1000000', BAD],
		['#WSCRIPT="a",1,2', BAD],
		['#WSCRIPT="a",1,0,0', BAD],
		['#WSCRIPT="",1', BAD],
		['#WSCRIPT="12345678901234567",1', BAD],
		['#WSCRIPT="a,b",1', BAD],
		['#WSCRIPT', BAD],
		['#ESCRIPT="nobody"', MISSING],
		['#RSCRIPT="nobody"', MISSING],
		['#DSCRIPT="nobody"', MISSING],
		['#LSCRIPT=1', '\r\n+CME ERROR: 4\r\n'],
	])('refuse %s without a prompt', async (line, answer) => {
		const bench = new Bench();
		expect(await bench.ask(line)).toBe(answer);
		expect(bench.asked).toEqual([]);
	});

	test('refuse a second file while one comes, and one beyond the sixteenth', async () => {
		const bench = new Bench();
		const begun = bench.files.begin('a', 10);
		expect(await bench.upload('b', bytesOf('x'))).toBe('\r\n+CME ERROR: 3\r\n');
		if (begun.ok) begun.value.abandon();
		for (let number = 1; number <= 16; number++) await bench.upload(`f${number}`, bytesOf('x'));
		expect(await bench.upload('f17', bytesOf('x'))).toBe(FULL);
	});

	test('take names without quotes, too', async () => {
		const bench = new Bench();
		bench.gives = [bytesOf('abc')];
		expect(await bench.ask('#WSCRIPT=first.py,3')).toBe(`\r\n>>> ${OK}`);
		bench.gives = [bytesOf('abc')];
		expect(await bench.ask('#WSCRIPT=865,3')).toBe(`\r\n>>> ${OK}`);
		expect(bench.files.list()).toMatchObject([{ name: 'first.py' }, { name: '865' }]);
	});

	test('choose no script with an empty name', async () => {
		const bench = new Bench();
		expect(await bench.ask('#ESCRIPT?')).toBe(`\r\n#ESCRIPT: ""\r\n${OK}`);
		await bench.upload('a', bytesOf('abc'));
		await bench.ask('#ESCRIPT="a"');
		expect(await bench.ask('#ESCRIPT=""')).toBe(OK);
		expect(await bench.ask('#ESCRIPT?')).toBe(`\r\n#ESCRIPT: ""\r\n${OK}`);
	});

	test('tell a hidden script as an empty one', async () => {
		const bench = new Bench();
		expect(await bench.upload('a', bytesOf('secret'), ',1')).toBe(`\r\n>>> ${OK}`);
		expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<${OK}`);
		expect(await bench.upload('a', bytesOf('public'), ',0')).toBe(`\r\n>>> ${OK}`);
		expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<public${OK}`);
	});

	test('tell that a script was damaged', async () => {
		const bench = new Bench();
		await bench.upload('a', bytesOf('abc'));
		bench.store.records.file_0_0![1]! ^= 1;
		expect((await bench.ask('#RSCRIPT="a"')).endsWith(BROKEN)).toBe(true);
	});

	test('by a way that has only lines: take no script, and tell one as a line of bounded length', async () => {
		const bench = new Bench();
		await bench.upload('a', bytesOf('abc'));
		await bench.upload('b', BINARY);
		bench.hasData = false;
		expect(await bench.ask('#WSCRIPT="d",3')).toBe('\r\n+CME ERROR: 3\r\n');
		expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<abc\r\n${OK}`);
		expect(await bench.ask('#RSCRIPT="b"')).toBe(`\r\n<<<${textOf(BINARY)}\r\n${OK}`);
	});

	test('tell of a long script by lines only its beginning', async () => {
		const bench = new Bench();
		await bench.upload('a', new Uint8Array(3000).fill(0x61));
		bench.hasData = false;
		expect(await bench.ask('#RSCRIPT="a"')).toBe(`\r\n<<<${'a'.repeat(2397)}\r\n${OK}`);
	});

	test.each([
		['#WSCRIPT=?', '#WSCRIPT: ,(1-999999),(0,1)'],
		['#ESCRIPT=?', '#ESCRIPT: '],
	])('on a test form: %s', async (line, answer) => {
		expect(await new Bench().ask(line)).toBe(`\r\n${answer}\r\n${OK}`);
	});

	test.each(['#WSCRIPT="a",3', '#ESCRIPT?', '#RSCRIPT="a"', '#LSCRIPT', '#DSCRIPT="a"'])(
		'leave %s to a module with Python',
		async line => {
			const bench = new Bench();
			bench.python = true;
			expect(await bench.ask(line)).toBe('closed');
		},
	);
});
