import path from 'node:path';
import { bundleFailure, bundleTest } from './bundle.mjs';
import { smallestCreation } from './creation.mjs';
import { execute } from './execute.mjs';
import { mapStack } from './stack.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} file
 * @property {number} passed
 * @property {number} skipped
 * @property {readonly { test: string, errors: string }[]} failures of tests, and of the file as a whole
 * @property {number} bytecodes executed by the tests
 * @property {number} seconds
 * @property {readonly string[]} output what the tests printed
 */

/**
 * Bundles one test file and runs it in XS.
 * @param {string} file relative to the root
 * @param {object} options
 * @param {{ program: string, bits: 32 | 64 }} options.host
 * @param {string} options.runtime the script of the test runtime
 * @param {string} options.folder where the bundle goes
 * @param {number} options.timeout seconds
 * @param {string | undefined} options.filter only tests whose full name matches
 * @param {boolean} options.deviceLimits memory may grow by what the device has, from the moment all modules are loaded
 * @returns {Promise<Outcome>}
 */
export async function runTestFile(file, { host, runtime, folder, timeout, filter, deviceLimits }) {
	const begin = performance.now();
	/** @type {{ test: string, errors: string }[]} */
	const failures = [];
	/** @type {string[]} */
	const output = [];
	let passed = 0;
	let skipped = 0;
	let bytecodes = 0;
	let running = '';
	let ended = false;

	/** @param {string} line */
	const read = line => {
		if (!line.startsWith('@{')) {
			if (output.length < 200) output.push(line);
			return;
		}
		const message = JSON.parse(line.slice(1));
		if (message.end) ended = true;
		else if (message.start !== undefined) running = message.start;
		else {
			running = '';
			bytecodes += message.bytecodes;
			if (message.state === 'pass') passed++;
			else if (message.state === 'skip') skipped++;
			else failures.push({ test: message.test, errors: message.errors.map(mapStack).join('\n') });
		}
	};

	const script = path.join(folder, `${file.replaceAll('/', '-')}.js`);
	const { heap, chunk } = smallestCreation();
	const budget = { slots: heap, chunks: chunk * (host.bits / 32) };
	try {
		await bundleTest(file, script, { ...(filter !== undefined && { filter }), ...(deviceLimits && { budget }) });
		// The stack stays larger than the device's: assertions need more of it than the code under test.
		const limits = deviceLimits ? ['--heap', '131072', '--chunk', '8388608'] : [];
		const { code, reason, errors } = await execute(host.program, [...limits, runtime, script], { timeout, line: read });
		const wrong = reason ?? (ended ? undefined : 'ended before its tests did: something awaited never comes');
		if (wrong !== undefined) {
			const where = running === '' ? '' : ` in "${running}"`;
			failures.push({ test: file, errors: [`${wrong}${where}`, mapStack(errors)].filter(Boolean).join('\n') });
		} else if (code !== 0 && failures.length === 0) {
			failures.push({ test: file, errors: `exit code ${code}` });
		}
		if (wrong === undefined && filter === undefined && passed + skipped + failures.length === 0) {
			failures.push({ test: file, errors: 'no test in the file' });
		}
	} catch (error) {
		failures.push({ test: file, errors: `not bundled: ${bundleFailure(error)}` });
	}
	return { file, passed, skipped, failures, bytecodes, seconds: (performance.now() - begin) / 1000, output };
}
