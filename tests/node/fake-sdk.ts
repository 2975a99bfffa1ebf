import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './firmware-manifests.js';
import { scratchDirectory } from './support.js';

/** Stands in the place of the tools that the firmware is built with: shell scripts that tell what they were asked. */
export interface FakeTools {
	readonly env: NodeJS.ProcessEnv;
	/** Where the tools put what they make. */
	readonly output: string;
	readonly sdk: string;
	readonly idf: string;
	/** A program on the PATH, before all others. */
	program(name: string, script: string): void;
}

const SYSTEM = process.platform === 'darwin' ? 'mac' : 'lin';

function write(file: string, text: string): void {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, text);
}

function script(file: string, text: string): void {
	write(file, `#!/bin/bash\n${text}\n`);
	chmodSync(file, 0o755);
}

/** An SDK 8.2.3 that wants ESP-IDF v6.0, and that one, with compilers for both chips. Nothing works, but all of it is there. */
export function fakeTools(): FakeTools {
	const folder = scratchDirectory();
	const sdk = path.join(folder, 'moddable');
	const idf = path.join(folder, 'esp-idf');
	const programs = path.join(folder, 'programs');
	const output = path.join(folder, 'output');
	mkdirSync(programs);
	write(path.join(sdk, 'tools/VERSION'), '8.2.3\n');
	write(path.join(sdk, 'build/devices/esp32/manifest.json'), '{"build":{"EXPECTED_ESP_IDF":"v6.0"}}');
	write(
		path.join(idf, 'tools/cmake/version.cmake'),
		'set(IDF_VERSION_MAJOR 6)\nset(IDF_VERSION_MINOR 0)\nset(IDF_VERSION_PATCH 2)\n',
	);
	write(path.join(idf, 'export.sh'), 'export PATH="$IDF_PATH/bin:$PATH"\n');
	for (const name of ['idf.py', 'xtensa-esp32-elf-gcc', 'riscv32-esp-elf-gcc'])
		script(path.join(idf, 'bin', name), 'exit 0');
	write(path.join(sdk, 'xs/sources/xsCommon.h'), '#define XS_MAJOR_VERSION 17\n');
	for (const name of ['mcrez', 'xsc', 'xsid', 'xsl', 'mcconfig'])
		script(path.join(sdk, 'build/bin', SYSTEM, 'release', name), 'echo "asked: $@"');
	const env = { PATH: `${programs}${path.delimiter}${process.env.PATH}`, MODDABLE: sdk, IDF_PATH: idf };
	return { env, output, sdk, idf, program: (name, text) => script(path.join(programs, name), text) };
}

/** Makes the SDK's own mcconfig another. */
export function fakeMcconfig({ sdk }: FakeTools, text: string): void {
	script(path.join(sdk, 'build/bin', SYSTEM, 'release/mcconfig'), text);
}

/** Where mcconfig works with `-o output`, by `kind` of its results. */
export function placeOf({ output }: FakeTools, kind: 'tmp' | 'bin', target: string): string {
	return path.join(output, kind, 'esp32', target, 'release', path.basename(root));
}
