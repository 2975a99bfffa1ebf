import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isScriptName, type Script } from '../script-upload.js';
import { reasonOf } from '../system-error.js';
import { CommandFailure } from './failure.js';

/** More than any module keeps [octets]. */
const LARGEST = 4 * 1024 * 1024;

/** Reads the file of `--upload <file[=name]>`. What follows the last `=` is the name on the board. */
export function scriptFrom(text: string): Script {
	const at = text.lastIndexOf('=');
	const path = at < 0 ? text : text.slice(0, at);
	const name = at < 0 ? basename(text) : text.slice(at + 1);
	if (!isScriptName(name)) {
		throw new CommandFailure(
			2,
			`--upload: a name on the board has 1 to 16 characters of ASCII, without quote, comma and backslash: --upload ${path}=<name>`,
		);
	}
	const octets = octetsOf(path);
	if (octets.length === 0) throw new CommandFailure(2, `${path} is empty (--upload)`);
	return { name, octets };
}

function octetsOf(path: string): Uint8Array {
	try {
		if (statSync(path).size <= LARGEST) return readFileSync(path);
	} catch (error) {
		throw new CommandFailure(2, `cannot read ${path} (--upload): ${reasonOf(error)}`);
	}
	throw new CommandFailure(2, `${path} is too large for a module: at most ${LARGEST} octets (--upload)`);
}
