import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { root } from './host.mjs';

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

/**
 * Replaces the places of bundled scripts in a text by those of their sources. Frames of packages and of the engine are
 * left out. XS knows lines, not columns.
 * @param {string} text
 */
export function mapStack(text) {
	const lines = [];
	for (const line of text.split('\n')) {
		const frame = /^\s*at (.*)\((?:(.+):(\d+))?\)$/.exec(line);
		if (frame === null) {
			lines.push(line);
			continue;
		}
		const [, name, script, number] = frame;
		const place = script === undefined ? undefined : sourceOf(script, Number(number));
		if (place !== undefined && !/node_modules|^tests\/xs\/runtime|^entry\./.test(place)) {
			lines.push(`    at ${name?.trim() || '(anonymous)'} (${place})`);
		}
	}
	return lines.join('\n');
}

/**
 * @param {string} script
 * @param {number} line from 1
 * @returns {string | undefined} file relative to the root, and line
 */
function sourceOf(script, line) {
	if (!maps.has(script)) maps.set(script, readMap(script));
	const entry = maps.get(script)?.findEntry(line - 1, 100_000);
	if (entry === undefined || !('originalSource' in entry) || entry.originalSource === undefined) return undefined;
	const source = path.resolve(path.dirname(script), entry.originalSource);
	return `${path.relative(root, source)}:${entry.originalLine + 1}`;
}

/** @param {string} script */
function readMap(script) {
	const file = `${script}.map`;
	return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
