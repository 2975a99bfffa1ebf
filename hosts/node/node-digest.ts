import { createHash } from 'node:crypto';
import type { Digest, DigestAlgorithm, RunningDigest } from '../../src/ports/digest.js';

const NAMES: Readonly<Record<DigestAlgorithm, string>> = Object.freeze({ MD5: 'md5', 'SHA-256': 'sha256' });

/** Message digests by Node's crypto module. */
export class NodeDigest implements Digest {
	digest(algorithm: DigestAlgorithm, message: Uint8Array): Uint8Array {
		return new Uint8Array(createHash(NAMES[algorithm]).update(message).digest());
	}

	begin(algorithm: DigestAlgorithm): RunningDigest {
		const hash = createHash(NAMES[algorithm]);
		return {
			update: bytes => void hash.update(bytes),
			finish: () => new Uint8Array(hash.digest()),
		};
	}
}
