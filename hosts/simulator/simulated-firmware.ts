import { textOf } from '../../src/base/text.js';
import { type FirmwareVersion, formatVersion, parseVersion } from '../../src/update/firmware-version.js';

/**
 * What a simulated board does that runs a firmware: all that a co-processor does; or it crashes soon after each start; or it never gets
 * through to its module.
 */
export type Conduct = 'works' | 'crashes' | 'deaf';

/** What a simulated board runs: it has no machine code, only what its first line says. */
export interface SimulatedFirmware {
	readonly version: string;
	readonly conduct: Conduct;
}

/** Octets in which the first line must end. */
export const FIRST_LINE = 64;

const CONDUCTS: readonly Conduct[] = Object.freeze(['works', 'crashes', 'deaf']);

/** `ATRUN simulated firmware 1.2.0`, with `crashes` or `deaf` behind it for a bad one; what follows the line end does not matter. */
export function firstLine(version: FirmwareVersion, conduct: Conduct = 'works'): string {
	return `ATRUN simulated firmware ${formatVersion(version)}${conduct === 'works' ? '' : ` ${conduct}`}\n`;
}

/** What these octets begin with; undefined: nothing that a simulated board can boot. */
export function parseFirmware(octets: Uint8Array): SimulatedFirmware | undefined {
	const found = /^ATRUN simulated firmware ([0-9.]+)(?: ([a-z]+))?\r?\n/.exec(textOf(octets.subarray(0, FIRST_LINE)));
	const version = found === null ? undefined : parseVersion(found[1]!);
	const conduct = CONDUCTS.find(one => one === (found?.[2] ?? 'works'));
	return version === undefined || conduct === undefined ? undefined : { version: formatVersion(version), conduct };
}
