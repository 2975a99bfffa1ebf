import type { Updater } from '../../../src/ports/updater.js';

/** Slots as wide as the device's, of which nobody has ever written the spare one. Nothing is kept. */
export const blankSlots: Updater = {
	capacity: 0x1e_0000,
	running: 0,
	isOnTrial: false,
	hasFailed: false,
	begin: () => true,
	write: () => true,
	read: (_offset, into) => {
		into.fill(0xff);
		return true;
	},
	activate: () => false,
	confirm: () => true,
	rollBack: () => {},
	restart: () => {},
};
