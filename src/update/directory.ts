import { bytesOf, textOf } from '../base/text.js';

/** A file as the directory has it. */
export interface DirectoryEntry {
	readonly name: string;
	/** Octets. */
	readonly size: number;
	/** CRC-32 of IEEE 802.3 over the content. */
	readonly crc: number;
	/** Its content is not to be told. */
	readonly hidden: boolean;
	/** Where its blocks lie, 0–16. */
	readonly slot: number;
}

export interface Directory {
	readonly files: readonly DirectoryEntry[];
	/** The file that `#ESCRIPT` names. */
	readonly chosen: string | undefined;
}

/** Files at most. */
export const FILES = 16;
/** One more than files: a file is replaced while its old content is still there. */
export const SLOTS = FILES + 1;

const VERSION = 1;
const HEADER = 3;
/** Octets of an entry without its name: slot, flags, length of the name, size, CRC. */
const ENTRY = 11;
const NOBODY = 0xff;
const HIDDEN = 1;

/** 1–16 printable ASCII characters, none of which a command line or an answer gives another meaning. */
export function isFileName(name: string): boolean {
	return /^[ !#-+\--[\]-~]{1,16}$/.test(name);
}

/** The record of a directory: 3 octets, and 12 to 27 for each file. */
export function formatDirectory({ files, chosen }: Directory): Uint8Array {
	const octets = new Uint8Array(files.reduce((sum, { name }) => sum + ENTRY + name.length, HEADER));
	const view = new DataView(octets.buffer);
	const place = files.findIndex(({ name }) => name === chosen);
	octets.set([VERSION, files.length, place < 0 ? NOBODY : place]);
	let at = HEADER;
	for (const { name, size, crc, hidden, slot } of files) {
		octets.set([slot, hidden ? HIDDEN : 0, name.length], at);
		view.setUint32(at + 3, size);
		view.setUint32(at + 7, crc);
		octets.set(bytesOf(name), at + ENTRY);
		at += ENTRY + name.length;
	}
	return octets;
}

/** The directory of a record; undefined: it is none, or of a version that is not known. */
export function parseDirectory(octets: Uint8Array): Directory | undefined {
	const [version, count, place] = octets;
	if (version !== VERSION || count === undefined || place === undefined || count > FILES) return undefined;
	const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
	const files: DirectoryEntry[] = [];
	let at = HEADER;
	for (let number = 0; number < count; number++) {
		const begin = at + ENTRY;
		if (begin > octets.length) return undefined;
		const slot = octets[at]!;
		at = begin + octets[at + 2]!;
		const name = textOf(octets.subarray(begin, at));
		if (at > octets.length || !isFileName(name) || slot >= SLOTS) return undefined;
		if (files.some(file => file.slot === slot || file.name === name)) return undefined;
		const hidden = octets[begin - ENTRY + 1] === HIDDEN;
		files.push({ name, size: view.getUint32(begin - 8), crc: view.getUint32(begin - 4), hidden, slot });
	}
	if (at !== octets.length || (place !== NOBODY && place >= count)) return undefined;
	return { files, chosen: files[place]?.name };
}
