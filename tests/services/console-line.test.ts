import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/at/command-line.js';
import { ConsoleLine, type ConsoleLineOptions } from '../../src/services/console-line.js';
import { multiplexerRequest } from '../../src/services/console-mux-command.js';

const RATES = '300,1200,2400,4800,9600,19200,38400,57600,115200';

function line(options: Partial<ConsoleLineOptions> = {}) {
	const own = new ConsoleLine({ rate: undefined, isChannel: false, ...options });
	const run = (body: string) => {
		const parsed = parseCommandLine(body);
		if (!parsed.ok || !own.answers(parsed.value[0]!)) throw new Error(body);
		const { lines, result } = own.run(parsed.value[0]!);
		return [...lines, result.kind].join(' ');
	};
	return { own, run };
}

describe('a line without a rate', () => {
	test('takes any, 0 too, and tells the last one', () => {
		const { run } = line();
		expect(run('+IPR=?')).toBe(`+IPR: (0,${RATES}),(${RATES}) ok`);
		expect(run('+IPR?')).toBe('+IPR: 0 ok');
		expect(run('+IPR=9600')).toBe('ok');
		expect(run('+IPR?')).toBe('+IPR: 9600 ok');
		expect(run('+IPR=0')).toBe('ok');
		expect(run('+IPR=7')).toBe('cme');
	});
});

describe('a UART', () => {
	test('finds no rate by itself, and says so', () => {
		const set: number[] = [];
		const rate = { read: () => 57_600, set: (baud: number) => set.push(baud) > 0 };
		const { run } = line({ rate });
		expect(run('+IPR=?')).toBe(`+IPR: (),(${RATES}) ok`);
		expect(run('+IPR?')).toBe('+IPR: 57600 ok');
		expect(run('+IPR=0')).toBe('cme');
		expect(run('+IPR=19200')).toBe('ok');
		expect(set).toEqual([19_200]);
	});

	test('answers an error where the rate cannot be stored', () => {
		expect(line({ rate: { read: () => 9600, set: () => false } }).run('+IPR=9600')).toBe('cme');
	});
});

describe('+CMUX', () => {
	test('asks for a multiplexer once', () => {
		const { own, run } = line();
		expect(own.takeMultiplexer()).toBeUndefined();
		expect(run('+CMUX=0')).toBe('ok');
		expect(own.takeMultiplexer()).toEqual({ n1: 127 });
		expect(own.takeMultiplexer()).toBeUndefined();
	});

	test.each([
		['0', undefined, 127],
		['0,0', undefined, 127],
		['0,0,5', 115_200, 127],
		['0,0,1', 9600, 127],
		['0,0,5,64', undefined, 64],
		['0,0,,1509', 9600, 127],
		['0,0,5,127,10,3,30,10,2', 115_200, 127],
	])('=%s at %s baud has frames of %s octets', (args, rate, n1) => {
		expect(multiplexerRequest(args, rate)).toEqual({ n1 });
	});

	test.each([
		['', undefined],
		['1', undefined],
		['0,1', undefined],
		['"0"', undefined],
		['0,0,0', undefined],
		['0,0,4', 115_200],
		['0,0,5,7', undefined],
		['0,0,5,127,0', undefined],
		['0,0,5,127,10,3,30,10,2,1', undefined],
	])('=%s at %s baud is refused', (args, rate) => {
		expect(multiplexerRequest(args, rate)).toBeUndefined();
	});
});
