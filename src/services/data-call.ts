import type { DceTerminal } from '../at/dce-terminal.js';
import type { Dialogue } from '../at/dialogue.js';
import { EscapeDetector } from '../at/escape-detector.js';
import type { Clock } from '../ports/clock.js';

/** S12: silence around `+++` [ms]. */
const GUARD = 1_000;
/** Octets of output that must be free, else the module waits. */
const LOW = 512;

/**
 * The console in data mode: octets both ways until the call ends, or until `+++` of the DTE becomes the break octet, the only
 * escape that a module sees inside CMUX.
 */
export class DataCall {
	readonly #terminal: DceTerminal;
	readonly #dialogue: Dialogue;
	readonly #detector: EscapeDetector;
	#unsent: Uint8Array | undefined;

	constructor(clock: Clock, terminal: DceTerminal, dialogue: Dialogue, onEnded: () => void) {
		this.#terminal = terminal;
		this.#dialogue = dialogue;
		this.#detector = new EscapeDetector(
			clock,
			GUARD,
			bytes => this.#send(bytes),
			() => dialogue.escape(),
		);
		dialogue.goOnline({
			octets: bytes => {
				terminal.raw(bytes);
				if (terminal.space < LOW) dialogue.pause();
			},
			writable: () => this.#resend(),
			ended: how => {
				this.#detector.stop();
				terminal.offline();
				// The module's own OK or NO CARRIER has passed with the octets; one that is lost says nothing.
				if (how === 'closed') terminal.finish({ kind: 'no-carrier' });
				else terminal.finishSilently();
				onEnded();
			},
		});
		terminal.online(bytes => this.#detector.feed(bytes));
	}

	#send(bytes: Uint8Array): void {
		const sent = this.#dialogue.writeOnline(bytes);
		if (sent === bytes.length) return;
		this.#unsent = bytes.slice(sent);
		this.#terminal.pause();
	}

	#resend(): void {
		const bytes = this.#unsent;
		this.#unsent = undefined;
		if (bytes !== undefined) this.#send(bytes);
		if (this.#unsent === undefined) this.#terminal.resume();
	}
}
