/** Small named records that survive a power cut. Names have 1–15 characters `[a-z0-9_]`, as NVS wants. */
export interface Store {
	/** The record, or undefined where there is none or it cannot be read. */
	read(name: string): Uint8Array | undefined;
	/** Replaces the record; false: it was not stored (no space, damaged medium). May be torn by a power cut. */
	write(name: string, record: Uint8Array): boolean;
	/** Removes the record; no error where there is none. */
	erase(name: string): void;
}
