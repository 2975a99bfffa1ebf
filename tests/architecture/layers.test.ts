import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FORBIDDEN, forbiddenGlobals, moduleState } from './code.js';
import { breachesOfLayers, importsOf, type Sources } from './layers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

function read(...folders: string[]): Sources {
	const files = folders
		.filter(folder => existsSync(path.join(root, folder)))
		.flatMap(folder =>
			readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(name =>
				path.posix.join(folder, name.split(path.sep).join('/')),
			),
		)
		.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'));
	return new Map(files.sort().map(file => [file, readFileSync(path.join(root, file), 'utf8')]));
}

const project = read('src', 'hosts');
const inFolder = (folder: string) => [...project].filter(([file]) => file.startsWith(`${folder}/`));

describe('the project', () => {
	test('is read', () => expect(inFolder('src').length).toBeGreaterThan(10));

	test('shows its imports to the check', async () => {
		const imports = await importsOf(project);
		expect(imports).toContainEqual({
			from: 'src/cmux/frame-reader.ts',
			specifier: './fcs.js',
			to: 'src/cmux/fcs.ts',
		});
		for (const [file, source] of inFolder('src/services')) {
			expect(imports.some(({ from }) => from === file)).toBe(/^import /m.test(source));
		}
	});

	test('keeps its layers', async () => {
		expect(await breachesOfLayers(project)).toEqual([]);
	});

	test.each(inFolder('src'))('%s uses no global that the device lacks', (_, source) => {
		expect(forbiddenGlobals(source)).toEqual([]);
	});

	// The virtual clock gives settled promises their turn by it: Node and the XS test host have it.
	test.each(inFolder('hosts/simulator'))('%s uses no global of Node', (_, source) => {
		expect(forbiddenGlobals(source, ['setImmediate'])).toEqual([]);
	});

	test.each(inFolder('src'))('%s has no state at module level', (_, source) => {
		expect(moduleState(source)).toEqual([]);
	});
});

async function breaches(files: Record<string, string>): Promise<readonly string[]> {
	return breachesOfLayers(new Map(Object.entries(files)));
}

const PORT = { 'src/ports/a.ts': 'export interface A {}' };

describe('the check of layers', () => {
	test.each([
		[
			'a value from the right',
			'src/base/x.ts',
			"import { y } from '../cmux/y.js'; y();",
			'cmux is not on the left of base',
		],
		[
			'a type from the right',
			'src/base/x.ts',
			"import type { Y } from '../cmux/y.js';",
			'cmux is not on the left of base',
		],
		['a marked type', 'src/base/x.ts', "import { type Y } from '../cmux/y.js';", 'cmux is not on the left of base'],
		['a type in place', 'src/base/x.ts', "let x: import('../cmux/y.js').Y;", 'cmux is not on the left of base'],
		['export from', 'src/base/x.ts', "export { y } from '../cmux/y.js';", 'cmux is not on the left of base'],
		['export type from', 'src/base/x.ts', "export type { Y } from '../cmux/y.js';", 'cmux is not on the left of base'],
		['export of all types', 'src/base/x.ts', "export type * from '../cmux/y.js';", 'cmux is not on the left of base'],
		['a default type', 'src/base/x.ts', "import type Y from '../cmux/y.js';", 'cmux is not on the left of base'],
		[
			'over several lines',
			'src/base/x.ts',
			"import type {\n\tY,\n} from '../cmux/y.js';",
			'cmux is not on the left of base',
		],
		['import()', 'src/base/x.ts', "await import('../cmux/y.js');", 'cmux is not on the left of base'],
		['a neighbour', 'src/at/x.ts', "import { y } from '../cmux/y.js'; y();", 'at and cmux are side by side'],
		['a folder without a layer', 'src/misc/x.ts', "import { y } from '../cmux/y.js'; y();", 'misc has no layer'],
		[
			'the composition root',
			'src/services/x.ts',
			"import '../coprocessor.js';",
			'coprocessor.ts is not on the left of services',
		],
		['a package', 'src/base/x.ts', "import { z } from 'zod'; z();", 'no package and no platform module here'],
		[
			'a platform module',
			'src/base/x.ts',
			"import type { Stats } from 'node:fs';",
			'no package and no platform module here',
		],
		['a missing ending', 'src/modem/x.ts', "import { y } from '../cmux/y'; y();", 'the ending .js is missing'],
		['another ending', 'src/modem/x.ts', "import { y } from '../cmux/y.ts'; y();", 'the ending .js is missing'],
		['a file that is not there', 'src/modem/x.ts', "import { y } from '../cmux/z.js'; y();", 'no such file'],
		[
			'a host from src',
			'src/modem/x.ts',
			"import { s } from '../../hosts/simulator/s.js'; s();",
			'src imports nothing from outside',
		],
		[
			'Node from the simulator',
			'hosts/simulator/x.ts',
			"import { n } from '../node/n.js'; n();",
			'hosts/simulator does not import hosts/node',
		],
		[
			'a package in the simulator',
			'hosts/simulator/x.ts',
			"import 'commander';",
			'no package and no platform module here',
		],
		[
			'the simulator on the device',
			'hosts/esp32/x.ts',
			"import { s } from '../simulator/s.js'; s();",
			'hosts/esp32 does not import hosts/simulator',
		],
	])('finds %s', async (_, file, source, reason) => {
		const found = await breaches({
			'src/cmux/y.ts': 'export function y() {}\nexport type Y = 1;',
			'src/coprocessor.ts': 'export const a = 1;',
			'hosts/simulator/s.ts': 'export function s() {}',
			'hosts/node/n.ts': 'export function n() {}',
			[file]: source,
		});
		expect(found).toHaveLength(1);
		expect(found[0]).toMatch(new RegExp(`^${file} imports .*: ${reason}$`));
	});

	test('finds a cycle between files of one folder', async () => {
		const found = await breaches({
			'src/at/a.ts': "import { b } from './b.js'; export function a() { b(); }",
			'src/at/b.ts': "import { c } from './c.js'; export function b() { c(); }",
			'src/at/c.ts': "import { a } from './a.js'; export function c() { a(); }",
		});
		expect(found).toEqual(['cycle: src/at/a.ts -> src/at/b.ts -> src/at/c.ts -> src/at/a.ts']);
	});

	test('lets types refer to each other', async () => {
		const found = await breaches({
			'src/at/a.ts': "import type { B } from './b.js'; export type A = B;",
			'src/at/b.ts': "import { a } from './a.js'; export type B = 1; a();",
		});
		expect(found).toEqual([]);
	});

	test.each([
		['to the left', { ...PORT, 'src/modem/x.ts': "import type { A } from '../ports/a.js'; export type X = A;" }],
		['in a folder', { ...PORT, 'src/ports/x.ts': "import type { A } from './a.js'; export type X = A;" }],
		[
			'of a port to the result type',
			{
				'src/base/result.ts': 'export type Result = 1;',
				'src/ports/x.ts': "import type { Result } from '../base/result.js'; export type X = Result;",
			},
		],
		['of a package by a host', { 'hosts/node/x.ts': "import { Command } from 'commander'; new Command();" }],
		[
			'of the simulator by Node',
			{
				'hosts/simulator/s.ts': 'export function s() {}',
				'hosts/node/x.ts': "import { s } from '../simulator/s.js'; s();",
			},
		],
		['that a comment or string only shows', { 'src/base/x.ts': "// import 'zod'\nexport const x = \"import 'zod'\";" }],
	])('has nothing against an import %s', async (_, files) => {
		expect(await breaches(files as Record<string, string>)).toEqual([]);
	});

	test('lets a port import nothing else from the right', async () => {
		const found = await breaches({
			'src/base/hex.ts': 'export type Hex = 1;',
			'src/ports/x.ts': "import type { Hex } from '../base/hex.js'; export type X = Hex;",
		});
		expect(found).toEqual(['src/ports/x.ts imports ../base/hex.js: base is not on the left of ports']);
	});
});

describe('the check of globals', () => {
	test.each(FORBIDDEN.map(name => [name]))('finds %s', name => {
		expect(forbiddenGlobals(`export const x = () => ${name};`)).toEqual([name]);
		expect(forbiddenGlobals(`declare const ${name}: unknown;\nexport const x = \`\${typeof ${name}}\`;`)).toEqual([
			name,
		]);
	});

	test.each([
		['a parameter', 'export function f(console: string) { return console; }'],
		['a property', 'export const f = (x: { process: 1; URL: 2 }) => x.process + x.URL;'],
		['a method', 'export class X { #fetch() {} fetch() { this.#fetch(); } }'],
		['a comment', '// console\n/* Buffer */ export const x = 1;'],
		['a string', "export const x = 'process';"],
		['an own name', 'const performance = 1; export { performance };'],
	])('has nothing against %s of that name', (_, source) => {
		expect(forbiddenGlobals(source)).toEqual([]);
	});

	test('finds the global object and what is taken from it', () => {
		expect(forbiddenGlobals("export const x = () => globalThis['Buffer'];")).toEqual(['globalThis']);
		expect(forbiddenGlobals('export const f = () => { const { Buffer } = globalThis; return Buffer; };')).toEqual([
			'globalThis',
		]);
	});
});

describe('the check of module-level state', () => {
	test.each([
		['let count = 0; export const f = () => count++;', 'let count'],
		['export let count = 0;', 'let count'],
		['var count = 0; export { count };', 'var count'],
		['const seen = new Map<string, number>(); export { seen };', 'new Map'],
		['export const seen: ReadonlySet<string> = new Set();', 'new Set'],
		['export const buffer = new Uint8Array(16);', 'new Uint8Array'],
		['export const table = Uint8Array.of(1, 2);', 'Uint8Array.of'],
		['export const table = Object.freeze({ cache: new Map() });', 'new Map'],
		['export const table = Object.freeze([1].map(function () { return 1; })), other = new Date();', 'new Date'],
		['export const now = ((): Date => new Date())(), queue = new Queue(); class Queue {}', 'new Queue'],
		['export class X { static readonly cache = new Map(); }', 'new Map'],
		['export class X { static a: unknown; static { X.a = new Set(); } }', 'new Set'],
		['if (Date.now() > 0) { Object.assign({}, { x: new Map() }); }', 'new Map'],
		['for (const x of [1]) { new Set([x]); }', 'new Set'],
		['export const text = `}) => {`, map = new Map();', 'new Map'],
		['export const brace = "[{(]", map = new Map();', 'new Map'],
		['export const list = [1, 2];', 'list is not frozen'],
		['const table = { a: 1 }; export { table };', 'table is not frozen'],
		['export const comma = /,/g;', '/,/g is a regular expression'],
		[
			'const word = /^[a-z]+$/; export const f = (text: string) => word.test(text);',
			'/^[a-z]+$/ is a regular expression',
		],
		['export const table = Object.freeze({ comma: /,/y });', '/,/y is a regular expression'],
	])('finds it in %s', (source, what) => {
		expect(moduleState(source)).toEqual([what]);
	});

	test.each([
		'export function f() { let x = 1; const m = new Map(); return [x++, m]; }',
		'export const f = (): Map<string, number> => new Map();',
		'export const f = () => ({ a: { b: new Map() } });',
		'export const f = Object.freeze({ make: (a: number, b = 2) => [new Set([a, b])], other() { return new Map(); } });',
		'export class X { #a = new Map(); b = { c: new Set(), d: [new Set()] }; static make() { return new X(); } get e() { return new Map(); } }',
		'export class X extends Map { constructor() { super(); this.set("a", new Map()); } }',
		'export async function* f() { if (true) { yield new Map(); } else { yield new Set(); } }',
		'export const f = function () { return new Map(); };',
		'export const fits = (text: string) => /new Map[{]/i.test(text); export const text = "new Map()";',
		'export const table = Object.freeze([Object.freeze({ a: 1 })]);',
		'export const f = (text: string) => text.replace(/,/g, "");',
		'// let x = new Map()\nexport const x = 1;',
		'export type X = typeof import("./x.js"); declare let y: Map<1, 1>;',
	])('finds nothing in %s', source => {
		expect(moduleState(source)).toEqual([]);
	});
});
