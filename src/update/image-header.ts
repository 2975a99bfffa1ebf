import { failure, type Result, success } from '../base/result.js';
import { bytesOf, textOf } from '../base/text.js';
import type { FirmwareVersion } from './firmware-version.js';

/** What stands before the firmware in an image (docs/ota.md, "The image"). */
export interface ImageHeader {
	/** The board it is for, as `#ATRUNINFO` names it: 1–32 characters `a-z`, `0-9`, `-`, `_`, `.`. */
	readonly target: string;
	readonly version: FirmwareVersion;
	/** Octets of the firmware behind the header. */
	readonly size: number;
	/** SHA-256 of these octets. */
	readonly hash: Uint8Array;
	/** A board with a newer firmware may take it. */
	readonly mayGoBack: boolean;
	/** X and Y of the point that signs the images after this one; undefined: the key stays. */
	readonly newKey: Uint8Array | undefined;
}

/**
 * Why octets are no header. `truncated`: fewer than 256 came; `no image`: it begins with something else; `format`: made for later
 * boards; `header`: a field of it is out of its range.
 */
export type HeaderError = 'truncated' | 'no image' | 'format' | 'header';

/** Octets of a header. */
export const HEADER = 256;
/** Octets that the signature is over; it follows them. */
export const SIGNED = 192;
/** Octets of a public key: X and Y. Of a signature: r and s. */
export const KEY = 64;
/** The largest firmware that a header can announce: more than any flash of these chips. */
export const MOST_OCTETS = 0x1000000;

const MAGIC = 0x41545249; // "ATRI"
const FORMAT = 1;
const MAY_GO_BACK = 1;
const HAS_KEY = 2;
const HASH = 32;
const TARGET = 32;

// Where the fields stand; numbers are big-endian, what is not named is 0.
const AT_FORMAT = 4;
const AT_FLAGS = 5;
const AT_VERSION = 6;
const AT_SIZE = 12;
const AT_HASH = 16;
const AT_TARGET = 48;
const AT_KEY = 80;
const AT_REST = 144;

export function isTarget(text: string): boolean {
	return /^[a-z0-9_.-]{1,32}$/.test(text);
}

/** The header with no signature in it yet. The caller has checked target, version and size. */
function formatHeader({ target, version, size, hash, mayGoBack, newKey }: ImageHeader): Uint8Array {
	const octets = new Uint8Array(HEADER);
	const view = new DataView(octets.buffer);
	view.setUint32(0, MAGIC);
	octets[AT_FORMAT] = FORMAT;
	octets[AT_FLAGS] = (mayGoBack ? MAY_GO_BACK : 0) + (newKey === undefined ? 0 : HAS_KEY);
	for (let place = 0; place < 3; place++) view.setUint16(AT_VERSION + 2 * place, version[place]!);
	view.setUint32(AT_SIZE, size);
	octets.set(hash, AT_HASH);
	octets.set(bytesOf(target), AT_TARGET);
	if (newKey !== undefined) octets.set(newKey, AT_KEY);
	return octets;
}

/** The whole header; `sign` makes the signature of these octets, r and s, 32 octets each. */
export function sealHeader(header: ImageHeader, sign: (signed: Uint8Array) => Uint8Array): Uint8Array {
	const octets = formatHeader(header);
	octets.set(sign(signedPart(octets).signed), SIGNED);
	return octets;
}

/** What the first 256 octets say. Whether it is true the signature tells: `checkImage`. */
export function parseHeader(octets: Uint8Array): Result<ImageHeader, HeaderError> {
	if (octets.length < HEADER) return failure('truncated');
	const view = new DataView(octets.buffer, octets.byteOffset, HEADER);
	if (view.getUint32(0) !== MAGIC) return failure('no image');
	if (octets[AT_FORMAT] !== FORMAT) return failure('format');
	const flags = octets[AT_FLAGS]!;
	const size = view.getUint32(AT_SIZE);
	const target = textOf(octets.subarray(AT_TARGET, AT_TARGET + TARGET)).replace(/\0+$/, '');
	const key = octets.subarray(AT_KEY, AT_KEY + KEY);
	const hasKey = (flags & HAS_KEY) !== 0;
	if (flags > MAY_GO_BACK + HAS_KEY || size === 0 || size > MOST_OCTETS || !isTarget(target)) return failure('header');
	if (isEmpty(key) === hasKey || !isEmpty(octets.subarray(AT_REST, SIGNED))) return failure('header');
	return success({
		target,
		version: [view.getUint16(AT_VERSION), view.getUint16(AT_VERSION + 2), view.getUint16(AT_VERSION + 4)],
		size,
		hash: octets.slice(AT_HASH, AT_HASH + HASH),
		mayGoBack: (flags & MAY_GO_BACK) !== 0,
		newKey: hasKey ? key.slice() : undefined,
	});
}

/** What the signature of a header is over, and the signature. */
export function signedPart(octets: Uint8Array): { readonly signed: Uint8Array; readonly signature: Uint8Array } {
	return { signed: octets.subarray(0, SIGNED), signature: octets.subarray(SIGNED, HEADER) };
}

function isEmpty(octets: Uint8Array): boolean {
	return octets.every(octet => octet === 0);
}
