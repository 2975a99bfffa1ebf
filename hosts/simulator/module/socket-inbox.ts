import { ByteQueue } from '../../../src/base/byte-queue.js';
import { hexOf } from '../../../src/base/hex.js';
import { textOf } from '../../../src/base/text.js';
import type { Instance } from './instance.js';
import type { SocketExtension } from './non-volatile.js';

const CAPACITY = 4096;
/** What one SRING shows of the data (mode 2). */
const SHOWN_OCTETS = 64;

/** What a socket received and nobody has read, and the SRING that tells of it. */
export class SocketInbox {
	readonly #id: number;
	readonly #queue = new ByteQueue(CAPACITY);
	#rung = false;

	/** `id` of the socket, 1–6. */
	constructor(id: number) {
		this.#id = id;
	}

	get length(): number {
		return this.#queue.length;
	}

	get space(): number {
		return this.#queue.space;
	}

	/** Up to `most` octets, oldest first. */
	take(most: number): Uint8Array {
		const data = new Uint8Array(Math.min(most, this.#queue.length));
		this.#queue.read(data);
		this.#rung = false;
		return data;
	}

	clear(): void {
		this.#queue.clear();
		this.#rung = false;
	}

	/** Keeps what came in one piece, no more than `space`, and tells `owner` as #SCFGEXT says. */
	put(data: Uint8Array, owner: Instance | undefined, extension: SocketExtension): void {
		this.#queue.write(data);
		if (owner === undefined) return;
		switch (extension.ring) {
			case 0:
				if (!this.#rung) owner.urc(`SRING: ${this.#id}`);
				this.#rung = true;
				return;
			case 1:
				owner.urc(`SRING: ${this.#id},${data.length}`);
				return;
			case 2:
				while (this.#queue.length > 0) {
					const piece = this.take(SHOWN_OCTETS);
					const shown = extension.hex === 1 ? hexOf(piece) : textOf(piece);
					owner.urc(`SRING: ${this.#id},${piece.length},${shown}`);
				}
		}
	}
}
