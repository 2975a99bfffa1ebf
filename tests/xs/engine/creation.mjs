import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './host.mjs';

/** @typedef {import('../limits/board-world.js').Creation} Creation */

/** What the SDK gives a program for `esp32/nodemcu` that says nothing. */
export const STOCK = Object.freeze({ heap: 4_928, chunk: 78_848, stack: 512 });

/**
 * The memory of the machine that each target makes, as its manifest has it.
 * @returns {readonly { target: string, creation: Creation }[]}
 */
export function creations() {
	return readdirSync(path.join(root, 'targets'))
		.sort()
		.map(target => ({
			target,
			creation: creationOf(readFileSync(path.join(root, 'targets', target, 'manifest.json'), 'utf8')),
		}));
}

/**
 * @param {string} manifest its text
 * @returns {Creation} stock where the manifest says nothing
 */
export function creationOf(manifest) {
	const { heap, chunk, stack } = JSON.parse(manifest).creation ?? {};
	return {
		heap: heap?.initial ?? STOCK.heap,
		chunk: chunk?.initial ?? STOCK.chunk,
		stack: stack ?? STOCK.stack,
	};
}

/** The smallest of each figure: what fits into that fits every target. */
export function smallestCreation() {
	const all = creations().map(({ creation }) => creation);
	return {
		heap: Math.min(...all.map(({ heap }) => heap)),
		chunk: Math.min(...all.map(({ chunk }) => chunk)),
		stack: Math.min(...all.map(({ stack }) => stack)),
	};
}
