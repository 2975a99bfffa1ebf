import { Directory, File } from 'file';
import type { Store } from '../../src/ports/store.js';

/**
 * Records as files of one directory, named and laid out as `hosts/node/file-store.ts` has them, so that a directory serves both. A record
 * is replaced by renaming a complete file over it; the SDK cannot say when it is on the disk, so a power cut of this machine
 * may take the last ones.
 */
export class RecordFiles implements Store {
	readonly #directory: string;
	readonly #name = /^[a-z0-9_]{1,15}$/;

	/** Makes the directory, whose parent has to exist; throws where it cannot. */
	constructor(directory: string) {
		Directory.create(directory);
		this.#directory = directory;
	}

	read(name: string): Uint8Array | undefined {
		const path = this.#pathOf(name);
		if (!File.exists(path)) return undefined;
		try {
			const file = new File(path);
			try {
				// The SDK refuses to read at the end of a file, where an empty one begins.
				return file.length === 0 ? new Uint8Array(0) : new Uint8Array(file.read(ArrayBuffer));
			} finally {
				file.close();
			}
		} catch {
			return undefined;
		}
	}

	write(name: string, record: Uint8Array): boolean {
		const path = this.#pathOf(name);
		const fresh = `${path}.new`;
		try {
			// The SDK writes over what is there and cuts nothing off.
			File.delete(fresh);
			const file = new File(fresh, true);
			try {
				file.write(record.slice().buffer);
			} finally {
				file.close();
			}
			return File.rename(fresh, path);
		} catch {
			File.delete(fresh);
			return false;
		}
	}

	erase(name: string): void {
		File.delete(this.#pathOf(name));
	}

	#pathOf(name: string): string {
		if (!this.#name.test(name)) throw new RangeError(`"${name}" is no name of a record`);
		return `${this.#directory}/${name}.record`;
	}
}
