/** The blocks one after the other. */
export function joinOctets(...blocks: readonly (Uint8Array | readonly number[])[]): Uint8Array {
	let length = 0;
	for (const block of blocks) length += block.length;
	const joined = new Uint8Array(length);
	let at = 0;
	for (const block of blocks) {
		joined.set(block, at);
		at += block.length;
	}
	return joined;
}

/** Whether each value fits in one octet. */
export function areOctets(...values: readonly number[]): boolean {
	return values.every(value => Number.isInteger(value) && value >= 0 && value <= 255);
}
