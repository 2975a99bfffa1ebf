import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';
import { bytesOf } from '../../src/base/text.js';
import type { Store } from '../../src/ports/store.js';
import { TwoCopies } from '../../src/settings/two-copies.js';
import { FileBox } from '../../src/update/file-box.js';
import { TestStore } from '../support/memory-store.js';

function boxOn(store: Store, quota?: number): FileBox {
	return new FileBox(store, new TwoCopies(store, 'files'), quota);
}

/** `size` octets, of all values, that differ from one `seed` to the next. */
function octets(size: number, seed = 0): Uint8Array {
	return Uint8Array.from({ length: size }, (_, at) => (at * 7 + seed + (at >> 8)) & 0xff);
}

/** Stores a file in one piece; gives the error, or `kept`. */
function keep(box: FileBox, name: string, content: Uint8Array): string {
	const writer = box.begin(name, content.length);
	if (!writer.ok) return writer.error;
	writer.value.write(content);
	const end = writer.value.finish();
	return end.ok ? 'kept' : end.error;
}

/** What the box has under a name, or the word of its error. */
async function contentOf(box: FileBox, name: string): Promise<number[] | string> {
	const content: number[] = [];
	const outcome = await box.read(name, bytes => {
		content.push(...bytes);
	});
	return outcome.ok ? content : outcome.error;
}

function blocksIn(store: TestStore): string[] {
	return Object.keys(store.records)
		.filter(name => name.startsWith('file_'))
		.sort();
}

/** A store without power after so many changes; the change in which it fails is torn after `octets`. */
class FailingStore implements Store {
	readonly inner: TestStore;
	#changes: number;
	readonly #octets: number;

	constructor(inner: TestStore, changes: number, octets: number) {
		this.inner = inner;
		this.#changes = changes;
		this.#octets = octets;
	}

	get failed(): boolean {
		return this.#changes < 0;
	}

	read(name: string): Uint8Array | undefined {
		return this.inner.read(name);
	}

	write(name: string, record: Uint8Array): boolean {
		this.#changes--;
		if (this.#changes >= 0) return this.inner.write(name, record);
		if (this.#changes === -1) this.inner.write(name, record.subarray(0, this.#octets));
		return false;
	}

	erase(name: string): void {
		this.#changes--;
		if (this.#changes >= 0) this.inner.erase(name);
	}
}

describe('a box of files', () => {
	test('is empty on an empty store, and writes nothing there', () => {
		const store = new TestStore();
		const box = boxOn(store);
		expect([box.list(), box.free, box.chosen]).toEqual([[], 32_768, undefined]);
		expect(store.records).toEqual({});
	});

	test.each([0, 1, 3, 255, 1023, 1024, 1025, 1027, 2048, 3000])(
		'keeps %i octets of any value over a restart',
		async size => {
			const store = new TestStore();
			const content = octets(size);
			expect(keep(boxOn(store), 'a.bin', content)).toBe('kept');
			const box = boxOn(store);
			expect(box.list()).toEqual([{ name: 'a.bin', size, crc: crc32(content), hidden: false }]);
			expect(await contentOf(box, 'a.bin')).toEqual([...content]);
			expect(box.free).toBe(32_768 - size);
			expect(blocksIn(store)).toHaveLength(Math.ceil(size / 1024));
			for (const name of blocksIn(store)) expect(store.records[name]!.length).toBeLessThanOrEqual(1024);
		},
	);

	test('comes to the same file however the octets are cut', async () => {
		const content = octets(2100, 3);
		for (const piece of [1, 2, 3, 7, 500, 1023, 1024, 1025, 2100]) {
			const box = boxOn(new TestStore());
			const begun = box.begin('a', content.length);
			if (!begun.ok) throw new Error(begun.error);
			for (let at = 0; at < content.length; at += piece) {
				expect(begun.value.write(content.subarray(at, at + piece))).toBe(true);
			}
			expect(begun.value.finish().ok).toBe(true);
			expect(await contentOf(box, 'a')).toEqual([...content]);
		}
	});

	test('knows a file only when it is finished', async () => {
		const box = boxOn(new TestStore());
		const begun = box.begin('a', 3);
		if (!begun.ok) throw new Error(begun.error);
		begun.value.write(bytesOf('abc'));
		expect([box.list(), await contentOf(box, 'a')]).toEqual([[], 'missing']);
		begun.value.finish();
		expect(await contentOf(box, 'a')).toEqual([97, 98, 99]);
	});

	test('replaces a file by a longer and by a shorter one, and leaves nothing of the old ones', async () => {
		const store = new TestStore();
		const box = boxOn(store);
		for (const size of [2000, 5000, 10]) {
			expect(keep(box, 'b', octets(size, size))).toBe('kept');
			expect(keep(box, 'a', octets(size))).toBe('kept');
			expect(await contentOf(box, 'a')).toEqual([...octets(size)]);
			expect(await contentOf(box, 'b')).toEqual([...octets(size, size)]);
		}
		expect(box.list().map(({ name }) => name)).toEqual(['b', 'a']);
		expect(blocksIn(store)).toHaveLength(2);
	});

	test.each<[string, number, (box: FileBox) => void, string]>([
		['more octets than the quota', 4001, () => {}, 'full'],
		['as many as the quota', 4000, () => {}, 'kept'],
		['one octet beyond what is free', 1001, box => keep(box, 'b', octets(3000)), 'full'],
		['what is free', 1000, box => keep(box, 'b', octets(3000)), 'kept'],
		['a file that does not fit beside the one it replaces', 2001, box => keep(box, 'a', octets(2000)), 'full'],
		['a file that fits beside the one it replaces', 2000, box => keep(box, 'a', octets(2000)), 'kept'],
	])('with %s: %i octets', (_, size, prepare, outcome) => {
		const box = boxOn(new TestStore(), 4000);
		prepare(box);
		expect(keep(box, 'a', octets(size))).toBe(outcome);
		expect(box.free).toBeGreaterThanOrEqual(0);
	});

	test('says nothing is free where the quota is smaller than what is stored', () => {
		const store = new TestStore();
		keep(boxOn(store), 'a', octets(100));
		const box = boxOn(store, 50);
		expect([box.free, keep(box, 'b', octets(1))]).toEqual([0, 'full']);
	});

	test('has 16 files at most, and still replaces one of them', async () => {
		const box = boxOn(new TestStore());
		for (let number = 1; number <= 16; number++) expect(keep(box, `file ${number}`, octets(5, number))).toBe('kept');
		expect(keep(box, 'file 17', octets(5))).toBe('too-many');
		for (let number = 1; number <= 16; number++) expect(keep(box, `file ${number}`, octets(6, number))).toBe('kept');
		expect(await contentOf(box, 'file 9')).toEqual([...octets(6, 9)]);
		box.remove('file 3');
		expect(keep(box, 'file 17', octets(5))).toBe('kept');
	});

	test.each(['', 'a,b', 'a"b', 'a\\b', 'a\rb', 'caf\xe9', 'x'.repeat(17)])('refuses the name %j', name => {
		const store = new TestStore();
		expect(keep(boxOn(store), name, octets(1))).toBe('bad-name');
		expect(store.records).toEqual({});
	});

	test('writes one file at a time', () => {
		const box = boxOn(new TestStore());
		const first = box.begin('a', 10);
		expect(keep(box, 'b', octets(1))).toBe('busy');
		if (first.ok) first.value.abandon();
		expect(keep(box, 'b', octets(1))).toBe('kept');
	});

	test('gives up a file of which more comes than was announced', () => {
		const store = new TestStore();
		const box = boxOn(store);
		const begun = box.begin('a', 1500);
		if (!begun.ok) throw new Error(begun.error);
		expect(begun.value.write(octets(1400))).toBe(true);
		expect(begun.value.write(octets(101))).toBe(false);
		expect(begun.value.write(octets(1))).toBe(false);
		expect(begun.value.finish()).toEqual({ ok: false, error: 'given-up' });
		expect([box.list(), blocksIn(store)]).toEqual([[], []]);
	});

	test('gives up a file of which less came, and keeps the one that was there', async () => {
		const store = new TestStore();
		const box = boxOn(store);
		keep(box, 'a', octets(1100, 1));
		const before = blocksIn(store);
		const begun = box.begin('a', 3000);
		if (!begun.ok) throw new Error(begun.error);
		begun.value.write(octets(2999));
		expect(blocksIn(store).length).toBeGreaterThan(before.length);
		expect(begun.value.finish()).toEqual({ ok: false, error: 'short' });
		expect(blocksIn(store)).toEqual(before);
		expect(await contentOf(box, 'a')).toEqual([...octets(1100, 1)]);
	});

	test('forgets what was abandoned, and nothing when it was finished before', async () => {
		const store = new TestStore();
		const box = boxOn(store);
		const begun = box.begin('a', 2000);
		if (!begun.ok) throw new Error(begun.error);
		begun.value.write(octets(1500));
		begun.value.abandon();
		expect([box.list(), blocksIn(store)]).toEqual([[], []]);
		const second = box.begin('a', 4);
		if (!second.ok) throw new Error(second.error);
		second.value.write(octets(4));
		second.value.finish();
		second.value.abandon();
		expect(await contentOf(box, 'a')).toEqual([...octets(4)]);
	});

	test('removes files', async () => {
		const store = new TestStore();
		const box = boxOn(store);
		keep(box, 'a', octets(1500));
		keep(box, 'b', octets(5));
		expect(box.remove('c')).toEqual({ ok: false, error: 'missing' });
		expect(box.remove('a').ok).toBe(true);
		expect(await contentOf(box, 'a')).toBe('missing');
		expect(boxOn(store).list()).toMatchObject([{ name: 'b' }]);
		expect(blocksIn(store)).toHaveLength(1);
	});

	test('keeps the choice over a restart and a replacement, and loses it with the file', () => {
		const store = new TestStore();
		const box = boxOn(store);
		expect(box.choose('a')).toEqual({ ok: false, error: 'missing' });
		keep(box, 'a', octets(5));
		keep(box, 'b', octets(5));
		expect(box.choose('b').ok).toBe(true);
		keep(box, 'b', octets(6));
		expect(boxOn(store).chosen).toBe('b');
		box.remove('a');
		expect(boxOn(store).chosen).toBe('b');
		box.remove('b');
		expect([box.chosen, boxOn(store).chosen]).toEqual([undefined, undefined]);
		keep(box, 'b', octets(5));
		box.choose('b');
		expect(box.choose(undefined).ok).toBe(true);
		expect(boxOn(store).chosen).toBeUndefined();
	});

	test('keeps which files are hidden', () => {
		const store = new TestStore();
		const begun = boxOn(store).begin('a', 1, true);
		if (!begun.ok) throw new Error(begun.error);
		begun.value.write(octets(1));
		begun.value.finish();
		expect(boxOn(store).find('a')?.hidden).toBe(true);
	});

	test('tells that a block was damaged, shortened or lost', async () => {
		for (const damage of ['changed', 'cut', 'gone']) {
			const store = new TestStore();
			keep(boxOn(store), 'a', octets(2500));
			const name = blocksIn(store)[1]!;
			if (damage === 'changed') store.records[name]![500]! ^= 1;
			else if (damage === 'cut') store.records[name] = store.records[name]!.slice(1);
			else store.erase(name);
			expect(await contentOf(boxOn(store), 'a')).toBe('damaged');
		}
	});

	test('gives the next block when the last one was used', async () => {
		const box = boxOn(new TestStore());
		keep(box, 'a', octets(2500));
		const lengths: number[] = [];
		let using = false;
		await box.read('a', async bytes => {
			expect(using).toBe(false);
			using = true;
			await Promise.resolve();
			lengths.push(bytes.length);
			using = false;
		});
		expect(lengths).toEqual([1024, 1024, 452]);
	});

	test.each(['replaced', 'removed'])('tells that a file was %s while it was read', async how => {
		const box = boxOn(new TestStore());
		keep(box, 'a', octets(2500));
		let given = 0;
		const outcome = await box.read('a', () => {
			given++;
			if (how === 'replaced') keep(box, 'a', octets(2500, 9));
			else box.remove('a');
		});
		expect([outcome, given]).toEqual([{ ok: false, error: 'damaged' }, 1]);
	});

	test('keeps the old list when the store refuses a new one', async () => {
		const store = new TestStore();
		const box = boxOn(store);
		keep(box, 'a', octets(5));
		const refusing: Store = { read: name => store.read(name), write: () => false, erase: name => store.erase(name) };
		const other = boxOn(refusing);
		expect(other.choose('a')).toEqual({ ok: false, error: 'store' });
		expect(other.remove('a')).toEqual({ ok: false, error: 'store' });
		expect(keep(other, 'a', octets(6))).toBe('given-up');
		expect(keep(other, 'b', new Uint8Array(0))).toBe('store');
		expect([other.chosen, await contentOf(other, 'a')]).toEqual([undefined, [...octets(5)]]);
		expect(keep(box, 'a', octets(6))).toBe('kept');
	});

	test('has the old file whole where the store kept a list that it said it had not', async () => {
		const store = new TestStore();
		keep(boxOn(store), 'a', octets(1500));
		let lies = 1;
		const lying: Store = {
			read: name => store.read(name),
			write: (name, record) => store.write(name, record) && !(name.startsWith('files_') && lies-- > 0),
			erase: name => store.erase(name),
		};
		expect(keep(boxOn(lying), 'a', octets(2100, 5))).toBe('store');
		expect(await contentOf(boxOn(store), 'a')).toEqual([...octets(1500)]);
		expect(blocksIn(store)).toHaveLength(2);
	});

	test('has the old file or the new one, whole, after a power cut at any change and octet of the store', async () => {
		const old = octets(1500, 1);
		const fresh = octets(2100, 2);
		let cuts = 0;
		for (const torn of [0, 1, 40, 1000]) {
			for (let changes = 0; ; changes++) {
				const store = new TestStore();
				const prepared = boxOn(store);
				keep(prepared, 'a', old);
				keep(prepared, 'b', octets(3));
				prepared.choose('a');
				const failing = new FailingStore(store, changes, torn);
				const said = keep(boxOn(failing), 'a', fresh);
				if (!failing.failed) break;
				cuts++;
				const box = boxOn(store, 6000);
				const content = await contentOf(box, 'a');
				// The power may fail when the last octet of the directory is there and nobody heard of it.
				const isFresh = said === 'kept' || (changes === 3 && torn === 1000);
				expect(content).toEqual(isFresh ? [...fresh] : [...old]);
				expect([box.chosen, await contentOf(box, 'b')]).toEqual(['a', [...octets(3)]]);
				expect(keep(box, 'c', octets(4))).toBe('kept');
				expect(blocksIn(store)).toHaveLength(isFresh ? 3 + 2 : 2 + 2);
				expect(await contentOf(box, 'a')).toEqual(content);
			}
		}
		expect(cuts).toBe(4 * (3 + 1 + 2));
	});

	test('has a removed file or has it not, and no litter, after a power cut at any change of the store', async () => {
		for (let changes = 0; changes < 3; changes++) {
			const store = new TestStore();
			keep(boxOn(store), 'a', octets(1500));
			const failing = new FailingStore(store, changes, 7);
			const removed = boxOn(failing).remove('a').ok;
			expect(failing.failed).toBe(true);
			const box = boxOn(store);
			expect(await contentOf(box, 'a')).toEqual(removed ? 'missing' : [...octets(1500)]);
			keep(box, 'b', octets(1));
			expect(blocksIn(store)).toHaveLength(removed ? 1 : 3);
		}
	});

	test('is a list of names with their contents, whatever is done to it', async () => {
		const name = fc.constantFrom('a', 'b', 'c');
		const action = fc.record({
			what: fc.constantFrom('keep', 'keep', 'remove', 'abandon', 'restart'),
			name,
			size: fc.nat(1500),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(action, { maxLength: 8 }), async actions => {
				const store = new TestStore();
				const model: { [name: string]: number[] } = {};
				let box = boxOn(store, 3000);
				for (const [seed, { what, name: file, size }] of actions.entries()) {
					if (what === 'restart') box = boxOn(store, 3000);
					else if (what === 'remove') {
						expect(box.remove(file).ok).toBe(model[file] !== undefined);
						delete model[file];
					} else if (what === 'abandon') {
						const begun = box.begin(file, size);
						if (begun.ok) {
							begun.value.write(octets(Math.min(size, 1100)));
							begun.value.abandon();
						}
					} else if (keep(box, file, octets(size, seed)) === 'kept') model[file] = [...octets(size, seed)];
				}
				for (const { name: file } of box.list()) expect(await contentOf(box, file)).toEqual(model[file]);
				expect(
					box
						.list()
						.map(({ name: file }) => file)
						.sort(),
				).toEqual(Object.keys(model).sort());
				const blocks = Object.values(model).reduce((sum, { length }) => sum + Math.ceil(length / 1024), 0);
				expect(blocksIn(store)).toHaveLength(blocks);
			}),
			{ numRuns: 60 },
		);
	});
});
