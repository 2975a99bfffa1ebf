import type { UartPort } from '../../src/ports/byte-port.js';

/** A line that takes everything and brings nothing: that of a board whose firmware does not find its own UART. */
export class DeafUart implements UartPort {
	readonly overruns = 0;

	read(): number {
		return 0;
	}

	write(bytes: Uint8Array): number {
		return bytes.length;
	}

	close(): void {}

	listen(): void {}

	setBaud(): boolean {
		return true;
	}

	setDtr(): void {}
}
