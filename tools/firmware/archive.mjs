import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { sdkEnvironment } from './device-sdk.mjs';
import { lacking } from './lacking.mjs';
import { placesOf } from './target.mjs';

/** What xsl says of a table that would have to live in RAM, and of what it cannot put into flash. */
const PRELOAD = /: (not frozen|no const|generator|regexp)$/;

/**
 * What the SDK's tools make of the firmware before any compiler of the chip: everything that is JavaScript, and the tables in it.
 *
 * @typedef {object} Archive
 * @property {string} source the C file with all of it
 * @property {string} work the folder that it is in
 * @property {ReadonlyMap<string, number>} modules octets of bytecode by the name of the module
 * @property {readonly string[]} warnings of the preload
 */

/**
 * Runs mcconfig and the goals of its makefile that need no ESP-IDF. Throws where a tool says no; what it says is on stderr.
 *
 * @param {string} root of the project
 * @param {import('./device-sdk.mjs').DeviceSdk} sdk
 * @param {import('./target.mjs').Target} target
 * @param {string} output folder for all that comes of it
 * @returns {Archive}
 */
export function makeArchive(root, sdk, target, output) {
	// mcconfig and its makefile ask for a folder and a version, and use nothing of it for these goals.
	const env = { ...process.env, IDF_PATH: process.env.IDF_PATH ?? root };
	mkdirSync(output, { recursive: true });
	const tools = sdkEnvironment(env, sdk, root);
	run('mcconfig', ['-p', `esp32:./targets/${target.name}`, '-o', output], root, tools);
	const { work } = placesOf(root, output, target, 'release');
	// Else the makefile has the IDF make it first.
	const header = path.join(work, `xsProj-${target.chip}/build/config/sdkconfig.h`);
	const goals = ['mc.xs.c', 'mc.resources.c'].map(name => path.join(work, name));
	const version = `IDF_VERSION=v${sdk.idf}`;
	const args = ['-f', path.join(work, 'makefile'), version, '-o', header, '-j', '2', ...goals];
	const said = run('make', args, root, tools);
	const warnings = said.split('\n').filter(line => PRELOAD.test(line));
	return { source: path.join(work, 'mc.xs.c'), work, modules: modulesOf(path.join(work, 'modules')), warnings };
}

/**
 * Octets of flash that the C file takes: the bytecode, the names, and the objects made in advance. For a 32-bit machine with the platform
 * header of the XS host of the tests, since that of the chip needs the ESP-IDF: the slots are as large.
 *
 * @param {string} root of the project
 * @param {import('./device-sdk.mjs').DeviceSdk} sdk
 * @param {Archive} archive
 */
export function flashOf(root, sdk, { source, work }) {
	const object = path.join(work, 'mc.xs.size.o');
	const folders = ['xs/includes', 'xs/platforms', 'xs/sources'].map(name => path.join(sdk.folder, name));
	const includes = [work, ...folders].flatMap(folder => ['-I', folder]);
	const platform = `-DXSPLATFORM="${path.join(root, 'tests/xs/host/platform.h')}"`;
	run(
		'gcc',
		['-m32', '-w', '-c', '-DINCLUDE_XSPLATFORM', platform, ...includes, source, '-o', object],
		work,
		process.env,
	);
	const sums = run('size', [object], work, process.env).trim().split('\n').at(-1) ?? '';
	const [text = 0, data = 0] = sums.trim().split(/\s+/).map(Number);
	return text + data;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} all that it said
 */
function run(command, args, cwd, env) {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		env,
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
	});
	if (error) throw lacking(`${command} cannot be started (${error.message})`, 'install it');
	if (status === 0) return `${stdout}\n${stderr}`;
	const last = `${stdout}\n${stderr}`
		.trim()
		.split('\n')
		.filter(line => !/^# (tsc|xsc|xsid) /.test(line))
		.slice(-15);
	throw lacking(`${command} says no:\n${last.join('\n')}`, 'mend what it names');
}

/**
 * @param {string} folder of bytecode
 * @returns {ReadonlyMap<string, number>}
 */
function modulesOf(folder) {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.xsb'));
	return new Map(files.map(name => [name.slice(0, -'.xsb'.length), statSync(path.join(folder, name)).size]));
}
