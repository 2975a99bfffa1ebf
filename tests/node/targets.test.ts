import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import classic from '../../targets/gateway-esp32/host/provider.js';
import wifi from '../../targets/gateway-esp32-wifi/host/provider.js';
import c3 from '../../targets/gateway-esp32c3/host/provider.js';
import { C3, type Chip, CLASSIC, FLASH_SIZE } from './chips.js';
import { root } from './firmware-manifests.js';

interface Line {
	readonly port: number;
	readonly receive: number;
	readonly transmit: number;
	readonly requestToSend?: number;
	readonly clearToSend?: number;
	readonly baud?: number;
}

interface Provider {
	readonly target: string;
	readonly Serial: { readonly module: Line; readonly console: Line; readonly auxiliary?: Line };
	readonly pin: Readonly<Record<string, number>>;
}

interface Target {
	readonly name: string;
	readonly chip: Chip;
	readonly provider: Provider;
}

const TARGETS: readonly Target[] = [
	{ name: 'gateway-esp32', chip: CLASSIC, provider: classic },
	{ name: 'gateway-esp32-wifi', chip: CLASSIC, provider: wifi },
	{ name: 'gateway-esp32c3', chip: C3, provider: c3 },
];
const OUTPUTS = ['transmit', 'requestToSend', 'onOff', 'reset', 'dtr', 'statusLight'];
/** Outputs and inputs that the firmware's core or `wiring.md` asks for on every board. */
const NEEDED = [
	'module.transmit',
	'module.receive',
	'module.requestToSend',
	'module.clearToSend',
	'console.transmit',
	'console.receive',
	'pin.onOff',
	'pin.reset',
	'pin.dtr',
	'pin.powerMonitor',
	'pin.factoryReset',
	'pin.statusLight',
];

/** What a target with Wi-Fi has not itself it shares with the board without. */
function fileOf(target: string, ...names: string[]): string {
	const own = path.join(root, 'targets', target, ...names);
	return existsSync(own) ? own : path.join(root, 'targets', target.replace(/-wifi$/, ''), ...names);
}

const textOf = (target: string, ...names: string[]) => readFileSync(fileOf(target, ...names), 'utf8');

/** Every pin by its name, as `wiring.md` has it. */
function pinsOf({ Serial, pin }: Provider): readonly (readonly [string, number])[] {
	const lines = Object.entries(Serial).flatMap(([name, { port, baud, ...pins }]) =>
		Object.entries(pins).map(([role, number]) => [`${name}.${role}`, number] as const),
	);
	return [...lines, ...Object.entries(pin).map(([name, number]) => [`pin.${name}`, number] as const)];
}

test('the targets are these', () => {
	expect(readdirSync(path.join(root, 'targets')).sort()).toEqual(TARGETS.map(({ name }) => name));
});

describe.each(TARGETS)('the pins of $name', ({ name, chip, provider }) => {
	const pins = pinsOf(provider);

	test('are all that the firmware needs', () => {
		expect(pins.map(([pin]) => pin)).toEqual(expect.arrayContaining(NEEDED));
	});

	test.each(pins)('%s is one that the chip has and that decides nothing at its start', (_, pin) => {
		expect(chip.pins).toContain(pin);
		expect(chip.strapping).not.toContain(pin);
	});

	test.each(pins.filter(([pin]) => OUTPUTS.includes(pin.split('.')[1]!)))('%s can be an output', (_, pin) => {
		expect(chip.inputsOnly).not.toContain(pin);
	});

	// All of them have one by the firmware: an open line must read as something.
	test.each(pins.filter(([pin]) => !OUTPUTS.includes(pin.split('.')[1]!)))('%s has a pull resistor', (_, pin) => {
		expect(chip.inputsOnly).not.toContain(pin);
	});

	test('are unique', () => {
		expect(new Set(pins.map(([, pin]) => pin)).size).toBe(pins.length);
	});

	test('have the module on UART 1, the console on UART 0, and no UART twice or beyond the chip', () => {
		const { module, console, auxiliary } = provider.Serial;
		expect([module.port, console.port, auxiliary?.port]).toEqual([1, 0, chip.uarts > 2 ? 2 : undefined]);
	});

	test('are frozen through and through, to be preloaded', () => {
		const values = [provider, provider.Serial, ...Object.values(provider.Serial), provider.pin];
		expect(values.every(value => Object.isFrozen(value))).toBe(true);
	});

	test('belong to a target that calls itself by its folder, in lower case, as mcconfig wants', () => {
		expect([provider.target, name.toLowerCase()]).toEqual([name, name]);
	});

	test('are those of wiring.md, and what it says of their direction', () => {
		const rows = [...textOf(name, 'wiring.md').matchAll(/^\| (\d+) \| `([\w.]+)` \| ([^|]*) \|/gm)];
		expect(rows.map(([, pin, line]) => [line!, Number(pin)]).sort()).toEqual([...pins].sort());
		const driven = rows.filter(([, , , direction]) => /^(out|open drain)/.test(direction!)).map(([, , line]) => line!);
		expect(driven.sort()).toEqual(
			pins
				.map(([pin]) => pin)
				.filter(pin => OUTPUTS.includes(pin.split('.')[1]!))
				.sort(),
		);
	});
});

interface Partition {
	readonly name: string;
	readonly type: string;
	readonly subtype: string;
	readonly offset: number;
	readonly size: number;
}

function partitionsOf(target: string): readonly Partition[] {
	return textOf(target, 'partitions.csv')
		.split('\n')
		.filter(line => line.trim() !== '' && !line.startsWith('#'))
		.map(line => {
			const [name = '', type = '', subtype = '', offset, size] = line.split(',').map(field => field.trim());
			return { name, type, subtype, offset: Number(offset), size: Number(size) };
		});
}

const SECTOR = 0x1000;
/** Of what the chip maps into its memory. */
const APP_BOUND = 0x10000;
/** Bootloader and table are before. */
const FIRST = 0x9000;
/** The image without Wi-Fi is at most that large, by `npm run firmware:size` and what the IDF and the engine need beside. */
const ROOM = 0x180000;
/** Sectors that NVS needs at least, two to work with and one free. */
const NVS_SECTORS = 3;

describe.each(TARGETS)('the partitions of $name', ({ name }) => {
	const partitions = partitionsOf(name);
	const find = (label: string) => partitions.find(partition => partition.name === label)!;

	test('are the ones that the firmware asks for', () => {
		expect(partitions.map(({ name: label, type, subtype }) => `${label} ${type} ${subtype}`)).toEqual([
			'nvs data nvs',
			'otadata data ota',
			'phy_init data phy',
			'ota_0 app ota_0',
			'ota_1 app ota_1',
			'records data nvs',
		]);
	});

	test('follow each other without overlapping, within the flash', () => {
		let end = FIRST;
		for (const { offset, size } of partitions) {
			expect(offset).toBeGreaterThanOrEqual(end);
			expect([offset % SECTOR, size % SECTOR]).toEqual([0, 0]);
			end = offset + size;
		}
		expect(end).toBeLessThanOrEqual(FLASH_SIZE);
	});

	test('have two equal slots at bounds that the chip can map, large enough', () => {
		const slots = [find('ota_0'), find('ota_1')];
		expect(slots.map(({ offset, size }) => [offset % APP_BOUND, size % APP_BOUND])).toEqual([
			[0, 0],
			[0, 0],
		]);
		expect(slots[0]!.size).toBe(slots[1]!.size);
		expect(slots[0]!.size).toBeGreaterThanOrEqual(ROOM);
	});

	test('give the choice of the slot the two sectors that a torn write needs', () => {
		expect(find('otadata').size).toBe(2 * SECTOR);
	});

	test('give NVS its free sector', () => {
		for (const label of ['nvs', 'records']) expect(find(label).size / SECTOR).toBeGreaterThanOrEqual(NVS_SECTORS);
	});

	test('have those of the SDK where the firmware mends them, and the own one under the name that it opens', () => {
		const source = readFileSync(path.join(root, 'hosts/esp32/native-records.c'), 'utf8');
		const defined = (symbol: string) => new RegExp(`^#define ${symbol} (.*)$`, 'm').exec(source)?.[1];
		expect([Number(defined('NVS_START')), Number(defined('NVS_SIZE'))]).toEqual([find('nvs').offset, find('nvs').size]);
		expect(defined('PARTITION')).toBe('"records"');
		// Little-endian, as the first entry of the table has them.
		const entry = [...source.match(/entry\[\] = \{(.*)\}/)![1]!.matchAll(/0x(..)/g)]
			.map(([, octet]) => octet)
			.join(' ');
		const octets = new DataView(new ArrayBuffer(12));
		octets.setUint32(0, 0xaa500102);
		octets.setUint32(4, partitions[0]!.offset, true);
		octets.setUint32(8, partitions[0]!.size, true);
		expect([partitions[0], entry]).toEqual([
			find('nvs'),
			Buffer.from(octets.buffer)
				.toString('hex')
				.replace(/..(?=.)/g, '$& '),
		]);
	});
});

const settingsOf = (target: string, file: string) =>
	new Map(
		textOf(target, 'sdkconfig', file)
			.split('\n')
			.filter(line => line !== '' && !line.startsWith('#'))
			.map(line => line.split('=') as [string, string]),
	);

describe.each(TARGETS)('the settings of the IDF for $name', ({ name, chip }) => {
	const both = settingsOf(name, 'sdkconfig.defaults');
	const release = settingsOf(name, 'sdkconfig.defaults.release');

	test('bring back the image before where the new one is not confirmed, and start none unchecked', () => {
		expect(both.get('CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE')).toBe('y');
		expect(both.get('CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS')).toBe('n');
	});

	test('have the watchdog in a release build, and in no other', () => {
		expect([release.get('CONFIG_ESP_TASK_WDT_EN'), release.get('CONFIG_ESP_TASK_WDT_PANIC')]).toEqual(['y', 'y']);
		expect(Number(release.get('CONFIG_ESP_TASK_WDT_TIMEOUT_S'))).toBeGreaterThan(10);
		expect([...both.keys()].filter(key => key.includes('WDT'))).toEqual([]);
	});

	test('say nothing of the memory on the console', () => {
		expect(both.get('CONFIG_ESP_COREDUMP_ENABLE_TO_NONE')).toBe('y');
		expect(both.get('CONFIG_ESP_SYSTEM_PANIC_SILENT_REBOOT')).toBe('y');
	});

	test('keep the UARTs receiving while the flash is erased', () => {
		expect(both.get('CONFIG_UART_ISR_IN_IRAM')).toBe('y');
	});

	test('are files that mcconfig can merge: one option a line, and none twice', () => {
		for (const file of ['sdkconfig.defaults', 'sdkconfig.defaults.release']) {
			const lines = textOf(name, 'sdkconfig', file)
				.split('\n')
				.filter(line => line !== '');
			const options = lines.filter(line => !line.startsWith('#'));
			expect(options.filter(line => !/^CONFIG_[A-Z0-9_]+=(y|n|\d+|".*")$/.test(line))).toEqual([]);
			expect(settingsOf(name, file).size).toBe(options.length);
		}
	});

	test('and the manifest are for the same chip', () => {
		const { build } = JSON.parse(textOf(name, 'manifest.json'));
		expect(build.ESP32_SUBCLASS).toBe(chip.subclass);
		for (const place of [build.SDKCONFIGPATH, build.PARTITIONS_FILE_FOR_TARGET])
			expect(existsSync(fileOf(name, place))).toBe(true);
		// mcconfig writes a backslash before each space.
		expect(build.C_FLAGS_SUBPLATFORM).not.toContain(' ');
	});
});

describe('the targets', () => {
	test('have the same partitions, so that one page of the documentation is true for all', () => {
		expect(partitionsOf('gateway-esp32c3')).toEqual(partitionsOf('gateway-esp32'));
	});

	test.each(TARGETS)('$name says why its memory is what it is', ({ name }) => {
		expect(textOf(name, 'memory.md')).toContain('creation');
	});
});
