/** vitest's `expect` from its parts: what its own `createExpect` does, without snapshots and polling. */
import {
	ASYMMETRIC_MATCHERS_OBJECT,
	addCustomEqualityTesters,
	customMatchers,
	GLOBAL_EXPECT,
	getState,
	JestAsymmetricMatchers,
	JestChaiExpect,
	JestExtend,
	setState,
} from '@vitest/expect';
import { getCurrentTest } from '@vitest/runner';
import * as chai from 'chai';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

interface Assertions {
	assertionCalls: number;
	expected?: number | undefined;
	any?: boolean | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: chai's plug-ins add their members at run time
type Untyped = any;

const globals = globalThis as Untyped;

export const expect: Untyped = (value: unknown, message?: string) => {
	counted.assertionCalls++;
	const assertion: Untyped = chai.expect(value, message);
	const test = getCurrentTest();
	return test === undefined ? assertion : assertion.withTest(test);
};

const counted: Assertions = { assertionCalls: 0 };

Object.assign(expect, chai.expect, globals[ASYMMETRIC_MATCHERS_OBJECT]);
expect.getState = () => getState(expect);
expect.setState = (state: Untyped) => setState(state, expect);
expect.setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null });
expect.assert = chai.assert;
expect.extend = (matchers: Untyped) => (chai.expect as Untyped).extend(expect, matchers);
expect.addEqualityTesters = addCustomEqualityTesters;
expect.soft = (value: unknown, message?: string) => expect(value, message).withContext({ soft: true });
expect.unreachable = (message?: string) =>
	chai.assert.fail(`expected${message === undefined ? '' : ` "${message}"`} not to be reached`);
expect.assertions = (count: number) => {
	counted.expected = count;
};
expect.hasAssertions = () => {
	counted.any = true;
};
expect.extend(customMatchers);
globals[GLOBAL_EXPECT] = expect;

/** Starts the count of a test's assertions. */
export function beginAssertions(): void {
	counted.assertionCalls = 0;
	counted.expected = undefined;
	counted.any = undefined;
}

/** Throws where the test made another number of assertions than it said. */
export function checkAssertions(): void {
	const { assertionCalls, expected, any } = counted;
	if (expected !== undefined && expected !== assertionCalls) {
		throw new Error(`expected number of assertions to be ${expected}, but got ${assertionCalls}`);
	}
	if (any === true && assertionCalls === 0) throw new Error('expected any number of assertion, but got none');
}

export const assert = chai.assert;
