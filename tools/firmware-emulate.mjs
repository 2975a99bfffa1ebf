#!/usr/bin/env node
/** Runs the firmware's image in Espressif's QEMU, with the virtual module at its UART (docs/emulator.md). */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deviceSdk } from './firmware/device-sdk.mjs';
import { flashImage, fuses } from './firmware/flash-image.mjs';
import { checkIdf } from './firmware/idf.mjs';
import { endWith, lacking } from './firmware/lacking.mjs';
import { findQemu, qemuArguments } from './firmware/qemu.mjs';
import { FIRST_TARGET, findTarget, placesOf } from './firmware/target.mjs';

const CONSOLE = '5600';
const CONTROL = '1025';
const USAGE = `npm run firmware:emulate -- [--target <name>] [--console <port>] [--control <port>] [--keep] [--output <folder>]
  --target    a folder of targets; ${FIRST_TARGET} where it is left out
  --console   port of 127.0.0.1 for the board's console; ${CONSOLE}
  --control   where "atrun mobile" finds the simulator; ${CONTROL}
  --keep      goes on with the flash as the last run left it, and builds nothing
  --output    where to build; build/firmware`;
/** Until the virtual module listens [ms]. */
const MODEM_STARTS = 180_000;

const root = fileURLToPath(new URL('..', import.meta.url));

await endWith('firmware:emulate', async () => {
	const options = readOptions();
	const target = findTarget(root, options.target);
	const sdk = deviceSdk(process.env);
	checkIdf(process.env, sdk, target.chip);
	const program = findQemu(process.env, target.chip);
	const places = prepare(target, path.resolve(options.output), options.keep);
	const port = await freePort();
	const modem = start(process.execPath, [
		'hosts/node/atrun.mjs',
		'modem',
		'--tcp',
		`${port}`,
		'--control',
		options.control,
	]);
	await listening(modem);
	const board = start(
		program,
		qemuArguments(target.chip, { ...places, console: Number(options.console), module: port }),
	);
	console.log(`console of the board: 127.0.0.1:${options.console}, for nc or telnet`);
	console.log(`a mobile beside it:   npx atrun mobile --port ${options.control} ...`);
	return untilEnd([modem, board]);
});

/**
 * Builds and writes the files that the emulator takes for the chip's, or keeps those of the last run.
 *
 * @param {import('./firmware/target.mjs').Target} target
 * @param {string} output
 * @param {boolean} isKept
 */
function prepare(target, output, isKept) {
	const folder = path.join(output, 'emulated', target.name);
	const places = { flash: path.join(folder, 'flash.bin'), fuses: path.join(folder, 'fuses.bin') };
	if (isKept) {
		if (existsSync(places.flash)) return places;
		throw lacking(`no run has left a flash in ${folder}`, 'leave --keep out the first time');
	}
	const build = path.join(root, 'tools/firmware.mjs');
	const args = [build, '--target', target.name, '--output', output];
	const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
	if (status !== 0) throw lacking('the firmware is not built', 'mend what is said above');
	mkdirSync(folder, { recursive: true });
	writeFileSync(places.flash, flashImage(target, placesOf(root, output, target, 'release').binaries));
	writeFileSync(places.fuses, fuses(target.chip));
	return places;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function start(command, args) {
	const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
	child.stdout.pipe(process.stdout);
	return child;
}

/**
 * @param {ReturnType<typeof start>} modem
 * @returns {Promise<void>} settles with its first word, which it says once it listens
 */
function listening(modem) {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => {
			modem.kill();
			reject(lacking('the virtual module does not start', 'try "npx atrun modem --tcp 5000" by hand'));
		}, MODEM_STARTS);
		modem.stdout.once('data', () => {
			clearTimeout(late);
			resolve();
		});
		modem.once('exit', () => {
			clearTimeout(late);
			reject(lacking('the virtual module has ended', 'see what it says above'));
		});
	});
}

/**
 * Ends all of them when one ends, or when somebody wants the end.
 *
 * @param {readonly ReturnType<typeof start>[]} children
 * @returns {Promise<number>} the exit code: 0 where somebody wanted it
 */
function untilEnd(children) {
	return new Promise(resolve => {
		let wanted = false;
		const end = () => {
			for (const child of children) child.kill();
		};
		for (const signal of ['SIGINT', 'SIGTERM'])
			process.once(signal, () => {
				wanted = true;
				end();
			});
		let left = children.length;
		let code = 0;
		for (const child of children)
			child.once('close', status => {
				code ||= status ?? 1;
				if (--left === 0) resolve(wanted ? 0 : code);
				else end();
			});
	});
}

/** @returns {Promise<number>} */
function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

function readOptions() {
	try {
		return parseArgs({
			options: {
				target: { type: 'string', default: FIRST_TARGET },
				console: { type: 'string', default: CONSOLE },
				control: { type: 'string', default: CONTROL },
				output: { type: 'string', default: path.join(root, 'build/firmware') },
				keep: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		throw lacking(error instanceof Error ? error.message : String(error), `it is used so:\n${USAGE}`);
	}
}
