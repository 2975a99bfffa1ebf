import type { BytePort } from '../ports/byte-port.js';

/** Octets taken from a port at once. */
const BLOCK = 256;
const LF = 0x0a;

/** What a terminal has read from its port and not used yet: one block; all else stays in the port and stops the sender. */
export class PortInput {
	/** The next octet is dropped if it is LF: it belongs to the CR that ended the line. */
	skipLineFeed = false;
	readonly #port: BytePort;
	readonly #buffer = new Uint8Array(BLOCK);
	#start = 0;
	#end = 0;
	#announced = true;

	constructor(port: BytePort) {
		this.#port = port;
	}

	/** The port has octets; it says so once. */
	announce(): void {
		this.#announced = true;
	}

	/** There may be octets to read. */
	get pending(): boolean {
		return this.#start < this.#end || this.#announced;
	}

	/** The block: a view. */
	get bytes(): Uint8Array {
		return this.#buffer.subarray(this.#start, this.#end);
	}

	/** Reads on if the block is used up. True: the block has octets. */
	fill(): boolean {
		if (this.#start < this.#end) return true;
		this.#start = 0;
		this.#end = this.#port.read(this.#buffer);
		this.#announced = this.#end > 0;
		return this.#announced;
	}

	use(count: number): void {
		this.#start += count;
	}

	/** Drops the LF that `skipLineFeed` awaits, if it is what came. True: further octets wait. */
	passLineFeed(): boolean {
		if (!this.fill()) return false;
		if (this.skipLineFeed && this.#buffer[this.#start] === LF) this.#start++;
		this.skipLineFeed = false;
		return this.#start < this.#end;
	}

	/** A copy of the block; it counts as used. */
	take(): Uint8Array {
		const bytes = this.#buffer.slice(this.#start, this.#end);
		this.#start = this.#end;
		return bytes;
	}
}
