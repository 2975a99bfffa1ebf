import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './firmware-manifests.js';
import { scratchDirectory } from './support.js';

/** What the modules include: all of it is in one file. */
const HEADERS = [
	'xsmc.h',
	'xsHost.h',
	'app_update/include/esp_ota_ops.h',
	'sdkconfig.h',
	'esp_attr.h',
	'esp_flash.h',
	'esp_private/startup_internal.h',
	'driver/gpio.h',
	'driver/uart.h',
	'driver/uart_select.h',
	'freertos/FreeRTOS.h',
	'freertos/queue.h',
	'freertos/semphr.h',
	'freertos/task.h',
	'nvs_flash/include/nvs.h',
	'nvs_flash/include/nvs_flash.h',
];

describe('on the desktop, against stand-ins', () => {
	test.each([
		['the native UART keeps its bounds, its order and its one message', 'native-uart', 1_000],
		['the native records survive damage, and mend what would end each start', 'native-records', 10],
	])('%s', { timeout: 120_000 }, (_, name, checks) => {
		const folder = scratchDirectory();
		const sources = path.join(root, 'tests/node/native');
		for (const header of HEADERS) {
			const file = path.join(folder, header);
			mkdirSync(path.dirname(file), { recursive: true });
			writeFileSync(file, '#include "stand-in.h"\n');
		}
		const program = path.join(folder, name);
		const flags = ['-std=gnu17', '-g', '-O1', '-fsanitize=address,undefined', '-Wall', '-Wno-unused', '-Werror'];
		const files = ['-I', folder, '-I', sources, path.join(sources, `${name}.c`), '-o', program];
		expect(spawnSync('gcc', [...flags, ...files], { encoding: 'utf8' }).stderr).toBe('');
		const { stdout, stderr, status } = spawnSync(program, { encoding: 'utf8' });
		expect([stdout, stderr, status]).toEqual([expect.stringMatching(/^\d+ checks, 0 failed\n$/), '', 0]);
		expect(Number.parseInt(stdout, 10)).toBeGreaterThan(checks);
	});
});
