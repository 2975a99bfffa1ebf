import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import { answered, type Desk, type Dte, desk } from './dte.js';

const OK = '\r\nOK\r\n';
const ERROR = '\r\nERROR\r\n';
const ALL = textOf(Uint8Array.from({ length: 256 }, (_, octet) => octet));

async function quiet(options: Parameters<typeof desk>[0] = {}): Promise<Desk> {
	const board = await desk(options);
	await board.terminal.set('ATE0');
	return board;
}

/** Uploads a script whose octets come in pieces of `piece`, `pause` ms apart. */
async function upload(terminal: Dte, name: string, content: string, piece = 256, pause = 10): Promise<string> {
	const prompt = await terminal.send(`AT#WSCRIPT="${name}",${content.length}`);
	let screen = '';
	for (let at = 0; at < content.length; at += piece) {
		terminal.type(content.slice(at, at + piece));
		screen += await terminal.watch(pause);
	}
	return `${prompt}|${screen}${await terminal.watch(100)}`;
}

describe('a module with Python', () => {
	test('takes, lists, tells and deletes scripts', async () => {
		const { terminal } = await quiet();
		expect(await terminal.send('AT#LSCRIPT')).toBe(answered('#LSCRIPT: free bytes: 2000000'));
		expect(await upload(terminal, 'first.py', 'print 1\r')).toBe(`\r\n>>> |${OK}`);
		expect(await upload(terminal, 'second.py', 'print 2')).toBe(`\r\n>>> |${OK}`);
		expect(await terminal.send('AT#LSCRIPT')).toBe(
			answered('#LSCRIPT: "first.py",8', '#LSCRIPT: "second.py",7', '#LSCRIPT: free bytes: 1999985'),
		);
		expect(await terminal.send('AT#RSCRIPT="first.py"')).toBe(`\r\n<<<print 1\r${OK}`);
		expect(await upload(terminal, 'first.py', 'longer than before')).toBe(`\r\n>>> |${OK}`);
		expect(await terminal.send('AT#DSCRIPT="second.py"')).toBe(OK);
		expect(await terminal.send('AT#LSCRIPT')).toBe(
			answered('#LSCRIPT: "first.py",18', '#LSCRIPT: free bytes: 1999982'),
		);
		expect(await terminal.send('AT#RSCRIPT="second.py"')).toBe(ERROR);
		expect(await terminal.send('AT#DSCRIPT="second.py"')).toBe(ERROR);
	});

	test.each([1, 2, 3, 255, 256])('takes every octet as it is, in pieces of %i', async piece => {
		const { terminal } = await quiet();
		expect(await upload(terminal, 'a', ALL, piece)).toBe(`\r\n>>> |${OK}`);
		expect(await terminal.send('AT#RSCRIPT="a"')).toBe(`\r\n<<<${ALL}${OK}`);
	});

	test('takes exactly the octets that were announced: what follows is the next line', async () => {
		const { terminal } = await quiet();
		await terminal.send('AT#WSCRIPT="a",3');
		terminal.type('abcAT+CMEE?\r');
		expect(await terminal.watch(300)).toBe(`${OK}${answered('+CMEE: 0')}`);
	});

	test('answers ERROR after 30 s of silence, not before, and keeps what was there', async () => {
		const { terminal } = await quiet();
		await upload(terminal, 'a', 'old');
		await terminal.send('AT#WSCRIPT="a",5', 100);
		expect(await terminal.watch(29_000)).toBe('');
		terminal.type('ab');
		expect(await terminal.watch(29_000)).toBe('');
		terminal.type('cd');
		expect(await terminal.watch(29_900)).toBe('');
		expect(await terminal.watch(200)).toBe(ERROR);
		expect(await terminal.send('AT#RSCRIPT="a"')).toBe(`\r\n<<<old${OK}`);
		expect(await upload(terminal, 'a', 'new')).toBe(`\r\n>>> |${OK}`);
	});

	test('forgets nothing at a restart or without power, and takes nothing half', async () => {
		const { terminal, module, clock } = await quiet();
		await upload(terminal, 'a', 'abc');
		await terminal.set('AT#ESCRIPT="a"');
		await terminal.send('AT#WSCRIPT="b",5');
		terminal.type('12');
		await terminal.watch(100);
		module.cutPower();
		module.powerOn();
		await clock.advance(12_000);
		await terminal.set('ATE0');
		expect(await terminal.send('AT#LSCRIPT;#ESCRIPT?')).toBe(
			'\r\n#LSCRIPT: "a",3\r\n#LSCRIPT: free bytes: 1999997\r\n\r\n#ESCRIPT: "a"\r\n\r\nOK\r\n',
		);
	});

	test('tells a script that is longer than its output queue to a DTE that reads slowly', async () => {
		const { terminal, clock } = await quiet({ baud: 115_200 });
		const content = ALL.repeat(160);
		await terminal.send(`AT#WSCRIPT="a",${content.length}`);
		for (let at = 0; at < content.length; at += 2048) {
			terminal.type(content.slice(at, at + 2048));
			await clock.advance(250);
		}
		terminal.clear();
		terminal.type('AT#RSCRIPT="a"\r');
		await clock.until(() => terminal.screen.endsWith(OK), 20_000, 'the end of the script');
		expect(terminal.screen === `\r\n<<<${content}${OK}`).toBe(true);
	});

	test('hides a script that was stored as hidden', async () => {
		const { terminal } = await quiet();
		await terminal.send('AT#WSCRIPT="a",3,1');
		terminal.type('abc');
		await terminal.watch(100);
		expect(await terminal.send('AT#RSCRIPT="a"')).toBe(`\r\n<<<${OK}`);
	});

	test.each([
		['AT#WSCRIPT="a"', ERROR],
		['AT#WSCRIPT="a",0', ERROR],
		['AT#WSCRIPT="a",2000001', ERROR],
		['AT#WSCRIPT="",3', ERROR],
		['AT#WSCRIPT="12345678901234567",3', ERROR],
		['AT#WSCRIPT="a",3,2', ERROR],
		['AT#ESCRIPT="12345678901234567"', ERROR],
		['AT#EXECSCR', ERROR],
		['AT#STARTMODESCR=3', ERROR],
		['AT#STARTMODESCR=0,9', ERROR],
		['AT#STARTMODESCR=0,61', ERROR],
		['AT#STARTMODESCR=', ERROR],
		['AT#STARTMODESCR?', answered('#STARTMODESCR: 0,10')],
		['AT#STARTMODESCR=1,60;#STARTMODESCR?', answered('#STARTMODESCR: 1,60')],
		['AT#STARTMODESCR=2;#STARTMODESCR?', answered('#STARTMODESCR: 2,10')],
		['AT#STARTMODESCR=?', answered('#STARTMODESCR: (0-2),(10-60)')],
		['AT#WSCRIPT=?', OK],
		['AT#ESCRIPT?', answered('#ESCRIPT: ""')],
	])('answers %s', async (line, answer) => {
		const { terminal } = await quiet();
		expect(await terminal.send(line)).toBe(answer);
	});

	test('runs the chosen script where it is there', async () => {
		const { terminal } = await quiet();
		expect(await terminal.send('AT#ESCRIPT="a";#EXECSCR')).toBe(ERROR);
		await upload(terminal, 'a', 'abc');
		expect(await terminal.send('AT#EXECSCR')).toBe(OK);
	});

	test('has no room for more than its flash holds, the old script of that name not counted', async () => {
		const { terminal, module } = await quiet();
		const scripts = module.firmware!.board.nvm.scripts;
		scripts.write('big', { content: new Uint8Array(1_999_990), hidden: false });
		expect(await terminal.send('AT#WSCRIPT="a",11')).toBe(ERROR);
		expect(await upload(terminal, 'a', '1234567890')).toBe(`\r\n>>> |${OK}`);
		expect(await terminal.send('AT#WSCRIPT="b",1')).toBe(ERROR);
		expect(await upload(terminal, 'a', '0987654321')).toBe(`\r\n>>> |${OK}`);
		scripts.write('big', { content: bytesOf('small'), hidden: false });
		expect(await upload(terminal, 'b', 'x')).toBe(`\r\n>>> |${OK}`);
	});
});

describe('a module without Python', () => {
	test.each([
		'AT#WSCRIPT="a",3',
		'AT#WSCRIPT=?',
		'AT#LSCRIPT',
		'AT#RSCRIPT="a"',
		'AT#DSCRIPT="a"',
		'AT#ESCRIPT="a"',
		'AT#EXECSCR',
		'AT#STARTMODESCR=0',
	])('answers ERROR to %s', async line => {
		for (const options of [{ python: false }, { model: 'GE864' }] as const) {
			const { terminal } = await quiet(options);
			expect(await terminal.send(line)).toBe(ERROR);
		}
	});

	test('can be given one', async () => {
		const { terminal } = await quiet({ model: 'GE864', python: true });
		expect(await terminal.send('AT#WSCRIPT=?')).toBe(OK);
	});
});
