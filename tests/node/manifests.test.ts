import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import device from '../../targets/gateway-esp32/host/provider.js';
import { readManifest, root, testManifests } from './firmware-manifests.js';

const TARGET = 'targets/gateway-esp32';
const CORE = ['src/manifest.json', 'hosts/firmware/manifest.json'];

describe('the manifests of the board', () => {
	testManifests({
		manifests: ['manifest.json', ...CORE, 'hosts/esp32/manifest.json', `${TARGET}/manifest.json`],
		folders: ['src', 'hosts/firmware', 'hosts/esp32', `${TARGET}/host`],
		main: 'hosts/esp32/main',
	});
});

describe('the manifests of the firmware on Linux', () => {
	testManifests({
		manifests: ['hosts/xs-linux/manifest.json', ...CORE],
		folders: ['src', 'hosts/firmware', 'hosts/xs-linux'],
		main: 'hosts/xs-linux/main',
	});

	test('give its machine the memory of the board, fixed, so that an overrun shows', () => {
		const { main, ...memory } = readManifest('hosts/xs-linux/manifest.json').creation ?? {};
		expect(memory).toEqual(readManifest(`${TARGET}/manifest.json`).creation);
		expect(memory).toMatchObject({ chunk: { incremental: 0 }, heap: { incremental: 0 } });
	});
});

test('the firmware calls itself what package.json says', () => {
	const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	expect(readFileSync(path.join(root, 'hosts/firmware/firmware.ts'), 'utf8')).toContain(`FIRMWARE = '${version}'`);
});

const outputs: Readonly<Record<string, number>> = {
	'module.transmit': device.Serial.module.transmit,
	'module.requestToSend': device.Serial.module.requestToSend,
	'console.transmit': device.Serial.console.transmit,
	'auxiliary.transmit': device.Serial.auxiliary.transmit,
	'auxiliary.requestToSend': device.Serial.auxiliary.requestToSend,
	'pin.onOff': device.pin.onOff,
	'pin.reset': device.pin.reset,
	'pin.dtr': device.pin.dtr,
};
const inputs: Readonly<Record<string, number>> = {
	'module.receive': device.Serial.module.receive,
	'module.clearToSend': device.Serial.module.clearToSend,
	'console.receive': device.Serial.console.receive,
	'auxiliary.receive': device.Serial.auxiliary.receive,
	'auxiliary.clearToSend': device.Serial.auxiliary.clearToSend,
	'pin.powerMonitor': device.pin.powerMonitor,
	'pin.factoryReset': device.pin.factoryReset,
};
const pins = Object.entries({ ...outputs, ...inputs });

const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const PINS_OF_CHIP = [...between(0, 19), 21, 22, 23, ...between(25, 27), ...between(32, 39)];
const FLASH = between(6, 11);
const INPUTS_ONLY = between(34, 39);
const PSRAM = [16, 17];
/** Their level at reset decides how the chip starts. */
const STRAPPING = [0, 2, 5, 12, 15];

describe('the pins of the gateway board', () => {
	test.each(pins)('%s is a pin of the classic ESP32 that is free', (_, pin) => {
		expect(PINS_OF_CHIP).toContain(pin);
		expect([...FLASH, ...PSRAM, ...STRAPPING]).not.toContain(pin);
	});

	test.each(Object.entries(outputs))('%s can be an output', (_, pin) => {
		expect(INPUTS_ONLY).not.toContain(pin);
	});

	test.each([
		'pin.powerMonitor',
		'pin.factoryReset',
		'module.receive',
		'module.clearToSend',
		'auxiliary.receive',
		'auxiliary.clearToSend',
	])('%s has a pull resistor', name => {
		expect(INPUTS_ONLY).not.toContain(inputs[name]);
	});

	test('are unique', () => {
		expect(new Set(pins.map(([, pin]) => pin)).size).toBe(pins.length);
	});

	test('use no UART twice', () => {
		const { console, module, auxiliary } = device.Serial;
		expect([console.port, module.port, auxiliary.port]).toEqual([0, 1, 2]);
	});

	test('are frozen through and through, to be preloaded', () => {
		const values = [device, device.Serial, ...Object.values(device.Serial), device.pin];
		expect(values.every(value => Object.isFrozen(value))).toBe(true);
	});

	test('are those of wiring.md', () => {
		const text = readFileSync(path.join(root, TARGET, 'wiring.md'), 'utf8');
		const rows = [...text.matchAll(/^\| (\d+) \| `([\w.]+)` \|/gm)].map(([, pin, name]) => [name!, Number(pin)]);
		expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(pins));
	});
});
