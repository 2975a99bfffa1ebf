#!/usr/bin/env node
/** Runs all tests in Node, then the engine-neutral ones again in XS, then a board with the limits of the device. The last line is the sum: `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const report = path.join(root, 'build', `vitest-${process.pid}.json`);

/**
 * @param {readonly string[]} args of Node
 * @returns {Promise<{ code: number | null, lastLine: string }>}
 */
function run(args) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
		let tail = '';
		child.stdout.setEncoding('utf8').on('data', text => {
			process.stdout.write(text);
			tail = (tail + text).slice(-1000);
		});
		child.on('error', reject);
		child.on('close', code => resolve({ code, lastLine: tail.trimEnd().split('\n').at(-1) ?? '' }));
	});
}

/** @typedef {{ passed: number, failed: number, skipped: number, failures?: readonly string[] }} Counts */

/** @returns {Promise<Counts>} */
async function inNode() {
	mkdirSync(path.dirname(report), { recursive: true });
	const { code } = await run([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
	const counts = existsSync(report) ? readReport() : { passed: 0, failed: 0, skipped: 0 };
	rmSync(report, { force: true });
	// An error outside the tests: vitest says so by its exit code alone.
	if (code !== 0 && counts.failed === 0) counts.failed = 1;
	return counts;
}

function readReport() {
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	/** A file that could not even be loaded. */
	const broken = testResults.filter(
		/** @param {{ status: string, assertionResults: { status: string }[] }} file */
		({ status, assertionResults }) =>
			status === 'failed' && !assertionResults.some(result => result.status === 'failed'),
	).length;
	/** @typedef {{ status: string, fullName: string, failureMessages: readonly string[] }} Assertion */
	const failures = testResults.flatMap(
		/** @param {{ status: string, name: string, message: string, assertionResults: readonly Assertion[] }} file */
		({ status, name, message, assertionResults }) => {
			const file = path.relative(root, name);
			const failed = assertionResults.filter(result => result.status === 'failed');
			if (status === 'failed' && failed.length === 0) return [describe(file, message)];
			return failed.map(({ fullName, failureMessages }) =>
				describe(`${file}: ${fullName}`, failureMessages.join('\n')),
			);
		},
	);
	const skipped = numPendingTests + numTodoTests;
	return { passed: numPassedTests, failed: numFailedTests + broken, skipped, failures };
}

/**
 * A failure as it stands at the end, where a log that keeps only its end still has it.
 * @param {string} what
 * @param {string} why
 */
function describe(what, why) {
	return [what, ...why.split('\n').slice(0, 12)].join('\n    ');
}

/**
 * @param {string[]} options
 * @returns {Promise<Counts>}
 */
async function inXs(...options) {
	const { code, lastLine } = await run([path.join(root, 'tests/xs/run.mjs'), ...options]);
	const [, passed = '0', failed = '0'] = /^(\d+) passed, (\d+) failed$/.exec(lastLine) ?? [];
	const counts = { passed: Number(passed), failed: Number(failed), skipped: 0 };
	if (code !== 0 && counts.failed === 0) counts.failed = 1;
	return counts;
}

console.log('== Node');
const node = await inNode();
console.log('== XS');
const xs = await inXs();
console.log('== Limits of the device');
const limits = await inXs('--device-limits');

for (const [name, { passed, failed, skipped }] of Object.entries({
	Node: node,
	XS: xs,
	'limits of the device': limits,
})) {
	console.log(`${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
for (const failure of node.failures ?? []) console.log(`failed in Node: ${failure}`);
const failed = node.failed + xs.failed + limits.failed;
console.log(`${node.passed + xs.passed + limits.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
