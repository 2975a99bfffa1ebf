/**
 * The packing of 7-bit characters into octets, 23.038 6.1.2.1, least significant bit first. User data may begin with a
 * header of whole octets; fill bits then move the first septet to a septet boundary of the whole field (23.040
 * 9.2.3.24). Here the header's place is packed as septets of zero, so that fill bits need no code of their own: eight
 * septets always lie in seven octets.
 *
 * The number of octets does not tell the number of septets: 8n-1 and 8n septets both take 7n octets, and the spare
 * bits of the former read as one more `@` (septet 0). An SMS therefore carries the number of septets, and nothing here
 * guesses it. USSD has no such number and fills with CR instead (23.038 6.1.2.3.1), which an SMS never does.
 */

/** How many septets a header of `octets` octets takes, with its fill bits. */
export function septetsOfHeader(octets: number): number {
	return Math.ceil((octets * 8) / 7);
}

/** How many octets `septets` septets take. */
export function octetsOfSeptets(septets: number): number {
	return Math.ceil((septets * 7) / 8);
}

/** Packs septets (0–127 in each element) behind `header` octets of zero and the fill bits that follow them. */
export function packSeptets(septets: Uint8Array, header = 0): Uint8Array {
	const skipped = septetsOfHeader(header);
	const count = skipped + septets.length;
	const from = new Uint8Array(Math.ceil(count / 8) * 8);
	from.set(septets, skipped);
	const into = new Uint8Array((from.length / 8) * 7);
	// Blocks of only zeros before the first septet need no packing.
	let at = skipped >> 3;
	let to = at * 7;
	for (at <<= 3; at < from.length; at += 8, to += 7) {
		const second = from[at + 1]!;
		const third = from[at + 2]!;
		const fourth = from[at + 3]!;
		const fifth = from[at + 4]!;
		const sixth = from[at + 5]!;
		const seventh = from[at + 6]!;
		into[to] = from[at]! | (second << 7);
		into[to + 1] = (second >> 1) | (third << 6);
		into[to + 2] = (third >> 2) | (fourth << 5);
		into[to + 3] = (fourth >> 3) | (fifth << 4);
		into[to + 4] = (fifth >> 4) | (sixth << 3);
		into[to + 5] = (sixth >> 5) | (seventh << 2);
		into[to + 6] = (seventh >> 6) | (from[at + 7]! << 1);
	}
	return into.subarray(0, octetsOfSeptets(count));
}

/**
 * Unpacks a field of `count` septets whose first `header` octets are a header: gives the septets after it, one in each
 * element, none where the header fills the field. Undefined: the field has too few octets.
 */
export function unpackSeptets(octets: Uint8Array, count: number, header = 0): Uint8Array | undefined {
	const length = octetsOfSeptets(count);
	if (octets.length < length) return undefined;
	const blocks = Math.ceil(count / 8);
	const from = new Uint8Array(blocks * 7);
	from.set(length === octets.length ? octets : octets.subarray(0, length));
	const into = new Uint8Array(blocks * 8);
	const skipped = septetsOfHeader(header);
	let to = skipped >> 3;
	let at = to * 7;
	for (to <<= 3; at < from.length; at += 7, to += 8) {
		const first = from[at]!;
		const second = from[at + 1]!;
		const third = from[at + 2]!;
		const fourth = from[at + 3]!;
		const fifth = from[at + 4]!;
		const sixth = from[at + 5]!;
		const seventh = from[at + 6]!;
		into[to] = first & 0x7f;
		into[to + 1] = ((second << 1) | (first >> 7)) & 0x7f;
		into[to + 2] = ((third << 2) | (second >> 6)) & 0x7f;
		into[to + 3] = ((fourth << 3) | (third >> 5)) & 0x7f;
		into[to + 4] = ((fifth << 4) | (fourth >> 4)) & 0x7f;
		into[to + 5] = ((sixth << 5) | (fifth >> 3)) & 0x7f;
		into[to + 6] = ((seventh << 6) | (sixth >> 2)) & 0x7f;
		into[to + 7] = seventh >> 1;
	}
	return into.subarray(Math.min(skipped, count), count);
}
