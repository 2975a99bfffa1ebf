import type { Command } from '../at/command-line.js';
import type { Dialogue } from '../at/dialogue.js';
import { Silence } from '../base/silence.js';
import type { Clock } from '../ports/clock.js';
import type { DataRequest } from './own-command.js';
import { promptOf, promptSize } from './prompt.js';
import type { SessionLines } from './session-lines.js';

export interface SessionDataOptions {
	readonly clock: Clock;
	readonly lines: SessionLines;
	/** The dialogue whose command waits for data. */
	readonly dialogue: () => Dialogue | undefined;
	/** Gives the command up: the octets that it waits for will not come. */
	readonly abandon: () => void;
	readonly say: (text: string) => void;
	/** Its command has ended, and the rest of the data may still come: nobody can tell it from lines. */
	readonly onBroken: () => void;
}

/** Octets of a text behind a prompt: more than any module takes. */
const TEXT = 2048;
/** Octets that may wait for the module before the client is held back. */
const HIGH = 1024;
/** A client that is silent for so long [ms] in the middle of its data has given up (module.md, scripts). */
const SILENCE = 30_000;
const CTRL_Z = 0x1a;
const ESC = 0x1b;

/** The data of a session behind a prompt: from the client to the module, or to a command of our own. */
export class SessionData {
	readonly #options: SessionDataOptions;
	/** Lets go of the text that the module waits for. */
	#abort: (() => void) | undefined;
	/** Ends the question of an own command. */
	#answer: ((complete: boolean) => void) | undefined;
	/** A prompt was given, and not all of its data has come. */
	#isOwed = false;
	#isBroken = false;
	#ended = false;

	constructor(options: SessionDataOptions) {
		this.#options = options;
	}

	/** The module takes no more at the moment: what the client sends stays where it is. */
	get isHeld(): boolean {
		return (this.#options.dialogue()?.waiting ?? 0) > HIGH;
	}

	/** The module waits for the data of this command. */
	prompt(command: Command): void {
		const dialogue = this.#options.dialogue();
		if (dialogue === undefined) return;
		const size = promptSize(command);
		if (this.#ended) {
			if (size === undefined) dialogue.send(Uint8Array.of(ESC));
			else this.#options.abandon();
			return;
		}
		this.#options.say(promptOf(command));
		if (size === undefined) this.#takeText(dialogue);
		else this.#takeOctets(dialogue, size);
	}

	/** Asks the client for octets; what comes after `take` gave up is dropped: nothing of it may run as a command. */
	ask({ prompt, size, take }: DataRequest): Promise<boolean> {
		const { clock, lines, say } = this.#options;
		if (size === 0) return Promise.resolve(true);
		say(prompt);
		return new Promise(resolve => {
			let left = size;
			let kept = true;
			const end = (complete: boolean) => {
				silence.cancel();
				this.#answer = undefined;
				lines.takeLines();
				resolve(complete);
			};
			const silence = new Silence(clock, SILENCE, () => {
				end(false);
				this.#break();
			});
			this.#answer = end;
			lines.takeRaw(bytes => {
				const count = Math.min(left, bytes.length);
				silence.touch();
				kept = kept && take(bytes.subarray(0, count));
				left -= count;
				if (left === 0) end(kept);
				return count;
			});
		});
	}

	/** The command is answered: no more data for it. */
	finish(): void {
		this.#abort = undefined;
		if (this.#isOwed) this.#break();
		else if (!this.#isBroken) this.#options.lines.takeLines();
	}

	/** What still comes is dropped: a line in it would run. */
	#break(): void {
		this.#isOwed = false;
		this.#isBroken = true;
		this.#options.lines.takeRaw(bytes => bytes.length);
		this.#options.onBroken();
	}

	/** The client has gone: a prompt that comes now is answered for it. */
	end(): void {
		this.#ended = true;
		this.#abort?.();
		this.#answer?.(false);
	}

	#takeOctets(dialogue: Dialogue, size: number): void {
		const { lines } = this.#options;
		let left = size;
		// Nothing to take: the line ends without data.
		if (left <= 0) return;
		// Each octet that is sent to free it would be taken for one of the client's.
		this.#isOwed = true;
		this.#abort = () => this.#options.abandon();
		lines.takeRaw(bytes => {
			const count = Math.min(left, bytes.length);
			dialogue.send(bytes.slice(0, count));
			left -= count;
			if (left > 0) return count;
			this.#abort = undefined;
			this.#isOwed = false;
			lines.takeLines();
			return count;
		});
	}

	/** Text up to Ctrl-Z or ESC. One that is too long is given up, and its rest is dropped: nothing of it may run as a command. */
	#takeText(dialogue: Dialogue): void {
		const { lines } = this.#options;
		let taken = 0;
		this.#isOwed = true;
		this.#abort = () => dialogue.send(Uint8Array.of(ESC));
		lines.takeRaw(bytes => {
			const end = endOfText(bytes);
			const count = end < 0 ? bytes.length : end;
			const fits = taken <= TEXT;
			taken += count;
			if (taken <= TEXT) dialogue.send(bytes.slice(0, count));
			else if (fits) this.#abort?.();
			if (taken > TEXT || end >= 0) this.#abort = undefined;
			if (end < 0) return count;
			this.#isOwed = false;
			lines.takeLines();
			return count;
		});
	}
}

/** Octets up to and with the one that ends a text prompt; -1: it goes on. */
function endOfText(bytes: Uint8Array): number {
	const end = bytes.indexOf(CTRL_Z);
	const abort = bytes.indexOf(ESC);
	if (end < 0) return abort < 0 ? -1 : abort + 1;
	return (abort < 0 ? end : Math.min(end, abort)) + 1;
}
