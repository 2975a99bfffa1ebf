#!/usr/bin/env node
/** Runs the engine-neutral tests in XS, the engine of the device. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleRuntime } from './engine/bundle.mjs';
import { buildHost, root } from './engine/host.mjs';
import { liveOnTargets } from './engine/limits.mjs';
import { runTestFile } from './engine/test-file.mjs';

const HELP = `usage: node tests/xs/run.mjs [options] [part of a path ...]
  --filter <pattern>   only tests whose full name matches
  --device-limits      the story of a board with no more memory than the targets have, alone in its machine: prints what it
                       uses, and fails where that is more than it should; with paths: these tests, their virtual module
                       included, may use no more
  --timeout <seconds>  for one file (900)
  --jobs <number>      files at the same time (as many as there are cores, at most 2)`;

/** Folders of tests that need Node. */
const NODE_ONLY = /^tests\/(node|architecture|xs)\//;

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				filter: { type: 'string' },
				'device-limits': { type: 'boolean', default: false },
				timeout: { type: 'string', default: '900' },
				jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
				help: { type: 'boolean', short: 'h', default: false },
			},
		});
	} catch (error) {
		console.error(`${/** @type {Error} */ (error).message}\n${HELP}`);
		process.exit(2);
	}
}

/** @param {readonly string[]} parts of a path; none: all files */
function testFiles(parts) {
	const wanted = parts.map(part => path.relative(root, path.resolve(part)));
	return readdirSync(path.join(root, 'tests'), { recursive: true, encoding: 'utf8' })
		.map(name => `tests/${name.split(path.sep).join('/')}`)
		.filter(name => name.endsWith('.test.ts') && !NODE_ONLY.test(name))
		.filter(
			name =>
				parts.length === 0 || wanted.some(part => name.startsWith(part)) || parts.some(part => name.includes(part)),
		)
		.sort();
}

/** @param {import('./engine/test-file.mjs').Outcome} outcome */
function show({ file, passed, skipped, failures, bytecodes, seconds, output }) {
	const counts = [`${passed} passed`];
	if (failures.length > 0) counts.push(`${failures.length} failed`);
	if (skipped > 0) counts.push(`${skipped} skipped`);
	const mark = failures.length === 0 ? 'ok    ' : 'FAILED';
	console.log(
		`${mark} ${file}  ${counts.join(', ')}  ${seconds.toFixed(1)} s  ${(bytecodes / 1e6).toFixed(1)} M bytecodes`,
	);
	for (const line of output) console.log(`       ${line}`);
	for (const { test, errors } of failures) console.log(`\n  ${test}\n${errors.replace(/^/gm, '    ')}\n`);
}

async function main() {
	const { values, positionals } = parse();
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const storyOnly = values['device-limits'] && positionals.length === 0;
	const files = storyOnly ? [] : testFiles(positionals);
	if (files.length === 0 && positionals.length > 0) {
		console.error(`no engine-neutral test file matches: ${positionals.join(' ')}`);
		return 2;
	}
	const host = buildHost();
	if ('missing' in host) {
		const required = process.env.CI === 'true' || process.env.ATRUN_REQUIRE_TOOLS === '1';
		console.log(`XS tests ${required ? 'cannot run' : 'skipped'}: ${host.missing}`);
		console.log(`0 passed, ${required ? 1 : 0} failed`);
		return required ? 1 : 0;
	}

	const folder = path.join(root, 'build/xs', `run-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	let passed = 0;
	let failed = 0;
	try {
		if (storyOnly) ({ passed, failed } = await liveOnTargets(host, folder));
		const runtime = path.join(folder, 'runtime.js');
		await bundleRuntime(runtime);
		const options = {
			host,
			runtime,
			folder,
			timeout: Number(values.timeout),
			filter: values.filter,
			deviceLimits: values['device-limits'],
		};
		const waiting = [...files];
		const worker = async () => {
			for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
				const outcome = await runTestFile(file, options);
				passed += outcome.passed;
				failed += outcome.failures.length;
				show(outcome);
			}
		};
		await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs) || 1) }, worker));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	console.log(`${passed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
