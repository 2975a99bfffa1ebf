import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './host.mjs';

/**
 * What every bundle for XS has in common: one strict script, no platform, a source map beside it.
 * @type {esbuild.BuildOptions}
 */
const common = {
	bundle: true,
	format: 'iife',
	target: 'es2022',
	platform: 'neutral',
	mainFields: ['module', 'main'],
	conditions: ['import', 'module'],
	banner: { js: '"use strict";' },
	sourcemap: 'external',
	absWorkingDir: root,
	logLevel: 'silent',
};

/** The packages that the test runtime brings along; see ../runtime/index.ts. */
const lent = {
	name: 'test-runtime',
	/** @param {esbuild.PluginBuild} build */
	setup(build) {
		build.onResolve({ filter: /^(vitest|fast-check)$/ }, ({ path }) => ({ path, namespace: 'test-runtime' }));
		build.onLoad({ filter: /.*/, namespace: 'test-runtime' }, ({ path }) => ({
			contents: `module.exports = testRuntime.packages[${JSON.stringify(path)}];`,
		}));
	},
};

/**
 * The test runtime as one script.
 * @param {string} outfile
 */
export async function bundleRuntime(outfile) {
	await esbuild.build({
		...common,
		entryPoints: [path.join(root, 'tests/xs/runtime/index.ts')],
		inject: [path.join(root, 'tests/xs/runtime/injected.ts')],
		define: { 'import.meta.vitest': 'undefined' },
		outfile,
	});
}

/**
 * One test file as a script that runs its tests.
 * @param {string} file relative to the root
 * @param {string} outfile
 * @param {{ filter?: string, budget?: { slots: number, chunks: number } }} options
 */
export async function bundleTest(file, outfile, options) {
	const load = `() => import(${JSON.stringify(`./${file}`)})`;
	const contents = `testRuntime.run(${JSON.stringify(file)}, ${load}, ${JSON.stringify(options)});`;
	await esbuild.build({
		...common,
		stdin: { contents, resolveDir: root, sourcefile: 'entry.js' },
		plugins: [lent],
		outfile,
	});
}

/**
 * Code without the test runtime as a script.
 * @param {string} contents the entry, with imports relative to the root
 * @param {string} outfile
 */
export async function bundleCode(contents, outfile) {
	await esbuild.build({
		...common,
		stdin: { contents, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' },
		outfile,
	});
}

const board = path.join(root, 'tests/xs/board');

/**
 * The firmware as the only script of a machine, with the modules of the SDK replaced by those in ../board/sdk.
 * @param {string} outfile
 */
export async function bundleBoard(outfile) {
	const alias = Object.fromEntries(
		['crypt', 'time', 'timer'].map(name => [name, path.join(board, 'sdk', `${name}.ts`)]),
	);
	await esbuild.build({ ...common, entryPoints: [path.join(board, 'main.ts')], alias, outfile });
}

/**
 * @param {unknown} error what esbuild threw
 * @returns {string} its messages, one a line with the place
 */
export function bundleFailure(error) {
	const errors = /** @type {esbuild.BuildFailure} */ (error).errors;
	if (!Array.isArray(errors)) return String(error);
	return errors
		.map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text))
		.join('\n');
}
