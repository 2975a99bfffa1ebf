import { closeSync, openSync, writeSync } from 'node:fs';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';

/** Writes a secret into a new file, readable by the user alone; an existing file stays. */
export function writeSecret(path: string, text: string): void {
	try {
		const descriptor = openSync(path, 'wx', 0o600);
		try {
			writeSync(descriptor, text);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw new CommandFailure(1, `cannot write ${path}: ${reasonOf(error)}`);
	}
}
