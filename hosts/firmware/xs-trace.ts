import type { Trace } from '../../src/ports/trace.js';

/** The trace where XS's own `trace` goes: to xsbug, or to the output of the process. For debugging: each note takes memory and time. */
export class XsTrace implements Trace {
	note(source: string, text: string): void {
		trace(`${source}: ${text}\n`);
	}
}
