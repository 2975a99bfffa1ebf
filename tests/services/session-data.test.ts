import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { SessionData } from '../../src/services/session-data.js';
import { SessionLines } from '../../src/services/session-lines.js';

/** A session's lines and data, before a dialogue that keeps what it is sent. */
function bench() {
	const clock = new VirtualClock();
	const lines: string[] = [];
	const seen = { sent: '', said: '', waiting: 0, broken: 0 };
	const reader = new SessionLines(line => lines.push(line));
	const dialogue = {
		get waiting() {
			return seen.waiting;
		},
		send: (bytes: Uint8Array) => {
			seen.sent += textOf(bytes);
		},
	};
	const data = new SessionData({
		clock,
		lines: reader,
		dialogue: () => dialogue as never,
		abandon: () => {},
		say: text => {
			seen.said += text;
		},
		onBroken: () => seen.broken++,
	});
	/** The module prompts for the data of this line. */
	const prompt = (line: string) => {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		data.prompt(parsed.value[parsed.value.length - 1]!);
	};
	return { clock, lines, seen, data, prompt, type: (text: string) => reader.feed(bytesOf(text)) };
}

describe('data behind a prompt of the module', () => {
	test.each([
		['text', '+CMGS="1"', 'hello\r\nthere\x1a', '\r\n> '],
		['text that is given up', '+CMGS="1"', 'hello\x1b', '\r\n> '],
		['octets', '#SSENDEXT=1,8', '\x1a\x1b\r\n\xff\0ab', '\r\n> '],
		['a script', '#WSCRIPT="x",5', 'a\rb\nc', '\r\n>>> '],
	])('of %s goes to it up to its end, and a line follows', (_what, command, text, said) => {
		for (const size of [1, 2, 3, 1000]) {
			const { lines, seen, data, prompt, type } = bench();
			prompt(command);
			const all = `${text}at+next\r`;
			for (let at = 0; at < all.length; at += size) type(all.slice(at, at + size));
			data.finish();
			expect(seen).toMatchObject({ sent: text, said, broken: 0 });
			expect(lines).toEqual(['at+next']);
		}
	});

	test('that is longer than any text is given up once, and its rest never runs', () => {
		const { lines, seen, prompt, type } = bench();
		prompt('+CMGS="1"');
		for (let turn = 0; turn < 10; turn++) type(`${'x'.repeat(500)}\rat+evil\r`);
		expect(seen.sent.length).toBeLessThanOrEqual(2049);
		expect(seen.sent.split('\x1b').length).toBe(2);
		type('\x1aat+next\r');
		expect(lines).toEqual(['at+next']);
	});

	test('is held back while much of it waits for the module', () => {
		const { seen, data } = bench();
		seen.waiting = 1024;
		expect(data.isHeld).toBe(false);
		seen.waiting = 1025;
		expect(data.isHeld).toBe(true);
	});

	test.each([
		['octets', '#SSENDEXT=1,100', 'some'],
		['octets of which none has come', '#SSENDEXT=1,100', ''],
		['text', '+CMGS="1"', 'half'],
		['text that is too long', '+CMGS="1"', 'x'.repeat(3000)],
	])(
		'of %s that is not whole when its command has been answered runs in no part, and ends the session',
		(_what, command, typed) => {
			const { lines, seen, prompt, data, type } = bench();
			prompt(command);
			type(typed);
			expect(seen.broken).toBe(0);
			data.finish();
			expect(seen.broken).toBe(1);
			type('\rat+evil\r\x1aat+evil\r');
			expect(lines).toEqual([]);
		},
	);

	test('of no octet ends at once', () => {
		const { lines, seen, prompt, type } = bench();
		prompt('#SSENDEXT=1,0');
		type('at+next\r');
		expect([lines, seen.sent]).toEqual([['at+next'], '']);
	});

	test.each([
		['in the middle of a text', '+CMGS="1"', 'half', 'half\x1b'],
		['behind its text', '+CMGS="1"', 'all\x1a', 'all\x1a'],
		['in the middle of octets', '#SSENDEXT=1,5', 'abc', 'abc'],
	])('is given up when the client leaves %s', (_what, command, typed, sent) => {
		const { seen, prompt, data, type } = bench();
		prompt(command);
		type(typed);
		data.end();
		expect(seen.sent).toBe(sent);
	});

	test.each([
		['+CMGS="1"', '\x1b'],
		['#SSENDEXT=1,5', ''],
	])('is answered for a client that left before the prompt of %s came', (command, sent) => {
		const { seen, prompt, data, type } = bench();
		data.end();
		prompt(command);
		expect(seen).toMatchObject({ sent, said: '' });
		type('nobody');
		expect(seen.sent).toBe(sent);
	});
});

describe('data for a command of our own', () => {
	function asking(size: number, keeps = true) {
		const at = bench();
		let taken = '';
		const outcome = { complete: undefined as boolean | undefined };
		void at.data
			.ask({
				prompt: '\r\n>>> ',
				size,
				take: bytes => {
					taken += textOf(bytes);
					return keeps;
				},
			})
			.then(complete => {
				outcome.complete = complete;
			});
		return { ...at, outcome, taken: () => taken };
	}

	test('comes whole, whatever octets it has', async () => {
		const at = asking(6);
		at.type('a\r\n\xff');
		at.type('\0bat+next\r');
		await at.clock.advance(0);
		expect([at.outcome.complete, at.taken(), at.lines]).toEqual([true, 'a\r\n\xff\0b', ['at+next']]);
		expect(at.clock.pending()).toBe(0);
	});

	test('of no octet is complete at once', async () => {
		const at = asking(0);
		await at.clock.advance(0);
		expect([at.outcome.complete, at.seen.said]).toEqual([true, '']);
	});

	test('that cannot be kept is dropped to its end, and nothing of it runs', async () => {
		const at = asking(30, false);
		at.type('at+one\rat+two\r');
		await at.clock.advance(0);
		expect([at.outcome.complete, at.taken()]).toEqual([undefined, 'at+one\rat+two\r']);
		at.type('0123456789012345at+next\r');
		await at.clock.advance(0);
		expect([at.outcome.complete, at.lines]).toEqual([false, ['at+next']]);
	});

	test('is given up after 30 s of silence, not while some comes', async () => {
		const at = asking(100);
		for (let turn = 0; turn < 5; turn++) {
			at.type('x');
			await at.clock.advance(29_000);
		}
		expect(at.outcome.complete).toBeUndefined();
		await at.clock.advance(1_000);
		expect(at.outcome.complete).toBe(false);
		at.data.finish();
		at.type('at+evil\r');
		expect([at.lines, at.seen.broken]).toEqual([[], 1]);
	});

	test('is given up when the client leaves', async () => {
		const at = asking(100);
		at.type('x');
		at.data.end();
		await at.clock.advance(0);
		expect(at.outcome.complete).toBe(false);
		expect(at.clock.pending()).toBe(0);
	});
});
