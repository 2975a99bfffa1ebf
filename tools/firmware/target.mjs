import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lacking } from './lacking.mjs';

/** Built where no other is asked for: the reference board. */
export const FIRST_TARGET = 'gateway-esp32';

/**
 * A board that the firmware is built for.
 *
 * @typedef {object} Target
 * @property {string} name of its folder in `targets`
 * @property {string} folder
 * @property {string} chip as the SDK calls it
 * @property {string} partitions the table of its flash
 */

/**
 * @param {string} root of the project
 * @param {string} name
 * @returns {Target}
 */
export function findTarget(root, name) {
	const targets = path.join(root, 'targets');
	const folder = path.join(targets, name);
	const manifest = path.join(folder, 'manifest.json');
	if (!/^[a-z0-9-]+$/.test(name) || !existsSync(manifest))
		throw lacking(`there is no target "${name}"`, `the targets are ${readdirSync(targets).sort().join(', ')}`);
	const { build } = JSON.parse(readFileSync(manifest, 'utf8'));
	return {
		name,
		folder,
		chip: build.ESP32_SUBCLASS,
		partitions: path.join(folder, build.PARTITIONS_FILE_FOR_TARGET),
	};
}

/**
 * Where mcconfig puts what it makes of a target when it is told `-o output`. It names it by the folder of the project.
 *
 * @param {string} root of the project
 * @param {string} output
 * @param {Target} target
 * @param {'debug' | 'release'} kind
 */
export function placesOf(root, output, target, kind) {
	const place = path.join('esp32', target.name, kind, path.basename(root));
	return { work: path.join(output, 'tmp', place), binaries: path.join(output, 'bin', place) };
}
