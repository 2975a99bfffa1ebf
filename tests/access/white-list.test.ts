import { describe, expect, test } from 'vitest';
import { isShortCode, isWhiteListNumber, matchNumber, type WhiteListed } from '../../src/access/white-list.js';

describe('an entry for a number', () => {
	test.each(['+39*', '39*', '+393297308677', '3297308677', '0', '+1*', '12345678901234567890'])('%s is taken', text => {
		expect(isWhiteListNumber(text)).toBe(true);
	});

	test.each([
		'',
		'*',
		'+',
		'+*',
		'+39**',
		'*39',
		'39+',
		'+39 329',
		'+39a',
		'abc',
		'++39',
		'123456789012345678901',
		'+39*\n',
		'٣٤',
	])('%j is refused', text => {
		expect(isWhiteListNumber(text)).toBe(false);
	});
});

describe('a sender', () => {
	const list: readonly WhiteListed[] = [
		{ kind: 'password', text: '+391' },
		{ kind: 'number', text: '+39*' },
		{ kind: 'number', text: '+393297308677' },
		{ kind: 'number', text: '4444' },
		{ kind: 'number', text: '55*' },
	];

	test.each([
		['+393297308677', 'full'],
		['+393297308678', 'prefix'],
		['+39', 'prefix'],
		['+3', undefined],
		['393297308677', undefined],
		['+491711234567', undefined],
		['4444', 'full'],
		['44445', undefined],
		['555', 'prefix'],
		['', undefined],
		['*', undefined],
	])('%s matches: %s', (sender, match) => {
		expect(matchNumber(list, sender)).toBe(match);
	});

	test('is known in full wherever the whole number stands in the list', () => {
		const number: WhiteListed = { kind: 'number', text: '+391' };
		const prefix: WhiteListed = { kind: 'number', text: '+39*' };
		expect(matchNumber([prefix, number], '+391')).toBe('full');
		expect(matchNumber([number, prefix], '+391')).toBe('full');
	});

	test('never matches a password', () => {
		expect(matchNumber([{ kind: 'password', text: '+391' }], '+391')).toBeUndefined();
	});

	test.each([
		['4888', true],
		['1', true],
		['123456', true],
		['1234567', false],
		['+4888', false],
		['', false],
	])('%s is a short code: %s', (sender, short) => {
		expect(isShortCode(sender)).toBe(short);
	});
});
