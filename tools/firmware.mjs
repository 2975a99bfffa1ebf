#!/usr/bin/env node
/** Builds the firmware of a board, and puts it on the board where asked, by mcconfig: says first what is not installed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deviceSdk, sdkEnvironment } from './firmware/device-sdk.mjs';
import { checkIdf } from './firmware/idf.mjs';
import { endWith, lacking } from './firmware/lacking.mjs';
import { FIRST_TARGET, findTarget, placesOf } from './firmware/target.mjs';

const USAGE = `npm run firmware -- [--target <name>] [--debug] [--flash] [--output <folder>]
  --target   a folder of targets; ${FIRST_TARGET} where it is left out
  --debug    with the debugger on UART 0, and without console and watchdog
  --flash    puts it on the board, by the serial port that UPLOAD_PORT names
  --output   where to build; build/firmware`;

const root = fileURLToPath(new URL('..', import.meta.url));

await endWith('firmware', () => {
	const { target: name, debug, flash, ...options } = readOptions();
	const output = path.resolve(options.output);
	const target = findTarget(root, name);
	const sdk = deviceSdk(process.env);
	checkIdf(process.env, sdk, target.chip);
	mkdirSync(output, { recursive: true });
	const kind = debug ? ['-d'] : [];
	const goal = flash ? [] : ['-t', 'build'];
	const args = [...kind, '-m', '-p', `esp32:./targets/${target.name}`, '-o', output, ...goal];
	console.log(`Moddable ${sdk.version}: mcconfig ${args.join(' ')}`);
	const env = sdkEnvironment(process.env, sdk, root);
	const { status, error } = spawnSync('mcconfig', args, { cwd: root, env, stdio: 'inherit' });
	if (error) throw lacking(`mcconfig cannot be started (${error.message})`, `build the SDK's tools in ${sdk.tools}`);
	if (status === 0) console.log(placesOf(root, output, target, debug ? 'debug' : 'release').binaries);
	return status ?? 1;
});

function readOptions() {
	try {
		const { values } = parseArgs({
			options: {
				target: { type: 'string', default: FIRST_TARGET },
				debug: { type: 'boolean', default: false },
				output: { type: 'string', default: path.join(root, 'build/firmware') },
				flash: { type: 'boolean', default: false },
			},
		});
		return values;
	} catch (error) {
		throw lacking(error instanceof Error ? error.message : String(error), `it is used so:\n${USAGE}`);
	}
}
