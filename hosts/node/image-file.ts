import { failure, type Result, success } from '../../src/base/result.js';
import { formatVersion } from '../../src/update/firmware-version.js';
import {
	HEADER,
	type HeaderError,
	type ImageHeader,
	parseHeader,
	sealHeader,
	signedPart,
} from '../../src/update/image-header.js';
import { textOfPublicKey } from './image-keys.js';
import { NodeDigest } from './node-digest.js';
import { NodeSignature } from './node-signature.js';

/** An image as a file has it: 256 octets of header, then the firmware. */
export interface ImageFile {
	readonly header: ImageHeader;
	/** The 256 octets. */
	readonly octets: Uint8Array;
	readonly firmware: Uint8Array;
}

/** What is wrong with a file, before any board sees it. */
export type ImageFault = HeaderError | 'length' | 'damaged';

const DIGEST = new NodeDigest();

/** The file of an image; `sign` as `sealHeader` wants it. */
export function packImage(
	firmware: Uint8Array,
	about: Omit<ImageHeader, 'size' | 'hash'>,
	sign: (signed: Uint8Array) => Uint8Array,
): Uint8Array {
	const header: ImageHeader = { ...about, size: firmware.length, hash: DIGEST.digest('SHA-256', firmware) };
	const file = new Uint8Array(HEADER + firmware.length);
	file.set(sealHeader(header, sign));
	file.set(firmware, HEADER);
	return file;
}

/** The image in these octets: its header can be read, and the firmware is the one that it announces. */
export function parseImage(file: Uint8Array): Result<ImageFile, ImageFault> {
	const header = parseHeader(file);
	if (!header.ok) return header;
	const { size, hash } = header.value;
	const firmware = file.subarray(HEADER);
	if (firmware.length !== size) return failure('length');
	if (Buffer.compare(DIGEST.digest('SHA-256', firmware), hash) !== 0) return failure('damaged');
	return success({ header: header.value, octets: file.subarray(0, HEADER), firmware });
}

/** Whether the image was signed with the private key that belongs to this one. */
export function isSignedBy(key: Uint8Array, { octets }: ImageFile): boolean {
	const { signed, signature } = signedPart(octets);
	return new NodeSignature().verify(key, DIGEST.digest('SHA-256', signed), signature);
}

/** What the header says, as `--json` shows it. */
export function describeImage({ header }: ImageFile): Readonly<Record<string, unknown>> {
	const { target, version, size, hash, mayGoBack, newKey } = header;
	return {
		target,
		version: formatVersion(version),
		size,
		sha256: Buffer.from(hash).toString('hex'),
		allowDowngrade: mayGoBack,
		...(newKey !== undefined && { newKey: textOfPublicKey(newKey) }),
	};
}
