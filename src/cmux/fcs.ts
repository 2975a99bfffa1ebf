/** One step of the reversed CRC-8 with polynomial x⁸+x²+x+1 for each octet value (27.010 annex B.3.5). */
const TABLE: readonly number[] = Object.freeze(
	Array.from({ length: 256 }, (_, value) => {
		let rest = value;
		for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >> 1) ^ 0xe0 : rest >> 1;
		return rest;
	}),
);

/**
 * The frame check sequence of `bytes[from…to)` (27.010 5.2.1.6): ones' complement of the CRC that starts with all ones.
 * A loop over single octets: meant for headers, and for the rare frames whose information field is covered too.
 */
export function fcsOf(bytes: Uint8Array, from: number, to: number): number {
	let rest = 0xff;
	for (let at = from; at < to; at++) rest = TABLE[rest ^ bytes[at]!]!;
	return 0xff - rest;
}
