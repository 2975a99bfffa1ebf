import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleRuntime } from './engine/bundle.mjs';
import { creations } from './engine/creation.mjs';
import { execute } from './engine/execute.mjs';
import { buildHost, root } from './engine/host.mjs';
import { live } from './engine/limits.mjs';
import { runTestFile } from './engine/test-file.mjs';

const host = buildHost();
const required = process.env.CI === 'true' || process.env.ATRUN_REQUIRE_TOOLS === '1';

if ('missing' in host) {
	test.runIf(required)(`the XS host can be built: ${host.missing}`, () => expect.unreachable());
	test.skip(`XS: ${host.missing}`, () => {});
} else {
	mkdirSync(path.join(root, 'build/xs'), { recursive: true });
	const folder = mkdtempSync(path.join(root, 'build/xs/self-'));
	const runtime = path.join(folder, 'runtime.js');
	const { program } = host;

	beforeAll(() => bundleRuntime(runtime));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const run = (name: string, options: { timeout?: number; deviceLimits?: boolean; filter?: string } = {}) =>
		runTestFile(`tests/xs/fixtures/${name}.ts`, {
			host,
			runtime,
			folder,
			timeout: options.timeout ?? 60,
			deviceLimits: options.deviceLimits ?? false,
			filter: options.filter,
		});

	const script = async (source: string, ...args: string[]) => {
		const file = path.join(folder, 'script.js');
		writeFileSync(file, source);
		const lines: string[] = [];
		const ended = await execute(program, [...args, file], { timeout: 20, line: line => lines.push(line) });
		return { ...ended, lines };
	};

	describe('the runner', () => {
		test('counts what passes, fails and is skipped, and says why and where', async () => {
			const { passed, skipped, failures } = await run('outcomes');
			expect({ passed, skipped }).toEqual({ passed: 7, skipped: 2 });
			expect(failures.map(({ test }) => test)).toEqual([
				expect.stringContaining('FAILS by exception'),
				expect.stringContaining('FAILS by difference'),
				expect.stringContaining('FAILS later'),
				expect.stringContaining('FAILS by property'),
				expect.stringContaining('FAILS softly'),
				expect.stringContaining('FAILS by too few assertions'),
			]);
			const [exception, difference, , property, softly, assertions] = failures.map(({ errors }) => errors);
			expect(exception).toMatch(/TypeError: expected oops\n {4}at deeper \(tests\/xs\/fixtures\/outcomes\.ts:\d+\)/);
			expect(difference).toMatch(/- {5}3,\n\+ {5}2,/);
			expect(property).toContain('Counterexample: [100]');
			expect(softly).toContain('expected 3 to be 4');
			expect(assertions).toContain('expected number of assertions to be 2, but got 1');
		});

		test('runs only the tests that the filter names', async () => {
			const { passed, failures } = await run('outcomes', { filter: 'virtual time' });
			expect({ passed, failures }).toEqual({ passed: 1, failures: [] });
		});

		test('gives the code under test the globals and strings of the device', async () => {
			expect((await run('device')).failures).toEqual([]);
		});

		test.each([
			['module-exception', /TypeError.*\n.*module-exception\.ts:5/],
			['unhandled-rejection', /rejected and nobody handled[\s\S]*nobody listens[\s\S]*at lost \(tests/],
			['timer-exception', /in "waits for a timer that throws".*exception in a timer: Error: in a timer/s],
			['never-settles', /ended before its tests did.*waits for ever/],
			['endless', /did not end within 6 s in ".*turns for ever"/],
			['needs-node', /not bundled: tests\/xs\/fixtures\/needs-node\.ts:1: .*node:fs/],
			['no-test', /no test/i],
			['not-there', /not bundled: /],
		])('%s is a failure', async (name, reason) => {
			const { failures } = await run(name, { timeout: name === 'endless' ? 6 : 60 });
			expect(failures).toHaveLength(1);
			expect(failures[0]?.errors).toMatch(reason);
		});

		test('holds the tests to the memory of the device when asked', async () => {
			expect((await run('memory')).failures).toEqual([]);
			const { passed, failures } = await run('memory', { deviceLimits: true });
			expect(passed).toBe(1);
			expect(failures[0]?.errors).toMatch(/memory full in ".*keeps 96 kB"/);
		});

		test('ends with 2 and a word of help for an option it does not know', () => {
			const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'tests/xs/run.mjs'), '--nonsense']);
			expect(status).toBe(2);
			expect(stderr.toString()).toContain('usage:');
		});
	});

	describe('the host', () => {
		test.each([
			[
				'an exception',
				'function f() { throw new Error("bad"); } f();',
				3,
				/exception: Error: bad\n at f \(.*script\.js:1\)/,
			],
			['what is not an error', 'throw "text"', 3, /exception: text/],
			['what cannot be printed', 'throw { toString() { throw 1; } }', 3, /cannot be printed/],
			['a syntax error', 'a b', 3, /SyntaxError/],
			['a rejection', 'Promise.reject(new Error("lost"))', 4, /unhandled rejection: Error: lost/],
			['endless recursion', 'const f = () => f() + 1; f();', 6, /stack overflow/],
			['a memory figure that is none', 'host.memory("x")', 3, /no such memory figure/],
		])('ends with a code of its own after %s', async (_, source, code, message) => {
			const ended = await script(source);
			expect(ended.code).toBe(code);
			expect(ended.errors).toMatch(message);
		});

		test('ends with the code that the script set', async () => {
			expect((await script('host.setExitCode(9)')).code).toBe(9);
		});

		test.each([
			['of the device', ['--chunk', '78848', '--chunk-increment', '0', '--heap', '8878', '--heap-increment', '0']],
			['of all that it takes', ['--limit', '4000000']],
		])('keeps the limit %s', async (_, options) => {
			const ended = await script('let chain = null; for (;;) chain = { chain };', ...options);
			expect(ended.code).toBe(5);
		});

		test('runs timers in their order and promises between them', async () => {
			const { lines } = await script(`
				host.setTimeout(() => host.print("late"), 20);
				const id = host.setTimeout(() => host.print("cancelled"), 5);
				setImmediate(() => { host.print("first"); Promise.resolve().then(() => host.print("promise")); });
				setImmediate(() => { host.print("second"); host.clearTimeout(id); });`);
			expect(lines).toEqual(['first', 'promise', 'second', 'late']);
		});

		test('counts the same bytecodes run after run', async () => {
			const source =
				'const m = host.meter(); let x = 0; for (let i = 0; i < 1000; i++) x += i; host.print(String(host.meter() - m));';
			const first = await script(source, '--lines', '0');
			expect(first.lines).toEqual((await script(source, '--lines', '0')).lines);
			expect(Number(first.lines[0])).toBeGreaterThan(1000);
		});
	});

	// The story itself, as far as it gets: whole it is run by `npm run test:xs -- --device-limits`.
	describe('a board in a machine of its own that', () => {
		const { creation } = creations()[0]!;

		test.each([
			['has too few slots', { ...creation, heap: 3_500 }, 0, /^ended: memory full, after: nothing/],
			['has too little space for chunks', { ...creation, chunk: 24_000 }, 0, /^ended: memory full, after: nothing/],
			['has too little stack', { ...creation, stack: 400 }, 0, /^ended: stack overflow, after: nothing/],
			['loses memory', creation, 4_500, /^ended: memory full, after: boot/],
		])('%s is ended as on the device, and the story says how far it came', async (_, limits, leak, reason) => {
			const { wrong } = await live(host, folder, limits, { leak });
			expect(wrong).toMatch(reason);
		});
	});
}
