import { join } from 'node:path';
import type { Command } from 'commander';
import { BOOT_TABLE } from '../../simulator/boot-table.js';
import { type Flash, MemoryFlash } from '../../simulator/flash.js';
import type { BoardSlots, RunningFirmware } from '../../simulator/restarting-board.js';
import { FileFlash } from '../file-flash.js';
import { publicKeyFrom, textOfPublicKey } from '../image-keys.js';
import { NodeSignature } from '../node-signature.js';
import { CommandFailure } from './failure.js';

export interface SlotsOptions {
	readonly updateKey?: string;
	/** Where the firmware outlives the process; undefined: it ends with it. */
	readonly state?: string;
}

/** Two slots of a mebioctet, a little less than those of the reference board. */
const FLASH = BOOT_TABLE + 2 * 1024 * 1024;

export function slotsOption(command: Command): Command {
	return command.option(
		'--update-key <file>',
		'take firmware over the air that is signed with this key ("atrun ota keygen" printed it)',
	);
}

/** The slots of the board's firmware. Without a key they refuse everything. */
export function slotsFrom({ state, updateKey }: SlotsOptions): BoardSlots {
	const key = updateKey === undefined ? undefined : publicKeyFrom(updateKey);
	if (key?.ok === false) throw new CommandFailure(2, `${key.error} (--update-key)`);
	const publicKey = key === undefined ? '' : textOfPublicKey(key.value);
	return { flash: flashAt(state), signature: new NodeSignature(), publicKey };
}

/** Tells the user what runs now. */
export function showFirmware(firmware: RunningFirmware | undefined): void {
	if (firmware === undefined) return;
	const { version, isOnTrial } = firmware;
	process.stderr.write(`the board starts again: firmware ${version}${isOnTrial ? ', on trial' : ''}\n`);
}

function flashAt(state: string | undefined): Flash {
	if (state === undefined) return new MemoryFlash(FLASH);
	const flash = FileFlash.open(join(state, 'firmware.flash'), FLASH);
	if (!flash.ok) throw new CommandFailure(2, `${flash.error} (--state)`);
	return flash.value;
}
