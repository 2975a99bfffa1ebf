import { hexOf } from '../../../src/base/hex.js';
import { type SimFile, simFile } from '../sim-files.js';
import { integerAt } from './arguments.js';
import { BAD_PARAMETER, type CommandContext, type CommandTable, OK, type Outcome } from './command.js';

/** Commands to the card (51.011 9.2), by `<command>` of +CRSM. */
const READ_BINARY = 176;
const READ_RECORD = 178;
const GET_RESPONSE = 192;
const UPDATE_BINARY = 214;
const UPDATE_RECORD = 220;
const STATUS = 242;
const KNOWN: readonly number[] = Object.freeze([
	READ_BINARY,
	READ_RECORD,
	GET_RESPONSE,
	UPDATE_BINARY,
	UPDATE_RECORD,
	STATUS,
]);

/** Status words (51.011 9.4). */
type Status = readonly [number, number];
const DONE: Status = Object.freeze([0x90, 0x00]);
const OUT_OF_RANGE: Status = Object.freeze([0x94, 0x02]);
const NO_FILE: Status = Object.freeze([0x94, 0x04]);
const OTHER_FILE_TYPE: Status = Object.freeze([0x94, 0x08]);
const NO_ACCESS: Status = Object.freeze([0x98, 0x04]);
const WRONG_LENGTH: Status = Object.freeze([0x67, 0x00]);

/** P2 of READ RECORD: the record that P1 numbers. */
const ABSOLUTE = 4;

interface Answer {
	readonly status: Status;
	readonly data?: Uint8Array;
}

/** +CRSM=<command>[,<file>[,<P1>,<P2>,<P3>[,<data>]]] (27.007 8.18): reads files of the card; none can be written. */
function access({ firmware, instance, parameters }: CommandContext): Outcome {
	const command = integerAt(parameters, 0, 0, 255);
	if (command === undefined || !KNOWN.includes(command)) return BAD_PARAMETER;
	const identifier = integerAt(parameters, 1, 0, 0xffff, 0);
	const [p1, p2, p3] = [2, 3, 4].map(at => integerAt(parameters, at, 0, 255, 0));
	if (identifier === undefined || p1 === undefined || p2 === undefined || p3 === undefined) return BAD_PARAMETER;
	const file = simFile(firmware.board.sim, identifier);
	const { status, data } =
		file === undefined && command !== STATUS ? { status: NO_FILE } : answer(command, identifier, file, p1, p2, p3);
	const [first, second] = status;
	instance.print(`+CRSM: ${first},${second}${data === undefined ? '' : `,"${hexOf(data)}"`}`);
	return OK;
}

function answer(
	command: number,
	identifier: number,
	file: SimFile | undefined,
	p1: number,
	p2: number,
	p3: number,
): Answer {
	if (file === undefined) return { status: DONE };
	const { content } = file;
	switch (command) {
		case READ_BINARY: {
			if (!(content instanceof Uint8Array)) return { status: OTHER_FILE_TYPE };
			return part(content, p1 * 256 + p2, p3);
		}
		case READ_RECORD: {
			if (content instanceof Uint8Array) return { status: OTHER_FILE_TYPE };
			const record = content[p1 - 1];
			if (record === undefined || p2 !== ABSOLUTE) return { status: OUT_OF_RANGE };
			return p3 === 0 || p3 === record.length ? { status: DONE, data: record } : { status: WRONG_LENGTH };
		}
		case GET_RESPONSE:
			return { status: DONE, data: describe(identifier, content) };
		case STATUS:
			return { status: DONE };
		default:
			return { status: NO_ACCESS };
	}
}

/** Length 0: all that is left. */
function part(content: Uint8Array, offset: number, length: number): Answer {
	if (offset >= content.length) return { status: OUT_OF_RANGE };
	const end = length === 0 ? content.length : offset + length;
	return end > content.length ? { status: WRONG_LENGTH } : { status: DONE, data: content.subarray(offset, end) };
}

/** What GET RESPONSE says of an elementary file (51.011 9.2.1). */
function describe(identifier: number, content: SimFile['content']): Uint8Array {
	const isTransparent = content instanceof Uint8Array;
	const recordLength = isTransparent ? 0 : content[0]!.length;
	const size = isTransparent ? content.length : content.length * recordLength;
	const head = [0, 0, size >> 8, size & 255, identifier >> 8, identifier & 255, 4, 0];
	// Access conditions, then: not invalidated, two octets follow.
	return Uint8Array.from([...head, 0x11, 0xff, 0x44, 1, 2, isTransparent ? 0 : 1, recordLength]);
}

/** Restricted access to the card. */
export const RESTRICTED_ACCESS: CommandTable = Object.freeze({
	'+CRSM': Object.freeze({ set: access, test: () => OK, card: true }),
});
