const TABLE: readonly number[] = Object.freeze(
	Array.from({ length: 256 }, (_, start) => {
		let value = start;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
		return value >>> 0;
	}),
);

/**
 * CRC-32 of IEEE 802.3, as an unsigned number; `before` is that of the octets before these, 0 at the start. One table look-up an
 * octet: for records of the store, not for streams.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
	let crc = ~before;
	for (let at = 0; at < bytes.length; at++) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}
