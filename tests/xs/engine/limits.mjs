import path from 'node:path';
import { bundleBoard, bundleCode } from './bundle.mjs';
import { creations } from './creation.mjs';
import { execute } from './execute.mjs';
import { mapStack } from './stack.mjs';

/**
 * @typedef {import('../limits/story.js').Told} Told
 * @typedef {import('../limits/story.js').Use} Use
 * @typedef {import('../limits/board-world.js').Creation} Creation
 */

/** Of what the machine has, in percent: more than this is too near to the end for the next change. */
export const AIMS = Object.freeze({ afterBoot: 60, peak: 85 });

/**
 * What a machine on the device holds of its own, and the machine of the test does not show because it holds the built-ins as well:
 * measured with an empty program in XS 17.9.1.
 */
export const EMPTY = Object.freeze({ slots: 113, chunks: 24, stack: 20 });

/** Line numbers would cost nothing here and bytecodes there; the world needs much more than the board. */
const WORLD = ['--lines', '0', '--heap', '262144', '--chunk', '16777216'];

/**
 * @typedef {object} Lived
 * @property {Use | undefined} afterBoot
 * @property {readonly { name: string, peak: Use }[]} chapters in their order, as far as the board came
 * @property {string | undefined} wrong why it ended before the end of the story
 */

/**
 * Lets a board live through the story of ../limits/story.ts with no more than `creation`.
 * @param {{ program: string, bits: 32 | 64 }} host
 * @param {string} folder for the bundles
 * @param {Creation} creation
 * @param {{ leak?: number, timeout?: number }} options
 * @returns {Promise<Lived>}
 */
export async function live({ program, bits }, folder, creation, { leak = 0, timeout = 300 } = {}) {
	const script = path.join(folder, 'board.js');
	const world = path.join(folder, 'world.js');
	// Pointers make chunks larger on a 64-bit machine, at most to twice the size.
	const word = bits / 32;
	const limits = {
		heap: creation.heap - EMPTY.slots,
		chunk: (creation.chunk - EMPTY.chunks) * word,
		stack: creation.stack - EMPTY.stack,
	};
	await bundleBoard(script);
	await bundleCode(
		`import { story } from './tests/xs/limits/story.js';
		setImmediate(() => story(${JSON.stringify({ script, creation: limits, leak })}));`,
		world,
	);
	/** @param {Use} use @returns {Use} */
	const whole = ({ slots, chunks, stack }) => ({
		slots: slots + EMPTY.slots,
		chunks: Math.ceil(chunks / word) + EMPTY.chunks,
		stack: stack + EMPTY.stack,
	});
	/** @type {Use | undefined} */
	let afterBoot;
	/** @type {{ name: string, peak: Use }[]} */
	const chapters = [];
	/** @type {string[]} */
	const said = [];
	let ended = false;
	/** @param {string} line */
	const line = line => {
		if (!line.startsWith('@{')) {
			said.push(line);
			return;
		}
		/** @type {Told} */
		const told = JSON.parse(line.slice(1));
		if ('afterBoot' in told) afterBoot = whole(told.afterBoot);
		else if ('chapter' in told) chapters.push({ name: told.chapter, peak: whole(told.peak) });
		else ended = true;
	};
	const { code, reason, errors } = await execute(program, [...WORLD, world], { timeout, line });
	const why = reason ?? (code === 0 ? 'ended before the end of the story' : `exit code ${code}`);
	const wrong =
		code === 0 && ended
			? undefined
			: [`${why}, after: ${chapters.at(-1)?.name ?? 'nothing'}`, ...said, mapStack(errors)].filter(Boolean).join('\n');
	return { afterBoot, chapters, wrong };
}

/** The highest of all chapters. @param {Lived} lived @returns {Use} */
export function peakOf({ chapters }) {
	const highest = { slots: 0, chunks: 0, stack: 0 };
	for (const { peak } of chapters) {
		for (const what of /** @type {const} */ (['slots', 'chunks', 'stack'])) {
			highest[what] = Math.max(highest[what], peak[what]);
		}
	}
	return highest;
}

/**
 * @param {Lived} lived
 * @param {Creation} creation
 * @returns {string[]} what is wrong with it, or more than the aims allow, a line each
 */
export function complaints(lived, { heap, chunk, stack }) {
	if (lived.wrong !== undefined || lived.afterBoot === undefined) return [lived.wrong ?? 'the board did not boot'];
	const peak = peakOf(lived);
	/** @type {[string, number, number, number][]} */
	const looks = [
		['slots after boot', lived.afterBoot.slots, heap, AIMS.afterBoot],
		['octets of chunks after boot', lived.afterBoot.chunks, chunk, AIMS.afterBoot],
		['slots at the peak', peak.slots, heap, AIMS.peak],
		['octets of chunks at the peak', peak.chunks, chunk, AIMS.peak],
		['slots of stack', peak.stack, stack, AIMS.peak],
	];
	return looks
		.filter(([, used, of, most]) => used * 100 > of * most)
		.map(([what, used, of, most]) => `${used} ${what} are ${percent(used, of)} of ${of}; the aim is ${most} % at most`);
}

/** @param {Lived} lived @param {Creation} creation @returns {string[]} lines of a table */
export function table({ afterBoot, chapters }, { heap, chunk, stack }) {
	/** @param {string} name @param {Use} use */
	const row = (name, { slots, chunks, stack: deep }) =>
		[
			`${slots} (${percent(slots, heap)})`.padStart(13),
			`${chunks} (${percent(chunks, chunk)})`.padStart(14),
			`${deep} (${percent(deep, stack)})`.padStart(12),
			`  ${name}`,
		].join('');
	return [
		`${'slots'.padStart(13)}${'chunk octets'.padStart(14)}${'stack'.padStart(12)}`,
		`${String(heap).padStart(13)}${String(chunk).padStart(14)}${String(stack).padStart(12)}  creation`,
		...(afterBoot ? [row('after boot', afterBoot)] : []),
		...chapters.map(({ name, peak }) => row(`peak: ${name}`, peak)),
	];
}

/** @param {number} used @param {number} of */
function percent(used, of) {
	return `${Math.ceil((used * 100) / of)} %`;
}

/**
 * The story with the memory of each target, printed; targets with the same memory share one.
 * @param {{ program: string, bits: 32 | 64 }} host
 * @param {string} folder
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function liveOnTargets(host, folder) {
	/** @type {Map<string, { creation: Creation, targets: string[] }>} */
	const groups = new Map();
	for (const { target, creation } of creations()) {
		const key = JSON.stringify(creation);
		groups.set(key, { creation, targets: [...(groups.get(key)?.targets ?? []), target] });
	}
	let failed = 0;
	for (const { creation, targets } of groups.values()) {
		const lived = await live(host, folder, creation);
		console.log(`The board alone in a ${host.bits}-bit machine as small as that of ${targets.join(' and ')}, in use:`);
		for (const line of table(lived, creation)) console.log(line);
		const wrong = complaints(lived, creation);
		for (const line of wrong) console.log(`FAILED ${line}`);
		if (wrong.length > 0) failed++;
	}
	return { passed: groups.size - failed, failed };
}
