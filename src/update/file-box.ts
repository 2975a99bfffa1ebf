import { crc32 } from '../base/crc32.js';
import { failure, type Result, success } from '../base/result.js';
import type { Store } from '../ports/store.js';
import { type DirectoryEntry, FILES, formatDirectory, isFileName, parseDirectory, SLOTS } from './directory.js';
import { BLOCK, FileBlocks } from './file-blocks.js';
import { FileWriter } from './file-writer.js';

/** A record that no torn write can lose. `read`: what is whole, newest first. `write` false: the old one is still in force. */
export interface SafeRecord {
	read(): readonly Uint8Array[];
	write(body: Uint8Array): boolean;
}

/** A file as a list tells it. */
export type FileEntry = Omit<DirectoryEntry, 'slot'>;

/** `full`: more octets than are free. `too-many`: 16 others are there. `busy`: another file is being written. */
export type BeginError = 'full' | 'too-many' | 'bad-name' | 'busy';

/** Octets that all files may have together, where nobody says more: NVS is small. */
const QUOTA = 32_768;

/**
 * Named files that a session brings: at most 16, in blocks of 1,024 octets, within a quota. A new file counts from the moment in
 * which the directory that names it is stored, all blocks being there already: a power cut leaves the old one whole. What a cut
 * left behind is erased when the next file begins.
 */
export class FileBox {
	readonly #blocks: FileBlocks;
	readonly #directory: SafeRecord;
	readonly #quota: number;
	#files: readonly DirectoryEntry[] = [];
	#chosen: string | undefined;
	#writing = false;

	/** `store`: for the blocks. `directory`: the record of the names, two copies that are written in turn. `quota`: octets. */
	constructor(store: Store, directory: SafeRecord, quota = QUOTA) {
		this.#blocks = new FileBlocks(store);
		this.#directory = directory;
		this.#quota = quota;
		for (const copy of directory.read()) {
			const found = parseDirectory(copy);
			if (found === undefined) continue;
			this.#files = found.files;
			this.#chosen = found.chosen;
			break;
		}
	}

	/** The files in the order in which they came. */
	list(): readonly FileEntry[] {
		return this.#files.map(({ name, size, crc, hidden }) => ({ name, size, crc, hidden }));
	}

	/** The file of this name; undefined: there is none. */
	find(name: string): FileEntry | undefined {
		return this.#files.find(file => file.name === name);
	}

	/** Octets that a new file can have. To replace one takes as many too: the old one goes last. */
	get free(): number {
		return Math.max(
			0,
			this.#files.reduce((rest, { size }) => rest - size, this.#quota),
		);
	}

	/** The file that was chosen to run. It is always there. */
	get chosen(): string | undefined {
		return this.#chosen;
	}

	/** Chooses a file to run; undefined: none. */
	choose(name: string | undefined): Result<undefined, 'missing' | 'store'> {
		if (name !== undefined && this.find(name) === undefined) return failure('missing');
		return this.enter(this.#files, name) ? success(undefined) : failure('store');
	}

	/** Begins a file of `size` octets, 0 or more. One at a time: whoever begins must finish or abandon. */
	begin(name: string, size: number, hidden = false): Result<FileWriter, BeginError> {
		if (!isFileName(name)) return failure('bad-name');
		if (this.#writing) return failure('busy');
		if (this.#files.length >= FILES && this.find(name) === undefined) return failure('too-many');
		if (size > this.free) return failure('full');
		const slot = this.cleanSlot();
		this.#writing = true;
		return success(
			new FileWriter({
				blocks: this.#blocks,
				slot,
				size,
				enter: crc => this.replace({ name, size, crc, hidden, slot }),
				ended: () => {
					this.#writing = false;
				},
			}),
		);
	}

	/**
	 * Gives a file block by block, in order, each once `onBlock` is done with the one before. `damaged`: what is stored is not what
	 * came, or the file was replaced meanwhile; the blocks given so far must not be used.
	 */
	async read(
		name: string,
		onBlock: (bytes: Uint8Array) => void | Promise<void>,
	): Promise<Result<undefined, 'missing' | 'damaged'>> {
		const file = this.#files.find(entry => entry.name === name);
		if (file === undefined) return failure('missing');
		let sum = 0;
		for (let at = 0; at < file.size; at += BLOCK) {
			const bytes = this.#files.includes(file) ? this.#blocks.read(file.slot, at / BLOCK) : undefined;
			if (bytes?.length !== Math.min(BLOCK, file.size - at)) return failure('damaged');
			sum = crc32(bytes, sum);
			await onBlock(bytes);
		}
		return sum === file.crc ? success(undefined) : failure('damaged');
	}

	/** Removes a file, and with it the choice of it. */
	remove(name: string): Result<undefined, 'missing' | 'store'> {
		const file = this.#files.find(entry => entry.name === name);
		if (file === undefined) return failure('missing');
		const others = this.#files.filter(entry => entry !== file);
		if (!this.enter(others, this.#chosen === name ? undefined : this.#chosen)) return failure('store');
		this.erase(file);
		return success(undefined);
	}

	private replace(fresh: DirectoryEntry): boolean {
		const old = this.#files.find(({ name }) => name === fresh.name);
		const files = old === undefined ? [...this.#files, fresh] : this.#files.map(file => (file === old ? fresh : file));
		if (!this.enter(files, this.#chosen)) return false;
		if (old !== undefined) this.erase(old);
		return true;
	}

	/** Stores the directory: the one moment in which anything changes. */
	private enter(files: readonly DirectoryEntry[], chosen: string | undefined): boolean {
		if (!this.#directory.write(formatDirectory({ files, chosen }))) {
			// It may be there all the same: then the old one must become the newest again, before any block is erased.
			this.#directory.write(formatDirectory({ files: this.#files, chosen: this.#chosen }));
			return false;
		}
		this.#files = files;
		this.#chosen = chosen;
		return true;
	}

	private erase({ slot, size }: DirectoryEntry): void {
		this.#blocks.clear(slot, Math.ceil(size / BLOCK));
	}

	/** A slot that no file has, with all such slots empty. */
	private cleanSlot(): number {
		let free = 0;
		for (let slot = SLOTS - 1; slot >= 0; slot--) {
			if (this.#files.some(file => file.slot === slot)) continue;
			this.#blocks.clear(slot);
			free = slot;
		}
		return free;
	}
}
