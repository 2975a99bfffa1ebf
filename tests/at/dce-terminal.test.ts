import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { DceTerminal, type TerminalOptions, type TerminalSettings } from '../../src/at/dce-terminal.js';
import { OK } from '../../src/at/result-code.js';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';

const QUIET_LINE = { s3: 13, s4: 10, s5: 8, cmee: 0 } as const;

function settings(changes: Partial<TerminalSettings> = {}): TerminalSettings {
	return { echo: true, quiet: false, verbose: true, ...QUIET_LINE, ...changes };
}

/** A terminal on a line, and the DTE at its other end. */
class Bench {
	readonly clock = new VirtualClock();
	readonly wire: Wire;
	readonly terminal: DceTerminal;
	readonly settings: TerminalSettings;
	readonly lines: string[] = [];
	/** What happens to a line; without it, the line waits for the test. */
	answer: ((body: string) => void) | undefined;
	readonly #scratch = new Uint8Array(4096);

	constructor(changes: Partial<TerminalSettings> = {}, options: Partial<TerminalOptions> = {}, block = 64) {
		this.wire = new Wire(this.clock, { baud: 0, block });
		this.settings = settings(changes);
		this.terminal = new DceTerminal({
			port: this.wire.dce,
			clock: this.clock,
			settings: this.settings,
			maxLine: 80,
			onLine: body => {
				this.lines.push(body);
				this.answer?.(body);
			},
			...options,
		});
	}

	/** The DTE sends; all that follows at once has happened. */
	async type(...pieces: readonly string[]): Promise<void> {
		for (const piece of pieces) {
			this.wire.dte.write(bytesOf(piece));
			await this.clock.advance(0);
		}
	}

	/** What the DTE saw since it looked last. */
	async see(): Promise<string> {
		await this.clock.advance(0);
		const count = this.wire.dte.read(this.#scratch);
		return textOf(this.#scratch.subarray(0, count));
	}
}

/** Every command is OK at once. */
function answering(
	changes: Partial<TerminalSettings> = {},
	options: Partial<TerminalOptions> = {},
	block?: number,
): Bench {
	const bench = new Bench(changes, options, block);
	bench.answer = () => bench.terminal.finish(OK);
	return bench;
}

const SCRIPTS: readonly [string, string, readonly string[], string][] = [
	['one line', 'AT+CSQ\r', ['+CSQ'], 'AT+CSQ\r\r\nOK\r\n'],
	['nothing behind AT', 'AT\r', [''], 'AT\r\r\nOK\r\n'],
	[
		'lower and mixed case',
		'at+a\raT+b\rAt+c\r',
		['+a', '+b', '+c'],
		'at+a\r\r\nOK\r\naT+b\r\r\nOK\r\nAt+c\r\r\nOK\r\n',
	],
	['CR LF line ends', 'AT+A\r\nAT+B\r\n', ['+A', '+B'], 'AT+A\r\r\nOK\r\nAT+B\r\r\nOK\r\n'],
	['garbage in front', '\xff\x00u/AAT+A\r', ['+A'], '\xffu/AAT+A\r\r\nOK\r\n'],
	['a line without AT', 'hello\rAT+A\r', ['+A'], 'hello\rAT+A\r\r\nOK\r\n'],
	['empty lines', '\r\r\n\rAT+A\r', ['+A'], '\r\r\rAT+A\r\r\nOK\r\n'],
	['control characters inside', 'A\x00T+\x01C\x7fS\nQ\x1b\r', ['+CSQ'], 'AT+CSQ\r\r\nOK\r\n'],
	['an erased character', 'AT+CX\bSQ\r', ['+CSQ'], 'AT+CX\b \bSQ\r\r\nOK\r\n'],
	['erasing ends at AT', 'AT+\b\b\b\b\bE\r', ['E'], 'AT+\b \bE\r\r\nOK\r\n'],
	['A/ at once, without CR', 'AT+A\rA/a/', ['+A', '+A', '+A'], 'AT+A\r\r\nOK\r\nA/\r\nOK\r\na/\r\nOK\r\n'],
	['A/ before any line', 'A/', [''], 'A/\r\nOK\r\n'],
	['spaces are data', 'AT +A = 1 \r', [' +A = 1 '], 'AT +A = 1 \r\r\nOK\r\n'],
	['octets above 127 are data', 'AT+A="\xe9\xa0"\r', ['+A="\xe9\xa0"'], 'AT+A="\xe9\xa0"\r\r\nOK\r\n'],
];

describe('command lines', () => {
	test.each(SCRIPTS)('%s', async (_, typed, lines, seen) => {
		const bench = answering();
		await bench.type(typed);
		expect(bench.lines).toEqual(lines);
		expect(await bench.see()).toBe(seen);
	});

	test.each(SCRIPTS)('%s: in pieces of any size', async (_, typed, lines, seen) => {
		for (let size = 1; size < typed.length; size++) {
			const bench = answering({}, {}, size);
			await bench.type(typed);
			expect(bench.lines).toEqual(lines);
			expect(await bench.see()).toBe(seen);
		}
	});

	test.each(SCRIPTS)('%s: without any one octet, the next line is read', async (_, typed) => {
		for (let at = 0; at < typed.length; at++) {
			const bench = answering();
			await bench.type(`${typed.slice(0, at)}${typed.slice(at + 1)}\r`, 'AT+NEXT\r');
			expect(bench.lines[bench.lines.length - 1]).toBe('+NEXT');
		}
	});

	test('a line that is too long answers ERROR and does not run, nor does A/ bring it back', async () => {
		const bench = answering();
		await bench.type('AT+A\r', `AT${'x'.repeat(78)}\r`, `AT${'y'.repeat(79)}\r`, 'A/');
		expect(bench.lines).toEqual(['+A', 'x'.repeat(78), 'x'.repeat(78)]);
		expect(await bench.see()).toContain(`AT${'y'.repeat(79)}\r\r\nERROR\r\nA/\r\nOK\r\n`);
	});

	test('a line that was too long cannot be erased back into one that runs', async () => {
		const bench = answering();
		await bench.type(`AT${'y'.repeat(79)}${'\b'.repeat(20)}\r`);
		expect(bench.lines).toEqual([]);
		expect(await bench.see()).toMatch(/\r\nERROR\r\n$/);
	});

	test('the line end and the erasing character are those of S3 and S5', async () => {
		const bench = answering({ s3: 35, s4: 124, s5: 95 });
		await bench.type('AT+X_Y#');
		expect(bench.lines).toEqual(['+Y']);
		expect(await bench.see()).toBe('AT+X\b \bY##|OK#|');
	});

	test('without echo nothing is sent back', async () => {
		const bench = answering({ echo: false });
		await bench.type('xAT+CX\bSQ\r');
		expect(await bench.see()).toBe('\r\nOK\r\n');
	});

	test('a whole line is echoed in one block', async () => {
		const port = new NarrowPort();
		const terminal = new DceTerminal({
			port,
			clock: new VirtualClock(),
			settings: settings(),
			maxLine: 80,
			onLine: () => terminal.finish(OK),
		});
		port.arrive('AT+CSQ\r');
		expect(port.writes).toEqual(['AT+CSQ\r', '\r\nOK\r\n']);
	});

	test('any octets in any pieces give the same lines and the same echo', async () => {
		const octet = fc.constantFrom(...'AaTt/+1\r\r\b\n\x00\x1b x');
		await fc.assert(
			fc.asyncProperty(fc.array(octet, { maxLength: 24 }), fc.integer({ min: 1, max: 7 }), async (typed, size) => {
				const whole = answering({}, { maxLine: 8 });
				const split = answering({}, { maxLine: 8 }, size);
				await whole.type(typed.join(''));
				await split.type(typed.join(''));
				expect(split.lines).toEqual(whole.lines);
				expect(await split.see()).toBe(await whole.see());
				for (const line of whole.lines) expect(line.length).toBeLessThanOrEqual(6);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('results', () => {
	test('a response of one line and of several', async () => {
		const bench = new Bench({ echo: false });
		await bench.type('AT\r');
		bench.terminal.information('one');
		bench.terminal.lines(['one', 'two']);
		bench.terminal.finish({ kind: 'cme', code: 10 });
		expect(await bench.see()).toBe('\r\none\r\n\r\none\r\ntwo\r\n\r\nERROR\r\n');
	});

	test('V0 has digits and short line ends, but not for extended codes', async () => {
		const bench = new Bench({ echo: false, verbose: false, cmee: 1 });
		await bench.type('AT\r');
		bench.terminal.lines(['one', 'two']);
		bench.terminal.finish(OK);
		bench.terminal.finish({ kind: 'cme', code: 10 });
		bench.terminal.urc('RING');
		bench.terminal.urc('+CMTI: "SM",1');
		expect(await bench.see()).toBe('one\r\ntwo\r\n0\r\r\n+CME ERROR: 10\r\n2\r\r\n+CMTI: "SM",1\r\n');
	});

	test('Q1 keeps responses and drops every result code', async () => {
		const bench = new Bench({ echo: false, quiet: true });
		await bench.type('AT\r');
		bench.terminal.information('one');
		bench.terminal.urc('RING');
		bench.terminal.finish(OK);
		expect(await bench.see()).toBe('\r\none\r\n');
	});
});

describe('while a command runs', () => {
	test('further lines wait and run in order', async () => {
		const bench = new Bench({ echo: false });
		await bench.type('AT+A\rAT+B\r', 'AT+C\r');
		expect(bench.lines).toEqual(['+A']);
		expect(bench.terminal.busy).toBe(true);
		bench.terminal.finish(OK);
		expect(bench.lines).toEqual(['+A']);
		await bench.clock.advance(0);
		expect(bench.lines).toEqual(['+A', '+B']);
		bench.terminal.finishSilently();
		await bench.clock.advance(0);
		expect(bench.lines).toEqual(['+A', '+B', '+C']);
	});

	test('a script of any length runs without piling up calls', async () => {
		const bench = answering({ echo: false, quiet: true });
		for (let round = 0; round < 10; round++) await bench.type('AT\r'.repeat(100));
		expect(bench.lines).toHaveLength(1000);
	});

	test('what waits stops the sender', async () => {
		const bench = new Bench();
		await bench.type('AT\r');
		let taken = 0;
		for (let round = 0; round < 20; round++) {
			taken += bench.wire.dte.write(new Uint8Array(1024));
			await bench.clock.advance(0);
		}
		expect(taken).toBeLessThan(10_000);
	});

	test('an octet after 125 ms aborts, once; sooner, or the LF of the line, does not', async () => {
		let aborts = 0;
		const bench = new Bench({}, { onAbort: () => aborts++ });
		await bench.type('AT+COPS=?\r');
		await bench.clock.advance(200);
		await bench.type('\n');
		expect(aborts).toBe(0);
		await bench.type('x', 'y');
		expect(aborts).toBe(1);
		bench.terminal.finish(OK);
		await bench.type('\rAT+B\r');
		await bench.clock.advance(100);
		await bench.type('x');
		expect(aborts).toBe(1);
		await bench.clock.advance(100);
		await bench.type('y');
		expect(aborts).toBe(2);
		expect(bench.lines).toEqual(['+COPS=?', '+B']);
	});
});

describe('prompts', () => {
	const asking = (
		collect: Parameters<DceTerminal['prompt']>[1],
		changes: Partial<TerminalSettings> = {},
		block?: number,
	) => {
		const bench = new Bench(changes, {}, block);
		const got: string[] = [];
		bench.answer = body => {
			if (!body.startsWith('+CMGS')) return bench.terminal.finish(OK);
			bench.terminal.prompt('\r\n> ', collect, (data, end) => {
				got.push(end, data === undefined ? '-' : textOf(data));
				bench.terminal.finish(OK);
			});
		};
		return { bench, got };
	};

	test.each<[string, string, string[], string]>([
		['Ctrl-Z ends it', 'hello\x1a', ['whole', 'hello'], 'hello'],
		['ESC gives it up', 'hello\x1b', ['aborted', '-'], 'hello'],
		['the first of the two counts', 'a\x1bb\x1a', ['aborted', '-'], 'a'],
		['lines are data', 'a\rb\nc\x1a', ['whole', 'a\rb\nc'], 'a\rb\nc'],
		['the LF of the line is not', '\nabc\x1a', ['whole', 'abc'], 'abc'],
		['erasing', 'ab\b\b\bc\x1a', ['whole', 'c'], 'ab\b \b\b \bc'],
		['as much as allowed', '12345678\x1a', ['whole', '12345678'], '12345678'],
		['more than allowed', '123456789\x1a', ['overflow', '-'], '123456789'],
	])('text: %s', async (_, typed, expected, echo) => {
		for (const block of [64, 1, 2, 3]) {
			const { bench, got } = asking({ kind: 'text', max: 8 }, {}, block);
			await bench.type('AT+CMGS=5\r', typed);
			expect(got).toEqual(expected);
			expect((await bench.see()).startsWith(`AT+CMGS=5\r\r\n> ${echo}\r\nOK\r\n`)).toBe(true);
			await bench.type('\rAT+B\r');
			expect(bench.lines).toEqual(['+CMGS=5', '+B']);
		}
	});

	test('text is not echoed with E0', async () => {
		const { bench } = asking({ kind: 'text' }, { echo: false });
		await bench.type('AT+CMGS=5\r', 'secret\x1a');
		expect(await bench.see()).toBe('\r\n> \r\nOK\r\n');
	});

	test('octets of any value, exactly so many, never echoed', async () => {
		const octets = '\x1a\x1b\r\n\b\x00\xff';
		for (let block = 1; block < 12; block++) {
			const { bench, got } = asking({ kind: 'octets', count: octets.length }, {}, block);
			await bench.type('AT+CMGS\r');
			await bench.type(`${octets}AT+B\r`);
			expect(got).toEqual(['whole', octets]);
			expect(bench.lines).toEqual(['+CMGS', '+B']);
			expect(await bench.see()).toBe('AT+CMGS\r\r\n> \r\nOK\r\nAT+B\r\r\nOK\r\n');
		}
	});

	test('data may come before the prompt; the LF of the line is none of it', async () => {
		const bench = new Bench({ echo: false });
		let got = '';
		await bench.type('AT+X\r\nhello');
		bench.terminal.prompt('\r\n> ', { kind: 'octets', count: 5 }, data => {
			got = textOf(data!);
		});
		await bench.clock.advance(0);
		expect(got).toBe('hello');
	});

	test('a result ends the prompt', async () => {
		const { bench, got } = asking({ kind: 'text' });
		await bench.type('AT+CMGS=5\r', 'abc');
		bench.terminal.finish({ kind: 'error' });
		await bench.type('\x1a\rAT+B\r');
		expect(got).toEqual([]);
		expect(bench.lines).toEqual(['+CMGS=5', '+B']);
	});
});

describe('data mode', () => {
	test('octets go to the handler as they are until the command state returns', async () => {
		const bench = new Bench({ echo: false });
		let got = '';
		await bench.type('ATD\r\n');
		bench.terminal.finish({ kind: 'connect' });
		bench.terminal.online(bytes => {
			got += textOf(bytes);
		});
		await bench.type('AT+X\r\x00\x1a');
		expect(got).toBe('AT+X\r\x00\x1a');
		expect(bench.terminal.raw('data')).toBe(4);
		bench.terminal.offline();
		expect(bench.terminal.busy).toBe(true);
		bench.terminal.finish({ kind: 'no-carrier' });
		await bench.type('AT+B\r');
		expect(bench.lines).toEqual(['D', '+B']);
		expect(await bench.see()).toBe('\r\nCONNECT\r\ndata\r\nNO CARRIER\r\n');
	});

	test('nothing is lost or run between CONNECT and data mode', async () => {
		const bench = new Bench();
		let got = '';
		await bench.type('ATD\rAT+X\r');
		bench.terminal.finish({ kind: 'connect' });
		await bench.clock.advance(1000);
		bench.terminal.online(bytes => {
			got += textOf(bytes);
		});
		await bench.clock.advance(0);
		expect(got).toBe('AT+X\r');
		expect(bench.lines).toEqual(['D']);
	});

	test('while paused, octets stay in the port', async () => {
		const bench = new Bench({ echo: false });
		let got = '';
		await bench.type('ATD\r');
		bench.terminal.online(bytes => {
			got += textOf(bytes);
			bench.terminal.pause();
		});
		await bench.type('one', 'two');
		expect(got).toBe('one');
		bench.terminal.resume();
		await bench.clock.advance(0);
		expect(got).toBe('onetwo');
	});

	test('a handler can leave data mode while it reads', async () => {
		const bench = new Bench({ echo: false });
		await bench.type('ATD\r');
		bench.terminal.online(() => {
			bench.terminal.offline();
			bench.terminal.finish(OK);
		});
		await bench.type('+++');
		await bench.type('AT+B\r');
		expect(bench.lines).toEqual(['D', '+B']);
	});
});

describe('unsolicited results', () => {
	test('come at once when nothing happens', async () => {
		const bench = new Bench();
		bench.terminal.urc('RING');
		expect(await bench.see()).toBe('\r\nRING\r\n');
	});

	test('wait for the end of a command, of a prompt and of data mode', async () => {
		const bench = new Bench({ echo: false });
		await bench.type('AT\r');
		bench.terminal.urc('+A: 1');
		bench.terminal.prompt('\r\n> ', { kind: 'text' }, () => bench.terminal.online(() => {}));
		bench.terminal.urc('+A: 2');
		await bench.type('x\x1a');
		bench.terminal.urc('+A: 3');
		expect(await bench.see()).toBe('\r\n> ');
		bench.terminal.offline();
		bench.terminal.information('end');
		bench.terminal.finish(OK);
		expect(await bench.see()).toBe('\r\nend\r\n\r\nOK\r\n\r\n+A: 1\r\n\r\n+A: 2\r\n\r\n+A: 3\r\n');
	});

	test('wait for a line that is being typed, but not for ever', async () => {
		const bench = answering();
		await bench.type('AT+C');
		bench.terminal.urc('RING');
		await bench.clock.advance(4999);
		expect(await bench.see()).toBe('AT+C');
		await bench.clock.advance(1);
		expect(await bench.see()).toBe('\r\nRING\r\n');
		bench.terminal.urc('RING');
		await bench.type('SQ\r');
		expect(bench.lines).toEqual(['+CSQ']);
		expect(await bench.see()).toBe('SQ\r\r\nOK\r\n\r\nRING\r\n');
		await bench.clock.advance(10_000);
		expect(await bench.see()).toBe('');
	});

	test('wait no longer when what was typed turns out to be no line', async () => {
		const bench = new Bench({ echo: false });
		await bench.type('A');
		bench.terminal.urc('RING');
		await bench.type('B\r');
		expect(await bench.see()).toBe('\r\nRING\r\n');
	});

	test('beyond the bound the oldest is dropped and counted', async () => {
		const bench = new Bench({ echo: false }, { heldUrcs: 2 });
		await bench.type('AT\r');
		for (const number of [1, 2, 3]) bench.terminal.urc(`+A: ${number}`);
		bench.terminal.finishSilently();
		expect(await bench.see()).toBe('\r\n+A: 2\r\n\r\n+A: 3\r\n');
		expect(bench.terminal.lost).toBe(1);
	});
});

/** A port that takes `space` octets and then nothing. */
class NarrowPort implements BytePort {
	space = Number.POSITIVE_INFINITY;
	readonly writes: string[] = [];
	closed = false;
	listener: PortListener | undefined;
	#waiting = '';

	get sent(): string {
		return this.writes.join('');
	}

	arrive(text: string): void {
		this.#waiting += text;
		this.listener?.readable();
	}

	widen(space: number): void {
		this.space = space;
		this.listener?.writable?.();
	}

	read(into: Uint8Array): number {
		const bytes = bytesOf(this.#waiting.slice(0, into.length));
		into.set(bytes);
		this.#waiting = this.#waiting.slice(bytes.length);
		return bytes.length;
	}

	write(bytes: Uint8Array): number {
		const count = Math.min(this.space, bytes.length);
		this.space -= count;
		if (count > 0) this.writes.push(textOf(bytes.subarray(0, count)));
		return count;
	}

	close(): void {
		this.closed = true;
		this.listener = undefined;
	}

	listen(listener: PortListener | undefined): void {
		this.listener = listener;
	}
}

describe('output that the port does not take', () => {
	const narrow = (outputCapacity: number) => {
		const port = new NarrowPort();
		const clock = new VirtualClock();
		const terminal = new DceTerminal({
			port,
			clock,
			settings: settings({ echo: false }),
			maxLine: 80,
			onLine: () => {},
			outputCapacity,
		});
		port.space = 0;
		return { port, terminal };
	};

	test('waits in order, octet by octet', () => {
		const { port, terminal } = narrow(100);
		let drained = 0;
		terminal.onDrained = () => drained++;
		terminal.information('one');
		terminal.raw('two');
		terminal.finish(OK);
		for (let at = 0; at < 16; at++) {
			expect(drained).toBe(0);
			port.widen(1);
		}
		expect(drained).toBe(1);
		expect(port.sent).toBe('\r\none\r\ntwo\r\nOK\r\n');
	});

	test('is bounded: lines that do not fit are dropped whole, the result never', () => {
		const { port, terminal } = narrow(20);
		expect(terminal.space).toBe(20);
		terminal.information('0123456789');
		expect(terminal.space).toBe(6);
		terminal.information('dropped');
		expect(terminal.lost).toBe(1);
		expect(terminal.raw('0123456789')).toBe(6);
		terminal.finish({ kind: 'error' });
		port.widen(1000);
		expect(port.sent).toBe('\r\n0123456789\r\n012345\r\nERROR\r\n');
		expect(terminal.space).toBe(20);
	});

	test('a URC waits for space and takes none from an answer', () => {
		const { port, terminal } = narrow(20);
		terminal.raw('0123456789');
		terminal.urc('+A: 1234567');
		expect(terminal.raw('0123456789')).toBe(10);
		port.widen(1000);
		expect(port.sent).toBe('01234567890123456789\r\n+A: 1234567\r\n');
		expect(terminal.lost).toBe(0);
	});

	test('held URCs are bounded there too', () => {
		const { port, terminal } = narrow(20);
		terminal.raw('0123456789');
		for (let number = 0; number < 100; number++) terminal.urc(`+A: ${1000000 + number}`);
		expect(terminal.lost).toBe(84);
		port.widen(100_000);
		expect(port.sent).toContain('+A: 1000099');
		expect(port.sent).not.toContain('+A: 1000083');
	});
});

describe('the end', () => {
	const closing = () => {
		const port = new NarrowPort();
		const events: string[] = [];
		const terminal = new DceTerminal({
			port,
			clock: new VirtualClock(),
			settings: settings(),
			maxLine: 80,
			onLine: body => events.push(body),
			onClosed: reason => events.push(`closed: ${reason}`),
			onBreak: length => events.push(`break ${length}`),
			onSignals: signals => events.push(`rtc ${signals.rtc}`),
		});
		return { port, terminal, events };
	};

	test('a port that closes is told once; afterwards nothing is printed', () => {
		const { port, terminal, events } = closing();
		port.listener?.closed?.('gone');
		port.listener?.closed?.('gone');
		terminal.information('x');
		terminal.finish(OK);
		terminal.urc('RING');
		terminal.prompt('> ', { kind: 'text' }, () => events.push('done'));
		expect(terminal.raw('x')).toBe(0);
		expect(events).toEqual(['closed: gone']);
		expect(port.sent).toBe('');
	});

	test('closing releases the port, twice as well', () => {
		const { port, terminal, events } = closing();
		terminal.close();
		terminal.close();
		expect(port.closed).toBe(true);
		expect(events).toEqual([]);
	});

	test('detaching keeps the port open and gives back what was read but not used', () => {
		const { port, terminal, events } = closing();
		port.arrive('AT+CMUX=0\r\xf9\x03?\x01');
		expect(events).toEqual(['+CMUX=0']);
		terminal.finish(OK);
		expect(textOf(terminal.detach())).toBe('\xf9\x03?\x01');
		expect(port.closed).toBe(false);
		expect(port.listener).toBeUndefined();
	});

	test('breaks and signals are passed on', () => {
		const { port, events } = closing();
		port.listener?.broke?.(3);
		port.listener?.signals?.({ rtc: false, rtr: true, ic: false, dv: false });
		expect(events).toEqual(['break 3', 'rtc false']);
	});
});
