import type { Digest } from '../ports/digest.js';

/** Octets of a SHA-256 block and of its digest. */
const BLOCK = 64;
const LENGTH = 32;
const INNER = 0x36;
const OUTER = 0x5c;

/** HMAC-SHA256 (RFC 2104) of the blocks one after the other: 32 octets. A key of any length, 32 octets as a rule. */
export function hmacSha256(digest: Digest, key: Uint8Array, ...blocks: readonly Uint8Array[]): Uint8Array {
	const short = key.length > BLOCK ? digest.digest('SHA-256', key) : key;
	let length = BLOCK;
	for (const block of blocks) length += block.length;
	const inner = new Uint8Array(length);
	const outer = new Uint8Array(BLOCK + LENGTH);
	inner.fill(INNER, 0, BLOCK);
	outer.fill(OUTER, 0, BLOCK);
	for (let at = 0; at < short.length; at++) {
		inner[at]! ^= short[at]!;
		outer[at]! ^= short[at]!;
	}
	let at = BLOCK;
	for (const block of blocks) {
		inner.set(block, at);
		at += block.length;
	}
	outer.set(digest.digest('SHA-256', inner), BLOCK);
	return digest.digest('SHA-256', outer);
}
