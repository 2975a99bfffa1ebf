import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_PARAMETERS, type Parameter, parseParameters, quote } from '../../src/at/parameters.js';

const number = (text: string): Parameter => ({ kind: 'number', value: Number(text), text });
const string = (value: string): Parameter => ({ kind: 'string', value });
const bare = (value: string): Parameter => ({ kind: 'bare', value });
const omitted: Parameter = { kind: 'omitted' };

describe('parameters', () => {
	test.each<[string, Parameter[]]>([
		['', []],
		['  ', []],
		['0', [number('0')]],
		['1,300,0', [number('1'), number('300'), number('0')]],
		[' 1 , 2 ', [number('1'), number('2')]],
		['0001', [number('0001')]],
		['123456789012345', [number('123456789012345')]],
		['8939100012345678901', [bare('8939100012345678901')]],
		['1,', [number('1'), omitted]],
		[',', [omitted, omitted]],
		[',,10', [omitted, omitted, number('10')]],
		[', ,10', [omitted, omitted, number('10')]],
		['1,"testuser","testpassw"', [number('1'), string('testuser'), string('testpassw')]],
		['""', [string('')]],
		['"a,b;c"', [string('a,b;c')]],
		['"say \\22hi\\22"', [string('say "hi"')]],
		['"\\5C41"', [string('\\41')]],
		['"C:\\temp"', [string('C:\\temp')]],
		['" a "', [string(' a ')]],
		['1.2.3.4,-5,AABB', [bare('1.2.3.4'), bare('-5'), bare('AABB')]],
		['+39*', [bare('+39*')]],
	])('%s', (args, parameters) => {
		expect(parseParameters(args)).toEqual({ ok: true, value: parameters });
	});

	test.each<[string, 'string' | 'count']>([
		['"a', 'string'],
		['"a"b', 'string'],
		['a"b"', 'string'],
		['ciclo3.py"', 'string'],
		['"a" "b"', 'string'],
		[','.repeat(MAX_PARAMETERS), 'count'],
	])('%s is refused: %s', (args, error) => {
		expect(parseParameters(args)).toEqual({ ok: false, error });
	});

	test('the limit counts omitted parameters', () => {
		expect(parseParameters('1,,3', 3).ok).toBe(true);
		expect(parseParameters('1,,3', 2)).toEqual({ ok: false, error: 'count' });
	});

	test('every text comes back from its quoted form, which has no quote and no control character inside', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 12, unit: 'binary-ascii' }), text => {
				const quoted = quote(text);
				expect(quoted.slice(1, -1)).not.toMatch(/["\x00-\x1f\x7f]/);
				expect(parseParameters(quoted)).toEqual({ ok: true, value: [string(text)] });
			}),
			{ numRuns: 200 },
		);
	});

	test('any text is read or refused, with no more parameters than the limit', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 20, unit: fc.constantFrom(',', '"', ' ', '1', 'a', '\\') }), args => {
				const parsed = parseParameters(args, 5);
				if (parsed.ok) expect(parsed.value.length).toBeLessThanOrEqual(5);
			}),
			{ numRuns: 200 },
		);
	});
});
