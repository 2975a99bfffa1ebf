import { type File, startTests, type Task, type VitestRunner } from '@vitest/runner';
import { beginAssertions, checkAssertions } from './expect.js';
import { host } from './host.js';

/** One line of the protocol to the runner in Node: `@` and JSON. All other lines are the tests' own output. */
export type Message =
	| { readonly start: string }
	| {
			readonly test: string;
			readonly state: 'pass' | 'fail' | 'skip';
			readonly errors: readonly string[];
			readonly bytecodes: number;
	  }
	| { readonly end: true };

export interface RunOptions {
	/** Only tests whose full name matches. */
	readonly filter?: string;
	/** What is free for the tests once all modules are loaded: slots, and octets of chunks. */
	readonly budget?: { readonly slots: number; readonly chunks: number };
}

function tell(message: Message): void {
	host.print(`@${JSON.stringify(message)}`);
}

/** Collects the tests that `load` declares, runs them and tells each outcome. */
export async function run(name: string, load: () => void, options: RunOptions): Promise<void> {
	let meter = 0;
	const runner = {
		config: {
			root: '/',
			setupFiles: [],
			name: 'xs',
			passWithNoTests: false,
			testNamePattern: options.filter === undefined ? undefined : new RegExp(options.filter),
			allowOnly: true,
			sequence: { shuffle: false, concurrent: false, seed: 1, hooks: 'stack', setupFiles: 'list' },
			maxConcurrency: 1,
			testTimeout: 0,
			hookTimeout: 0,
			retry: 0,
			includeTaskLocation: false,
			tags: [],
		},
		importFile: () => load(),
		onCollected: () => {
			if (options.budget !== undefined) host.setBudget(options.budget.slots, options.budget.chunks);
		},
		onBeforeRunTask: (task: Task) => tell({ start: nameOf(task) }),
		onBeforeTryTask: () => {
			beginAssertions();
			meter = host.meter();
		},
		onAfterTryTask: () => {
			meter = (host.meter() - meter) >>> 0;
			checkAssertions();
		},
		onAfterRunTask: (task: Task) => report(task, meter),
	} as unknown as VitestRunner;
	const files = await startTests([name], runner);
	let failed = false;
	for (const file of files) failed = finish(file) || failed;
	tell({ end: true });
	host.setExitCode(failed ? 1 : 0);
}

/** Tells what went wrong outside tests and which tests did not run; true: something failed. */
function finish(task: Task | File): boolean {
	const state = task.result?.state;
	let failed = state === 'fail';
	if (task.type !== 'suite') {
		if (state !== 'pass' && state !== 'fail') report(task, 0);
		return failed;
	}
	const errors = task.result?.errors ?? [];
	if (errors.length > 0) tell({ test: nameOf(task), state: 'fail', errors: errors.map(describe), bytecodes: 0 });
	for (const child of task.tasks) failed = finish(child) || failed;
	return failed;
}

function report(task: Task, bytecodes: number): void {
	const state = task.result?.state;
	tell({
		test: nameOf(task),
		state: state === 'pass' || state === 'fail' ? state : 'skip',
		errors: (task.result?.errors ?? []).map(describe),
		bytecodes,
	});
}

function nameOf(task: Task): string {
	return task.suite === undefined ? task.name : `${nameOf(task.suite)} > ${task.name}`;
}

interface Described {
	readonly message?: string;
	readonly stack?: string;
	readonly diff?: string;
}

function describe(error: Described): string {
	const stack = error.stack ?? '';
	const message = error.message ?? String(error);
	const text = stack.includes(message) ? stack : `${message}\n${stack}`;
	return error.diff === undefined ? text : `${text}\n${error.diff}`;
}
