/** Checks ECDSA signatures on the curve P-256 over a SHA-256 digest (FIPS 186-5, 6.4.2). */
export interface SignatureCheck {
	/**
	 * `publicKey`: the point's X and Y, 32 octets each, big-endian; `digest`: the 32 octets that were signed; `signature`: r and s,
	 * 32 octets each, big-endian (IEEE P1363). False, too, for a point that is not on the curve and for numbers out of range.
	 */
	verify(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
}
