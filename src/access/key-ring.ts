import { bytesOfHex } from '../base/hex.js';
import type { Digest } from '../ports/digest.js';
import { KEY_LENGTH } from '../sms/digest-v2.js';

/** A key of `#ATRUNKEY` as it is stored; a secret. */
export interface Key {
	/** 1–4. */
	readonly id: number;
	/** 64 hexadecimal digits of either case. */
	readonly hex: string;
}

/** Keys at most; their ids are 1 to this. */
export const KEYS = 4;
/** Octets of a key's fingerprint. */
export const FINGERPRINT_LENGTH = 8;

/** The octets of a key's 64 hexadecimal digits; undefined where it is no key. */
export function parseKey(hex: string): Uint8Array | undefined {
	return hex.length === KEY_LENGTH * 2 ? bytesOfHex(hex) : undefined;
}

/** The octets of the key with this id; undefined: there is none. */
export function keyOf(keys: readonly Key[], id: number): Uint8Array | undefined {
	const found = keys.find(key => key.id === id);
	return found === undefined ? undefined : parseKey(found.hex);
}

/** Tells keys apart without giving them away: the first 8 octets of their SHA-256. */
export function fingerprintOf(key: Uint8Array, digest: Digest): Uint8Array {
	return digest.digest('SHA-256', key).slice(0, FINGERPRINT_LENGTH);
}
