import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { failure, type Result, success } from '../../src/base/result.js';
import { SECTOR } from '../../src/ports/updater.js';
import type { Flash } from '../simulator/flash.js';
import { reasonOf } from './system-error.js';

/** Flash in a file, which outlives the simulator; the file stays open until the process ends. */
export class FileFlash implements Flash {
	readonly size: number;
	readonly #file: number;

	private constructor(file: number, size: number) {
		this.#file = file;
		this.size = size;
	}

	/** Makes the file, all erased, where it is missing. The error is one line for the user. */
	static open(path: string, size: number): Result<FileFlash> {
		try {
			const file = openSync(path, 'a+', 0o600);
			const isFresh = fstatSync(file).size === 0;
			closeSync(file);
			const flash = new FileFlash(openSync(path, 'r+'), size);
			for (let at = 0; isFresh && at < size; at += SECTOR) flash.erase(at);
			const { size: found } = fstatSync(flash.#file);
			if (found !== size)
				return failure(`${path} is no flash of a simulated board: it has ${found} octets, not ${size}`);
			return success(flash);
		} catch (error) {
			return failure(`cannot keep the firmware in ${path}: ${reasonOf(error)}`);
		}
	}

	read(offset: number, into: Uint8Array): void {
		readSync(this.#file, into, 0, into.length, offset);
	}

	write(offset: number, bytes: Uint8Array): void {
		const there = new Uint8Array(bytes.length);
		this.read(offset, there);
		for (let at = 0; at < bytes.length; at++) there[at]! &= bytes[at]!;
		writeSync(this.#file, there, 0, there.length, offset);
	}

	erase(offset: number): void {
		writeSync(this.#file, new Uint8Array(SECTOR).fill(0xff), 0, SECTOR, offset);
	}
}
