import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import base from '../../targets/gateway-esp32/host/provider.js';
import wifi from '../../targets/gateway-esp32-wifi/host/provider.js';
import { readManifest, root } from './firmware-manifests.js';
import { closureOf } from './manifest-closure.js';

const { MODDABLE } = process.env;
const TARGETS = readdirSync(path.join(root, 'targets'), { withFileTypes: true })
	.filter(entry => entry.isDirectory())
	.map(({ name }) => name);
const WITH = TARGETS.filter(name => name.endsWith('-wifi'));
const WITHOUT = TARGETS.filter(name => !name.endsWith('-wifi'));

/** The manifests of the SDK (8.2.3) that a firmware without Wi-Fi may include: none of them brings it. The whole `$(IO)` does. */
const WITHOUT_WIFI = [
	'$(MODDABLE)/examples/manifest_base.json',
	'$(MODDABLE)/modules/io/digital/manifest.json',
	'$(MODDABLE)/modules/io/serial/manifest.json',
	'$(MODULES)/crypt/digest/manifest.json',
	'$(MODULES)/files/file/manifest.json',
	'$(MODULES)/files/preference/manifest.json',
];
/** Wi-Fi, and what stands on a network: name servers, sockets. The one file that manifest_base gives each ESP32 is only called by those. */
const NETWORK = /wifi|firmware\/sockets|\/network\/(?!socket\/lwip\/modLwipSafe)|\/io\/socket\//i;

const SECOND_CARRIER = ['hosts/esp32/wifi/manifest.json', 'hosts/firmware/sockets/manifest.json'];

/** Without the folders above, whose names say nothing. */
const inSdk = (file: string) => path.relative(file.startsWith(root) ? root : MODDABLE!, file);
const ownManifests = (target: string) =>
	closureOf(target, undefined)
		.manifests.filter(file => path.isAbsolute(file))
		.map(file => path.relative(root, file));

test('there is a target with Wi-Fi, and one without', () => {
	expect(WITH).toContain('gateway-esp32-wifi');
	expect(WITHOUT).toContain('gateway-esp32');
});

describe.each(WITHOUT)('the firmware of %s', target => {
	test('has no Wi-Fi module of ours, and includes only manifests of the SDK that bring none', () => {
		const { manifests, sources, main } = closureOf(target, undefined);
		expect(ownManifests(target).filter(file => NETWORK.test(file))).toEqual([]);
		expect(sources.map(source => path.relative(root, source)).filter(source => NETWORK.test(source))).toEqual([]);
		expect(manifests.filter(file => file.startsWith('$(') && !WITHOUT_WIFI.includes(file))).toEqual([]);
		expect(main).toBe('hosts/esp32/main');
	});

	test.skipIf(MODDABLE === undefined)(
		'with all that those include has no Wi-Fi and no network (skipped where MODDABLE says not where the SDK is)',
		() => {
			const { manifests, sources, components, main } = closureOf(target, MODDABLE);
			expect(manifests.filter(file => file.startsWith('$('))).toEqual([]);
			expect(manifests.map(inSdk).filter(file => NETWORK.test(file))).toEqual([]);
			expect(sources.map(inSdk).filter(source => NETWORK.test(source))).toEqual([]);
			expect(components).not.toContain('esp_wifi');
			expect(main).toBe('hosts/esp32/main');
		},
	);

	test('imports nothing of the folder with the Wi-Fi', () => {
		const folder = path.join(root, 'hosts/esp32');
		const files = readdirSync(folder).filter(name => name.endsWith('.ts'));
		const importing = files.filter(name => readFileSync(path.join(folder, name), 'utf8').includes("from './wifi/"));
		expect(importing).toEqual([]);
	});
});

describe.each(WITH)('the firmware of %s', target => {
	const plain = target.slice(0, -'-wifi'.length);
	const textOf = (board: string, file: string) => readFileSync(path.join(root, 'targets', board, file), 'utf8');

	test('has the Wi-Fi manifest beside all of the other firmware’s, and begins with its own main', () => {
		const others = ownManifests(plain).filter(file => !file.startsWith('targets/'));
		const own = ownManifests(target).filter(file => !file.startsWith('targets/'));
		expect([...own].sort()).toEqual([...others, ...SECOND_CARRIER].sort());
		expect(closureOf(target, undefined).main).toBe('hosts/esp32/wifi/main');
	});

	test.skipIf(MODDABLE === undefined)(
		'brings the SDK’s Wi-Fi, and neither its set-up at boot nor its clock (skipped where MODDABLE says not where the SDK is)',
		() => {
			const { manifests, sources, components, main } = closureOf(target, MODDABLE);
			expect(components).toContain('esp_wifi');
			expect(main).toBe('hosts/esp32/wifi/main');
			expect(sources.filter(source => /sntp|setup\/network/.test(source))).toEqual([]);
			expect(manifests.filter(file => file.endsWith('manifest_net.json'))).toEqual([]);
		},
	);

	test('has the machine, the flash and the pins of the board without it, under a name of its own', () => {
		const { build: ownBuild, ...own } = readManifest(`targets/${target}/manifest.json`);
		const { build: plainBuild, ...other } = readManifest(`targets/${plain}/manifest.json`);
		expect(own).toEqual(other);
		// mcconfig looks beside the manifest only for what begins with a dot and a slash.
		const partitions = `./../${plain}/partitions.csv`;
		expect(ownBuild).toEqual({ ...plainBuild, PARTITIONS_FILE_FOR_TARGET: partitions });
		expect({ ...wifi, target: plain }).toEqual(base);
		expect(wifi.target).toBe(target);
	});

	test('has the settings of the board without it, and then its own', () => {
		const settings = textOf(target, 'sdkconfig/sdkconfig.defaults');
		expect(settings.startsWith(textOf(plain, 'sdkconfig/sdkconfig.defaults'))).toBe(true);
		expect(settings).toContain('CONFIG_ESP_WIFI_');
		const release = 'sdkconfig/sdkconfig.defaults.release';
		expect(textOf(target, release)).toBe(textOf(plain, release));
	});
});
