#!/usr/bin/env node
/** Type-checks each part of the project with its own settings; ends with 1 where one has an error. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PARTS = ['src', 'hosts/simulator', '.', 'hosts/esp32', 'hosts/xs-linux', 'tests/xs/board'];

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

const failed = PARTS.filter(part => existsSync(path.join(root, part, 'tsconfig.json'))).filter(part => {
	console.log(`tsc -p ${part}`);
	const { status } = spawnSync(process.execPath, [compiler, '-p', part], { cwd: root, stdio: 'inherit' });
	return status !== 0;
});

if (failed.length > 0) console.log(`type errors in: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
