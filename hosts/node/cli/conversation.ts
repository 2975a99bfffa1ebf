import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { AtrunSession, LoginOutcome } from '../atrun-session.js';
import { linesOf, printable } from '../printable.js';

/** How long a piece without line end may wait for the rest before it is shown [ms]. */
const PIECE_MS = 150;
const PROMPT = '> ';
const HINT = `Ctrl-D ends. ^Z and ^[ at the end of a line send Ctrl-Z and ESC instead of Return; +++ alone leaves transparent mode.\n`;

/** Asks on the terminal. What is typed for a hidden answer is not shown. */
export function ask(prompt: string, hidden: boolean): Promise<string> {
	process.stderr.write(prompt);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const input = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true });
	return new Promise(resolve => {
		let answer = '';
		input.once('line', line => {
			answer = line;
			input.close();
		});
		input.once('SIGINT', () => process.exit(130));
		input.once('close', () => {
			if (hidden) process.stderr.write('\n');
			resolve(answer);
		});
	});
}

/** The lines of standard input, without blank ones. */
export async function* linesOfInput(): AsyncGenerator<string> {
	for await (const line of createInterface({ input: process.stdin })) {
		if (line.trim() !== '') yield line;
	}
}

/** Lines typed on the terminal go to the board, what it sends is shown above the line that is being typed. */
export function converse(session: AtrunSession, peer: string, login: LoginOutcome): Promise<void> {
	process.stdout.write(login === 'successful' ? `Login successful. ${HINT}` : `Connected to ${peer}. ${HINT}`);
	const input = createInterface({ input: process.stdin, output: process.stdout, prompt: PROMPT, historySize: 200 });
	let pending = '';
	let timer: NodeJS.Timeout | undefined;
	const show = (text: string) => {
		process.stdout.write('\r\x1b[K');
		for (const line of linesOf(text)) process.stdout.write(`${printable(line)}\n`);
		input.prompt(true);
	};
	const flush = () => {
		if (pending !== '') show(pending);
		pending = '';
	};
	session.onText = text => {
		clearTimeout(timer);
		pending += text;
		const end = Math.max(pending.lastIndexOf('\n'), pending.lastIndexOf('\r')) + 1;
		if (linesOf(pending.slice(0, end)).length > 0) {
			show(pending.slice(0, end));
			pending = pending.slice(end);
		}
		if (pending.trim() !== '' || pending.length > 4096) timer = setTimeout(flush, PIECE_MS);
	};
	return new Promise(resolve => {
		const ended = (reason: string) => {
			show(`Connection ended: ${reason}.`);
			input.close();
		};
		session.onEnded = ended;
		if (session.ended !== undefined) ended(session.ended);
		input.on('line', line => {
			session.send(octetsOf(line));
			input.prompt();
		});
		input.on('SIGINT', () => input.close());
		input.on('close', () => {
			clearTimeout(timer);
			process.stdout.write('\n');
			resolve();
		});
		input.prompt();
	});
}

/** What a typed line sends. `+++` goes alone, in a packet of its own, as the escape from transparent mode needs. */
function octetsOf(line: string): string {
	if (line === '+++') return line;
	if (line.endsWith('^Z')) return `${line.slice(0, -2)}\x1a`;
	if (line.endsWith('^[')) return `${line.slice(0, -2)}\x1b`;
	return `${line}\r`;
}
