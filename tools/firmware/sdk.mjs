/** What this machine has of the Moddable SDK. The project uses one that a person installed; it brings nothing of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The core needs what XS can do since then. */
const OLDEST_XS = 17;
const TOOLS = ['mcconfig', 'mcrez', 'xsc', 'xsid', 'xsl'];
const SYSTEMS = /** @type {Readonly<Record<string, string>>} */ ({ linux: 'lin', darwin: 'mac' });

/**
 * @typedef {object} Sdk
 * @property {string} moddable its folder
 * @property {string} bin the folder of its tools
 */

/** The SDK that MODDABLE names, or in one line what is missing and what to do. @returns {Sdk | { missing: string }} */
export function findSdk(environment = process.env) {
	const moddable = environment.MODDABLE ?? '';
	if (moddable === '') {
		return { missing: 'MODDABLE is not set; it has to name the folder of an installed Moddable SDK' };
	}
	const version = xsVersion(path.join(moddable, 'xs/sources/xsCommon.h'));
	if (version === undefined) return { missing: `MODDABLE is ${moddable}, where no Moddable SDK is` };
	if (version < OLDEST_XS) {
		return { missing: `the SDK in ${moddable} has XS ${version}; ${OLDEST_XS} or newer is needed: update the SDK` };
	}
	const bin = path.join(moddable, 'build/bin', SYSTEMS[process.platform] ?? '', 'release');
	const lacking = TOOLS.filter(tool => !existsSync(path.join(bin, tool)));
	if (lacking.length === 0) return { moddable, bin };
	return {
		missing: `the SDK’s tools are not built: ${lacking.join(', ')} not in ${bin}; build them as its documentation says`,
	};
}

/**
 * The programs of this list that are not on the PATH.
 * @param {readonly string[]} programs
 */
export function lackingPrograms(programs) {
	return programs.filter(program => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
}

/** The newest version of XS that these sources can be; it is the first they name. @param {string} header */
function xsVersion(header) {
	if (!existsSync(header)) return undefined;
	const [, version] = /#define XS_MAJOR_VERSION (\d+)/.exec(readFileSync(header, 'utf8')) ?? [];
	return version === undefined ? undefined : Number(version);
}
