import { failure, type Result } from '../base/result.js';
import type { Digest } from '../ports/digest.js';
import type { SignatureCheck } from '../ports/signature.js';
import { compareVersions, parseVersion } from './firmware-version.js';
import { type HeaderError, type ImageHeader, parseHeader, signedPart } from './image-header.js';

/** The board that an image is held against. */
export interface ImageJudge {
	readonly digest: Digest;
	readonly signature: SignatureCheck;
	/** The key in force; undefined: none. */
	readonly key: Uint8Array | undefined;
	readonly target: string;
	/** Of the running firmware; one that is no version counts as 0.0.0. */
	readonly firmware: string;
	/** Octets that the spare slot holds. */
	readonly capacity: number;
}

/**
 * Why a board does not take an image. `no key`: it takes none at all; `signature`: not signed with its key, or changed since; `target`:
 * for another board; `too large`: for its slot; `older`: than the running firmware, and not allowed to be; `damaged`: the octets are
 * not those that were signed; `not bootable`: they are, and the bootloader does not know what to do with them.
 */
export type ImageRefusal =
	| HeaderError
	| 'no key'
	| 'signature'
	| 'target'
	| 'too large'
	| 'older'
	| 'damaged'
	| 'not bootable';

/** Whether the board may take the image with this header. The signature comes first: nothing else in it is believed before. */
export function checkImage(octets: Uint8Array, judge: ImageJudge): Result<ImageHeader, ImageRefusal> {
	const { digest, signature, key, target, firmware, capacity } = judge;
	if (key === undefined) return failure('no key');
	const header = parseHeader(octets);
	if (!header.ok && header.error !== 'header') return header;
	const parts = signedPart(octets);
	if (!signature.verify(key, digest.digest('SHA-256', parts.signed), parts.signature)) return failure('signature');
	if (!header.ok) return header;
	const { value } = header;
	if (value.target !== target) return failure('target');
	if (value.size > capacity) return failure('too large');
	const isOlder = compareVersions(value.version, parseVersion(firmware) ?? NO_VERSION) < 0;
	return isOlder && !value.mayGoBack ? failure('older') : header;
}

const NO_VERSION = Object.freeze([0, 0, 0] as const);
