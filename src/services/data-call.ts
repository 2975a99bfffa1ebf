import type { DceTerminal } from '../at/dce-terminal.js';
import type { Dialogue } from '../at/dialogue.js';
import { EscapeDetector } from '../at/escape-detector.js';
import type { Instance } from '../modem/instance.js';
import type { Clock } from '../ports/clock.js';

/** The escape sequence: S2, and the silence around it, S12, in ms. */
export interface EscapeSequence {
	readonly character: number;
	readonly guard: number;
}

export interface DataCallOptions {
	readonly clock: Clock;
	readonly terminal: DceTerminal;
	/** The module's instance, in data mode. */
	readonly instance: Instance;
	/** Undefined: no octets of the DTE end it. */
	readonly sequence: EscapeSequence | undefined;
	readonly onEnded: () => void;
}

/** Octets of output that must be free, else the module waits. */
const LOW = 512;

/**
 * The console in data mode: octets both ways until the call ends, or until the DTE's escape sequence becomes the break octet, the
 * only escape that a module sees inside CMUX.
 */
export class DataCall {
	readonly #terminal: DceTerminal;
	readonly #instance: Instance;
	readonly #dialogue: Dialogue;
	readonly #detector: EscapeDetector | undefined;
	#unsent: Uint8Array | undefined;
	#isDtrOff = false;

	constructor({ clock, terminal, instance, sequence, onEnded }: DataCallOptions) {
		const { dialogue } = instance;
		this.#terminal = terminal;
		this.#instance = instance;
		this.#dialogue = dialogue;
		const pass = (bytes: Uint8Array) => this.send(bytes);
		this.#detector =
			sequence &&
			new EscapeDetector(clock, sequence.guard, pass, () => dialogue.escape(), { character: sequence.character });
		dialogue.goOnline({
			octets: bytes => {
				terminal.raw(bytes);
				if (terminal.space < LOW) dialogue.pause();
			},
			writable: () => this.resend(),
			ended: how => {
				this.#detector?.stop();
				this.showDtr(true);
				terminal.offline();
				// The module's own OK or NO CARRIER has passed with the octets; one that is lost says nothing.
				if (how === 'closed') terminal.finish({ kind: 'no-carrier' });
				else terminal.finishSilently();
				onEnded();
			},
		});
		terminal.online(bytes => (this.#detector === undefined ? pass(bytes) : this.#detector.feed(bytes)));
	}

	/** The terminal's queue is empty. */
	drained(): void {
		this.#dialogue.proceed();
	}

	/** A break of the DTE. */
	escape(): void {
		this.#dialogue.escape();
	}

	/** The DTE's DTR: what the module does when it goes off, `&D` says there. */
	showDtr(on: boolean): void {
		if (this.#isDtrOff === !on) return;
		this.#isDtrOff = !on;
		this.#instance.port.setSignals({ rtc: on });
	}

	/** The DTE has gone. */
	hangUp(): void {
		this.#dialogue.escape();
	}

	private send(bytes: Uint8Array): void {
		const sent = this.#dialogue.writeOnline(bytes);
		if (sent === bytes.length) return;
		this.#unsent = bytes.slice(sent);
		this.#terminal.pause();
	}

	private resend(): void {
		const bytes = this.#unsent;
		this.#unsent = undefined;
		if (bytes !== undefined) this.send(bytes);
		if (this.#unsent === undefined) this.#terminal.resume();
	}
}
