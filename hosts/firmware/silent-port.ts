import type { BytePort } from '../../src/ports/byte-port.js';

/** A port with nobody at the other end: stands for a line that the board cannot open. It swallows what is written. */
export class SilentPort implements BytePort {
	read(): number {
		return 0;
	}

	write(bytes: Uint8Array): number {
		return bytes.length;
	}

	close(): void {}

	listen(): void {}
}
