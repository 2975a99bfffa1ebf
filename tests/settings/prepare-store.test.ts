import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.js';
import { prepareStore } from '../../src/settings/prepare-store.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { TestStore } from '../support/memory-store.js';
import { FULL } from './samples.js';

function setStore(): TestStore {
	const store = new TestStore();
	const keeper = new SettingsKeeper(store);
	keeper.change({ strict: true });
	keeper.change(FULL);
	new TwoCopies(store, 'undo').write(Uint8Array.of(7));
	new TwoCopies(store, 'undo').write(Uint8Array.of(8));
	store.records.replay_a = Uint8Array.of(1);
	store.records.journal_0 = Uint8Array.of(2);
	return store;
}

describe('a board that starts', () => {
	test('without the pin held keeps its settings', () => {
		const store = setStore();
		expect(prepareStore(store, false)).toBe(true);
		expect(new SettingsKeeper(store).current).toEqual(FULL);
	});

	test('with the pin held is as one that was flashed, but for replay windows and journal: nothing waits to be undone', () => {
		const store = setStore();
		expect(prepareStore(store, true)).toBe(true);
		expect(Object.keys(store.records).sort()).toEqual(['journal_0', 'replay_a']);
		const keeper = new SettingsKeeper(store);
		expect([keeper.origin, keeper.current]).toEqual(['first start', DEFAULTS]);
	});

	test('with the pin held also where both copies are damaged', () => {
		const store = setStore();
		for (const record of Object.values(store.records)) record[0]! ^= 1;
		expect(prepareStore(store, true)).toBe(true);
		expect(new SettingsKeeper(store).origin).toBe('first start');
	});

	test('with the pin held for ever writes and erases nothing after the first time', () => {
		const store = setStore();
		prepareStore(store, true);
		const refusing: Store = {
			read: name => store.read(name),
			write: () => expect.fail('written'),
			erase: () => expect.fail('erased'),
		};
		expect(prepareStore(refusing, true)).toBe(true);
	});

	test.each([0, 1, 2])('says that its store erases no more than %i records', most => {
		const store = setStore();
		let erased = 0;
		const stuck: Store = {
			read: name => store.read(name),
			write: (name, record) => store.write(name, record),
			erase: name => {
				if (erased++ < most) store.erase(name);
			},
		};
		expect(prepareStore(stuck, true)).toBe(false);
		// The older copy goes first: a power cut here leaves all.
		expect(new SettingsKeeper(store).current).toEqual(FULL);
	});
});
