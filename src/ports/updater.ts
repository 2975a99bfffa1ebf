/** The slots of the firmware: one runs, the other takes the next image. */
export interface Updater {
	/** Octets the spare slot can hold. */
	readonly capacity: number;
	/** Erases the spare slot. False: the flash refused. */
	begin(): boolean;
	/** Writes at `offset`; octets must come in order. False: the flash refused. */
	write(offset: number, bytes: Uint8Array): boolean;
	/** Boots the spare slot at the next restart, on trial until `confirm`. */
	activate(): boolean;
	/** The running image proved itself; no rollback any more. */
	confirm(): void;
	restart(): void;
}
