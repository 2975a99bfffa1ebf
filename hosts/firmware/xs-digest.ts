import { Digest as Hash } from 'crypt';
import type { Digest, DigestAlgorithm, RunningDigest } from '../../src/ports/digest.js';

/** The SDK's digests, in C. */
export class XsDigest implements Digest {
	digest(algorithm: DigestAlgorithm, message: Uint8Array): Uint8Array {
		const running = this.begin(algorithm);
		running.update(message);
		return running.finish();
	}

	begin(algorithm: DigestAlgorithm): RunningDigest {
		const hash = new Hash(algorithm === 'MD5' ? 'MD5' : 'SHA256');
		return {
			// The SDK takes whole buffers.
			update: bytes => hash.write(bytes.slice().buffer),
			finish: () => new Uint8Array(hash.close()),
		};
	}
}
