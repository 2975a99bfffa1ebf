import type { Clock } from '../../../src/ports/clock.js';
import type { AtrunSession, CommandResult } from '../atrun-session.js';
import type { ImageFile } from '../image-file.js';
import { type UpdateResult, uploadImage } from '../image-upload.js';
import { printable } from '../printable.js';
import { type Script, type UploadResult, uploadScript } from '../script-upload.js';
import { CommandFailure } from './failure.js';

/** What is to be done in a session, in this order. */
export interface Work {
	readonly uploads: readonly Script[];
	readonly commands: Iterable<string> | AsyncIterable<string>;
	/** A new firmware; last, since the board restarts for it. */
	readonly image?: ImageFile | undefined;
}

/** What a session does its work with. */
export interface Worker {
	readonly session: AtrunSession;
	readonly clock: Clock;
	/** For each step [ms]. */
	readonly timeout: number;
	/** Gets each result as it comes. */
	readonly onResult: (result: CommandResult) => void;
	/** Told how many octets of a firmware the board has. */
	readonly onProgress?: (received: number, size: number) => void;
}

const LINE_END = /[\r\n]/;

/** The commands of `--exec`, checked; undefined: the option is not given. */
export function commandsFrom(exec: readonly string[] | undefined): readonly string[] | undefined {
	for (const command of exec ?? []) {
		if (command.trim() === '') throw new CommandFailure(2, '--exec needs a command line');
		if (LINE_END.test(command)) throw new CommandFailure(2, '--exec takes one command line: give it once for each');
	}
	return exec;
}

/** Does the work until it is done, a command gets no answer, or a file is not stored as it should be. */
export async function work(
	{ uploads, commands, image }: Work,
	{ session, clock, timeout, onResult, onProgress }: Worker,
): Promise<CommandResult[]> {
	const results: CommandResult[] = [];
	const add = (result: CommandResult) => {
		results.push(result);
		onResult(result);
	};
	for (const script of uploads) {
		const result = await uploadScript(session, clock, script, timeout);
		add(result);
		if (!result.upload.verified) return results;
	}
	for await (const command of commands) {
		const result = await session.execute(command, clock.now() + timeout);
		add(result);
		if (result.final === null) return results;
	}
	if (image !== undefined) add(await uploadImage(session, clock, image, timeout, onProgress));
	return results;
}

/** Why the work failed, for the user; '' where a final result on its own says it; undefined: it did not fail. */
export function workFailure(
	results: readonly CommandResult[],
	session: AtrunSession,
	timeout: number,
): string | undefined {
	const last = results.at(-1);
	const update = last !== undefined && 'update' in last ? (last as UpdateResult).update : undefined;
	if (update?.refused) return `the board refuses the image: ${printable(update.refused)}`;
	if (last?.final === null) {
		const again =
			update === undefined ? '' : `; it has ${update.received} of ${update.size} octets: do it again to go on`;
		return `${unanswered(last, session.ended, timeout)}${again}`;
	}
	const wrong = results.find(isUnverified);
	if (wrong !== undefined) return unverified(wrong);
	return results.every(isGood) ? undefined : '';
}

/** Prints a result, each line behind `prefix`. */
export function printResult(result: CommandResult, prefix = ''): void {
	const shown = [result.command, ...result.lines];
	if (result.final !== null) shown.push(result.final);
	for (const line of shown) process.stdout.write(`${prefix}${printable(line)}\n`);
}

function isGood({ final }: CommandResult): boolean {
	return final === 'OK' || final?.startsWith('CONNECT') === true;
}

/** The board took it and yet does not have it. */
function isUnverified(result: CommandResult): result is UploadResult {
	return 'upload' in result && isGood(result) && !(result as UploadResult).upload.verified;
}

function unverified({ upload: { name, size, crc, stored } }: UploadResult): string {
	if (stored === null) return `${name} was sent, but AT#LSCRIPT does not list it`;
	const has = stored.crc === undefined ? `${stored.size} octets` : `${stored.size} octets with CRC-32 ${stored.crc}`;
	return `${name} is not stored as it was sent: the board has ${has}, not ${size} with ${crc}`;
}

function unanswered(result: CommandResult, ended: string | undefined, timeout: number): string {
	const command = printable(result.command);
	if (ended !== undefined) return `the connection ended before ${command} was answered (${printable(ended)})`;
	return `no answer to ${command} within ${timeout / 1000} s`;
}
