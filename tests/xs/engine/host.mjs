import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = path.join(root, 'tests/xs/host');
const xsnap = path.join(root, 'node_modules/@agoric/xsnap');
const folder = path.join(root, 'build/xs');

/**
 * The XS host program, built where it is not there yet: 32-bit like the device where the compiler can, else 64-bit.
 * @returns {{ program: string, bits: 32 | 64 } | { missing: string }} `missing`: why it cannot be had
 */
export function buildHost() {
	if (!existsSync(xsnap)) return { missing: 'node_modules has no @agoric/xsnap: run `npm run setup`' };
	const key = sourceKey();
	for (const bits of /** @type {const} */ ([32, 64])) {
		const program = path.join(folder, `host-${key}-${bits}`, 'xshost');
		if (existsSync(program)) {
			if (bits === 64 && canLink(32)) break;
			return { program, bits };
		}
	}
	const compiler = process.env.CC ?? 'cc';
	for (const tool of [compiler, 'make']) {
		if (spawnSync(tool, ['--version']).error)
			return { missing: `no ${tool} (Debian: apt-get install gcc gcc-multilib make)` };
	}
	const bits = canLink(32) ? 32 : 64;
	if (bits === 64 && !canLink(64))
		return { missing: `${compiler} cannot link a program (Debian: apt-get install gcc libc6-dev)` };
	return make(key, bits);
}

/**
 * @param {string} key
 * @param {32 | 64} bits
 */
function make(key, bits) {
	const name = `host-${key}-${bits}`;
	const fresh = path.join(folder, `new-${process.pid}`);
	mkdirSync(fresh, { recursive: true });
	process.stderr.write(`building the XS host (${bits}-bit) ...\n`);
	const args = ['-C', sources, '--no-print-directory', '-s', '-j2', `OUT=${fresh}`, `BITS=${bits}`, `XSNAP=${xsnap}`];
	const done = spawnSync('make', args, { encoding: 'utf8' });
	if (done.status !== 0) {
		rmSync(fresh, { recursive: true, force: true });
		throw new Error(`the XS host does not build:\n${done.stdout}${done.stderr}`);
	}
	for (const old of readdirSync(folder)) {
		if (old.startsWith('host-')) rmSync(path.join(folder, old), { recursive: true, force: true });
		else if (old === `new-${process.pid}`) renameSync(fresh, path.join(folder, name));
	}
	return { program: path.join(folder, name, 'xshost'), bits };
}

/** Changes with the host's sources and the version of XS. */
function sourceKey() {
	const hash = createHash('sha256');
	for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(path.join(sources, name)));
	hash.update(readFileSync(path.join(xsnap, 'package.json')));
	return hash.digest('hex').slice(0, 12);
}

/** @param {32 | 64} bits */
function canLink(bits) {
	const probe = path.join(folder, `probe-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${probe}.c`, '#include <math.h>\nint main(int c, char** v) { return (int)sin(c); }\n');
	const done = spawnSync(process.env.CC ?? 'cc', [`-m${bits}`, `${probe}.c`, '-lm', '-o', probe]);
	for (const file of [probe, `${probe}.c`]) rmSync(file, { force: true });
	return done.status === 0;
}
