import type { FaultGuard } from '../../../hosts/firmware/fault-guard.js';
import type { PortListener, UartPort } from '../../../src/ports/byte-port.js';
import { host } from './host.js';

/** A UART whose queues are the world's: like a native driver it costs the machine no memory for octets. */
export class SerialLine implements UartPort {
	readonly #number: number;
	readonly #guard: FaultGuard;
	#listener: PortListener | undefined;

	constructor(number: number, guard: FaultGuard) {
		this.#number = number;
		this.#guard = guard;
	}

	get overruns(): number {
		return host.call('overruns', this.#number) as number;
	}

	read(into: Uint8Array): number {
		return host.fill(into, 'read', this.#number, into.length);
	}

	write(bytes: Uint8Array): number {
		return host.call('write', this.#number, undefined, bytes) as number;
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		host.call('listen', this.#number, listener !== undefined);
	}

	close(): void {
		this.#listener = undefined;
		host.call('close', this.#number);
	}

	setBaud(baud: number): boolean {
		return host.call('baud', this.#number, baud) as boolean;
	}

	setDtr(on: boolean): void {
		host.call('dtr', this.#number, on);
	}

	/** The world says that octets, or space for them, have come. */
	happened(what: 'readable' | 'writable'): void {
		this.#guard.wrap('uart', () => this.#listener?.[what]?.())();
	}
}
