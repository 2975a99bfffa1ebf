const NAMES: Readonly<Record<string, string>> = Object.freeze({ '\r': '\\r', '\n': '\\n', '\t': '\\t' });

/** Text from elsewhere on one line of a terminal: control characters become visible, so they cannot steer it. */
export function printable(text: string): string {
	return text.replace(/[\x00-\x1f\x7f-\x9f]/g, character => {
		return NAMES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
	});
}

/** The lines of a text that has CR LF in and around it, without the blank ones. */
export function linesOf(text: string): string[] {
	return text.split(/[\r\n]+/).filter(line => line !== '');
}
