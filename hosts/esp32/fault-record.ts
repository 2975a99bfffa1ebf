import Preference from 'preference';

/** The core's records are in another domain. */
const DOMAIN = 'host';
const KEY = 'fault';
/** Longest text that is kept, in characters. */
const LONGEST = 120;

/** Keeps why the board restarts. Messages of exceptions are written by programmers and have no secret in them. */
export function keepFault(place: string, error: unknown): void {
	const text = `${place}: ${String(error)}`.slice(0, LONGEST);
	try {
		// A board that fails again and again must not wear its flash out.
		if (Preference.get(DOMAIN, KEY) !== text) Preference.set(DOMAIN, KEY, text);
	} catch {
		// Without the record the restart is all there is to do.
	}
}

/** What the last fault was, in one line; undefined where there was none. It stays until another replaces it. */
export function lastFault(): string | undefined {
	try {
		const text = Preference.get(DOMAIN, KEY);
		return typeof text === 'string' ? text : undefined;
	} catch {
		return undefined;
	}
}
