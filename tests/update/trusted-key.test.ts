import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { TrustedKey } from '../../src/update/trusted-key.js';
import { TestStore } from '../support/memory-store.js';
import { publicKey } from '../support/signature.js';

const OWN = hexOf(publicKey(1));

function keyIn(store: TestStore, own = OWN): TrustedKey {
	return new TrustedKey(new TwoCopies(store, 'ota_key'), own);
}

describe('the key that images are signed with', () => {
	test('is the firmware’s own', () => {
		expect(keyIn(new TestStore()).current).toEqual(publicKey(1));
	});

	test.each(['', 'AB', `${OWN}00`, OWN.replace('0', 'X')])('is none where the firmware has %j', own => {
		const key = keyIn(new TestStore(), own);
		expect(key.current).toBeUndefined();
		expect(key.replace(publicKey(2))).toBe(false);
		expect(key.current).toBeUndefined();
	});

	test('is the one that an image brought, over restarts, and the next one after that', () => {
		const store = new TestStore();
		for (const seed of [2, 3]) {
			expect(keyIn(store).replace(publicKey(seed))).toBe(true);
			expect(keyIn(store).current).toEqual(publicKey(seed));
		}
	});

	test('is its own again for a firmware that was built with another', () => {
		const store = new TestStore();
		keyIn(store).replace(publicKey(2));
		expect(keyIn(store, hexOf(publicKey(5))).current).toEqual(publicKey(5));
	});

	test('stays where the store refuses', () => {
		const store = new TestStore();
		store.tear = 20;
		const key = keyIn(store);
		expect(key.replace(publicKey(2))).toBe(false);
		expect(key.current).toEqual(publicKey(1));
		expect(keyIn(store).current).toEqual(publicKey(1));
	});

	test('is not written again where it is the same', () => {
		const store = new TestStore();
		expect(keyIn(store).replace(publicKey(1))).toBe(true);
		expect(store.records).toEqual({});
	});
});
