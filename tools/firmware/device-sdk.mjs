import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Lacking } from './lacking.mjs';
import { findSdk } from './sdk.mjs';

/**
 * The SDK, as a firmware for a chip needs to know it.
 *
 * @typedef {object} DeviceSdk
 * @property {string} folder
 * @property {string} tools where mcconfig and its like are
 * @property {string} version
 * @property {string} idf the version of ESP-IDF that it wants, as `6.0`
 */

/**
 * Finds the SDK; throws an error that tells a person what to do where there is none, or not a complete one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {DeviceSdk}
 */
export function deviceSdk(env) {
	const found = findSdk(env);
	if ('missing' in found) throw new Lacking(found.missing);
	const { moddable: folder, bin: tools } = found;
	const version = path.join(folder, 'tools/VERSION');
	const device = JSON.parse(readFileSync(path.join(folder, 'build/devices/esp32/manifest.json'), 'utf8'));
	return {
		folder,
		tools,
		version: existsSync(version) ? readFileSync(version, 'utf8').trim() : 'of unknown version',
		idf: String(device.build?.EXPECTED_ESP_IDF ?? '').replace(/^v/, ''),
	};
}

/**
 * The environment in which the SDK's tools find each other and the TypeScript compiler of this project.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {DeviceSdk} sdk
 * @param {string} root of the project
 * @returns {NodeJS.ProcessEnv}
 */
export function sdkEnvironment(env, sdk, root) {
	const places = [path.join(root, 'node_modules/.bin'), sdk.tools, env.PATH ?? ''];
	return { ...env, MODDABLE: path.resolve(sdk.folder), PATH: places.join(path.delimiter) };
}
