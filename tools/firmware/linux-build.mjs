/** Builds the firmware for Linux (`hosts/xs-linux`) and the loader that runs it, below `build/firmware`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSdk, lackingPrograms } from './sdk.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = path.join(root, 'hosts/xs-linux');
const output = path.join(root, 'build/firmware');
const loader = path.join(output, 'xs-linux');
const source = path.join(host, 'loader/loader.c');
const PROGRAMS = ['make', 'gcc', 'pkg-config'];
/** The SDK's own code needs this of GLib, the loader a part of it. */
const LIBRARY = 'gio-2.0';
/** Of what a failed build said [characters]. */
const LONGEST_REPORT = 4000;

/** A kind of build, and the option and the folder that mcconfig has for it. */
const KINDS = /** @type {const} */ ({ release: [], debug: ['-d'], instrument: ['-i'] });

/** @typedef {keyof typeof KINDS} BuildKind */
/** @typedef {{ loader: string, library: string, warnings: readonly string[] }} LinuxFirmware */

/** Why the firmware cannot be built here, in one line; undefined: it can be. @returns {string | undefined} */
export function lackingForLinux() {
	if (process.platform !== 'linux') return `this is ${process.platform}, and the firmware of this kind is for Linux`;
	const sdk = findSdk();
	if ('missing' in sdk) return sdk.missing;
	const lacking = lackingPrograms(PROGRAMS);
	if (lacking.length > 0) return `${lacking.join(', ')} not found (Debian: apt install build-essential pkg-config)`;
	if (spawnSync('pkg-config', ['--exists', LIBRARY]).status !== 0) {
		return 'GLib’s headers are missing (Debian: apt install libglib2.0-dev)';
	}
	return undefined;
}

/**
 * Builds what has changed; the first time takes minutes. Rejects with what the failing step said.
 * @param {BuildKind} kind
 * @returns {Promise<LinuxFirmware>}
 */
export async function buildForLinux(kind = 'release') {
	const sdk = findSdk();
	if ('missing' in sdk) throw new Error(sdk.missing);
	mkdirSync(output, { recursive: true });
	const options = ['-m', ...KINDS[kind], '-p', 'lin', '-t', 'build', '-o', output];
	const environment = {
		...process.env,
		PATH: [sdk.bin, path.join(root, 'node_modules/.bin'), process.env.PATH].join(':'),
	};
	const said = await run(path.join(sdk.bin, 'mcconfig'), options, environment);
	const library = path.join(output, 'bin/lin/mc', kind, 'xs-linux/mc.so');
	if (!existsSync(library))
		throw new Error(`mcconfig made no ${path.relative(root, library)}; it said:\n${tail(said)}`);
	await buildLoader(path.join(sdk.moddable, 'build/simulators/modules'), environment);
	return { loader, library, warnings: said.split('\n').filter(line => line.startsWith('### warning')) };
}

/**
 * @param {string} headers the folder of the SDK's `screen.h`
 * @param {NodeJS.ProcessEnv} environment
 */
async function buildLoader(headers, environment) {
	const parts = [source, path.join(headers, 'screen.h')];
	if (existsSync(loader) && parts.every(part => statSync(part).mtimeMs < statSync(loader).mtimeMs)) return;
	const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'glib-2.0'], { encoding: 'utf8' })
		.stdout.trim()
		.split(/\s+/);
	const warnings = ['-Wall', '-Wextra', '-Wno-unused-parameter'];
	await run('gcc', ['-O2', ...warnings, '-I', headers, source, '-o', loader, ...flags, '-ldl'], environment);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} what it said
 */
function run(program, args, env) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd: host, env, stdio: ['ignore', 'pipe', 'pipe'] });
		let said = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', text => {
				said += text;
			});
		}
		child.on('error', reject);
		child.on('close', code => {
			if (code === 0) resolve(said);
			else reject(new Error(`${path.basename(program)} failed:\n${tail(said)}`));
		});
	});
}

/** What matters of a build's output: without the lines that name each step. @param {string} said */
function tail(said) {
	const lines = said.split('\n').filter(line => !/^# /.test(line) || /failure|error/i.test(line));
	return lines.join('\n').trim().slice(-LONGEST_REPORT);
}
