import { Digest as Hash } from 'crypt';
import type { Digest, DigestAlgorithm } from '../../src/ports/digest.js';

/** The SDK's digests, in C. */
export class XsDigest implements Digest {
	digest(algorithm: DigestAlgorithm, message: Uint8Array): Uint8Array {
		const hash = new Hash(algorithm === 'MD5' ? 'MD5' : 'SHA256');
		hash.write(message.slice().buffer);
		return new Uint8Array(hash.close());
	}
}
