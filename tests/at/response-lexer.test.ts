import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseLexer } from '../../src/at/response-lexer.js';
import { bytesOf, textOf } from '../../src/base/text.js';

type Found = readonly [kind: 'line' | 'numeric' | 'prompt' | 'octets', text: string, raw: string];

interface Setting {
	/** The command line that runs; undefined: none. */
	readonly line?: string | undefined;
	readonly prompt?: string;
	readonly size?: number;
	readonly capacity?: number;
	/** Octets wanted behind a line. */
	readonly octets?: (text: string) => number;
}

/** What the lexer finds in `input`, raw blocks in one piece however they came. */
function found(input: string, { line, prompt = '>', size = input.length, capacity, octets }: Setting = {}): Found[] {
	const all: Found[] = [];
	const lexer = new ResponseLexer(
		{
			line: (text, raw) => {
				all.push(['line', text, raw]);
				const wanted = octets?.(text) ?? 0;
				if (wanted > 0) lexer.takeOctets(wanted);
			},
			numeric: (text, raw) => all.push(['numeric', text, raw]),
			prompt: raw => all.push(['prompt', '', raw]),
			octets: bytes => {
				const last = all[all.length - 1];
				const text = textOf(bytes);
				if (last?.[0] === 'octets') all[all.length - 1] = ['octets', last[1] + text, last[2] + text];
				else all.push(['octets', text, text]);
			},
		},
		capacity,
	);
	if (line !== undefined) lexer.begin(line, prompt);
	const bytes = bytesOf(input);
	for (let at = 0; at < bytes.length; at += Math.max(size, 1)) lexer.feed(bytes.subarray(at, at + Math.max(size, 1)));
	return all;
}

const kinds = (all: readonly Found[]) => all.map(([kind, text]) => (text === '' ? kind : `${kind} ${text}`));

const CASES: readonly { name: string; input: string; setting: Setting; wanted: readonly string[] }[] = [
	{ name: 'a plain OK', input: '\r\nOK\r\n', setting: { line: 'AT' }, wanted: ['line OK'] },
	{
		name: 'an information line and OK',
		input: '\r\n+CSQ: 12,0\r\n\r\nOK\r\n',
		setting: { line: 'AT+CSQ' },
		wanted: ['line +CSQ: 12,0', 'line OK'],
	},
	{
		name: 'an answer behind its echo',
		input: 'AT+CSQ\r\r\n+CSQ: 12,0\r\n\r\nOK\r\n',
		setting: { line: 'AT+CSQ' },
		wanted: ['line +CSQ: 12,0', 'line OK'],
	},
	{ name: 'a numeric result', input: '0\r', setting: { line: 'AT' }, wanted: ['numeric 0'] },
	{ name: 'a numeric result behind its echo', input: 'AT\r0\r', setting: { line: 'AT' }, wanted: ['numeric 0'] },
	{
		name: 'V0 information and result',
		input: '+CSQ: 12,0\r\n0\r',
		setting: { line: 'AT+CSQ' },
		wanted: ['line +CSQ: 12,0', 'numeric 0'],
	},
	{
		name: 'V0 information and result behind their echo',
		input: 'AT+CSQ\r+CSQ: 12,0\r\n0\r',
		setting: { line: 'AT+CSQ' },
		wanted: ['line +CSQ: 12,0', 'numeric 0'],
	},
	{
		name: 'V0 information of two digits',
		input: '12\r\n0\r',
		setting: { line: 'AT' },
		wanted: ['numeric 12', 'numeric 0'],
	},
	{
		name: 'a numeric result with a URC right behind it',
		input: '0\r+CREG: 1\r\n',
		setting: { line: 'AT' },
		wanted: ['numeric 0', 'line +CREG: 1'],
	},
	{
		name: 'a register of three digits with V0',
		input: '013\r\n0\r',
		setting: { line: 'ATS3?' },
		wanted: ['line 013', 'numeric 0'],
	},
	{
		name: 'a message whose text is a digit, which is no result with V1',
		input: '\r\n+CMGR: "REC READ"\r\n4\r\n\r\nOK\r\n',
		setting: { line: 'AT+CMGR=1' },
		wanted: ['line +CMGR: "REC READ"', 'line 4', 'line OK'],
	},
	{
		name: 'a chain that goes over to V0',
		input: '\r\n+CSQ: 12,0\r\n0\r',
		setting: { line: 'AT+CSQ;V0' },
		wanted: ['line +CSQ: 12,0', 'numeric 0'],
	},
	{
		name: 'digits while no command runs',
		input: '0\r\n',
		setting: {},
		wanted: ['line 0'],
	},
	{ name: 'a prompt with its space', input: '\r\n> ', setting: { line: 'AT+CMGS=5' }, wanted: ['prompt'] },
	{ name: 'a bare prompt', input: '\r\n>', setting: { line: 'AT+CMGS=5' }, wanted: ['prompt'] },
	{
		name: 'a prompt behind its echo',
		input: 'AT+CMGS=5\r\r\n> ',
		setting: { line: 'AT+CMGS=5' },
		wanted: ['prompt'],
	},
	{
		name: 'a prompt and the answer behind it',
		input: '\r\n> \r\n+CMGS: 7\r\n\r\nOK\r\n',
		setting: { line: 'AT+CMGS=5' },
		wanted: ['prompt', 'line +CMGS: 7', 'line OK'],
	},
	{
		name: 'the prompt for a script',
		input: '\r\n>>>',
		setting: { line: 'AT#WSCRIPT="a",5', prompt: '>>>' },
		wanted: ['prompt'],
	},
	{
		name: 'a quoted line of a message, which is no prompt',
		input: '\r\n+CMGR: "REC READ"\r\n> quoted\r\n\r\nOK\r\n',
		setting: { line: 'AT+CMGR=1' },
		wanted: ['line +CMGR: "REC READ"', 'line > quoted', 'line OK'],
	},
	{ name: 'no prompt while no command runs', input: '\r\n> \r\n', setting: {}, wanted: ['line > '] },
	{
		name: 'blank lines between two URCs',
		input: '\r\nRING\r\n\r\n\r\n\r\nRING\r\n',
		setting: {},
		wanted: ['line RING', 'line RING'],
	},
	{
		name: 'a URC before the echo',
		input: '\r\n+CREG: 1\r\nAT+CSQ\r\r\n+CSQ: 1,0\r\n\r\nOK\r\n',
		setting: { line: 'AT+CSQ' },
		wanted: ['line +CREG: 1', 'line +CSQ: 1,0', 'line OK'],
	},
	{
		name: 'what begins like the echo and is not it',
		input: '\r\nATTACHED\r\n\r\nOK\r\n',
		setting: { line: 'AT' },
		wanted: ['line ATTACHED', 'line OK'],
	},
	{
		name: 'raw octets with every line end in them',
		input: '\r\n#SRECV: 1,9\r\n\r\nOK\r\n> 0\r\n\r\nOK\r\n',
		setting: { line: 'AT#SRECV=1,9', octets: text => (text.startsWith('#SRECV') ? 9 : 0) },
		wanted: ['line #SRECV: 1,9', 'octets \r\nOK\r\n> 0', 'line OK'],
	},
];

describe('the lexer finds', () => {
	test.each(CASES)('$name, whole and in pieces of any size', ({ input, setting, wanted }) => {
		for (let size = 1; size <= input.length; size++) {
			expect(kinds(found(input, { ...setting, size })), `pieces of ${size}`).toEqual(wanted);
		}
	});

	test.each(CASES)('$name behind noise that ends with a line', ({ input, setting, wanted }) => {
		const { line, ...rest } = setting;
		const noise = '\u00f9\u0003\u0000*\u00ff\r\n';
		const all: string[] = kinds(found(noise + input, { ...rest, line, size: 1 }));
		expect(all[0]).toMatch(/^line /);
		// Noise cannot tell V0 from V1.
		expect(all.slice(1)).toEqual(wanted);
	});

	test.each(CASES)('$name never throws and goes on when an octet is lost', ({ input, setting }) => {
		for (let lost = 0; lost < input.length; lost++) {
			const damaged = input.slice(0, lost) + input.slice(lost + 1);
			const after = kinds(found(`${damaged}\r\n\r\n\r\n\r\n\r\nEND\r\n`, { ...setting, size: 3 }));
			expect(after.at(-1), `without octet ${lost}`).toMatch(/END/);
		}
	});
});

describe('the raw text', () => {
	test.each([
		'\r\nOK\r\n',
		'\r\n+CSQ: 12,0\r\n\r\nOK\r\n',
		'\r\n\r\n\r\n+CREG: 1\r\n\r\n+CREG: 2\r\n',
		'+CSQ: 12,0\r\n0\r',
		'12\r\n0\r',
		'\r\n>',
		'one\ntwo\n\r\nthree\r\r\n',
	])('of all finds together is what the module printed: %j', input => {
		for (let size = 1; size <= input.length; size++) {
			const all = found(input, { line: 'AT', size });
			expect(all.map(([, , raw]) => raw).join('')).toBe(input);
		}
	});

	test('of the answer is whole when an echo stands before it', () => {
		for (const size of [1, 2, 5, 100]) {
			const all = found('AT+CSQ\r\r\n+CSQ: 12,0\r\n\r\nOK\r\n', { line: 'AT+CSQ', size });
			expect(all.map(([, , raw]) => raw)).toEqual(['\r\n+CSQ: 12,0\r\n', '\r\nOK\r\n']);
		}
	});
});

describe('limits of the lexer', () => {
	test('a line longer than the buffer comes in pieces of its size, and the next one is whole', () => {
		const long = 'x'.repeat(150);
		for (const size of [1, 7, 64, 1000]) {
			const all = found(`${long}\r\nOK\r\n`, { capacity: 64, size });
			expect(kinds(all)).toEqual([
				`line ${'x'.repeat(64)}`,
				`line ${'x'.repeat(64)}`,
				`line ${'x'.repeat(22)}`,
				'line OK',
			]);
		}
	});

	test('a prompt needs no line end where nothing was answered yet', () => {
		expect(kinds(found('>', { line: 'AT+CMGS=5' }))).toEqual(['prompt']);
	});

	test('line ends without number do not fill it', () => {
		expect(kinds(found(`${'\r\n'.repeat(500)}OK\r\n`, { capacity: 32, size: 10 }))).toEqual(['line OK']);
	});

	test('octets can be asked for over many blocks and behind a line in the same one', () => {
		const data = '\u0000\r\n\u00ff'.repeat(500);
		const octets = (text: string) => (text.startsWith('#') ? data.length : 0);
		for (const size of [1, 13, 256, 5000]) {
			const all = found(`\r\n#X: 1\r\n${data}\r\n\r\nOK\r\n`, { line: 'AT#X', octets, size });
			expect(all[1]?.[1]).toBe(data);
			expect(kinds(all.slice(2))).toEqual(['line OK']);
		}
	});

	test('the space of a bare prompt that comes late is no data', () => {
		const all: string[] = [];
		const lexer = new ResponseLexer({
			line: text => all.push(text),
			numeric: () => {},
			prompt: () => lexer.takeAll(),
			octets: bytes => all.push(textOf(bytes)),
		});
		lexer.begin('AT+CMGS=1', '>');
		for (const piece of ['\r\n', '>', ' ', 'a', ' b']) lexer.feed(bytesOf(piece));
		expect(all).toEqual(['a', ' b']);
	});

	test('data mode hands over everything until lines are wanted again', () => {
		const all: string[] = [];
		const lexer = new ResponseLexer({
			line: text => all.push(`line ${text}`),
			numeric: () => {},
			prompt: () => {},
			octets: bytes => all.push(textOf(bytes)),
		});
		lexer.feed(bytesOf('begun'));
		lexer.takeAll();
		lexer.feed(bytesOf('\r\nOK\r\n'));
		lexer.takeLines();
		lexer.feed(bytesOf('RING\r\n'));
		expect(all).toEqual(['begun\r\nOK\r\n', 'line RING']);
	});

	test('reset forgets a line begun, the octets wanted and the command', () => {
		const all: string[] = [];
		const lexer = new ResponseLexer({
			line: text => all.push(`line ${text}`),
			numeric: text => all.push(`numeric ${text}`),
			prompt: () => all.push('prompt'),
			octets: bytes => all.push(textOf(bytes)),
		});
		lexer.begin('AT', '>');
		lexer.takeOctets(100);
		lexer.feed(bytesOf('abc'));
		lexer.reset();
		lexer.feed(bytesOf('half'));
		lexer.reset();
		lexer.feed(bytesOf('> \r\n0\r\n'));
		expect(all).toEqual(['abc', 'line > ', 'line 0']);
	});
});

/** Octets of which AT lines are made, and some others. */
const soup = fc.array(
	fc.constantFrom(
		'\r',
		'\n',
		'\r\n',
		'>',
		'> ',
		' ',
		'0',
		'4',
		'12',
		'AT',
		'AT\r',
		'OK',
		'+C: 1',
		'\u0000',
		'\u00ff',
		'\u001b',
	),
	{ maxLength: 40 },
);

describe('any octets', () => {
	test('in any pieces give the same finds', () => {
		fc.assert(
			fc.property(
				soup,
				fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
				fc.constantFrom(undefined, 'AT', 'ATV0'),
				fc.constantFrom(16, 768),
				(parts, sizes, line, capacity) => {
					const input = parts.join('');
					// An overlong line is cut where the buffer ends, before its head can be looked at again.
					fc.pre(capacity > 16 || !/[>0-9]/.test(input));
					const whole = found(input, { line, capacity });
					const pieces: Found[] = [];
					const lexer = new ResponseLexer(
						{
							line: (text, raw) => pieces.push(['line', text, raw]),
							numeric: (text, raw) => pieces.push(['numeric', text, raw]),
							prompt: raw => pieces.push(['prompt', '', raw]),
							octets: () => {},
						},
						capacity,
					);
					if (line !== undefined) lexer.begin(line, '>');
					const bytes = bytesOf(input);
					for (let at = 0, turn = 0; at < bytes.length; turn++) {
						const size = sizes[turn % sizes.length]!;
						lexer.feed(bytes.subarray(at, at + size));
						at += size;
					}
					expect(pieces).toEqual(whole);
				},
			),
			{ numRuns: 300 },
		);
	});

	test('give no line longer than the buffer, and none that is blank', () => {
		fc.assert(
			fc.property(soup, fc.integer({ min: 1, max: 20 }), (parts, size) => {
				for (const [kind, text, raw] of found(parts.join(''), { line: 'AT', capacity: 24, size })) {
					expect(raw.length).toBeLessThanOrEqual(24);
					if (kind === 'line') expect(text).not.toBe('');
				}
			}),
			{ numRuns: 200 },
		);
	});
});
