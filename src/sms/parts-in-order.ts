import type { UserData } from './user-data.js';

/** What gives its SMS one by one: `part(1)` is the first, undefined follows the last. */
interface Parts {
	part(index: number): UserData | undefined;
}

/** The SMS from the first to the last. Not a generator method: its prototype stays mutable, which preloaded classes must not be. */
export function partsInOrder(parts: Parts): Iterator<UserData> {
	let index = 0;
	return {
		next: () => {
			index++;
			const value = parts.part(index);
			return value === undefined ? { done: true, value } : { done: false, value };
		},
	};
}
