import { describe, expect, test } from 'vitest';
import { MemorySockets } from '../../hosts/simulator/memory-sockets.js';
import type { HostConnection } from '../../hosts/simulator/socket-host.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { type GetEnd, HttpGet } from '../../src/update/http-get.js';
import type { HttpHead } from '../../src/update/http-head.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 12\r\n\r\nhello\r\n\r\nyou';

interface Trial {
	readonly clock: VirtualClock;
	readonly far: HostConnection;
	readonly get: HttpGet;
	readonly heads: HttpHead[];
	body: string;
	end: GetEnd | undefined;
}

async function begun(wants: { readonly head?: boolean; readonly body?: boolean } = {}): Promise<Trial> {
	const clock = new VirtualClock();
	const sockets = new MemorySockets(clock);
	let far: HostConnection | undefined;
	sockets.serve('host', 80, connection => {
		far = connection;
	});
	const connected = await clock.settled(sockets.connect('host', 80, 1_000), 1_000);
	if (!connected.ok) throw new Error(connected.error);
	const heads: HttpHead[] = [];
	const get = new HttpGet({
		port: connected.value,
		clock,
		url: { host: 'host', port: 80, path: '/' },
		from: 0,
		onHead: head => {
			heads.push(head);
			return wants.head ?? true;
		},
		onBody: bytes => {
			trial.body += textOf(bytes);
			return wants.body ?? true;
		},
	});
	const trial: Trial = { clock, far: far!, get, heads, body: '', end: undefined };
	void get.done.then(end => {
		trial.end = end;
	});
	return trial;
}

async function say(trial: Trial, text: string, piece = text.length): Promise<void> {
	for (let at = 0; at < text.length; at += piece) {
		trial.far.write(bytesOf(text.slice(at, at + piece)));
		await trial.clock.advance(50);
	}
}

describe('an answer of HTTP', () => {
	test.each([1, 2, 3, 5, 50, 52, 53, 54, 1000])('is read in pieces of %i octets', async piece => {
		const trial = await begun();
		await say(trial, ANSWER, piece);
		expect([trial.body, trial.end, trial.heads.length]).toEqual(['hello\r\n\r\nyou', 'complete', 1]);
	});

	test('ends with its length, whatever follows', async () => {
		const trial = await begun();
		await say(trial, `${ANSWER}more`);
		expect([trial.body, trial.end]).toEqual(['hello\r\n\r\nyou', 'complete']);
	});

	test('without a body is over at once', async () => {
		const trial = await begun();
		await say(trial, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
		expect([trial.body, trial.end]).toEqual(['', 'complete']);
	});

	test('is lost with any octet missing at its end', async () => {
		for (let count = 0; count < ANSWER.length; count++) {
			const trial = await begun();
			await say(trial, ANSWER.slice(0, count));
			trial.far.close();
			await trial.clock.advance(100);
			expect(trial.end).toBe('lost');
		}
	});

	test.each(['\0\0\0\0\r\n\r\n', 'hello\r\n\r\n', ANSWER.slice(1), 'x'.repeat(2_100)])('is not %j', async text => {
		const trial = await begun();
		await say(trial, text);
		expect([trial.end, trial.heads.length]).toEqual(['garbled', 0]);
	});

	test('is given up after a minute of silence, and not before', async () => {
		const trial = await begun();
		await say(trial, ANSWER.slice(0, 55));
		await trial.clock.advance(59_000);
		await say(trial, 'l');
		await trial.clock.advance(59_000);
		expect(trial.end).toBeUndefined();
		await trial.clock.advance(2_000);
		expect(trial.end).toBe('silent');
	});

	test.each([
		['head', { head: false }, ''],
		['body', { body: false }, 'hello\r\n\r\nyou'],
	])('whose %s is not wanted is stopped', async (_, wants, body) => {
		const trial = await begun(wants);
		await say(trial, ANSWER);
		expect([trial.end, trial.body]).toEqual(['stopped', body]);
		expect(trial.clock.pending()).toBe(0);
	});

	test('that is cancelled leaves no timer and closes the connection', async () => {
		const trial = await begun();
		trial.get.cancel();
		await trial.clock.advance(100);
		expect([trial.end, trial.clock.pending()]).toEqual(['stopped', 0]);
		expect(trial.far.write(bytesOf('x'))).toBe(0);
	});
});
