#!/usr/bin/env node
/** Builds the firmware for Linux and runs it under XS beside a virtual module: `npm run firmware:linux -- --help`. */
import { register } from 'tsx/esm/api';
import { buildForLinux, lackingForLinux } from './firmware/linux-build.mjs';

register({ tsconfig: false });
const { runCommand } = await import('../hosts/node/cli/main.js');
const { firmwareCommand } = await import('../hosts/node/cli/firmware.js');

const program = firmwareCommand(async kind => {
	const lacking = lackingForLinux();
	if (lacking !== undefined) throw new Error(lacking);
	console.log('building the firmware (the first time this takes minutes) ...');
	return buildForLinux(kind);
});
const code = await runCommand(process.argv.slice(2), program);
// As `atrun` ends: timers and sockets that are left do not matter, what was printed has to go out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
