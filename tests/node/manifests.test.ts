import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import device from '../../targets/gateway-esp32/host/provider.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TARGET = 'targets/gateway-esp32';
const MANIFESTS = [
	'manifest.json',
	'src/manifest.json',
	'hosts/firmware/manifest.json',
	'hosts/esp32/manifest.json',
	`${TARGET}/manifest.json`,
];

interface Manifest {
	readonly include?: readonly string[];
	readonly modules?: Readonly<Record<string, string | readonly string[]>>;
	readonly preload?: readonly string[];
	readonly creation?: { readonly main?: string };
}

/** A module as XS knows it, and the file it comes from. */
interface Module {
	readonly name: string;
	readonly file: string;
}

const CODE = /^(?!.*\.d\.ts$).*\.(ts|js|c)$/;

function read(file: string): Manifest {
	return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

function filesBelow(folder: string): string[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.map(name => path.posix.join(folder, name.split(path.sep).join('/')))
		.filter(file => CODE.test(file));
}

/** What mcconfig makes of the `modules` of a manifest, for what lies in this repository. */
function modulesOf(manifest: Manifest, folder: string): readonly Module[] {
	return Object.entries(manifest.modules ?? {})
		.filter(([pattern]) => pattern !== '~')
		.flatMap(([pattern, sources]) =>
			[sources].flat().flatMap(source => {
				const place = path.posix.join(folder, source);
				const directory = path.posix.dirname(place);
				const names = existsSync(path.join(root, directory)) ? readdirSync(path.join(root, directory)) : [];
				const prefix = path.posix.basename(place);
				return names
					.filter(name => CODE.test(name))
					.filter(name => prefix === '*' || path.parse(name).name === prefix)
					.map(name => ({
						name: pattern.replace('*', path.parse(name).name),
						file: path.posix.join(directory, name),
					}));
			}),
		);
}

const all = MANIFESTS.map(file => ({ file, folder: path.posix.dirname(file), manifest: read(file) }));
const modules = all.flatMap(({ manifest, folder }) => modulesOf(manifest, folder));
const scripts = modules.filter(({ file }) => !file.endsWith('.c'));
const preload = all.flatMap(({ manifest }) => manifest.preload ?? []);

/** The modules that the manifests of the SDK bring, each with the manifest that has to be included for it. */
const SDK_MODULES: Readonly<Record<string, string>> = {
	'embedded:io/serial': '$(IO)/serial/manifest.json',
	'embedded:io/digital': '$(IO)/digital/manifest.json',
	preference: '$(MODULES)/files/preference/manifest.json',
	crypt: '$(MODULES)/crypt/digest/manifest.json',
	time: '$(MODDABLE)/examples/manifest_base.json',
	timer: '$(MODDABLE)/examples/manifest_base.json',
};

/** What a file imports; types are gone by then. */
function importsOf(file: string): string[] {
	const source = readFileSync(path.join(root, file), 'utf8');
	return [...source.matchAll(/^(?:import|export)(?! type\b)[^;]*?\bfrom '([^']+)';/gm)].map(([, name]) => name!);
}

describe('the manifests', () => {
	test.each(all)('$file includes files that exist', ({ manifest, folder }) => {
		const own = (manifest.include ?? []).filter(file => !file.startsWith('$('));
		expect(own.filter(file => !existsSync(path.join(root, folder, file)))).toEqual([]);
	});

	test.each(all)('$file names modules that exist', ({ manifest, folder }) => {
		const patterns = Object.entries(manifest.modules ?? {}).filter(([pattern]) => pattern !== '~');
		const empty = patterns.filter(
			([pattern, sources]) => modulesOf({ modules: { [pattern]: sources } }, folder).length === 0,
		);
		expect(empty.map(([pattern]) => pattern)).toEqual([]);
	});

	test.each(['src', 'hosts/firmware', 'hosts/esp32', `${TARGET}/host`])('have every module of %s', folder => {
		const missing = filesBelow(folder).filter(file => !modules.some(module => module.file === file));
		expect(missing).toEqual([]);
	});

	test('name each module once', () => {
		const names = scripts.map(({ name }) => name);
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});

	// Relative imports are resolved between the names: only where these follow the folders do they lead to the same file.
	test('name a module by its place', () => {
		const wrong = scripts.filter(
			({ name, file }) => !name.startsWith('embedded:') && `${name}${path.extname(file)}` !== file,
		);
		expect(wrong).toEqual([]);
	});

	// mcconfig expands no star to TypeScript modules, so each is named.
	test('preload every module, and nothing else', () => {
		expect([...preload].sort()).toEqual(scripts.map(({ name }) => name).sort());
	});

	test('are enough for every import', () => {
		const known = new Set(scripts.map(({ name }) => name));
		const included = new Set(all.flatMap(({ manifest }) => manifest.include ?? []));
		const lacking = scripts.flatMap(({ name, file }) =>
			importsOf(file)
				.filter(specifier => {
					if (specifier.startsWith('.'))
						return !known.has(path.posix.join(path.posix.dirname(name), specifier).slice(0, -3));
					return !known.has(specifier) && !included.has(SDK_MODULES[specifier] ?? '');
				})
				.map(specifier => `${name}: ${specifier}`),
		);
		expect(lacking).toEqual([]);
	});

	test('include nothing of the SDK that no module imports', () => {
		const imported = new Set(scripts.flatMap(({ file }) => importsOf(file)).map(specifier => SDK_MODULES[specifier]));
		const included = all.flatMap(({ manifest }) => manifest.include ?? []).filter(file => file.startsWith('$('));
		expect(included.filter(file => !imported.has(file))).toEqual([]);
	});

	test('belong to the firmware that calls itself what package.json says', () => {
		const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
		expect(readFileSync(path.join(root, 'hosts/firmware/firmware.ts'), 'utf8')).toContain(`FIRMWARE = '${version}'`);
	});

	test('start the firmware at a module that exists', () => {
		const mains = all.flatMap(({ manifest }) => manifest.creation?.main ?? []);
		expect(mains).toEqual(['hosts/esp32/main']);
		expect(scripts.map(({ name }) => name)).toContain('hosts/esp32/main');
	});
});

const outputs: Readonly<Record<string, number>> = {
	'module.transmit': device.Serial.module.transmit,
	'console.transmit': device.Serial.console.transmit,
	'auxiliary.transmit': device.Serial.auxiliary.transmit,
	'auxiliary.requestToSend': device.Serial.auxiliary.requestToSend,
	'pin.onOff': device.pin.onOff,
	'pin.reset': device.pin.reset,
	'pin.dtr': device.pin.dtr,
};
const inputs: Readonly<Record<string, number>> = {
	'module.receive': device.Serial.module.receive,
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

	test.each(['pin.powerMonitor', 'pin.factoryReset', 'auxiliary.receive', 'auxiliary.clearToSend'])(
		'%s has a pull resistor',
		name => {
			expect(INPUTS_ONLY).not.toContain(inputs[name]);
		},
	);

	test('are unique', () => {
		expect(new Set(pins.map(([, pin]) => pin)).size).toBe(pins.length);
	});

	test('use no UART twice, and UART 2, which the SDK mixes up with UART 1, only with a driver of our own', () => {
		const { console, module, auxiliary } = device.Serial;
		expect([console.port, module.port, auxiliary.port]).toEqual([0, 1, 2]);
		const uses = [...readFileSync(path.join(root, 'hosts/esp32/main.ts'), 'utf8').matchAll(/line: (Serial\.\w+)/g)];
		expect(uses.map(([, line]) => line)).toEqual(['Serial.module', 'Serial.auxiliary']);
		expect(importsOf('hosts/esp32/auxiliary-uart.ts')).toEqual([]);
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
