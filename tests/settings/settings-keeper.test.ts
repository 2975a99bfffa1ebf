import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TestStore } from '../support/memory-store.js';

const LIST = [{ index: 1, kind: 'number', text: '+39*' }] as const;

/** A store with two generations: first strict, then strict and a white list. */
function storeOfTwo(): TestStore {
	const store = new TestStore();
	const keeper = new SettingsKeeper(store);
	expect(keeper.change({ strict: true })).toBe(true);
	expect(keeper.change({ whiteList: LIST })).toBe(true);
	return store;
}

describe('settings', () => {
	test('of an empty store are the defaults, and nothing is written', () => {
		const store = new TestStore();
		expect(new SettingsKeeper(store).current).toEqual(DEFAULTS);
		expect(store.records).toEqual({});
	});

	test('last over a restart, the newest of them', () => {
		const store = new TestStore();
		const keeper = new SettingsKeeper(store);
		for (let instance = 1; instance <= 3; instance++) {
			keeper.change({ smsAtrun: { ...keeper.current.smsAtrun, instance } });
			expect(new SettingsKeeper(store).current).toEqual(keeper.current);
			expect(new SettingsKeeper(store).current.smsAtrun.instance).toBe(instance);
		}
		expect(Object.keys(store.records).sort()).toEqual(['settings_a', 'settings_b']);
	});

	test('torn at any octet leave the older copy whole, and the next change is kept', () => {
		const whole = storeOfTwo();
		new SettingsKeeper(whole).change({ strict: false });
		const { length } = whole.records.settings_a!;
		for (let tear = 0; tear < length; tear++) {
			const store = storeOfTwo();
			const keeper = new SettingsKeeper(store);
			store.tear = tear;
			expect(keeper.change({ strict: false })).toBe(false);
			expect(keeper.current.strict).toBe(true);
			store.tear = undefined;
			const after = new SettingsKeeper(store);
			expect(after.current).toEqual({ ...DEFAULTS, strict: true, whiteList: LIST });
			expect(after.change({ tcpServer: true })).toBe(true);
			expect(new SettingsKeeper(store).current.tcpServer).toBe(true);
		}
	});

	test('torn by a store that did not notice are the older ones after the restart', () => {
		const store = storeOfTwo();
		const lying: Store = {
			read: name => store.read(name),
			write: (name, record) => {
				store.records[name] = record.slice(0, 40);
				return true;
			},
			erase: name => store.erase(name),
		};
		new SettingsKeeper(lying).change({ commandSequence: true });
		expect(new SettingsKeeper(store).current).toEqual({ ...DEFAULTS, strict: true, whiteList: LIST });
	});

	test('with any octet of the newest copy damaged are the older ones', () => {
		const { settings_a: first, settings_b: second } = storeOfTwo().records;
		for (let at = 0; at < second!.length; at++) {
			const damaged = second!.slice();
			damaged[at]! ^= 0x10;
			const store = new TestStore();
			store.records.settings_a = first!;
			store.records.settings_b = damaged;
			expect(new SettingsKeeper(store).current).toEqual({ ...DEFAULTS, strict: true });
		}
	});

	test('with both copies damaged are the defaults, and can be kept again', () => {
		const store = storeOfTwo();
		for (const record of Object.values(store.records)) record[20]! ^= 1;
		const keeper = new SettingsKeeper(store);
		expect(keeper.current).toEqual(DEFAULTS);
		expect(keeper.change({ strict: true })).toBe(true);
		expect(new SettingsKeeper(store).current.strict).toBe(true);
	});

	test.each([[[]], [[0]], [Array.from({ length: 16 }, () => 0)], [Array.from({ length: 200 }, () => 255)]])(
		'that are no record (%j) are ignored',
		octets => {
			const store = new TestStore();
			store.records.settings_a = Uint8Array.from(octets);
			expect(new SettingsKeeper(store).current).toEqual(DEFAULTS);
		},
	);

	test('that a store refuses stay as they were, and nothing throws', () => {
		const store = new TestStore();
		const refusing: Store = { read: () => undefined, write: () => false, erase: () => undefined };
		const keeper = new SettingsKeeper(refusing);
		expect(keeper.change({ strict: true })).toBe(false);
		expect(keeper.current).toEqual(DEFAULTS);
		expect(new SettingsKeeper(store).current).toEqual(DEFAULTS);
	});

	test('are written to the copy that is not in use', () => {
		const store = storeOfTwo();
		const before = store.records.settings_b!.slice();
		new SettingsKeeper(store).change({ tcpServer: true });
		expect(store.records.settings_b).toEqual(before);
	});
});
