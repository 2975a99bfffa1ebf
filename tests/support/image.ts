import { firstLine } from '../../hosts/simulator/simulated-firmware.js';
import { bytesOf } from '../../src/base/text.js';
import { parseVersion } from '../../src/update/firmware-version.js';
import { type ImageHeader, sealHeader } from '../../src/update/image-header.js';
import { digest } from './digest.js';
import { publicKey, standInSignature } from './signature.js';

export interface TestImage {
	readonly header: Uint8Array;
	readonly firmware: Uint8Array;
	/** Both, as a file has them. */
	readonly file: Uint8Array;
}

export interface ImageOptions extends Partial<Omit<ImageHeader, 'version'>> {
	readonly version?: string;
	readonly key?: Uint8Array;
	/** What the simulated board does that runs it. */
	readonly conduct?: 'works' | 'crashes' | 'deaf';
	/** Octets of the firmware, at least its first line. */
	readonly octets?: number;
}

export const TARGET = 'test-board';
export const KEY = publicKey(1);

/** Firmware of a simulated board: a first line, then octets that are never the same. */
export function firmwareOf(version: string, octets: number, conduct: ImageOptions['conduct'] = 'works'): Uint8Array {
	const bytes = Uint8Array.from({ length: octets }, (_, at) => (at * 31 + (at >> 7)) & 0xff);
	bytes.set(bytesOf(firstLine(parseVersion(version)!, conduct)));
	return bytes;
}

/** An image that a board of the tests takes, unless the options say otherwise. */
export function imageOf({
	version = '1.1.0',
	key = KEY,
	conduct,
	octets = 10_000,
	...parts
}: ImageOptions = {}): TestImage {
	const firmware = firmwareOf(version, octets, conduct);
	const header = sealHeader(
		{
			target: TARGET,
			version: parseVersion(version)!,
			size: firmware.length,
			hash: digest.digest('SHA-256', firmware),
			mayGoBack: false,
			newKey: undefined,
			...parts,
		},
		signed => standInSignature(key, digest.digest('SHA-256', signed)),
	);
	const file = new Uint8Array(header.length + firmware.length);
	file.set(header);
	file.set(firmware, header.length);
	return { header, firmware, file };
}
