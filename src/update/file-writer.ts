import { crc32 } from '../base/crc32.js';
import { failure, type Result, success } from '../base/result.js';
import { BLOCK, type FileBlocks } from './file-blocks.js';

/** Why a file was not kept: fewer octets came than announced, the store failed, or it had been given up before. */
export type FinishError = 'short' | 'store' | 'given-up';

export interface FileWriterOptions {
	readonly blocks: FileBlocks;
	readonly slot: number;
	/** Octets that will come. */
	readonly size: number;
	/** All blocks are stored: makes them the file. False: the store failed. */
	readonly enter: (crc: number) => boolean;
	/** Called once, when nothing more can be written. */
	readonly ended: () => void;
}

/** A file on its way into the box. Until `finish` it exists for nobody, and what had its name stays as it was. */
export class FileWriter {
	readonly #options: FileWriterOptions;
	readonly #buffer: Uint8Array;
	#filled = 0;
	#block = 0;
	#received = 0;
	#crc = 0;
	#over = false;

	constructor(options: FileWriterOptions) {
		this.#options = options;
		this.#buffer = new Uint8Array(Math.min(BLOCK, options.size));
	}

	/** Takes the next octets. False: more came than announced or the store failed, and the file is given up. */
	write(bytes: Uint8Array): boolean {
		if (this.#over) return false;
		this.#received += bytes.length;
		if (this.#received > this.#options.size) {
			this.abandon();
			return false;
		}
		for (let at = 0; at < bytes.length; ) {
			const count = Math.min(bytes.length - at, this.#buffer.length - this.#filled);
			this.#buffer.set(bytes.subarray(at, at + count), this.#filled);
			this.#filled += count;
			at += count;
			if (this.#filled === this.#buffer.length && !this.#flush()) return false;
		}
		return true;
	}

	/** Puts the file into the place of what had its name. After an error that one is still there. */
	finish(): Result<undefined, FinishError> {
		if (this.#over) return failure('given-up');
		const whole = this.#received === this.#options.size;
		if (whole && this.#filled > 0 && !this.#flush()) return failure('store');
		if (!whole || !this.#options.enter(this.#crc)) {
			this.abandon();
			return failure(whole ? 'store' : 'short');
		}
		this.#end();
		return success(undefined);
	}

	/** Erases what was written. No effect once the file is finished or given up. */
	abandon(): void {
		if (this.#over) return;
		this.#options.blocks.clear(this.#options.slot, this.#block);
		this.#end();
	}

	#flush(): boolean {
		const bytes = this.#buffer.subarray(0, this.#filled);
		this.#crc = crc32(bytes, this.#crc);
		this.#filled = 0;
		if (this.#options.blocks.write(this.#options.slot, this.#block++, bytes)) return true;
		this.abandon();
		return false;
	}

	#end(): void {
		this.#over = true;
		this.#options.ended();
	}
}
