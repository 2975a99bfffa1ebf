import type { Trace } from '../../src/ports/trace.js';
import { serialOf } from './mark.js';
import type { SoakRequest } from './request.js';

const NOTED = /^(.*?) ?(H?AT.*|) (run|refused|dropped|recovered|not sent): (.*)$/i;
const RECOVERED = /^recovered by (\w+) after ([0-9.]+) s: (.*)$/;

/** Sees what the board does, by its trace, and what the module does, by its phone book; tells it to the requests that are open. */
export class Witness implements Trace {
	/** Recoveries by the rung that did it. */
	readonly rungs = new Map<string, number>();
	readonly #byLine = new Map<string, SoakRequest>();
	readonly #bySerial = new Map<number, SoakRequest>();
	readonly #byNumber = new Map<string, SoakRequest>();
	/** Every note, where somebody wants to see it. */
	onNote: ((source: string, text: string) => void) | undefined;

	open(request: SoakRequest): void {
		this.#byLine.set(bodyOf(request.line), request);
		this.#bySerial.set(request.serial, request);
		if (request.channel === 'sms') this.#byNumber.set(request.from, request);
	}

	close(request: SoakRequest): void {
		this.#byLine.delete(bodyOf(request.line));
		this.#bySerial.delete(request.serial);
		if (this.#byNumber.get(request.from) === request) this.#byNumber.delete(request.from);
	}

	/** All that are open. */
	get requests(): Iterable<SoakRequest> {
		return this.#bySerial.values();
	}

	/** The module has written this number into the phone book. */
	written(number: string): void {
		const request = this.#bySerial.get(serialOf(number) ?? -1);
		if (request !== undefined) request.ran++;
	}

	note(source: string, text: string): void {
		this.onNote?.(source, text);
		if (source.startsWith('dlci')) {
			if (text.startsWith('→ ')) {
				const request = this.#byLine.get(bodyOf(text.slice(2)));
				if (request !== undefined) request.sent++;
			}
		} else if (source === 'sms' || source === 'tcp') this.#noted(text);
		else if (source === 'modem') {
			const rung = RECOVERED.exec(text)?.[1];
			if (rung !== undefined) this.rungs.set(rung, (this.rungs.get(rung) ?? 0) + 1);
		}
	}

	#noted(text: string): void {
		const found = NOTED.exec(text);
		if (found === null) return;
		const [, who = '', command = '', verdict = '', result = ''] = found;
		const number = who.startsWith('+') ? who : `+${who}`;
		const request = command === '' ? this.#byNumber.get(number) : this.#byLine.get(bodyOf(command));
		if (request === undefined) return;
		if (verdict === 'run') request.journalled++;
		if (request.records.length < 8) request.records.push(`${verdict}: ${result}`);
	}
}

/** Without `AT` or `HAT`. */
function bodyOf(line: string): string {
	return line.replace(/^h?at/i, '').trimEnd();
}
