import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, joinCommands, MAX_COMMANDS, parseCommandLine } from '../../src/at/command-line.js';

/** Commands as `name form args`. */
function shown(body: string): string[] {
	const parsed = parseCommandLine(body);
	if (!parsed.ok) return [`${parsed.error.reason} at ${parsed.error.at}`];
	return parsed.value.map(({ name, form, args }) => (args === '' ? `${name} ${form}` : `${name} ${form} ${args}`));
}

function commandsOf(body: string): readonly Command[] {
	const parsed = parseCommandLine(body);
	if (!parsed.ok) throw new Error(`${body}: ${parsed.error.reason}`);
	return parsed.value;
}

describe('command lines that V.250 and 27.007 describe', () => {
	test.each<[string, string[]]>([
		['', []],
		['   ', []],
		['E0', ['E set 0']],
		['e0v1', ['E set 0', 'V set 1']],
		['Z', ['Z execute']],
		['E 0 V 1', ['E set 0', 'V set 1']],
		['I3', ['I set 3']],
		['&F0&C1&D2', ['&F set 0', '&C set 1', '&D set 2']],
		['\\Q3', ['\\Q set 3']],
		['%E2', ['%E set 2']],
		['%CPI?', ['%CPI read']],
		['S3=13', ['S3 set 13']],
		['S003=13', ['S3 set 13']],
		['S0', ['S0 execute']],
		['S3?', ['S3 read']],
		['S=5', ['S set 5']],
		['S3=', ['S3 set']],
		['S3=?', ['S3 test']],
		['S3=13S4=10E1', ['S3 set 13', 'S4 set 10', 'E set 1']],
		['CMD2', ['C execute', 'M execute', 'D set 2']],
		['X=4', ['X set 4']],
		['V?', ['V read']],
		['+CSQ', ['+CSQ execute']],
		['+csq', ['+CSQ execute']],
		['+COPS?', ['+COPS read']],
		['+COPS=?', ['+COPS test']],
		['+COPS = ?', ['+COPS test']],
		['+COPS=1,2,"22201"', ['+COPS set 1,2,"22201"']],
		['+COPS=', ['+COPS set']],
		['+CGMR;+CGSN', ['+CGMR execute', '+CGSN execute']],
		['E0+CMEE=2;+CREG?;V1', ['E set 0', '+CMEE set 2', '+CREG read', 'V set 1']],
		['+CSQ;', ['+CSQ execute']],
		['E0;+CSQ', ['E set 0', '+CSQ execute']],
		['+CMGW="a;b,c";+CSQ', ['+CMGW set "a;b,c"', '+CSQ execute']],
		['#TCPATRUND = 1', ['#TCPATRUND set 1']],
		[
			'#TCPATRUNCFG =1,2,1024,12345,"212.141.125.127",1,5,1,5,2',
			['#TCPATRUNCFG set 1,2,1024,12345,"212.141.125.127",1,5,1,5,2'],
		],
		['#SMSATWL=0,1,0,"+39*"', ['#SMSATWL set 0,1,0,"+39*"']],
		['$GPSP=1', ['$GPSP set 1']],
		['^SCFG?', ['^SCFG read']],
		['+CMGS=52', ['+CMGS set 52']],
		['D123', ['D set 123']],
		['D*99***1#', ['D set *99***1#']],
		['D123;', ['D set 123;']],
		['dt+39 346 12', ['D set t+39 346 12']],
		['D', ['D execute']],
		['X0D 5551234', ['X set 0', 'D set 5551234']],
	])('%s', (body, commands) => {
		expect(shown(body)).toEqual(commands);
	});

	test('what follows the semicolon of a dial string is not hidden in it', () => {
		expect(shown('D123;+CFUN=4')).toEqual(['D set 123;', '+CFUN set 4']);
		expect(shown('D>"Bob;Co";H')).toEqual(['D set >"Bob;Co";', 'H execute']);
	});

	test('the text is the command as typed, without separators', () => {
		expect(commandsOf('  e 0 +cops = 1 ; D12 3;').map(command => command.text)).toEqual(['e 0', '+cops = 1', 'D12 3;']);
	});

	test('a no-break space is data', () => {
		expect(commandsOf('+CMGS=a\u00a0')[0]?.args).toBe('a\u00a0');
	});
});

describe('lines that nothing of may run', () => {
	test.each<[string, string]>([
		['=?', 'name at 0'],
		['+', 'name at 0'],
		['+ CSQ', 'name at 0'],
		['+1', 'name at 0'],
		['123', 'name at 0'],
		['E0"', 'name at 2'],
		['+CSQ?x', 'syntax at 5'],
		['+CSQ=?x', 'syntax at 6'],
		['+CSQ+CREG', 'syntax at 4'],
		['+IFC2,2', 'syntax at 5'],
		['#ESCRIPT=ciclo3.py"', 'string at 9'],
		['+CMGD="1;+CFUN=4', 'string at 6'],
		['D>"Bob;', 'string at 1'],
		['+CSQ\r+CFUN=4', 'character at 4'],
		['+CMGW="a\nb"', 'character at 8'],
		['+CSQ\x00', 'character at 4'],
	])('%j: %s', (body, error) => {
		expect(shown(body)).toEqual([error]);
	});

	test('more commands than the bound', () => {
		expect(commandsOf('E'.repeat(MAX_COMMANDS))).toHaveLength(MAX_COMMANDS);
		expect(shown('E'.repeat(MAX_COMMANDS + 1))).toEqual([`count at ${MAX_COMMANDS}`]);
	});
});

describe('joining', () => {
	test.each([
		['E0V1', 'E0V1'],
		['+CGMR ; +CGSN', '+CGMR;+CGSN'],
		['E0;+CSQ;H', 'E0+CSQ;H'],
		['D1;H', 'D1;H'],
		['%E;V1', '%E;V1'],
	])('%s becomes %s', (body, joined) => {
		expect(joinCommands(commandsOf(body))).toBe(joined);
	});

	const piece = fc.constantFrom(
		'E0',
		'v1',
		'S3=13',
		'S0?',
		'&F',
		'\\Q3',
		'%E',
		'%CPI',
		'+CSQ',
		'+COPS=?',
		'+CREG?',
		'D12;',
		'D"a;b";',
		'D1',
	);
	const args = fc.string({ maxLength: 6, unit: fc.constantFrom('1', ',', '"', ';', ' ', 'a', '?', '=', '\\') });
	const line = fc.array(
		fc.oneof(
			piece,
			fc.constantFrom(';', ' '),
			args.map(text => `+X=${text}`),
		),
		{ maxLength: 6 },
	);

	test('gives a line that parses to the same commands, and is its own join', () => {
		fc.assert(
			fc.property(line, pieces => {
				const parsed = parseCommandLine(pieces.join(''));
				if (!parsed.ok) return;
				const joined = joinCommands(parsed.value);
				expect(commandsOf(joined)).toEqual(parsed.value);
				expect(joinCommands(commandsOf(joined))).toBe(joined);
			}),
			{ numRuns: 200 },
		);
	});

	test('any text is parsed or refused, never thrown at, and keeps within its bounds', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 30, unit: 'binary-ascii' }), body => {
				const parsed = parseCommandLine(body);
				if (!parsed.ok) expect(parsed.error.at).toBeLessThanOrEqual(body.length);
				else for (const command of parsed.value) expect(body).toContain(command.text);
			}),
			{ numRuns: 200 },
		);
	});
});
