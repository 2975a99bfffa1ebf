/** The test runtime: one script, run before each bundled test file, that leaves one global object behind. */
import './timers.js';
import * as runner from '@vitest/runner';
import * as spy from '@vitest/spy';
import * as fastCheck from 'fast-check';
import { assert, expect } from './expect.js';
import { run } from './run.js';
import { takeBack } from './timers.js';

takeBack();
// The same examples in each run, as in Node (tests/support/property-seed.ts).
fastCheck.configureGlobal({ seed: 20_261 });

const vi = { fn: spy.fn, spyOn: spy.spyOn, isMockFunction: spy.isMockFunction };

Object.defineProperty(globalThis, 'testRuntime', {
	value: {
		run,
		packages: {
			vitest: {
				describe: runner.describe,
				suite: runner.suite,
				test: runner.test,
				it: runner.it,
				beforeAll: runner.beforeAll,
				beforeEach: runner.beforeEach,
				afterAll: runner.afterAll,
				afterEach: runner.afterEach,
				onTestFailed: runner.onTestFailed,
				onTestFinished: runner.onTestFinished,
				expect,
				assert,
				vi,
				vitest: vi,
			},
			'fast-check': fastCheck,
		},
	},
});
