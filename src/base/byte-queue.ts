/** A bounded first-in-first-out queue of octets on one buffer that is allocated once. Moves blocks, never single octets. */
export class ByteQueue {
	readonly #buffer: Uint8Array;
	#head = 0;
	#length = 0;

	/** `capacity` in octets, at least 1. */
	constructor(capacity: number) {
		this.#buffer = new Uint8Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	get capacity(): number {
		return this.#buffer.length;
	}

	get space(): number {
		return this.#buffer.length - this.#length;
	}

	/** Takes octets from the start of `bytes` as far as there is space; returns how many it took. */
	write(bytes: Uint8Array): number {
		const buffer = this.#buffer;
		const count = Math.min(bytes.length, buffer.length - this.#length);
		if (count === 0) return 0;
		let tail = this.#head + this.#length;
		if (tail >= buffer.length) tail -= buffer.length;
		const first = Math.min(count, buffer.length - tail);
		buffer.set(first === bytes.length ? bytes : bytes.subarray(0, first), tail);
		if (first < count) buffer.set(bytes.subarray(first, count), 0);
		this.#length += count;
		return count;
	}

	/** Moves octets to the start of `into`; returns how many. */
	read(into: Uint8Array): number {
		let done = 0;
		while (done < into.length && this.#length > 0) {
			const block = this.peek();
			const count = Math.min(block.length, into.length - done);
			into.set(count === block.length ? block : block.subarray(0, count), done);
			this.drop(count);
			done += count;
		}
		return done;
	}

	/** The oldest octets that lie together in the buffer: a view, valid until the next call that changes the queue. */
	peek(): Uint8Array {
		return this.#buffer.subarray(this.#head, Math.min(this.#head + this.#length, this.#buffer.length));
	}

	/** Forgets the oldest `count` octets, at most `length`. */
	drop(count: number): void {
		this.#length -= count;
		this.#head += count;
		if (this.#length === 0) this.#head = 0;
		else if (this.#head >= this.#buffer.length) this.#head -= this.#buffer.length;
	}

	clear(): void {
		this.#head = 0;
		this.#length = 0;
	}
}
