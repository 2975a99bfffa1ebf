const DIGITS = '0123456789ABCDEF';
const PAIRS: readonly string[] = Object.freeze(
	Array.from({ length: 256 }, (_, value) => DIGITS.charAt(value >> 4) + DIGITS.charAt(value & 15)),
);

/** Octets that are joined before they are added to the text. */
const BLOCK = 16;

/** Upper-case hexadecimal, two digits an octet, as 27.005 prints PDUs. */
export function hexOf(bytes: Uint8Array): string {
	let text = '';
	// Each longer text is a copy of the shorter one: by blocks, a PDU leaves a fifth of the garbage.
	for (let begin = 0; begin < bytes.length; begin += BLOCK) {
		const end = Math.min(begin + BLOCK, bytes.length);
		let block = '';
		for (let at = begin; at < end; at++) block += PAIRS[bytes[at]!];
		text += block;
	}
	return text;
}

/** The octets of a hexadecimal text of either case; undefined where it has an odd length or another character. */
export function bytesOfHex(text: string): Uint8Array | undefined {
	if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return undefined;
	const bytes = new Uint8Array(text.length / 2);
	for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.substr(at * 2, 2), 16);
	return bytes;
}
