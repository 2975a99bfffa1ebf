export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** Message digests (RFC 1321, FIPS 180-4). */
export interface Digest {
	/** The digest of a message that is there as a whole. */
	digest(algorithm: DigestAlgorithm, message: Uint8Array): Uint8Array;
	/** Begins the digest of a message that comes in pieces. */
	begin(algorithm: DigestAlgorithm): RunningDigest;
}

/** A digest over what has come so far. Given up, it needs no call. */
export interface RunningDigest {
	/** Takes the next octets; the caller may reuse `bytes` at once. */
	update(bytes: Uint8Array): void;
	/** The digest of all octets, once: nothing can be added any more. */
	finish(): Uint8Array;
}
