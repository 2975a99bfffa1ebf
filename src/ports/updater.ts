/** Octets of a sector, the piece that flash erases at a time. */
export const SECTOR = 4096;

/**
 * The two slots of the firmware: one runs, the spare one takes the next image. What is called here may take a sector's erasure, some
 * 10 ms, but never the whole slot's: nobody feeds the watchdog meanwhile.
 */
export interface Updater {
	/** Octets that the spare slot can hold. */
	readonly capacity: number;
	/** The slot that runs, 0 or 1. */
	readonly running: number;
	/** The running image is on trial: whatever restart comes before `confirm`, it brings the one in the spare slot back. */
	readonly isOnTrial: boolean;
	/** The image in the spare slot was on trial and did not pass: it crashed, lost its power, or gave up by `rollBack`. */
	readonly hasFailed: boolean;
	/**
	 * The spare slot is about to be written from `offset` on, a multiple of `SECTOR`: 0 for a new image, else where an earlier life of
	 * the board stopped. The slot cannot be booted any more. False: the flash refused, or the running image is on trial and the other one
	 * must stay.
	 */
	begin(offset: number): boolean;
	/**
	 * Writes at `offset` in the spare slot. The octets come in order, at most 1,024 at a time, and never across the bound of a sector;
	 * the first ones of a sector have it erased before. Only the last ones of an image have another length than 1,024. False: the
	 * flash refused.
	 */
	write(offset: number, bytes: Uint8Array): boolean;
	/** Fills `into` with what stands at `offset` in the spare slot. False: the flash refused. */
	read(offset: number, into: Uint8Array): boolean;
	/**
	 * Boots the spare slot at the next restart, on trial until `confirm`. One step: a power cut leaves one image or the other chosen.
	 * False: what stands there is no image that this board can boot, or the flash refused; the running one stays chosen.
	 */
	activate(): boolean;
	/** The running image proved itself: it stays. False: the flash refused, and it is still on trial. */
	confirm(): boolean;
	/** Gives the running image up, which is on trial, and restarts into the other. Returns at most where there is none. */
	rollBack(why: string): void;
	/** Restarts the board; `why` is told at the next start, a line without secrets. */
	restart(why: string): void;
}
