import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './firmware-manifests.js';
import { scratchDirectory } from './support.js';

/** What `native-uart.c` includes: all of it is in one file. */
const HEADERS = [
	'xsmc.h',
	'xsHost.h',
	'sdkconfig.h',
	'esp_attr.h',
	'driver/gpio.h',
	'driver/uart.h',
	'driver/uart_select.h',
	'freertos/FreeRTOS.h',
	'freertos/queue.h',
	'freertos/semphr.h',
	'freertos/task.h',
];

test('the native UART keeps its bounds, its order and its one message, against a stand-in for the driver', {
	timeout: 120_000,
}, () => {
	const folder = scratchDirectory();
	const sources = path.join(root, 'tests/node/native');
	for (const header of HEADERS) {
		const file = path.join(folder, header);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, '#include "stand-in.h"\n');
	}
	const program = path.join(folder, 'native-uart');
	const flags = ['-std=gnu17', '-g', '-O1', '-fsanitize=address,undefined', '-Wall', '-Wno-unused-variable', '-Werror'];
	const compiled = spawnSync(
		'gcc',
		[...flags, '-I', folder, '-I', sources, path.join(sources, 'native-uart.c'), '-o', program],
		{ encoding: 'utf8' },
	);
	expect(compiled.stderr).toBe('');
	const { stdout, stderr, status } = spawnSync(program, { encoding: 'utf8' });
	expect([stdout, stderr]).toEqual([expect.stringMatching(/^\d{4,} checks, 0 failed\n$/), '']);
	expect(status).toBe(0);
});
