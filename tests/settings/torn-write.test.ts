import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/settings/schema.js';
import { DEFAULTS } from '../../src/settings/schema.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TestStore } from '../support/memory-store.js';
import { FULL } from './samples.js';

const SLOTS = ['settings_a', 'settings_b'] as const;

/** Two changes and the octets they left: the older of them in `older`, and the newest in the other place. */
function twoWrites(newest: 0 | 1): { readonly store: TestStore; readonly before: Settings; readonly after: Settings } {
	const store = new TestStore();
	const keeper = new SettingsKeeper(store);
	if (newest === 0) keeper.change({ strict: true });
	keeper.change({ ...FULL, commandSequence: false });
	const before = keeper.current;
	keeper.change(FULL);
	return { store, before, after: keeper.current };
}

/** The octets of the copies, to be laid out in stores of their own. */
function storeWith(records: { readonly [name: string]: Uint8Array }): TestStore {
	const store = new TestStore();
	for (const [name, record] of Object.entries(records)) store.records[name] = record.slice();
	return store;
}

describe.each([
	['first', 0],
	['second', 1],
] as const)('a write into the %s copy', (_, place) => {
	const newest = SLOTS[place];
	const older = SLOTS[1 - place]!;

	test('that is torn at any octet leaves the settings of before, and says so', () => {
		const { store, before, after } = twoWrites(place);
		const { [newest]: torn, [older]: whole } = store.records;
		expect(torn!.length).toBeGreaterThan(1000);
		expect(new SettingsKeeper(store).current).toEqual(after);
		expect(new SettingsKeeper(store).origin).toBe('stored');
		for (let cut = 0; cut < torn!.length; cut++) {
			const keeper = new SettingsKeeper(storeWith({ [newest]: torn!.slice(0, cut), [older]: whole! }));
			expect(keeper.origin).toBe('older copy');
			// Comparing all of it each time costs minutes in XS.
			expect(keeper.current.commandSequence).toBe(false);
			if (cut % 100 === 0) expect(keeper.current).toEqual(before);
		}
	});

	test('that is torn over the octets of an older one leaves the settings of before', () => {
		const { store } = twoWrites(place);
		const { [newest]: torn, [older]: whole } = store.records;
		// Flash that keeps its octets where nothing new came: the tail of two writes ago.
		const tail = torn!.slice().fill(0x20, 16);
		for (let cut = 0; cut < torn!.length; cut += 7) {
			const mixed = tail.slice();
			mixed.set(torn!.subarray(0, cut));
			const keeper = new SettingsKeeper(storeWith({ [newest]: mixed, [older]: whole! }));
			expect([keeper.origin, keeper.current.commandSequence]).toEqual(['older copy', false]);
		}
	});

	test('that is torn is followed by one that lasts', () => {
		const { store } = twoWrites(place);
		const { [newest]: torn, [older]: whole } = store.records;
		for (let cut = 0; cut < torn!.length; cut += 97) {
			const torns = storeWith({ [newest]: torn!.slice(0, cut), [older]: whole! });
			expect(new SettingsKeeper(torns).change({ imei: '123456789012345' })).toBe(true);
			const after = new SettingsKeeper(torns);
			expect([after.origin, after.current.imei]).toEqual(['stored', '123456789012345']);
			expect(torns.records[older]).toEqual(whole);
		}
	});

	test('loses the record to a store that erases before it writes, and the older one holds', () => {
		const { store, before } = twoWrites(place);
		delete store.records[newest];
		const keeper = new SettingsKeeper(store);
		// After the first two writes nothing tells a lost second one from one that never was.
		expect(keeper.origin).toBe(place === 0 ? 'older copy' : 'stored');
		expect(keeper.current).toEqual(before);
	});

	test('with any octet of it damaged is not taken, nor with any bit of its header', () => {
		const { store } = twoWrites(place);
		const { [newest]: record, [older]: whole } = store.records;
		const isRefused = (at: number, bit: number) => {
			const damaged = record!.slice();
			damaged[at]! ^= 1 << bit;
			const keeper = new SettingsKeeper(storeWith({ [newest]: damaged, [older]: whole! }));
			return keeper.origin === 'older copy' && !keeper.current.commandSequence;
		};
		for (let at = 0; at < record!.length; at++) expect(isRefused(at, at % 8)).toBe(true);
		for (let bit = 0; bit < 16 * 8; bit++) expect(isRefused(bit >> 3, bit & 7)).toBe(true);
	});
});

describe('both copies damaged', () => {
	test('are the defaults, and say so until the next change', () => {
		const { store } = twoWrites(1);
		for (const record of Object.values(store.records)) record[20]! ^= 1;
		const keeper = new SettingsKeeper(store);
		expect(keeper.current).toEqual(DEFAULTS);
		expect(keeper.origin).toBe('defaults');
		expect(new SettingsKeeper(store).origin).toBe('defaults');
		expect(keeper.change({ strict: true })).toBe(true);
		const after = new SettingsKeeper(store);
		expect([after.origin, after.current.strict]).toEqual(['stored', true]);
	});

	test('stay as they are where the change after it is torn too', () => {
		const { store } = twoWrites(1);
		for (const record of Object.values(store.records)) record[20]! ^= 1;
		const keeper = new SettingsKeeper(store);
		store.tear = 30;
		expect(keeper.change({ strict: true })).toBe(false);
		expect(Object.keys(store.records)).toHaveLength(2);
		expect(new SettingsKeeper(store).origin).toBe('defaults');
	});
});
