import { crc32 } from '../../src/base/crc32.js';
import type { Clock } from '../../src/ports/clock.js';
import type { AtrunSession, CommandResult } from './atrun-session.js';

/** A file for the board. */
export interface Script {
	/** Its name on the board: 1–16 printable characters of ASCII without quote, comma and backslash. */
	readonly name: string;
	readonly octets: Uint8Array;
}

/** What the upload's command brought, and what the board's list then says of the file. */
export interface UploadResult extends CommandResult {
	readonly upload: {
		readonly name: string;
		readonly size: number;
		/** CRC-32 of what was sent, 8 hexadecimal digits. */
		readonly crc: string;
		/** What the board has under this name; null: nothing, or it did not say. The CRC only where the board shows one. */
		readonly stored: { readonly size: number; readonly crc?: string } | null;
		/** The board has what was sent, as far as its list tells. */
		readonly verified: boolean;
	};
}

/** `#LSCRIPT: "name",size[,crc]`; some modules leave out the quotes. */
const LISTED = /^#LSCRIPT: *"?([^",]*)"?, *([0-9]{1,10})(?:, *"?([0-9A-Fa-f]{8})"?)?$/;

export function isScriptName(name: string): boolean {
	return /^[\x20-\x7e]{1,16}$/.test(name) && !/[",\\]/.test(name);
}

/**
 * Stores a file by `#WSCRIPT` and compares it with what `#LSCRIPT` then says. `timeout` [ms]: for the prompt, for a standstill
 * while the octets go out, for the final result, and for the list. Closes the session where the board stopped listening to the
 * data half-way: what is still under way must not be taken for commands.
 */
export async function uploadScript(
	session: AtrunSession,
	clock: Clock,
	{ name, octets }: Script,
	timeout: number,
): Promise<UploadResult> {
	const start = clock.now();
	const command = `AT#WSCRIPT="${name}",${octets.length}`;
	const asked = await session.request(command, clock.now() + timeout);
	let { lines, final } = asked;
	if (final === '>') {
		const supplied = await session.supply(command, octets, timeout);
		({ lines, final } = supplied);
		if (!supplied.allSent || final === null) session.close();
	}
	const ms = Math.round(clock.now() - start);
	const crc = hexOfCrc(crc32(octets));
	const stored = final === 'OK' ? await storedUnder(name, session, clock.now() + timeout) : null;
	const verified = stored?.size === octets.length && (stored.crc ?? crc) === crc;
	return { command, lines, final, ms, upload: { name, size: octets.length, crc, stored, verified } };
}

async function storedUnder(
	name: string,
	session: AtrunSession,
	deadline: number,
): Promise<UploadResult['upload']['stored']> {
	const list = await session.execute('AT#LSCRIPT', deadline);
	if (list.final !== 'OK') return null;
	for (const line of list.lines) {
		const [, listed, size, crc] = LISTED.exec(line) ?? [];
		if (listed === name) return { size: Number(size), ...(crc !== undefined && { crc: crc.toUpperCase() }) };
	}
	return null;
}

function hexOfCrc(crc: number): string {
	return crc.toString(16).toUpperCase().padStart(8, '0');
}
