/** How a note begins: which of the two kinds of end it tells of. */
const FAULT = 'fault in ';
const ASKED = 'asked: ';

/** The note of a core that ended by an exception. Messages of exceptions are written by programmers and have no secret in them. */
export function faultNote(place: string, error: unknown): string {
	return `${FAULT}${place}: ${String(error)}`;
}

/** The note of a restart that somebody wanted, and why. */
export function askedNote(why: string): string {
	return `${ASKED}${why}`;
}

export function isFaultNote(note: string): boolean {
	return note.startsWith(FAULT);
}

/** Why the restart was wanted; undefined: the note does not tell of one that was. */
export function whyAsked(note: string | undefined): string | undefined {
	return note?.startsWith(ASKED) === true ? note.slice(ASKED.length) : undefined;
}
