import type { PortListener, SignalPort, Signals } from '../ports/byte-port.js';
import type { DataLink } from './data-link.js';

/**
 * One DLCI of a multiplexer as a port. `closed` of its listener gives one of the words of `ChannelClosed`. What arrived
 * before the end can still be read after it.
 */
export class Channel implements SignalPort {
	readonly #link: DataLink;

	/** Channels are made by the multiplexer. */
	constructor(link: DataLink) {
		this.#link = link;
	}

	/** 1–61. */
	get dlci(): number {
		return this.#link.head.dlci;
	}

	/** Octets can be exchanged: neither side has closed the DLCI. */
	get isOpen(): boolean {
		return this.#link.isOpen;
	}

	read(into: Uint8Array): number {
		return this.#link.read(into);
	}

	write(bytes: Uint8Array): number {
		return this.#link.write(bytes);
	}

	/** Sends DISC. Octets that wait to be sent or read are dropped. The DLCI can be opened again. */
	close(): void {
		this.#link.close();
	}

	listen(listener: PortListener | undefined): void {
		this.#link.listen(listener);
	}

	/** Until told otherwise this side shows rtc and rtr. */
	setSignals(signals: Partial<Signals>): void {
		this.#link.status.set(signals);
	}

	/** All off before the peer's first MSC. */
	get peerSignals(): Signals {
		return this.#link.status.peer;
	}

	/**
	 * Sends MSC with a break octet. `length` 1–15 × 200 ms; 0 states no length, which gives the break octet 03 of Telit's
	 * CMUX guide. Repeated when the answer is lost, so the peer may see a break twice.
	 */
	sendBreak(length: number): void {
		if (!(length >= 0 && length <= 15)) throw new RangeError(`break length must be 0-15, not ${length}`);
		this.#link.status.sendBreak(length);
	}
}
