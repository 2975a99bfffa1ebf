import { describe, expect, test } from 'vitest';
import { CME_TEXTS, CMS_TEXTS } from '../../src/at/error-texts.js';
import {
	describeError,
	type FinalResult,
	formatFinal,
	numericCode,
	parseFinal,
	parseNumericFinal,
} from '../../src/at/result-code.js';

const PLAIN: readonly [FinalResult, string, string][] = [
	[{ kind: 'ok' }, 'OK', '0'],
	[{ kind: 'connect' }, 'CONNECT', '1'],
	[{ kind: 'no-carrier' }, 'NO CARRIER', '3'],
	[{ kind: 'error' }, 'ERROR', '4'],
	[{ kind: 'no-dialtone' }, 'NO DIALTONE', '6'],
	[{ kind: 'busy' }, 'BUSY', '7'],
	[{ kind: 'no-answer' }, 'NO ANSWER', '8'],
];

describe('results of V.250', () => {
	test.each(PLAIN)('%j is %s or %s, both ways', (result, text, digits) => {
		expect(formatFinal(result, { verbose: true, cmee: 0 })).toBe(text);
		expect(formatFinal(result, { verbose: false, cmee: 0 })).toBe(digits);
		expect(parseFinal(text)).toEqual(result);
		expect(parseNumericFinal(digits)).toEqual(result);
	});

	test('CONNECT keeps its text', () => {
		expect(formatFinal({ kind: 'connect', text: '9600' }, { verbose: true, cmee: 0 })).toBe('CONNECT 9600');
		expect(parseFinal('CONNECT 9600')).toEqual({ kind: 'connect', text: '9600' });
	});

	test.each(['RING', 'OKAY', 'ok', '', '+CSQ: 1,2', '+CMS: 5', 'ERRORS', '0', 'CONNECTED'])(
		'%j is no verbose result',
		line => {
			expect(parseFinal(line)).toBeUndefined();
		},
	);

	test.each(['2', '5', '00', '013', 'OK', ''])('%j is no numeric result', line => {
		expect(parseNumericFinal(line)).toBeUndefined();
	});

	test('unsolicited results have their digits too', () => {
		expect([numericCode('RING'), numericCode('NO CARRIER'), numericCode('SRING: 1')]).toEqual(['2', '3', undefined]);
	});
});

describe('errors of the equipment and of messages', () => {
	test.each([
		[0, true, 'ERROR'],
		[0, false, '4'],
		[1, true, '+CME ERROR: 10'],
		[1, false, '+CME ERROR: 10'],
		[2, true, '+CME ERROR: SIM not inserted'],
	] as const)('+CMEE=%i, verbose %s: CME 10 is %s', (cmee, verbose, text) => {
		expect(formatFinal({ kind: 'cme', code: 10 }, { verbose, cmee })).toBe(text);
	});

	test('a code without a text stays a number', () => {
		expect(formatFinal({ kind: 'cme', code: 999 }, { verbose: true, cmee: 2 })).toBe('+CME ERROR: 999');
	});

	test.each([0, 1, 2] as const)('+CMEE=%i does not change a CMS error', cmee => {
		expect(formatFinal({ kind: 'cms', code: 304 }, { verbose: true, cmee })).toBe('+CMS ERROR: 304');
	});

	test.each<[string, FinalResult]>([
		['+CME ERROR: 10', { kind: 'cme', code: 10 }],
		['+CME ERROR:10', { kind: 'cme', code: 10 }],
		['+CME ERROR: sim NOT inserted', { kind: 'cme', code: 10 }],
		['+CME ERROR: context already activated', { kind: 'cme', code: 553 }],
		['+CME ERROR: resource used by other instance', { kind: 'cme', code: 612 }],
		['+CME ERROR: wrong state', { kind: 'cme', code: 551 }],
		['+CME ERROR: something new', { kind: 'cme', code: 100 }],
		['+CME ERROR:', { kind: 'cme', code: 100 }],
		['+CMS ERROR: 321', { kind: 'cms', code: 321 }],
		['+CMS ERROR: invalid memory index', { kind: 'cms', code: 321 }],
		['+CMS ERROR: something new', { kind: 'cms', code: 500 }],
	])('%s', (line, result) => {
		expect(parseFinal(line)).toEqual(result);
		expect(parseNumericFinal(line)).toEqual(result);
	});

	test('every code comes back from its number; every text from the first code that has it', () => {
		for (const code of Object.keys(CME_TEXTS).map(Number)) {
			expect(parseFinal(`+CME ERROR: ${code}`)).toEqual({ kind: 'cme', code });
			const byText = parseFinal(formatFinal({ kind: 'cme', code }, { verbose: true, cmee: 2 }));
			expect(byText?.kind === 'cme' && CME_TEXTS[byText.code]).toBe(CME_TEXTS[code]);
		}
	});

	test('errors have words for a person', () => {
		expect(describeError({ kind: 'cms', code: 500 })).toBe(CMS_TEXTS[500]);
		expect(describeError({ kind: 'cme', code: 30 })).toBe('no network service');
		expect(describeError({ kind: 'ok' })).toBeUndefined();
	});
});
