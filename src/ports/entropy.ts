/** Octets nobody can guess. */
export interface Entropy {
	/** Fills the array. */
	fill(into: Uint8Array): void;
}
