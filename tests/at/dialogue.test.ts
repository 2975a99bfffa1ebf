import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Dialogue, type DialogueOptions, type DialogueOutcome, type DialogueRequest } from '../../src/at/dialogue.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import { ScriptedPort } from './scripted-port.js';

interface Bench {
	readonly clock: VirtualClock;
	readonly port: ScriptedPort;
	readonly dialogue: Dialogue;
	readonly urcs: string[];
	/** Runs a line and keeps what came of it. */
	run(line: string, request?: Partial<DialogueRequest>): Running;
}

interface Running {
	readonly lines: string[];
	readonly raws: string[];
	outcome: DialogueOutcome | undefined;
}

function bench(options: Partial<DialogueOptions> = {}): Bench {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	const urcs: string[] = [];
	const dialogue = new Dialogue({ port, clock, onUrc: text => urcs.push(text), ...options });
	return {
		clock,
		port,
		dialogue,
		urcs,
		run: (line, request = {}) => {
			const running: Running = { lines: [], raws: [], outcome: undefined };
			void dialogue
				.run({
					line,
					prefixes: [],
					deadline: clock.now() + 1000,
					onLine: (text, raw) => {
						running.lines.push(text);
						running.raws.push(raw);
					},
					...request,
				})
				.then(outcome => {
					running.outcome = outcome;
				});
			return running;
		},
	};
}

/** Answers probes as a module in step does. */
function answerProbes(port: ScriptedPort): void {
	port.onSent = () => {
		const probe = /ATE0Q0V1((?:S3\?)+)\r$/.exec(port.sent);
		if (probe !== null) port.give(`${'\r\n013\r\n'.repeat(probe[1]!.length / 3)}\r\nOK\r\n`);
	};
}

const final = (kind: string) => ({ kind: 'final', result: { kind } });

/** A dialogue in data mode, with what the data's taker saw. */
async function online(): Promise<Bench & { readonly seen: string[]; readonly ends: string[] }> {
	const it = bench();
	const running = it.run('ATD1', { dials: true });
	it.port.give('\r\nCONNECT 9600\r\n');
	await it.clock.advance(0);
	expect(running.outcome).toMatchObject({ kind: 'final', result: { kind: 'connect', text: '9600' } });
	const seen: string[] = [];
	const ends: string[] = [];
	it.dialogue.goOnline({
		octets: bytes => seen.push(textOf(bytes)),
		writable: () => seen.push('(writable)'),
		ended: how => ends.push(how),
	});
	await it.clock.advance(0);
	return { ...it, seen, ends };
}

describe('a command', () => {
	test.each([
		['\r\nOK\r\n', 'ok'],
		['\r\nERROR\r\n', 'error'],
		['\r\n+CME ERROR: 10\r\n', 'cme'],
		['\r\n+CMS ERROR: 321\r\n', 'cms'],
		['0\r', 'ok'],
		['4\r', 'error'],
		['AT+X\r\r\nOK\r\n', 'ok'],
		['AT+X\r0\r', 'ok'],
	])('ends with %j, in pieces of any size', async (answer, kind) => {
		for (let size = 1; size <= answer.length; size++) {
			const { clock, port, run, dialogue } = bench();
			const running = run('AT+X');
			port.give(answer, size);
			await clock.advance(0);
			expect(running.outcome).toMatchObject(final(kind));
			expect(running.lines).toEqual([]);
			expect(dialogue.state).toBe('idle');
		}
	});

	test('gets its lines as they were printed, and its result with its frame', async () => {
		const { clock, port, run } = bench();
		const running = run('AT+COPS?', { prefixes: ['+COPS'] });
		port.give('AT+COPS?\r\r\n+COPS: 0,0,"TIM"\r\n\r\nfree text\r\n\r\nOK\r\n', 4);
		await clock.advance(0);
		expect(running.lines).toEqual(['+COPS: 0,0,"TIM"', 'free text']);
		expect(running.raws).toEqual(['\r\n+COPS: 0,0,"TIM"\r\n', '\r\nfree text\r\n']);
		expect(running.outcome).toMatchObject({ kind: 'final', raw: '\r\nOK\r\n' });
	});

	test('keeps its lines apart from URCs that come between them', async () => {
		const { clock, port, run, urcs } = bench();
		const running = run('AT+CREG?;+CSQ', { prefixes: ['+CREG', '+CSQ'] });
		port.give(
			'\r\n+CREG: 0,1\r\n\r\n+CMTI: "SM",3\r\n\r\nRING\r\n\r\nSRING: 1,5\r\n\r\n+CSQ: 9,0\r\n\r\nNO CARRIER\r\n',
		);
		port.give('\r\n+CMT: ,25\r\n00AABB\r\n\r\nOK\r\n', 1);
		await clock.advance(0);
		expect(running.lines).toEqual(['+CREG: 0,1', '+CSQ: 9,0']);
		expect(urcs).toEqual(['+CMTI: "SM",3', 'RING', 'SRING: 1,5', 'NO CARRIER', '+CMT: ,25\r\n00AABB']);
		expect(running.outcome).toMatchObject(final('ok'));
	});

	test.each(['NO CARRIER', 'BUSY', 'NO ANSWER', 'NO DIALTONE', 'CONNECT'])(
		'that dials ends with %s, and for any other this is not the end',
		async result => {
			for (const dials of [true, false]) {
				const { clock, port, run } = bench();
				const running = run('ATD1', { dials });
				port.give(`\r\n${result}\r\n`);
				await clock.advance(0);
				expect(running.outcome !== undefined).toBe(dials);
			}
		},
	);

	test('waits 20 ms after the result before it', async () => {
		const { clock, port, run } = bench();
		run('AT');
		port.give('\r\nOK\r\n');
		await clock.advance(0);
		run('ATI');
		expect(port.sent).toBe('AT\r');
		await clock.advance(19);
		expect(port.sent).toBe('AT\r');
		await clock.advance(1);
		expect(port.sent).toBe('AT\rATI\r');
	});

	test('is a programmer error while another one runs', () => {
		const { run, dialogue, clock } = bench();
		run('AT');
		expect(() => dialogue.run({ line: 'AT', prefixes: [], deadline: clock.now() })).toThrow('busy');
	});

	test('passes a port that takes one octet a time', async () => {
		const { clock, port, run } = bench();
		port.takes = 1;
		const running = run('AT+CGMR');
		for (let turn = 0; turn < 20 && port.sent.length < 8; turn++) port.listener?.writable?.();
		expect(port.sent).toBe('AT+CGMR\r');
		port.give('\r\n1.0\r\n\r\nOK\r\n', 1);
		await clock.advance(0);
		expect(running.lines).toEqual(['1.0']);
	});

	test('gets raw octets behind the line that announces them', async () => {
		const { clock, port, run } = bench();
		let data = '';
		const running = run('AT#SRECV=1,6', {
			prefixes: ['#SRECV'],
			octetsAfter: text => Number(/,(\d+)$/.exec(text)?.[1] ?? 0),
			onOctets: bytes => {
				data += textOf(bytes);
			},
		});
		port.give('\r\n#SRECV: 1,6\r\n\r\nOK\r\n\r\n\r\nOK\r\n', 1);
		await clock.advance(0);
		expect(data).toBe('\r\nOK\r\n');
		expect(running.outcome).toMatchObject(final('ok'));
	});

	test('ends with `closed` when the port ends, and so does every one after it', async () => {
		let told = 0;
		const { clock, port, run, dialogue } = bench({ onClosed: () => told++ });
		const first = run('AT');
		port.end();
		const second = run('AT');
		await clock.advance(0);
		expect([first.outcome, second.outcome]).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
		expect(told).toBe(1);
		expect(dialogue.state).toBe('closed');
		expect(clock.pending()).toBe(0);
	});

	test('ends with `closed` when the dialogue is closed, even between two lines', async () => {
		let told = 0;
		const { clock, port, run, dialogue } = bench({ onClosed: () => told++ });
		run('AT');
		port.give('\r\nOK\r\n');
		await clock.advance(0);
		const waiting = run('AT');
		dialogue.close();
		dialogue.close();
		await clock.advance(100);
		expect(waiting.outcome).toEqual({ kind: 'closed' });
		expect(told).toBe(0);
		expect(port.sent).toBe('AT\r');
		expect(port.listener).toBeUndefined();
		expect(clock.pending()).toBe(0);
	});

	test('is answered though its result stands before the end of the port', async () => {
		const { clock, port, run } = bench();
		const running = run('AT');
		port.listener?.closed?.('never mind');
		await clock.advance(0);
		expect(running.outcome).toEqual({ kind: 'closed' });
		const other = bench();
		const answered = other.run('AT');
		const { listener } = other.port;
		other.port.listener = undefined;
		other.port.give('\r\nOK\r\n');
		listener?.closed?.('asked');
		await other.clock.advance(0);
		expect(answered.outcome).toMatchObject(final('ok'));
	});
});

describe('a prompt', () => {
	test.each(['\r\n> ', '\r\n>', '>'])('%j asks for the data once', async prompt => {
		const { clock, port, run, dialogue } = bench();
		let prompts = 0;
		const running = run('AT+CMGS=5', {
			prefixes: ['+CMGS'],
			onPrompt: () => {
				prompts++;
				dialogue.send(bytesOf('one\rtwo\u001a'));
			},
		});
		port.give(prompt, 1);
		// The module asks again at each CR of the text.
		port.give('\r\n> ');
		port.give('\r\n+CMGS: 3\r\n\r\nOK\r\n');
		await clock.advance(0);
		expect(prompts).toBe(1);
		expect(port.sent).toBe('AT+CMGS=5\rone\rtwo\u001a');
		expect(running.lines).toEqual(['+CMGS: 3']);
	});

	test('of the second command in a chain is another one', async () => {
		const { clock, port, run } = bench();
		let prompts = 0;
		run('AT+CMGS=5;+CMGS=6', { prefixes: ['+CMGS'], onPrompt: () => prompts++ });
		port.give('\r\n> \r\n+CMGS: 3\r\n\r\n> ');
		await clock.advance(0);
		expect(prompts).toBe(2);
	});

	test('without data for it is cancelled by ESC', async () => {
		const { clock, port, run } = bench();
		const running = run('AT+CMGS=5');
		port.give('\r\n> ');
		port.give('\r\nOK\r\n');
		await clock.advance(0);
		expect(port.sent).toBe('AT+CMGS=5\r\u001b');
		expect(running.outcome).toMatchObject(final('ok'));
	});

	test('that is still open at the deadline is cancelled before the probe', async () => {
		const { clock, port, run, dialogue } = bench();
		run('AT+CMGS=5', { onPrompt: () => {} });
		port.give('\r\n> ');
		await clock.advance(1000);
		answerProbes(port);
		expect(await clock.settled(dialogue.resume(clock.now() + 5000), 6000)).toBe(true);
		expect(port.sent).toContain('AT+CMGS=5\r\u001bATE0Q0V1S3?\r');
	});

	test('takes no endless data while the port takes none', async () => {
		const { clock, port, run, dialogue } = bench();
		const running = run('AT#SSEND=1', { onPrompt: () => {}, deadline: 100_000 });
		port.give('\r\n> ');
		port.takes = 0;
		for (let turn = 0; turn < 100; turn++) dialogue.send(new Uint8Array(100));
		await clock.advance(0);
		expect(running.outcome).toEqual({ kind: 'timeout' });
	});
});

describe('after a timeout', () => {
	async function late(): Promise<Bench> {
		const it = bench();
		const running = it.run('AT+COPS=?', { prefixes: ['+COPS'] });
		await it.clock.advance(1000);
		expect(running.outcome).toEqual({ kind: 'timeout' });
		expect(it.dialogue.state).toBe('stale');
		return it;
	}

	test('nothing may be sent before it is proved in step', async () => {
		const { dialogue, clock } = await late();
		expect(() => dialogue.run({ line: 'AT', prefixes: [], deadline: clock.now() })).toThrow('stale');
	});

	test.each([1, 2, 3, 1000])('the late answer lands nowhere (pieces of %i)', async size => {
		const { dialogue, clock, port, run, urcs } = await late();
		const resumed = dialogue.resume(clock.now() + 10_000);
		await clock.advance(100);
		port.give('\r\n+COPS: (2,"TIM")\r\n\r\n(rest)\r\n\r\n+CREG: 1\r\n\r\nOK\r\n', size);
		port.give('\r\n013\r\n\r\nOK\r\n', size);
		expect(await clock.settled(resumed, 10_000)).toBe(true);
		const next = run('AT+CSQ', { prefixes: ['+CSQ'] });
		await clock.advance(20);
		port.give('\r\n+CSQ: 1,0\r\n\r\nOK\r\n');
		await clock.advance(0);
		expect(next.lines).toEqual(['+CSQ: 1,0']);
		expect(urcs).toEqual(['+CREG: 1']);
	});

	test('the late lines are no URCs though the probe has not been sent', async () => {
		const { port, urcs } = await late();
		port.give('\r\n+COPS: (2,"TIM")\r\n\r\nOK\r\n\r\n+CREG: 1\r\n');
		expect(urcs).toEqual(['+CREG: 1']);
	});

	test('late answers to earlier probes prove nothing', async () => {
		const { dialogue, clock, port } = await late();
		const resumed = dialogue.resume(clock.now() + 10_000);
		await clock.advance(4000);
		expect(port.sent.match(/ATE0Q0V1/g)?.length).toBe(3);
		let done = false;
		void resumed.then(() => {
			done = true;
		});
		// What the module was busy with, then the first two probes.
		port.give('\r\nOK\r\n\r\n013\r\n\r\nOK\r\n\r\n013\r\n\r\n013\r\n\r\nOK\r\n');
		await clock.advance(0);
		expect(done).toBe(false);
		port.give('\r\n013\r\n\r\n013\r\n\r\n013\r\n\r\nOK\r\n');
		await clock.advance(0);
		expect(done).toBe(true);
		expect(await resumed).toBe(true);
	});

	test('resuming ends at its deadline where nothing comes', async () => {
		const { dialogue, clock } = await late();
		const begun = clock.now();
		expect(await clock.settled(dialogue.resume(begun + 5000), 6000)).toBe(false);
		expect(clock.now()).toBe(begun + 5000);
		expect(dialogue.state).toBe('stale');
		expect(clock.pending()).toBe(0);
	});

	test('resuming ends with the port', async () => {
		const { dialogue, clock, port } = await late();
		const resumed = dialogue.resume(clock.now() + 5000);
		await clock.advance(10);
		port.end();
		expect(await clock.settled(resumed, 1)).toBe(false);
		expect(dialogue.state).toBe('closed');
		expect(clock.pending()).toBe(0);
	});

	test.each([
		['E1', 'ATE0Q0V1S3?\r\r\n013\r\n\r\nOK\r\n'],
		['V0, changed by the probe itself', '\r\n013\r\n\r\nOK\r\n'],
	])('%s that a command left behind is undone', async (_what, answer) => {
		const { dialogue, clock, port } = await late();
		const resumed = dialogue.resume(clock.now() + 5000);
		await clock.advance(20);
		port.give(answer, 1);
		expect(await clock.settled(resumed, 5000)).toBe(true);
	});

	test('who paused the answer does not keep the port unread', async () => {
		const { dialogue, clock, port, run } = bench();
		run('AT+CMGL', { onLine: () => dialogue.pause() });
		port.give('\r\nlong\r\n');
		port.give('\r\nlonger\r\n');
		await clock.advance(1000);
		expect(dialogue.state).toBe('stale');
		expect(port.waiting).toBe(0);
		answerProbes(port);
		expect(await clock.settled(dialogue.resume(clock.now() + 5000), 5000)).toBe(true);
	});
});

describe('pausing', () => {
	test('leaves what comes in the port until it proceeds', async () => {
		const { dialogue, clock, port, run } = bench();
		const running = run('AT+CMGL');
		port.give('\r\none\r\n');
		dialogue.pause();
		port.give('\r\ntwo\r\n\r\nOK\r\n');
		expect(running.lines).toEqual(['one']);
		expect(port.waiting).toBeGreaterThan(0);
		dialogue.proceed();
		await clock.advance(0);
		expect(running.lines).toEqual(['one', 'two']);
		expect(running.outcome).toMatchObject(final('ok'));
	});
});

describe('data mode', () => {
	test('carries every octet both ways', async () => {
		const { port, dialogue, seen } = await online();
		const all = textOf(Uint8Array.from({ length: 256 }, (_, value) => value));
		port.give(all, 7);
		expect(seen.join('')).toBe(all);
		expect(dialogue.writeOnline(bytesOf(all))).toBe(256);
		expect(port.sent.endsWith(all)).toBe(true);
		port.takes = 10;
		expect(dialogue.writeOnline(bytesOf(all))).toBe(10);
		port.listener?.writable?.();
		expect(seen.at(-1)).toBe('(writable)');
	});

	test('begins with the result: no other line can go out, and data behind CONNECT waits for its taker', async () => {
		const { clock, port, run, dialogue, urcs } = bench();
		run('ATD1', { dials: true });
		port.give('\r\nCONNECT\r\n\r\nhello\r\n');
		port.give('world\r\n');
		expect(dialogue.state).toBe('online');
		await clock.advance(500);
		let data = '';
		dialogue.goOnline({
			octets: bytes => {
				data += textOf(bytes);
			},
			writable: () => {},
			ended: () => {},
		});
		expect(data).toBe('');
		await clock.advance(0);
		expect(data).toBe('\r\nhello\r\nworld\r\n');
		expect(urcs).toEqual([]);
	});

	test.each([1, 3, 100])('ends with NO CARRIER, and URCs are URCs again (pieces of %i)', async size => {
		const { port, ends, dialogue, urcs } = await online();
		port.give('data\r\nNO CARRIER\r\n', size);
		expect(ends).toEqual(['ended']);
		expect(dialogue.state).toBe('idle');
		port.give('\r\nRING\r\n', size);
		expect(urcs).toEqual(['RING']);
	});

	test('ends though something follows NO CARRIER at once, where the module takes DCD away', async () => {
		const { port, ends } = await online();
		port.show({ dv: true });
		port.give('data\r\nNO CARRIER\r\n\r\nRING\r\n');
		expect(ends).toEqual([]);
		port.show({ dv: false });
		expect(ends).toEqual(['ended']);
	});

	test('is left by a break, not by an OK among the data', async () => {
		const { clock, port, ends, dialogue } = await online();
		port.give('\r\nOK\r\n');
		expect(ends).toEqual([]);
		dialogue.escape();
		expect(port.breaks).toEqual([1]);
		port.give('\r\nOK\r\n');
		expect(ends).toEqual(['suspended']);
		expect(dialogue.state).toBe('idle');
		expect(clock.pending()).toBe(0);
	});

	test('is left by dropping DTR where the break has no effect', async () => {
		const { clock, port, ends, dialogue } = await online();
		dialogue.escape();
		await clock.advance(3000);
		expect(port.shown).toEqual([{ rtc: false }]);
		port.give('\r\nNO CARRIER\r\n');
		expect(ends).toEqual(['ended']);
		expect(port.shown.at(-1)).toEqual({ rtc: true });
		expect(dialogue.state).toBe('idle');
	});

	test('is left in any case: then the port is stale and can be resumed', async () => {
		const { clock, port, ends, dialogue } = await online();
		dialogue.escape();
		await clock.advance(6000);
		expect(ends).toEqual(['suspended']);
		expect(dialogue.state).toBe('stale');
		answerProbes(port);
		expect(await clock.settled(dialogue.resume(clock.now() + 5000), 5000)).toBe(true);
	});

	test('ends with the port', async () => {
		const { port, ends, clock } = await online();
		port.end();
		expect(ends).toEqual(['closed']);
		expect(clock.pending()).toBe(0);
	});

	test('that begins after the port ended is told so, and not from inside the call', async () => {
		const { clock, port, run, dialogue } = bench();
		run('ATD1', { dials: true });
		port.give('\r\nCONNECT\r\n');
		port.end();
		const ends: string[] = [];
		dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: how => ends.push(how) });
		expect(ends).toEqual([]);
		await clock.advance(0);
		expect(ends).toEqual(['closed']);
	});

	test('without a connection is a programmer error', () => {
		const { dialogue } = bench();
		expect(() => dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: () => {} })).toThrow('idle');
	});
});
