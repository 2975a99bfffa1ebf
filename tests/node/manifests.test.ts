import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readManifest, root, testManifests } from './firmware-manifests.js';

const TARGETS = ['gateway-esp32', 'gateway-esp32c3'];
const WIFI = 'hosts/esp32/wifi';
const SOCKETS = 'hosts/firmware/sockets';
const CORE = ['src/manifest.json', 'hosts/firmware/manifest.json'];

describe.each(TARGETS)('the manifests of %s', target => {
	const folder = `targets/${target}`;

	testManifests({
		manifests: ['manifest.json', ...CORE, 'hosts/esp32/manifest.json', `${folder}/manifest.json`],
		folders: ['src', 'hosts/firmware', 'hosts/esp32', `${folder}/host`],
		without: [WIFI, SOCKETS],
		main: 'hosts/esp32/main',
	});
});

describe('the manifests of gateway-esp32-wifi', () => {
	const folder = 'targets/gateway-esp32-wifi';

	testManifests({
		manifests: [
			'manifest.json',
			...CORE,
			'hosts/esp32/manifest.json',
			`${folder}/manifest.json`,
			`${WIFI}/manifest.json`,
			`${SOCKETS}/manifest.json`,
		],
		folders: ['src', 'hosts/firmware', 'hosts/esp32', `${folder}/host`],
		main: 'hosts/esp32/wifi/main',
	});
});

describe('the manifests of the firmware on Linux', () => {
	testManifests({
		manifests: ['hosts/xs-linux/manifest.json', ...CORE, `${SOCKETS}/manifest.json`],
		folders: ['src', 'hosts/firmware', 'hosts/xs-linux'],
		// A program of its own.
		without: ['hosts/xs-linux/loader'],
		main: 'hosts/xs-linux/main',
	});

	// On 64 bits a slot in a chunk is twice as large: the same board was measured to need 1.19 to 1.26 times the octets (SDK 8.2.3).
	test('give its machine the memory of the board, fixed, so that an overrun shows', () => {
		const { main, chunk, ...memory } = readManifest('hosts/xs-linux/manifest.json').creation ?? {};
		const { chunk: onBoard, ...rest } = readManifest('targets/gateway-esp32/manifest.json').creation ?? {};
		expect(memory).toEqual(rest);
		expect(memory).toMatchObject({ heap: { incremental: 0 } });
		expect(chunk).toEqual({ initial: (onBoard?.initial ?? 0) * 1.25, incremental: 0 });
	});
});

test('the firmware calls itself what package.json says', () => {
	const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	expect(readFileSync(path.join(root, 'hosts/firmware/firmware.ts'), 'utf8')).toContain(`FIRMWARE = '${version}'`);
});
