const kept: unknown[] = [];

/** For the test of the test: keeps so many slots for good, and as many octets of chunks. */
export function leak(slots: number): void {
	// An array of its own is two slots; its items are a chunk.
	for (let at = 0; at < slots; at += 3) kept.push([]);
	kept.push(new Uint8Array(slots));
}
