/**
 * Marks by which a run of a command is known: every request carries one that no other has.
 */

const CHECK = 97;

/** A telephone number for `+CPBW` that names a request. An octet changed, lost or doubled on the line makes it no mark. */
export function markNumber(serial: number): string {
	return `9${String(serial).padStart(6, '0')}${String((serial * 31) % CHECK).padStart(2, '0')}`;
}

/** The request that a number names; undefined: none. */
export function serialOf(number: string): number | undefined {
	if (!/^9[0-9]{8,}$/.test(number)) return undefined;
	const serial = Number(number.slice(1, -2));
	return markNumber(serial) === number ? serial : undefined;
}

/** `AT` and the text with the serial number in the case of its letters, for commands that have no room for a mark. */
export function markByCase(text: string, serial: number): string {
	let rest = serial;
	let marked = 'AT';
	for (const character of text) {
		const lower = character.toLowerCase();
		if (lower === character.toUpperCase()) marked += character;
		else {
			marked += rest % 2 === 1 ? lower : character.toUpperCase();
			rest = Math.floor(rest / 2);
		}
	}
	return marked;
}
