import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import type { Store } from '../../src/ports/store.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { TestStore } from '../support/memory-store.js';

const LIST = [{ index: 1, kind: 'number', text: '+39*' }] as const;

/** A store with this document, as some firmware left it. */
function storeOf(document: object): TestStore {
	const store = new TestStore();
	new TwoCopies(store, 'settings').write(bytesOf(JSON.stringify(document)));
	return store;
}

/** The newest document of a store. */
function documentIn(store: TestStore): object {
	return JSON.parse(textOf(new TwoCopies(store, 'settings').read()[0]!));
}

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

	test('of version 1 and of none are read alike, and the version is stored', () => {
		const store = new TestStore();
		new SettingsKeeper(store).change({ strict: true });
		expect(documentIn(store)).toMatchObject({ version: 1, strict: true });
		const unversioned = storeOf({ strict: true, whiteList: LIST });
		expect(new SettingsKeeper(unversioned).current).toEqual({ ...DEFAULTS, strict: true, whiteList: LIST });
	});

	test('of a newer version are read as far as they fit, and not written before the first change', () => {
		const newer = {
			version: 9,
			strict: true,
			whiteList: LIST,
			tcpServer: 'by night',
			lamp: { on: true },
			__proto__: 1,
		};
		const store = storeOf(newer);
		const before = store.records.settings_a!.slice();
		const keeper = new SettingsKeeper(store);
		expect(keeper.current).toEqual({ ...DEFAULTS, strict: true, whiteList: LIST });
		expect(keeper.change({ strict: true, whiteList: LIST })).toBe(true);
		expect(Object.keys(store.records)).toEqual(['settings_a']);
		expect(store.records.settings_a).toEqual(before);
	});

	test('of a newer version keep what is unknown through changes and restarts', () => {
		const store = storeOf(
			JSON.parse('{"version":9,"strict":true,"lamp":{"on":true},"door":"shut","__proto__":{"tcpClient":true}}'),
		);
		for (const on of [true, false, true]) {
			const keeper = new SettingsKeeper(store);
			expect(keeper.change({ tcpServer: on })).toBe(true);
			expect(keeper.change({ commandSequence: on })).toBe(true);
			expect(Object.keys(keeper.current)).toEqual(Object.keys(DEFAULTS));
		}
		expect(documentIn(store)).toMatchObject({ version: 1, strict: true, lamp: { on: true }, door: 'shut' });
		const keeper = new SettingsKeeper(store);
		expect(keeper.current.tcpClient).toBe(false);
		expect(keeper.forget()).toBe(true);
		keeper.change({ strict: true });
		expect(Object.keys(documentIn(store)).sort()).toEqual(['version', ...Object.keys(DEFAULTS)].sort());
	});

	test.each([
		['first start', []],
		['stored', ['{}']],
		['stored', ['{"strict":true}', '{}']],
		['older copy', ['{"strict":true}', 'no text']],
		['older copy', ['{"strict":true}', '[]']],
		['older copy', ['{}', 'null']],
		['defaults', ['3', '"text"']],
		['defaults', ['']],
	])('come from %s where the store has %j', (origin, documents) => {
		const store = new TestStore();
		const copies = new TwoCopies(store, 'settings');
		for (const document of documents) copies.write(bytesOf(document));
		expect(new SettingsKeeper(store).origin).toBe(origin);
	});

	test('that a change leaves as they are are not written, whatever the order of their keys', () => {
		const store = new TestStore();
		const keeper = new SettingsKeeper(store);
		expect(keeper.change({ strict: false })).toBe(true);
		expect(keeper.change({})).toBe(true);
		expect([keeper.writes, Object.keys(store.records)]).toEqual([0, []]);
		keeper.change({ whiteList: LIST, delay: { tcp: 1, sms: 2 } });
		expect(keeper.writes).toBe(1);
		const { current } = keeper;
		expect(keeper.change({ whiteList: [{ text: '+39*', kind: 'number', index: 1 }], delay: { sms: 2, tcp: 1 } })).toBe(
			true,
		);
		expect(new SettingsKeeper(store).change({ ...keeper.current })).toBe(true);
		expect([keeper.writes, Object.keys(store.records)]).toEqual([1, ['settings_a']]);
		expect(keeper.current).toBe(current);
		for (const delay of [{ tcp: 1 }, {}, { sms: 0 }, { sms: 1 }]) keeper.change({ delay });
		expect(keeper.writes).toBe(5);
		store.tear = 4;
		expect(keeper.change({ strict: true })).toBe(false);
		expect(keeper.writes).toBe(5);
	});

	test('under an overlay hold for a while and are never stored', () => {
		const store = storeOfTwo();
		const keeper = new SettingsKeeper(store);
		keeper.overlay({ strict: false, tcpServer: true });
		expect(keeper.current).toEqual({ ...DEFAULTS, whiteList: LIST, tcpServer: true });
		expect(new SettingsKeeper(store).current).toEqual({ ...DEFAULTS, whiteList: LIST, strict: true });
		keeper.overlay({});
		expect(keeper.current).toEqual({ ...DEFAULTS, whiteList: LIST, strict: true });
		keeper.overlay({ strict: false });
		keeper.change({ commandSequence: true });
		const after = { ...DEFAULTS, whiteList: LIST, strict: true, commandSequence: true };
		expect(keeper.current).toEqual(after);
		expect(new SettingsKeeper(store).current).toEqual(after);
	});

	test('without a store can be tried out', () => {
		const keeper = new SettingsKeeper(undefined, { ...DEFAULTS, strict: true });
		expect(keeper.change({ whiteList: LIST })).toBe(true);
		expect(keeper.current).toEqual({ ...DEFAULTS, strict: true, whiteList: LIST });
		expect([keeper.writes, keeper.origin]).toEqual([0, 'first start']);
		expect(keeper.forget()).toBe(true);
		expect(keeper.current).toEqual(DEFAULTS);
	});

	test('that are forgotten are the defaults at once and after the restart, and can be set again', () => {
		for (const changes of [0, 1, 2, 3]) {
			const store = new TestStore();
			const keeper = new SettingsKeeper(store);
			for (let instance = 1; instance <= changes; instance++)
				keeper.change({ smsAtrun: { ...DEFAULTS.smsAtrun, instance } });
			expect(keeper.forget()).toBe(true);
			expect(keeper.current).toEqual(DEFAULTS);
			expect(store.records).toEqual({});
			keeper.change({ strict: true });
			const after = new SettingsKeeper(store);
			expect([after.current, after.origin]).toEqual([{ ...DEFAULTS, strict: true }, 'stored']);
		}
	});

	test('are written to the copy that is not in use', () => {
		const store = storeOfTwo();
		const before = store.records.settings_b!.slice();
		new SettingsKeeper(store).change({ tcpServer: true });
		expect(store.records.settings_b).toEqual(before);
	});
});
