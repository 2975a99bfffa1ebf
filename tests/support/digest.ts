import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Entropy } from '../../src/ports/entropy.js';

/** Digests that run in every engine. */
export const digest: Digest = {
	digest: (algorithm, message) => (algorithm === 'MD5' ? md5(message) : sha256(message)),
	begin: algorithm => {
		const hash = algorithm === 'MD5' ? md5.create() : sha256.create();
		return { update: bytes => void hash.update(bytes), finish: () => hash.digest() };
	},
};

/** The same octets each time: a test is to be repeatable. */
export function countingEntropy(): Entropy {
	let next = 1;
	return {
		fill: into => {
			for (let at = 0; at < into.length; at++) into[at] = next++ & 0xff;
		},
	};
}
