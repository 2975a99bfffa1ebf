import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { flashImage, fuses } from '../../tools/firmware/flash-image.mjs';
import { findTarget } from '../../tools/firmware/target.mjs';
import { type FakeTools, fakeMcconfig, fakeTools, placeOf } from './fake-sdk.js';
import { root } from './firmware-manifests.js';
import { freePort, scratchDirectory } from './support.js';

interface End {
	readonly code: number | null;
	readonly said: string;
	readonly complained: string;
}

/** Runs a tool; `onSaid` hears each word and may end it. */
function run(
	tool: string,
	args: readonly string[],
	env: NodeJS.ProcessEnv,
	onSaid?: (said: string, end: () => void) => void,
): Promise<End> {
	return new Promise(resolve => {
		const child = spawn(process.execPath, [path.join(root, 'tools', tool), ...args], { cwd: root, env });
		onTestFinished(() => void child.kill());
		let said = '';
		let complained = '';
		child.stdout.on('data', text => {
			said += text;
			onSaid?.(said, () => child.kill('SIGTERM'));
		});
		child.stderr.on('data', text => {
			complained += text;
		});
		child.on('close', code => resolve({ code, said, complained }));
	});
}

/** Of a test that starts the virtual module as a process of its own, on a busy machine [ms]. */
const PATIENCE = 300_000;
const TOOLS = ['firmware.mjs', 'firmware-size.mjs', 'firmware-emulate.mjs'];
const IDF_TOOLS = ['firmware.mjs', 'firmware-emulate.mjs'];

describe.each(TOOLS)('%s', tool => {
	const name = tool.slice(0, -4).replace('-', ':');
	const refusal = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
		const { code, said, complained } = await run(tool, args, env);
		expect([code, said]).toEqual([1, '']);
		expect(complained.startsWith(`${name}: `)).toBe(true);
		// One thing that is wrong, and what to do: no trace of a program's own.
		expect(complained).not.toMatch(/\n\s+at /);
		return complained;
	};

	test('says what to install where MODDABLE is not set', async () => {
		const { env } = fakeTools();
		expect(await refusal([], { PATH: env.PATH })).toContain('MODDABLE is not set; it has to name the folder');
	});

	test('says so where MODDABLE is no SDK', async () => {
		const { env } = fakeTools();
		const empty = scratchDirectory();
		expect(await refusal([], { ...env, MODDABLE: empty })).toContain(`MODDABLE is ${empty}, where no Moddable SDK is`);
	});

	test('says which version it needs', async () => {
		const tools = fakeTools();
		writeFileSync(path.join(tools.sdk, 'xs/sources/xsCommon.h'), '#define XS_MAJOR_VERSION 16\n');
		expect(await refusal([], tools.env)).toMatch(/has XS 16; 17 or newer is needed/);
	});

	test("says how to build the SDK's tools", async () => {
		const tools = fakeTools();
		rmSync(path.join(tools.sdk, 'build/bin'), { recursive: true });
		expect(await refusal([], tools.env)).toMatch(/tools are not built: mcconfig, .* not in .*release; build them/);
	});

	test('names the targets where it knows the wanted one not', async () => {
		for (const target of ['gateway-esp8266', '../targets/gateway-esp32', ''])
			expect(await refusal(['--target', target], fakeTools().env)).toContain(
				`there is no target "${target}"; the targets are gateway-esp32, gateway-esp32-wifi, gateway-esp32c3`,
			);
	});

	test('tells how it is used where it does not understand', async () => {
		expect(await refusal(['--chip', 'esp32'], fakeTools().env)).toMatch(/Unknown option '--chip'.*\nnpm run firmware/);
		expect(await refusal(['gateway-esp32'], fakeTools().env)).toContain(`npm run ${name} --`);
	});
});

describe.each(IDF_TOOLS)('%s', tool => {
	const refusal = async (tools: FakeTools, env = tools.env, args: readonly string[] = []) => {
		const { code, complained } = await run(tool, args, env);
		expect(code).toBe(1);
		return complained;
	};

	test('says what to install where IDF_PATH is not set', async () => {
		const tools = fakeTools();
		const { IDF_PATH, ...env } = tools.env;
		expect(await refusal(tools, env)).toContain('IDF_PATH is not set; install ESP-IDF v6.0 (https:');
	});

	test('says so where IDF_PATH is no ESP-IDF', async () => {
		const tools = fakeTools();
		expect(await refusal(tools, { ...tools.env, IDF_PATH: '/nowhere' })).toContain('/nowhere, and there is no ESP-IDF');
	});

	test('says which version the SDK wants', async () => {
		const tools = fakeTools();
		writeFileSync(
			path.join(tools.idf, 'tools/cmake/version.cmake'),
			'set(IDF_VERSION_MAJOR 5)\nset(IDF_VERSION_MINOR 4)\nset(IDF_VERSION_PATCH 1)\n',
		);
		expect(await refusal(tools)).toMatch(/is v5\.4, and Moddable 8\.2\.3 wants v6\.0; .*install\.sh/);
	});

	test('says how to install the tools of ESP-IDF, and what it says itself', async () => {
		const tools = fakeTools();
		writeFileSync(path.join(tools.idf, 'export.sh'), 'echo "no Python environment" >&2\nreturn 1\n');
		expect(await refusal(tools)).toMatch(
			/for the esp32 are not installed \(it says: no Python environment\); run .*install\.sh esp32/,
		);
	});

	test('says which chip the compiler is missing for', async () => {
		const tools = fakeTools();
		rmSync(path.join(tools.idf, 'bin/riscv32-esp-elf-gcc'));
		const complaint = await refusal(tools, tools.env, ['--target', 'gateway-esp32c3']);
		expect(complaint).toMatch(/tools of ESP-IDF for the esp32c3 are not installed; run .*install\.sh esp32c3/);
	});
});

describe('firmware.mjs', () => {
	test.each([
		['builds the reference board', [], '-m -p esp32:./targets/gateway-esp32 -o OUT -t build'],
		['builds another', ['--target', 'gateway-esp32c3'], '-m -p esp32:./targets/gateway-esp32c3 -o OUT -t build'],
		['builds for the debugger', ['--debug'], '-d -m -p esp32:./targets/gateway-esp32 -o OUT -t build'],
		['puts it on the board', ['--flash'], '-m -p esp32:./targets/gateway-esp32 -o OUT\n'],
	])('%s by mcconfig', async (_, args, asked) => {
		const tools = fakeTools();
		const { code, said } = await run('firmware.mjs', [...args, '--output', tools.output], tools.env);
		expect(code).toBe(0);
		expect(said).toContain(`asked: ${asked.replace('OUT', tools.output)}`);
	});

	test('gives mcconfig the tools of the SDK and the TypeScript compiler of this project', async () => {
		const tools = fakeTools();
		fakeMcconfig(tools, 'command -v mcconfig; command -v tsc; pwd');
		const { said } = await run('firmware.mjs', ['--output', tools.output], tools.env);
		expect(said).toContain(`${tools.sdk}/build/bin`);
		expect(said).toContain(path.join(root, 'node_modules/.bin/tsc'));
		expect(said).toContain(`\n${path.resolve(root)}\n`);
	});

	test('ends as mcconfig ends', async () => {
		const tools = fakeTools();
		fakeMcconfig(tools, 'echo "### no such module!" >&2; exit 3');
		const { code, complained } = await run('firmware.mjs', ['--output', tools.output], tools.env);
		expect([code, complained]).toEqual([3, '### no such module!\n']);
	});
});

/** Writes a makefile that says `words` and makes the bytecode of two modules. */
function fakeArchive(tools: FakeTools, words: string, ends = 'true'): void {
	const work = placeOf(tools, 'tmp', 'gateway-esp32');
	fakeMcconfig(
		tools,
		`mkdir -p "${work}/modules/src/at"
printf '%s/mc.xs.c:\\n\\t@echo "# xsl modules"; echo "${words}" >&2; ${ends}; touch $@\\n%s/mc.resources.c:\\n\\t@touch $@\\n' "${work}" "${work}" >"${work}/makefile"
head -c 3000 /dev/zero >"${work}/modules/src/at/dialogue.xsb"
head -c 1000 /dev/zero >"${work}/modules/time.xsb"`,
	);
	tools.program('gcc', 'exit 0');
	tools.program('size', 'echo "text data bss dec hex filename"; echo "300000 500000 0 800000 c3500 x.o"');
}

describe('firmware-size.mjs', () => {
	const args = (tools: FakeTools) => ['--output', tools.output];

	test('tells the flash and the share of each module, without an ESP-IDF', async () => {
		const tools = fakeTools();
		fakeArchive(tools, '### 5000 instances, 3000 keys, 300 colors, 0 holes');
		const { IDF_PATH, ...env } = tools.env;
		const { code, said, complained } = await run('firmware-size.mjs', args(tools), env);
		expect([code, complained]).toEqual([0, '']);
		expect(said).toContain('flash of the archive: 800.0 kB, with 4.0 kB of bytecode in 2 modules');
		expect(said).toContain('a slot has 1966.1 kB');
		expect(said).toMatch(/3\.0 kB {2}75\.0 % {2}src\/at\n/);
		expect(said).toMatch(/1\.0 kB {2}25\.0 % {2}time\n/);
	});

	test.each(['src/at/table: not frozen', 'src/at/x: let: no const', 'src/at/y: regexp', 'src/z: generator'])(
		'takes "%s" for an error',
		async warning => {
			const tools = fakeTools();
			fakeArchive(tools, warning);
			const { code, complained } = await run('firmware-size.mjs', args(tools), tools.env);
			expect([code, complained]).toEqual([1, `not in flash: ${warning}\n`]);
		},
	);

	test('says what a tool says that fails', async () => {
		const tools = fakeTools();
		fakeArchive(tools, '### src/at/dialogue.ts:3: no such module', 'exit 1');
		const { code, complained } = await run('firmware-size.mjs', args(tools), tools.env);
		expect(code).toBe(1);
		expect(complained).toMatch(/^firmware:size: make says no:\n(.*\n)*.*no such module/);
	});
});

/** What a build leaves, recognisable octet by octet. */
function fakeBinaries(folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const name of ['bootloader', 'partition-table', 'ota_data_initial', 'xs_esp32'])
		writeFileSync(path.join(folder, `${name}.bin`), name);
}

describe('the flash of the emulated board', () => {
	test.each([
		['gateway-esp32', 0x1000],
		['gateway-esp32c3', 0],
	])('%s has each part where the chip looks for it, and is blank else', (name, bootloader) => {
		const folder = scratchDirectory();
		fakeBinaries(folder);
		const flash = flashImage(findTarget(root, name), folder);
		const at = (offset: number, length: number) => Buffer.from(flash.subarray(offset, offset + length)).toString();
		expect(flash.length).toBe(0x400000);
		expect(at(bootloader, 10)).toBe('bootloader');
		expect([at(0x8000, 15), at(0xd000, 16), at(0x10000, 8)]).toEqual([
			'partition-table',
			'ota_data_initial',
			'xs_esp32',
		]);
		expect(flash.reduce((blank, octet) => blank + (octet === 0xff ? 1 : 0), 0)).toBe(0x400000 - 49);
	});

	test('is not made of half a build', () => {
		const folder = scratchDirectory();
		fakeBinaries(folder);
		rmSync(path.join(folder, 'xs_esp32.bin'));
		expect(() => flashImage(findTarget(root, 'gateway-esp32'), folder)).toThrow(/no xs_esp32\.bin .*npm run firmware/);
	});

	test('goes with fuses of a revision that the bootloader takes', () => {
		expect([fuses('esp32').length, fuses('esp32c3').length]).toEqual([124, 1024]);
		expect([fuses('esp32').some(Boolean), fuses('esp32c3').some(Boolean)]).toEqual([true, true]);
	});
});

describe('firmware-emulate.mjs', () => {
	const KNOWS = 'if [ "$1" = -machine ] && [ "$2" = help ]; then echo "esp32  Espressif ESP32"; exit; fi';

	/** A build that leaves its binaries. */
	function built(tools: FakeTools): void {
		const place = placeOf(tools, 'bin', 'gateway-esp32');
		fakeMcconfig(
			tools,
			`mkdir -p "${place}"; for name in bootloader partition-table ota_data_initial xs_esp32; do echo $name >"${place}/$name.bin"; done`,
		);
	}

	test('says which emulator to install where there is none, and where it is not the one of the chip', async () => {
		const tools = fakeTools();
		tools.program('qemu-system-xtensa', 'echo "kc705  the machine of a distribution"');
		const { complained } = await run('firmware-emulate.mjs', [], tools.env);
		expect(complained).toMatch(
			/does not know the machine "esp32"; install Espressif's QEMU \(https:.*idf_tools\.py install qemu-xtensa\)/,
		);
		const env = { ...tools.env, PATH: `${path.dirname(process.execPath)}:/bin` };
		const { code, complained: none } = await run('firmware-emulate.mjs', ['--target', 'gateway-esp32c3'], env);
		expect(code).toBe(1);
		expect(none).toMatch(/qemu-system-riscv32/);
	});

	test('does not go on with a flash that no run has left', async () => {
		const tools = fakeTools();
		tools.program('qemu-system-xtensa', KNOWS);
		const { code, complained } = await run('firmware-emulate.mjs', ['--keep', '--output', tools.output], tools.env);
		expect([code, complained]).toMatchObject([1, /no run has left a flash .*leave --keep out/]);
	});

	test('ends where the build ends', async () => {
		const tools = fakeTools();
		tools.program('qemu-system-xtensa', KNOWS);
		fakeMcconfig(tools, 'exit 2');
		const { code, complained } = await run('firmware-emulate.mjs', ['--output', tools.output], tools.env);
		expect([code, complained.includes('the firmware is not built')]).toEqual([1, true]);
	});

	test('boots the image against a virtual module, and ends both', { timeout: PATIENCE }, async () => {
		const tools = fakeTools();
		built(tools);
		// Says "AT" to the module's UART until it answers, as the board would, and says what it heard.
		const flash = path.join(tools.output, 'emulated/gateway-esp32/flash.bin');
		tools.program(
			'qemu-system-xtensa',
			`${KNOWS}
echo "$@" >"${tools.output}/asked"
port=\${!#}; port=\${port##*:}
exec 3<>/dev/tcp/127.0.0.1/$port
for try in {1..60}; do
	printf 'AT\\r' >&3
	IFS= read -r -t 2 -d K answer <&3 && break
done
echo "module: $(tr -d '\\r\\n' <<<"$answer")K"
exec sleep 600`,
		);
		const args = ['--output', tools.output, '--control', `${await freePort()}`, '--console', '5611'];
		const { code, said } = await run('firmware-emulate.mjs', args, tools.env, (text, end) => {
			if (text.includes('module: ')) end();
		});
		expect(said).toMatch(/module: .*OK/);
		expect(said).toContain('console of the board: 127.0.0.1:5611');
		expect(code).toBe(0);
		const asked = readFileSync(path.join(tools.output, 'asked'), 'utf8');
		expect(asked).toContain('-machine esp32 ');
		expect(asked).toContain(`file=${flash},if=mtd,format=raw`);
		expect(asked).toMatch(/-serial tcp:127\.0\.0\.1:5611,server=on,wait=off -serial tcp:127\.0\.0\.1:\d+\n$/);
		expect(readFileSync(flash).subarray(0x10000, 0x10008).toString()).toBe('xs_esp32');
	});

	test('ends the virtual module where the emulator ends', { timeout: PATIENCE }, async () => {
		const tools = fakeTools();
		built(tools);
		tools.program('qemu-system-xtensa', `${KNOWS}\necho "no such file" >&2; exit 1`);
		const { code, complained } = await run(
			'firmware-emulate.mjs',
			['--output', tools.output, '--control', `${await freePort()}`],
			tools.env,
		);
		expect([code === 0, complained.includes('no such file')]).toEqual([false, true]);
	});
});
