import { describe, expect, test } from 'vitest';
import { isUser, makeUser } from '../../src/access/users.js';
import { equalInConstantTime } from '../../src/base/constant-time.js';
import type { Digest } from '../../src/ports/digest.js';
import { countingEntropy, digest } from '../support/digest.js';

describe('a TCP user', () => {
	const entropy = countingEntropy();
	const users = [makeUser('testuser', 'testpassw', digest, entropy), makeUser('other', 'secret', digest, entropy)];

	test.each([
		['testuser', 'testpassw', true],
		['other', 'secret', true],
		['testuser', 'secret', false],
		['other', 'testpassw', false],
		['testuser', 'testpass', false],
		['testuser', 'testpassw ', false],
		['testuser', '', false],
		['Testuser', 'testpassw', false],
		['', '', false],
		['nobody', 'testpassw', false],
	])('%j with %j is admitted: %s', (name, password, admitted) => {
		expect(isUser(users, name, password, digest)).toBe(admitted);
	});

	test('is stored without the password, and twice the same password looks different', () => {
		const again = makeUser('testuser', 'testpassw', digest, entropy);
		expect(again.salt).not.toBe(users[0]!.salt);
		expect(again.hash).not.toBe(users[0]!.hash);
		expect(JSON.stringify(users)).not.toContain('testpassw');
		expect(again.salt).toMatch(/^[0-9A-F]{32}$/);
		expect(again.hash).toMatch(/^[0-9A-F]{64}$/);
	});

	test('with a damaged hash admits nobody', () => {
		for (const hash of ['', 'zz', '0', users[0]!.hash.slice(2)]) {
			expect(isUser([{ ...users[0]!, hash }], 'testuser', 'testpassw', digest)).toBe(false);
		}
	});

	test('who is unknown costs the same work as a wrong password', () => {
		const work = (name: string) => {
			const lengths: number[] = [];
			const counting: Digest = {
				...digest,
				digest: (algorithm, message) => {
					lengths.push(message.length);
					return digest.digest(algorithm, message);
				},
			};
			isUser(users, name, 'wrong', counting);
			return lengths;
		};
		expect(work('nobody')).toEqual(work('testuser'));
		expect(work('nobody').length).toBeGreaterThan(1);
	});
});

describe('a comparison in constant time', () => {
	test.each([
		[[], [], true],
		[[1], [], false],
		[[], [1], false],
		[[1, 2], [1, 2], true],
		[[1, 2], [1, 3], false],
		[[1, 2, 1, 2], [1, 2], false],
		[[0], [], false],
		[[0, 0], [0], false],
	])('of %j and %j says %s', (one, other, same) => {
		expect(equalInConstantTime(Uint8Array.from(one), Uint8Array.from(other))).toBe(same);
	});
});
