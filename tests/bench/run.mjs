#!/usr/bin/env node
/**
 * Measures the cases in `cases` in XS (bytecodes, memory) and in Node (time), and what there is in `beside` against other programs,
 * and prints tables.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runInThisContext } from 'node:vm';
import { bundleCode, bundleFailure } from '../xs/engine/bundle.mjs';
import { execute } from '../xs/engine/execute.mjs';
import { buildHost, root } from '../xs/engine/host.mjs';
import { mapStack } from '../xs/engine/stack.mjs';
import { BITS, bootAt, bootPace, linePace } from './pace.mjs';

const HELP = `usage: npm run bench -- [options] [part of a case file's name ...]
  --json   one JSON document instead of tables`;

const RATES = [115_200, 921_600];

/** A heap so large that no garbage is collected while allocations are counted; no line numbers, as in a release build. */
const ROOMY = ['--lines', '0', '--heap', '2097152', '--chunk', '67108864'];

/** @typedef {import('./case.js').XsFigures} XsFigures */
/** @typedef {import('./case.js').NodeFigures} NodeFigures */
/** @typedef {NodeFigures & { xs: XsFigures | undefined, wire: number[] }} Row */

/**
 * @param {string} file of cases, relative to the root
 * @param {string} script
 */
async function inNode(file, script) {
	await bundleCode(
		`import cases from './${file}';
		import { measureInNode } from './tests/bench/in-node.js';
		globalThis.benchFigures = measureInNode([cases].flat(), () => performance.now());`,
		script,
	);
	runInThisContext(readFileSync(script, 'utf8'), { filename: script });
	return /** @type {{ benchFigures: Promise<readonly NodeFigures[]> }} */ (/** @type {unknown} */ (globalThis))
		.benchFigures;
}

/**
 * Each case in a machine of its own.
 * @param {string} file
 * @param {string} script
 * @param {string} program
 * @param {number} count of the cases in the file
 */
async function inXs(file, script, program, count) {
	await bundleCode(
		`import cases from './${file}';
		import { measureInXs } from './tests/bench/in-xs.js';
		// Once the script itself is done with and its code is garbage.
		setImmediate(() => measureInXs([cases].flat()[globalThis.benchCase]!));`,
		script,
	);
	/** @type {XsFigures[]} */
	const figures = [];
	/** @param {string} line */
	const line = line => {
		if (line.startsWith('@')) figures.push(JSON.parse(line.slice(1)));
	};
	for (let at = 0; at < count; at++) {
		const choice = `${script}.choice.js`;
		writeFileSync(choice, `globalThis.benchCase = ${at};`);
		const { code, reason, errors } = await execute(program, [...ROOMY, choice, script], { timeout: 300, line });
		if (code !== 0) throw new Error(`${file} in XS: ${reason ?? `exit code ${code}`}\n${mapStack(errors)}`);
		if (figures.length <= at) throw new Error(`${file} in XS: case ${at + 1} awaits something that never comes`);
	}
	return figures;
}

/**
 * @param {string} file
 * @param {string} folder for the bundles
 * @param {string | undefined} program
 * @returns {Promise<Row[]>}
 */
async function measure(file, folder, program) {
	const rows = await inNode(file, path.join(folder, 'node.js'));
	const xs = program === undefined ? [] : await inXs(file, path.join(folder, 'xs.js'), program, rows.length);
	return rows.map((row, at) => ({ ...row, xs: xs[at], wire: wireTimes(row.octets) }));
}

/** @param {number | undefined} octets @returns {number[]} µs at each rate */
function wireTimes(octets) {
	return octets === undefined ? [] : RATES.map(rate => (octets * BITS * 1e6) / rate);
}

/** @param {number | undefined} value */
function digits(value, places = 0) {
	return value === undefined ? '-' : value.toFixed(places).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

/** @param {readonly (readonly string[])[]} lines the first is the head; the first column is text */
function table(lines) {
	const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)));
	for (const line of lines) {
		console.log(
			line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
		);
	}
}

/**
 * @param {readonly Row[]} rows
 * @param {string} engine
 */
function show(rows, engine) {
	console.log(
		`\nOne unit: ${engine}; Node ${process.versions.node}, median; its octets on a serial line of that rate (8N1)`,
	);
	const isTimed = rows.some(({ latency }) => latency !== undefined);
	table([
		[
			'case',
			'unit',
			'bytecodes',
			'/octet',
			'slots',
			'chunk octets',
			'Node µs',
			...RATES.map(rate => `${rate} µs`),
			...(isTimed ? ['done ms'] : []),
		],
		...rows.map(({ name, unit, octets, microseconds, latency, xs, wire }) => [
			name,
			unit,
			`${digits(xs?.bytecodes)}${xs?.steady === false ? ' ~' : ''}`,
			digits(xs === undefined || octets === undefined ? undefined : xs.bytecodes / octets, 1),
			digits(xs?.slots),
			digits(xs?.chunks),
			digits(microseconds, 2),
			...RATES.map((_, at) => digits(wire[at])),
			...(isTimed ? [digits(latency, 1)] : []),
		]),
	]);
	if (isTimed)
		console.log(
			'done ms: on a clock on which computing takes no time, nor do the lines of the ATV1 cases; waiting, not work',
		);
	if (rows.some(({ xs }) => xs?.steady === false)) console.log('~ differs from one measurement to the next');
	if (rows.every(({ xs }) => xs === undefined)) return;
	console.log('\nMemory in use after the setup of a case, and at its highest where the case looks');
	table([
		['case', 'slots', 'chunk octets', 'peak slots', 'peak chunk octets'],
		...rows.map(({ name, xs }) => [
			name,
			...[xs?.kept.slots, xs?.kept.chunks, xs?.peak?.slots, xs?.peak?.chunks].map(value => digits(value)),
		]),
	]);
}

/** @param {readonly Row[]} rows */
function paces(rows) {
	const cases = rows.flatMap(({ xs, ...row }) => (xs === undefined ? [] : [{ ...row, bytecodes: xs.bytecodes }]));
	return { line: linePace(cases, RATES), boot: bootPace(cases) };
}

/** @param {ReturnType<typeof paces>} paces */
function showPaces({ line, boot }) {
	if (line !== undefined) {
		console.log(
			'\nBytecodes a second for a serial line busy both ways: full CMUX frames, and AT lines in all that arrives',
		);
		table([
			['', 'CMUX receive', 'CMUX send', 'AT lexer', 'together'],
			...line.map(({ baud, receive, send, lex, all }) => [
				`${digits(baud)} baud`,
				...[receive, send, lex, all].map(value => digits(value)),
			]),
		]);
	}
	if (boot === undefined) return;
	const { bytecodes, waiting, shares } = boot;
	console.log(
		`\nFrom reset to ready, beside a module that is on and registered: ${digits(bytecodes)} bytecodes, and ${digits(waiting)} ms of waiting for module and line.`,
	);
	console.log(
		'Computing beside that waiting, one after the other, by the pace of XS (that of a device was not measured)',
	);
	table([
		['', 'bytecodes a second', 'computing ms', 'of the time to ready'],
		...[
			...shares.map(({ percent, pace }) => ({ pace, what: `${percent} % computing` })),
			...(line ?? []).map(({ baud, all }) => ({ pace: all, what: `what the line of ${digits(baud)} baud needs` })),
		].map(({ pace, what }) => {
			const { ms, percent } = bootAt(boot, pace);
			return [what, digits(pace), digits(ms), `${digits(percent, 1)} %`];
		}),
	]);
}

/**
 * Runs a comparison in a process of its own.
 * @param {string} file
 * @returns {{ missing: string } | { name: string, toLine: number, toClient: number }[]}
 */
function compare(file) {
	return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' }));
}

/** @param {ReturnType<typeof compare>} figures */
function showComparison(figures) {
	console.log(
		'\nTransparent mode between a pseudo-terminal and TCP, 16 MiB each way, beside socat between the same ends',
	);
	if ('missing' in figures) console.log(`not measured: ${figures.missing}`);
	else {
		table([
			['', 'to the line MB/s', 'to the client MB/s'],
			...figures.map(({ name, toLine, toClient }) => [name, digits(toLine, 1), digits(toClient, 1)]),
		]);
	}
}

async function main() {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	/** @param {string} name */
	const isWanted = name => positionals.length === 0 || positionals.some(part => name.includes(part));
	const files = readdirSync(path.join(root, 'tests/bench/cases'))
		.filter(name => name.endsWith('.ts') && isWanted(name))
		.sort();
	const host = buildHost();
	const program = 'missing' in host ? undefined : host.program;
	const engine = 'missing' in host ? `no XS (${host.missing})` : `XS 13, ${host.bits}-bit`;
	const folder = path.join(root, 'build/xs', `bench-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	try {
		const rows = [];
		for (const file of files) rows.push(...(await measure(`tests/bench/cases/${file}`, folder, program)));
		const comparison = isWanted('serial-bridge') ? compare('tests/bench/beside/serial-bridge.ts') : undefined;
		if (values.json) {
			const report = {
				engine,
				node: process.versions.node,
				rates: RATES,
				cases: rows,
				pace: paces(rows),
				beside: comparison,
			};
			console.log(JSON.stringify(report, null, 2));
		} else {
			show(rows, engine);
			showPaces(paces(rows));
			if (comparison !== undefined) showComparison(comparison);
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

try {
	await main();
} catch (error) {
	console.error(bundleFailure(error));
	process.exitCode = 1;
}
