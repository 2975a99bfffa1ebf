import { readFileSync, statSync } from 'node:fs';
import { HEADER, MOST_OCTETS } from '../../../src/update/image-header.js';
import { type ImageFault, type ImageFile, parseImage } from '../image-file.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';

const FAULTS: { readonly [fault in ImageFault]: string } = Object.freeze({
	truncated: 'it is shorter than the header of an image',
	'no image': 'it is no image: make one with "atrun ota pack"',
	format: 'it was made for later boards than this program knows',
	header: 'its header says what cannot be',
	length: 'it has not the length that its header says: the file was cut off, or something was put behind it',
	damaged: 'its firmware is not the one that was packed: the file was changed',
});

/** The octets of a file that an image may be or be made of; wrong usage where they cannot be had. */
export function octetsOf(path: string): Uint8Array {
	try {
		if (statSync(path).size <= MOST_OCTETS + HEADER) return readFileSync(path);
	} catch (error) {
		throw new CommandFailure(2, `cannot read ${path}: ${reasonOf(error)}`);
	}
	throw new CommandFailure(2, `${path} is larger than the flash of any board: ${MOST_OCTETS} octets`);
}

/** The image in a file, whole. */
export function imageFrom(path: string): ImageFile {
	const image = parseImage(octetsOf(path));
	if (!image.ok) throw new CommandFailure(1, `${path}: ${FAULTS[image.error]}`);
	return image.value;
}
