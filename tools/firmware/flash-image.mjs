import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lacking } from './lacking.mjs';

/** Octets of flash that the boards have. */
const FLASH = 0x400000;
const BLANK = 0xff;
/** Where the ROM of each chip looks for the bootloader. */
/** @type {Readonly<Record<string, number>>} */
const BOOTLOADER = { esp32: 0x1000, esp32c3: 0 };
const TABLE = 0x8000;

/**
 * The whole flash of a board as `esptool` would write it: bootloader, table of the partitions, the choice of the slot, and the firmware in the first one.
 *
 * @param {import('./target.mjs').Target} target
 * @param {string} binaries folder that mcconfig has put them into
 * @returns {Uint8Array}
 */
export function flashImage(target, binaries) {
	const offsets = offsetsOf(target.partitions);
	const parts = [
		['bootloader.bin', BOOTLOADER[target.chip]],
		['partition-table.bin', TABLE],
		['ota_data_initial.bin', offsets.get('otadata')],
		['xs_esp32.bin', offsets.get('ota_0')],
	];
	const flash = new Uint8Array(FLASH).fill(BLANK);
	for (const [name, offset] of /** @type {[string, number][]} */ (parts)) {
		const file = path.join(binaries, name);
		if (!existsSync(file))
			throw lacking(`there is no ${name} in ${binaries}`, 'build the firmware with npm run firmware');
		flash.set(readFileSync(file), offset);
	}
	return flash;
}

/**
 * What the fuses of a chip say that the bootloader asks them for: a revision that this firmware may run on, 3.0 and 0.3.
 *
 * @param {string} chip
 * @returns {Uint8Array}
 */
export function fuses(chip) {
	if (chip === 'esp32') {
		const octets = new Uint8Array(124);
		octets[13] = 0x80;
		octets[22] = 0x10;
		return octets;
	}
	const octets = new Uint8Array(1024);
	octets[38] = 0x0c;
	return octets;
}

/**
 * @param {string} file
 * @returns {ReadonlyMap<string, number>} the first octet of each partition
 */
function offsetsOf(file) {
	const rows = readFileSync(file, 'utf8').matchAll(/^(\w+),[^,]*,[^,]*,\s*(0x[0-9a-f]+)/gm);
	return new Map([...rows].map(([, name = '', offset]) => [name, Number(offset)]));
}
