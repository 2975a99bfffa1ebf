import { describe, expect, test } from 'vitest';
import { compareVersions, formatVersion, parseVersion } from '../../src/update/firmware-version.js';

describe('a firmware version', () => {
	test.each(['0.0.0', '1.2.3', '10.0.65535'])('can be %s', text => {
		expect(formatVersion(parseVersion(text)!)).toBe(text);
	});

	test.each(['', '1', '1.2', '1.2.3.4', '01.2.3', '1.2.65536', '1.2.3-rc1', ' 1.2.3', '1.2.3\n', 'unknown', '-1.2.3'])(
		'cannot be %j',
		text => {
			expect(parseVersion(text)).toBeUndefined();
		},
	);

	test.each([
		['1.2.3', '1.2.3', 0],
		['1.2.3', '1.2.4', -1],
		['1.10.0', '1.9.9', 1],
		['2.0.0', '1.65535.65535', 1],
		['0.9.9', '1.0.0', -1],
	] as const)('%s against %s is %i', (one, other, order) => {
		expect(Math.sign(compareVersions(parseVersion(one)!, parseVersion(other)!))).toBe(order);
	});
});
