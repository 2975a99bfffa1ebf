export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** One-shot message digests (RFC 1321, FIPS 180-4). */
export interface Digest {
	digest(algorithm: DigestAlgorithm, message: Uint8Array): Uint8Array;
}
