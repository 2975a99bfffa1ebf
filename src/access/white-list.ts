/** One entry of `#SMSATWL`: a number, or the verifier of a password. */
export interface WhiteListed {
	readonly kind: 'number' | 'password';
	readonly text: string;
}

/** How well a sender is known: by its whole number, or only by a prefix. */
export type NumberMatch = 'full' | 'prefix';

/** A number that `#SMSATWL` takes: optional `+`, up to 20 digits, optional `*` at the end. A `*` alone is refused. */
export function isWhiteListNumber(text: string): boolean {
	return /^\+?[0-9]{1,20}\*?$/.test(text) && !/^\+?\*$/.test(text);
}

/** The best match of a sender's number; undefined: not on the list. `sender` has digits with an optional `+` in front. */
export function matchNumber(list: readonly WhiteListed[], sender: string): NumberMatch | undefined {
	return findNumber(list, sender)?.match;
}

/** The entry that matches a sender's number best, a whole number before a prefix; undefined: none. */
export function findNumber<Entry extends WhiteListed>(
	list: readonly Entry[],
	sender: string,
): { readonly match: NumberMatch; readonly entry: Entry } | undefined {
	let best: Entry | undefined;
	for (const entry of list) {
		if (entry.kind !== 'number') continue;
		if (entry.text === sender) return { match: 'full', entry };
		if (best === undefined && entry.text.endsWith('*') && sender.startsWith(entry.text.slice(0, -1))) best = entry;
	}
	return best === undefined ? undefined : { match: 'prefix', entry: best };
}

/** A short code may belong to a service that charges for what it gets: it needs more than a prefix to be answered. */
export function isShortCode(sender: string): boolean {
	return /^[0-9]{1,6}$/.test(sender);
}
