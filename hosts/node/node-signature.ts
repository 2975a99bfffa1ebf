import { p256 } from '@noble/curves/nist.js';
import type { SignatureCheck } from '../../src/ports/signature.js';

/** ECDSA on P-256 over a digest that is there already: Node's own crypto takes only the message. */
export class NodeSignature implements SignatureCheck {
	verify(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
		try {
			// A signature of the larger s is as good: ECDSA without more rules has two of each.
			return p256.verify(signature, digest, Uint8Array.of(UNCOMPRESSED, ...publicKey), { prehash: false, lowS: false });
		} catch {
			return false;
		}
	}
}

/** How SEC 1 writes a point with both coordinates. */
const UNCOMPRESSED = 4;
