import type { Readable, Writable } from 'node:stream';
import { ByteQueue } from '../../src/base/byte-queue.js';
import type { BytePort, PortListener } from '../../src/ports/byte-port.js';
import { codeOf, reasonOf } from './system-error.js';

export interface StreamPortOptions {
	/** Octets that each direction holds before the stream behind it is stopped. 16384. */
	readonly capacity?: number;
	/** Gives the streams back once the port is closed; what was written still has to go out. */
	readonly release: () => void;
}

/**
 * A byte port over Node's streams. What the owner does not read stops the source (the kernel then stops the sender);
 * what the sink does not take makes `write` partial.
 */
export class StreamPort implements BytePort {
	readonly #source: Readable;
	readonly #sink: Writable;
	readonly #release: () => void;
	readonly #received: ByteQueue;
	readonly #bound: number;
	/** The rest of a chunk that the queue had no space for; the source is stopped meanwhile. */
	#rest: Uint8Array | undefined;
	#listener: PortListener | undefined;
	#spaceWanted = false;
	#ended: string | undefined;
	#endTold = false;
	#closed = false;

	constructor(source: Readable, sink: Writable, options: StreamPortOptions) {
		this.#source = source;
		this.#sink = sink;
		this.#release = options.release;
		this.#bound = options.capacity ?? 16384;
		this.#received = new ByteQueue(this.#bound);
		source.on('data', this.#onData);
		source.on('end', this.#onEnd);
		source.on('close', this.#onEnd);
		source.on('error', this.#onError);
		if (sink !== (source as unknown)) {
			sink.on('error', this.#onError);
			sink.on('close', this.#onEnd);
		}
		source.resume();
	}

	listen(listener: PortListener | undefined): void {
		this.#listener = listener;
		if (listener === undefined) return;
		queueMicrotask(() => {
			if (this.#listener !== listener) return;
			if (this.#received.length > 0) listener.readable();
			this.#tellEnd();
		});
	}

	read(into: Uint8Array): number {
		if (this.#closed) return 0;
		let count = this.#received.read(into);
		if (this.#rest !== undefined) {
			this.#takeRest();
			if (count < into.length) count += this.#received.read(into.subarray(count));
		}
		return count;
	}

	write(bytes: Uint8Array): number {
		if (this.#closed || this.#ended !== undefined || this.#sink.writableEnded) return 0;
		const count = Math.max(0, Math.min(bytes.length, this.#bound - this.#sink.writableLength));
		if (count < bytes.length) this.#spaceWanted = true;
		if (count > 0) this.#sink.write(bytes.slice(0, count), this.#onSent);
		return count;
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#listener = undefined;
		this.#rest = undefined;
		this.#received.clear();
		this.#source.off('data', this.#onData);
		this.#release();
	}

	readonly #onData = (chunk: Uint8Array): void => {
		const taken = this.#rest === undefined ? this.#received.write(chunk) : 0;
		if (taken < chunk.length) {
			const left = chunk.subarray(taken);
			this.#rest = this.#rest === undefined ? left : Buffer.concat([this.#rest, left]);
			this.#source.pause();
		}
		if (taken > 0) this.#listener?.readable();
	};

	#takeRest(): void {
		const rest = this.#rest!;
		const taken = this.#received.write(rest);
		if (taken < rest.length) {
			this.#rest = rest.subarray(taken);
			return;
		}
		this.#rest = undefined;
		this.#source.resume();
	}

	readonly #onSent = (): void => {
		if (!this.#spaceWanted || this.#sink.writableLength >= this.#bound) return;
		this.#spaceWanted = false;
		this.#listener?.writable?.();
	};

	readonly #onEnd = (): void => this.#end('closed');

	readonly #onError = (error: Error): void => this.#end(codeOf(error) === '' ? error.message : reasonOf(error));

	#end(reason: string): void {
		this.#ended ??= reason;
		this.#tellEnd();
	}

	#tellEnd(): void {
		if (this.#ended === undefined || this.#endTold || this.#listener === undefined) return;
		this.#endTold = true;
		this.#listener.closed?.(this.#ended);
	}
}
