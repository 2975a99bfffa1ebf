import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../src/ports/entropy.js';

/** The operating system's random octets. */
export class NodeEntropy implements Entropy {
	fill(into: Uint8Array): void {
		randomFillSync(into);
	}
}
