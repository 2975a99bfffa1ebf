import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { AtrunSession } from '../atrun-session.js';
import { PiecewiseText } from './piecewise-text.js';
import { Screen } from './screen.js';

const PROMPT = '> ';
/** How to end, and how to send what no key does. */
export const TYPING_HINT = `Ctrl-D ends. ^Z and ^[ at the end of a line send Ctrl-Z and ESC instead of Return; +++ alone leaves transparent mode.\n`;

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
export function converse(session: AtrunSession, peer: string, loggedIn: boolean): Promise<void> {
	process.stdout.write(loggedIn ? `Login successful. ${TYPING_HINT}` : `Connected to ${peer}. ${TYPING_HINT}`);
	return new Promise(resolve => {
		const screen = new Screen(PROMPT, line => session.send(octetsOf(line)), resolve);
		const text = new PiecewiseText(lines => screen.show(lines));
		const ended = (reason: string) => {
			text.flush();
			screen.show([`Connection ended: ${reason}.`]);
			screen.close();
		};
		session.onText = piece => text.take(piece);
		session.onEnded = ended;
		if (session.ended !== undefined) ended(session.ended);
	});
}

/** What a typed line sends. `+++` goes alone, in a packet of its own, as the escape from transparent mode needs. */
export function octetsOf(line: string): string {
	if (line === '+++') return line;
	if (line.endsWith('^Z')) return `${line.slice(0, -2)}\x1a`;
	if (line.endsWith('^[')) return `${line.slice(0, -2)}\x1b`;
	return `${line}\r`;
}
