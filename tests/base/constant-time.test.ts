import { expect, test } from 'vitest';
import { equalInConstantTime } from '../../src/base/constant-time.js';
import { bytesOf } from '../../src/base/text.js';

test.each([
	['', '', true],
	['a', 'a', true],
	['abc', 'abc', true],
	['abc', 'abd', false],
	['abc', 'bbc', false],
	['ab', 'abc', false],
	['abc', 'ab', false],
	['abab', 'ab', false],
	['', 'a', false],
	['a', '', false],
	['\0', '', false],
	['', '\0', false],
	['\x80', '\0', false],
])('%j and %j: equal is %s', (given, expected, equal) => {
	expect(equalInConstantTime(bytesOf(given), bytesOf(expected))).toBe(equal);
});
