import { describe, expect, test } from 'vitest';
import { GUARDED, guardOf, isGuarded, ruleOf } from '../../src/services/guards.js';
import { DEFAULTS } from '../../src/settings/schema.js';

describe('the guard of a class', () => {
	test.each([
		['power', 'guard'],
		['detach', 'guard'],
		['lock', 'refuse'],
		['data', 'guard'],
		['self', 'guard'],
	] as const)('of %s is %s from the start, for ten minutes', (guarded, policy) => {
		expect(guardOf(DEFAULTS, guarded)).toEqual({ policy, minutes: 10 });
	});

	test.each([
		[0, 'module'],
		[1, 'guard'],
		[2, 'refuse'],
	] as const)('is what is set: %i is %s, and the others stay', (policy, name) => {
		const settings = { ...DEFAULTS, guards: [{ guarded: 2, policy, minutes: 5 }] };
		expect(guardOf(settings, 'lock')).toEqual({ policy: name, minutes: 5 });
		expect(guardOf(settings, 'detach')).toEqual(guardOf(DEFAULTS, 'detach'));
	});

	test('has the number of #ATRUNGUARD', () => {
		expect(GUARDED.map((_, guarded) => ruleOf(DEFAULTS, guarded).policy)).toEqual([1, 1, 2, 1, 1]);
	});
});

test.each([
	['power', true],
	['self', true],
	['late', false],
	['prompt', false],
	['cut', false],
	['read', false],
	['', false],
])('a hazard of the class %j has a guard: %j', (hazard, has) => {
	expect(isGuarded(hazard)).toBe(has);
});
