import { hexOf } from '../../src/base/hex.js';
import type { SignatureCheck } from '../../src/ports/signature.js';
import { digest } from './digest.js';

/**
 * In the place of ECDSA, which no engine under test has: r and s are two digests over the public key and what is signed. Whoever has the
 * public key can sign here; the real thing is tried in tests/node.
 */
export function standInSignature(publicKey: Uint8Array, hash: Uint8Array): Uint8Array {
	const half = (number: number) => digest.digest('SHA-256', Uint8Array.of(number, ...publicKey, ...hash));
	return Uint8Array.of(...half(1), ...half(2));
}

export const signature: SignatureCheck = {
	verify: (publicKey, hash, given) => hexOf(standInSignature(publicKey, hash)) === hexOf(given),
};

/** A public key of the stand-in. */
export function publicKey(seed: number): Uint8Array {
	return Uint8Array.from({ length: 64 }, (_, at) => (at * 3 + seed) & 0xff);
}
