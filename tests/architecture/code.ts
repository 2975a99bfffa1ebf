import * as esbuild from 'esbuild';
import { codeAtLoad } from './load-time.js';

/** Globals that XS on the device lacks, and the object that would give them under another name. */
export const FORBIDDEN = [
	'Buffer',
	'Intl',
	'TextDecoder',
	'TextEncoder',
	'URL',
	'console',
	'fetch',
	'globalThis',
	'performance',
	'process',
	'queueMicrotask',
	'setImmediate',
	'setInterval',
	'setTimeout',
	'structuredClone',
] as const;

const MARK = 'FORBIDDEN_GLOBAL_';

/** The source as plain JavaScript, one statement a line; a forbidden global is marked, a local name like it is not. */
function printed(source: string, forbidden: readonly string[]): string {
	const define = Object.fromEntries(forbidden.map(name => [name, `${MARK}${name}`]));
	return esbuild.transformSync(source, { loader: 'ts', target: 'es2022', format: 'esm', legalComments: 'none', define })
		.code;
}

/** The forbidden globals that the source uses. `allowed`: those that its part of the project has. */
export function forbiddenGlobals(source: string, allowed: readonly string[] = []): readonly string[] {
	const code = printed(
		source,
		FORBIDDEN.filter(name => !allowed.includes(name)),
	);
	return [...new Set([...code.matchAll(new RegExp(`${MARK}(\\w+)`, 'g'))].map(([, name]) => name!))].sort();
}

/**
 * What the source does while it loads that preload cannot keep in flash: variables, objects with state inside (any `new`,
 * typed arrays), tables that are not frozen, regular expressions (XS 17 leaks memory with each use of one that was preloaded,
 * until the machine fails; a literal inside a function is safe).
 */
export function moduleState(source: string): readonly string[] {
	const code = printed(source, []);
	const found: string[] = [];
	for (const [, word, name] of code.matchAll(/^(?:export )?(let|var) (\w+)/gm)) found.push(`${word} ${name}`);
	for (const [, name] of code.matchAll(/^(?:export )?const (\w+) = [[{]/gm)) found.push(`${name} is not frozen`);
	const { text, expressions } = codeAtLoad(code);
	for (const [, name] of text.matchAll(/\bnew (\w+)/g)) found.push(`new ${name}`);
	for (const [, name, make] of text.matchAll(/\b(\w+Array)\.(of|from)\b/g)) found.push(`${name}.${make}`);
	for (const expression of expressions) found.push(`${expression} is a regular expression`);
	return found;
}
