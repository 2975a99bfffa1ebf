import type { Restart } from '../../src/ports/restart.js';
import { isFaultNote, whyAsked } from '../firmware/restart-note.js';
import { setting, tellLoader } from './surroundings.js';

/**
 * How this process ends: the loader begins it anew where somebody asked for a restart, and lets it end at a fault, so that a test and a
 * person see it. It hears of it by the message that the SDK has for a simulator, and acts when the script is back.
 */
export class ProcessEnd {
	#note = '';

	/** What the run before this one left: nothing, where this process is not a restart. */
	takeRestart(): Restart {
		const note = setting('ATRUN_RESTART');
		if (note === undefined) return { reason: 'power-on' };
		return { reason: 'software', why: whyAsked(note) ?? note };
	}

	keepNote(note: string): void {
		this.#note = note;
	}

	restart(): void {
		if (isFaultNote(this.#note)) this.fault(this.#note);
		else tellLoader(`restart ${this.#note}`);
	}

	/** The first one counts. */
	fault(what: string): void {
		tellLoader(`fault ${what}`);
	}
}
