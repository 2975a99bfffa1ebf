import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lacking } from './lacking.mjs';

const SITE = 'https://docs.espressif.com/projects/esp-idf';
/** The compiler of each chip. */
/** @type {Readonly<Record<string, string>>} */
const COMPILERS = { esp32: 'xtensa-esp32-elf-gcc', esp32c3: 'riscv32-esp-elf-gcc' };

/**
 * Checks that the environment names an ESP-IDF of the version that the SDK wants, and that its tools for the chip are installed; throws
 * an error that tells a person what to do where not.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./device-sdk.mjs').DeviceSdk} sdk
 * @param {string} chip as the SDK calls it
 */
export function checkIdf(env, sdk, chip) {
	const folder = env.IDF_PATH;
	const install = `install ESP-IDF v${sdk.idf} (${SITE}) and set IDF_PATH to its folder`;
	if (!folder) throw lacking('IDF_PATH is not set', install);
	const version = versionOf(folder);
	if (version === undefined) throw lacking(`IDF_PATH is ${folder}, and there is no ESP-IDF`, install);
	if (version !== sdk.idf)
		throw lacking(
			`the ESP-IDF in ${folder} is v${version}, and Moddable ${sdk.version} wants v${sdk.idf}`,
			`check that version out there, and run ${path.join(folder, 'install.sh')}`,
		);
	const compiler = COMPILERS[chip] ?? '';
	const script = `export IDF_EXPORT_QUIET=1; . "$IDF_PATH/export.sh" >/dev/null && command -v idf.py && command -v ${compiler}`;
	const { status, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', script], { env, encoding: 'utf8' });
	if (status === 0) return;
	const said = stderr.trim().split('\n').at(-1) ?? '';
	throw lacking(
		`the tools of ESP-IDF for the ${chip} are not installed${said && ` (it says: ${said})`}`,
		`run ${path.join(folder, 'install.sh')} ${chip}`,
	);
}

/**
 * @param {string} folder
 * @returns {string | undefined} as `6.0`
 */
function versionOf(folder) {
	const file = path.join(folder, 'tools/cmake/version.cmake');
	if (!existsSync(file)) return undefined;
	const text = readFileSync(file, 'utf8');
	const number = (/** @type {string} */ part) => new RegExp(`IDF_VERSION_${part} (\\d+)`).exec(text)?.[1] ?? '?';
	return `${number('MAJOR')}.${number('MINOR')}`;
}
