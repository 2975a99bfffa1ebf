import { expect, test } from 'vitest';
import { textOf } from '../../src/base/text.js';
import { loggedIn, readyBoard } from '../services/support.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import type { Person } from '../support/person.js';

/** Octets of every value, as text of one character each. */
function binary(size: number): string {
	const bytes = new Uint8Array(size);
	for (let at = 0; at < size; at++) bytes[at] = (at * 7 + (at >> 8)) & 0xff;
	return textOf(bytes);
}

/** Types as fast as the line takes it. */
async function pour(board: TestDesk, person: Person, text: string): Promise<void> {
	for (let at = 0; at < text.length; at += 1000) {
		person.type(text.slice(at, at + 1000));
		await board.clock.advance(300);
	}
}

async function upload(board: TestDesk, person: Person, name: string, content: string): Promise<void> {
	person.clear();
	person.type(`AT#WSCRIPT="${name}",${content.length}\r`);
	await person.see('\r\n>>> ');
	await pour(board, person, content);
	await person.see('\r\nOK\r\n', 60_000);
}

async function readBack(board: TestDesk, person: Person, name: string, size: number): Promise<string> {
	person.clear();
	person.type(`AT#RSCRIPT="${name}"\r`);
	await board.clock.until(
		() => person.screen.length > size && person.screen.endsWith('\r\nOK\r\n'),
		120_000,
		'the file',
	);
	const start = person.screen.indexOf('<<<') + 3;
	return person.screen.slice(start, start + size);
}

test.each([256, 16_000])(
	'a module without Python: a session stores a file of %i octets on the board and reads it back',
	async size => {
		const board = await readyBoard({ python: false });
		const client = await loggedIn(board);
		const content = binary(size);
		await upload(board, client, 'job.bin', content);
		expect(await readBack(board, client, 'job.bin', size)).toBe(content);
		client.clear();
		client.type('AT#LSCRIPT\r');
		await client.see('\r\nOK\r\n');
		expect(client.screen).toMatch(new RegExp(`#LSCRIPT: "job.bin",${size},[0-9A-F]{8}\r\n`));
	},
);

test('a module without Python: the console stores a file and reads it back', async () => {
	const board = await deskThatRuns({ python: false });
	const content = binary(16_000);
	await board.console.ask('ate0');
	await upload(board, board.console, 'job.bin', content);
	expect(await readBack(board, board.console, 'job.bin', content.length)).toBe(content);
});

test('a module with Python keeps the file itself, however long and however slow the way', async () => {
	const board = await readyBoard();
	const client = await loggedIn(board);
	const content = binary(8_000);
	await upload(board, client, 'job.py', content);
	expect(await readBack(board, client, 'job.py', content.length)).toBe(content);
	expect(board.desk.coprocessor.modem.state).toBe('ready');
	// The board itself keeps nothing.
	client.clear();
	client.type('AT#LSCRIPT\r');
	await client.see('\r\nOK\r\n');
	expect(client.screen).toContain('#LSCRIPT: "job.py",8000\r\n');
});

test('a client that stops in the middle of a file loses the file and the session: what it still sends never runs', async () => {
	const board = await readyBoard({ python: false });
	const client = await loggedIn(board);
	client.type('AT#WSCRIPT="job",1000\r');
	await client.see('>>> ');
	client.type('x'.repeat(999));
	await client.see('\r\nERROR\r\n', 40_000);
	client.type('\rAT#TCPATCMDSEQ=1\r');
	await board.clock.until(() => client.closed !== undefined, 10_000, 'the end of the session');
	const next = await loggedIn(board);
	next.type('AT#LSCRIPT;#TCPATCMDSEQ?\r');
	await next.see('\r\nOK\r\n');
	expect(next.screen).toContain('#TCPATCMDSEQ: 0');
	expect(next.screen).not.toContain('"job"');
});

test('a module that gives up in the middle of the data ends the session: what the client still sends never runs', async () => {
	const board = await readyBoard();
	const client = await loggedIn(board);
	client.type('AT#WSCRIPT="job",1000\r');
	await client.see('>>> ');
	client.type('x'.repeat(500));
	await client.see('\r\nERROR\r\n', 60_000);
	client.type('\rAT#TCPATCMDSEQ=1\r');
	await board.clock.until(() => client.closed !== undefined, 10_000, 'the end of the session');
	const next = await loggedIn(board);
	next.type('AT#TCPATCMDSEQ?\r');
	await next.see('#TCPATCMDSEQ: 0');
});

test('a client that leaves in the middle of a file leaves no half file, and the next one can store it', async () => {
	const board = await readyBoard({ python: false });
	const client = await loggedIn(board);
	client.type('AT#WSCRIPT="job",1000\r');
	await client.see('>>> ');
	client.type('x'.repeat(500));
	client.hangUp();
	await board.clock.advance(5_000);
	const next = await loggedIn(board);
	await upload(board, next, 'job', binary(300));
	expect(await readBack(board, next, 'job', 300)).toBe(binary(300));
});
