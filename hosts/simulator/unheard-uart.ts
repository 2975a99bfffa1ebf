import type { PortListener, UartPort } from '../../src/ports/byte-port.js';

/** Octets that are dropped at a time. */
const BLOCK = 512;

/**
 * A serial line as a board has it that opens it only for who uses it: what arrives while nobody listens is lost, and its sender
 * never waits.
 */
export class UnheardUart implements UartPort {
	readonly #port: UartPort;
	readonly #scratch = new Uint8Array(BLOCK);

	constructor(port: UartPort) {
		this.#port = port;
		this.listen(undefined);
	}

	get overruns(): number {
		return this.#port.overruns;
	}

	listen(listener: PortListener | undefined): void {
		this.#port.listen(listener ?? { readable: () => this.#drop() });
		if (listener === undefined) this.#drop();
	}

	read(into: Uint8Array): number {
		return this.#port.read(into);
	}

	write(bytes: Uint8Array): number {
		return this.#port.write(bytes);
	}

	setBaud(baud: number): boolean {
		return this.#port.setBaud(baud);
	}

	setDtr(on: boolean): void {
		this.#port.setDtr(on);
	}

	close(): void {
		this.#port.close();
	}

	#drop(): void {
		while (this.#port.read(this.#scratch) > 0);
	}
}
