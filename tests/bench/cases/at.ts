import { parseCommandLine } from '../../../src/at/command-line.js';
import { ResponseLexer } from '../../../src/at/response-lexer.js';
import { bytesOf } from '../../../src/base/text.js';
import type { BenchCase } from '../case.js';

const lines: BenchCase = {
	name: 'AT response lexer',
	unit: 'line',
	octets: 23,
	pace: { part: 'lex' },
	setup() {
		const answer = bytesOf('\r\n+CREG: 2,1,"00A1","0"\r\n');
		let seen = 0;
		const line = () => {
			seen++;
		};
		const lexer = new ResponseLexer({ line, numeric: line, prompt() {}, octets() {} });
		return n => {
			seen = 0;
			for (let at = 0; at < n; at++) lexer.feed(answer);
			if (seen !== n) throw new Error('a line was lost');
		};
	},
};

const commands: BenchCase = {
	name: 'AT command line, three commands',
	unit: 'line',
	setup: () => n => {
		for (let at = 0; at < n; at++) {
			const parsed = parseCommandLine('E0+CREG=2;+COPS?;#SMSATWL=0,1,0,"+391234567890"');
			if (!parsed.ok) throw new Error('a command line was not parsed');
		}
	},
};

export default [lines, commands];
