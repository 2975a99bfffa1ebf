#!/usr/bin/env node
/** Tells how much flash the JavaScript of the firmware takes, and what of it: needs the Moddable SDK, but no ESP-IDF. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { flashOf, makeArchive } from './firmware/archive.mjs';
import { deviceSdk } from './firmware/device-sdk.mjs';
import { endWith, lacking } from './firmware/lacking.mjs';
import { FIRST_TARGET, findTarget } from './firmware/target.mjs';

const USAGE = `npm run firmware:size -- [--target <name>] [--output <folder>]
  --target   a folder of targets; ${FIRST_TARGET} where it is left out
  --output   where to work; build/firmware-archive`;
/** Modules that are named one by one, the largest first. */
const NAMED = 15;

const root = fileURLToPath(new URL('..', import.meta.url));

await endWith('firmware:size', () => {
	const options = readOptions();
	const target = findTarget(root, options.target);
	const sdk = deviceSdk(process.env);
	console.log(`Moddable ${sdk.version}, ${target.name}; this takes some minutes the first time`);
	const archive = makeArchive(root, sdk, target, path.resolve(options.output));
	const flash = flashOf(root, sdk, archive);
	report(archive.modules, flash, slotOf(target));
	for (const warning of archive.warnings) console.error(`not in flash: ${warning}`);
	return archive.warnings.length > 0 ? 1 : 0;
});

/**
 * @param {ReadonlyMap<string, number>} modules
 * @param {number} flash
 * @param {number} slot
 */
function report(modules, flash, slot) {
	const bytecode = [...modules.values()].reduce((sum, size) => sum + size, 0);
	console.log(
		`flash of the archive: ${kilo(flash)} kB, with ${kilo(bytecode)} kB of bytecode in ${modules.size} modules`,
	);
	console.log(`a slot has ${kilo(slot)} kB, which the engine and the ESP-IDF share with it`);
	/** @type {Map<string, number>} */
	const folders = new Map();
	for (const [name, size] of modules) {
		const folder = path.dirname(name);
		folders.set(folder, (folders.get(folder) ?? 0) + size);
	}
	table('bytecode by folder', [...folders], bytecode, folders.size);
	table('the largest modules', [...modules], bytecode, NAMED);
}

/**
 * @param {string} title
 * @param {readonly (readonly [string, number])[]} rows
 * @param {number} sum
 * @param {number} most
 */
function table(title, rows, sum, most) {
	console.log(`\n${title}`);
	const sorted = [...rows].sort(([, one], [, other]) => other - one).slice(0, most);
	for (const [name, size] of sorted)
		console.log(`${kilo(size).padStart(8)} kB ${((100 * size) / sum).toFixed(1).padStart(5)} %  ${name}`);
}

/** @param {number} octets */
function kilo(octets) {
	return (octets / 1000).toFixed(1);
}

/** @param {import('./firmware/target.mjs').Target} target */
function slotOf({ partitions }) {
	const table = readFileSync(partitions, 'utf8');
	return Number(/^ota_0,.*,\s*(0x[0-9a-f]+)\s*$/m.exec(table)?.[1] ?? Number.NaN);
}

function readOptions() {
	try {
		return parseArgs({
			options: {
				target: { type: 'string', default: FIRST_TARGET },
				output: { type: 'string', default: path.join(root, 'build/firmware-archive') },
			},
		}).values;
	} catch (error) {
		throw lacking(error instanceof Error ? error.message : String(error), `it is used so:\n${USAGE}`);
	}
}
