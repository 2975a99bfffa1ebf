import type { Clock } from '../../src/ports/clock.js';
import { formatVersion } from '../../src/update/firmware-version.js';
import type { AtrunSession, CommandResult } from './atrun-session.js';
import type { ImageFile } from './image-file.js';

/** What the last command of an update brought, and how far it came. */
export interface UpdateResult extends CommandResult {
	readonly update: {
		readonly target: string;
		readonly version: string;
		/** Octets of the firmware, and how many of them the board had before. */
		readonly size: number;
		readonly resumedAt: number;
		/** Octets that the board has taken, those from before included. */
		readonly received: number;
		/** Why the board does not want it; null: it does not say that. */
		readonly refused: string | null;
		/** The board restarts now and tries it. */
		readonly switched: boolean;
	};
}

/** Octets of the firmware that go out between two answers: a slow line takes a quarter of a minute for them. */
const PIECE = 16_384;
/** Reading a whole image back takes the board so long at most [ms]. */
const CHECK = 120_000;
const STATE = /^#ATRUNOTA: "[a-z]+","[0-9.]+",([0-9]{1,8}),([0-9]{1,8})$/;
const REFUSED = /^#ATRUN: REFUSED,"([^"]*)"$/;

/**
 * Brings an image to a board by `#ATRUNOTA`, from where an earlier try ended, and has it tried. `timeout` [ms]: for each answer, and for a
 * standstill while octets go out. Closes the session where the board stopped listening to the data half-way: what is still under way
 * must not be taken for commands.
 */
export async function uploadImage(
	session: AtrunSession,
	clock: Clock,
	{ header, octets, firmware }: ImageFile,
	timeout: number,
	onProgress: (received: number, size: number) => void = () => {},
): Promise<UpdateResult> {
	const start = clock.now();
	const size = firmware.length;
	let received = 0;
	let resumedAt = 0;
	const ended = (last: CommandResult, switched = false): UpdateResult => ({
		...last,
		ms: Math.round(clock.now() - start),
		update: {
			target: header.target,
			version: formatVersion(header.version),
			size,
			resumedAt,
			received,
			refused: reasonIn(last),
			switched,
		},
	});
	const begun = await supplied(session, clock, 'AT#ATRUNOTA=1', octets, timeout);
	const [, has, of] = begun.lines.map(line => STATE.exec(line)).find(found => found !== null) ?? [];
	if (begun.final !== 'OK' || Number(of) !== size) return ended(begun);
	received = Number(has);
	resumedAt = received;
	onProgress(received, size);
	while (received < size) {
		const piece = firmware.subarray(received, received + PIECE);
		const taken = await supplied(session, clock, `AT#ATRUNOTA=2,${received},${piece.length}`, piece, timeout);
		if (taken.final !== 'OK') return ended(taken);
		received += piece.length;
		onProgress(received, size);
	}
	const switched = await session.execute('AT#ATRUNOTA=3', clock.now() + Math.max(timeout, CHECK));
	return ended(switched, switched.final === 'OK');
}

async function supplied(
	session: AtrunSession,
	clock: Clock,
	command: string,
	octets: Uint8Array,
	timeout: number,
): Promise<CommandResult> {
	const asked = await session.request(command, clock.now() + timeout);
	if (asked.final !== '>') return asked;
	const { allSent, ...result } = await session.supply(command, octets, timeout);
	if (!allSent || result.final === null) session.close();
	return result;
}

function reasonIn({ lines }: CommandResult): string | null {
	return lines.map(line => REFUSED.exec(line)?.[1]).find(reason => reason !== undefined) ?? null;
}
