import { createInterface, type Interface } from 'node:readline';
import { printable } from '../printable.js';

/** The user's terminal: a line is typed at the bottom, with editing and history, and what is shown goes above it. */
export class Screen {
	readonly #input: Interface;
	#isOpen = true;

	/** `onEnd`: the user has had enough (Ctrl-D, Ctrl-C), or `close` was called. */
	constructor(prompt: string, onLine: (line: string) => void, onEnd: () => void) {
		this.#input = createInterface({ input: process.stdin, output: process.stdout, prompt, historySize: 200 });
		this.#input.on('line', line => {
			onLine(line);
			if (this.#isOpen) this.#input.prompt();
		});
		this.#input.on('SIGINT', () => this.close());
		this.#input.on('close', () => {
			this.#isOpen = false;
			process.stdout.write('\n');
			onEnd();
		});
		this.#input.prompt();
	}

	/** Shows lines; what they have of control characters becomes visible. */
	show(lines: readonly string[]): void {
		if (!this.#isOpen) return;
		process.stdout.write('\r\x1b[K');
		for (const line of lines) process.stdout.write(`${printable(line)}\n`);
		this.#input.prompt(true);
	}

	setPrompt(prompt: string): void {
		if (!this.#isOpen || this.#input.getPrompt() === prompt) return;
		this.#input.setPrompt(prompt);
		process.stdout.write('\r\x1b[K');
		this.#input.prompt(true);
	}

	close(): void {
		this.#input.close();
	}
}
