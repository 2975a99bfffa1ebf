import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Store } from '../../src/ports/store.js';
import { codeOf, reasonOf } from './system-error.js';

/** Larger records are neither written nor read. */
const LARGEST_RECORD = 64 * 1024;
const NAME = /^[a-z0-9_]{1,15}$/;

/**
 * Records as files of one directory, readable by their owner alone. A record is replaced by renaming a complete file over
 * it, so a reader sees the old one or the new one.
 */
export class FileStore implements Store {
	readonly #directory: string;

	private constructor(directory: string) {
		this.#directory = directory;
	}

	/** Makes the directory where it is missing. The error is one line for the user. */
	static open(directory: string): Result<FileStore> {
		const probe = join(directory, '.probe');
		try {
			makeDirectory(resolve(directory));
			closeSync(openSync(probe, 'w', 0o600));
			rmSync(probe);
		} catch (error) {
			return failure(`cannot keep settings in ${directory}: ${reasonOf(error)}`);
		}
		return success(new FileStore(directory));
	}

	read(name: string): Uint8Array | undefined {
		const path = this.#pathOf(name);
		try {
			if (statSync(path).size > LARGEST_RECORD) return undefined;
			return new Uint8Array(readFileSync(path));
		} catch {
			return undefined;
		}
	}

	write(name: string, record: Uint8Array): boolean {
		const path = this.#pathOf(name);
		if (record.length > LARGEST_RECORD) return false;
		const fresh = `${path}.new`;
		try {
			const file = openSync(fresh, 'w', 0o600);
			try {
				let done = 0;
				while (done < record.length) done += writeSync(file, record, done);
				fsyncSync(file);
			} finally {
				closeSync(file);
			}
			renameSync(fresh, path);
			return true;
		} catch {
			rmSync(fresh, { force: true });
			return false;
		}
	}

	erase(name: string): void {
		rmSync(this.#pathOf(name), { force: true });
	}

	#pathOf(name: string): string {
		if (!NAME.test(name)) throw new RangeError(`"${name}" is no name of a record`);
		return join(this.#directory, `${name}.record`);
	}
}

/** With the directories above it. `mkdirSync` can do so itself, but Node 20 never returns from it inside /proc. */
function makeDirectory(directory: string): void {
	try {
		mkdirSync(directory, { mode: 0o700 });
	} catch (error) {
		if (codeOf(error) === 'EEXIST' && statSync(directory).isDirectory()) return;
		const above = dirname(directory);
		if (codeOf(error) !== 'ENOENT' || above === directory || existsSync(above)) throw error;
		makeDirectory(above);
		mkdirSync(directory, { mode: 0o700 });
	}
}
