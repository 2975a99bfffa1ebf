import { describe, expect, test } from 'vitest';
import { creationOf, creations, STOCK } from './engine/creation.mjs';
import { AIMS, complaints } from './engine/limits.mjs';

describe('what a target gives the machine', () => {
	test('is what its manifest says, and the stock values where it says nothing', () => {
		const text = '{"creation": {"heap": {"initial": 7000}, "chunk": {"initial": 60000}, "stack": 600}}';
		expect(creationOf(text)).toEqual({ heap: 7000, chunk: 60_000, stack: 600 });
		expect(creationOf('{}')).toEqual(STOCK);
	});

	test('is known for every target', () => {
		expect(creations().map(({ target }) => target)).toContain('gateway-esp32');
	});
});

describe('what a board uses', () => {
	const limits = { heap: 1000, chunk: 2000, stack: 100 };
	const lived = (afterBoot: number, peak: number) => ({
		afterBoot: { slots: 10 * afterBoot, chunks: 20 * afterBoot, stack: 10 },
		chapters: [{ name: 'all of it', peak: { slots: 10 * peak, chunks: 20 * peak, stack: peak } }],
		wrong: undefined,
	});

	test('is no cause for complaint up to the aims', () => {
		expect(complaints(lived(AIMS.afterBoot, AIMS.peak), limits)).toEqual([]);
	});

	test('is told where it is more: what, how much, of how much, and what it may be', () => {
		expect(complaints(lived(AIMS.afterBoot + 1, 0), limits)).toEqual([
			'610 slots after boot are 61 % of 1000; the aim is 60 % at most',
			'1220 octets of chunks after boot are 61 % of 2000; the aim is 60 % at most',
		]);
		expect(complaints(lived(0, AIMS.peak + 1), limits)).toEqual([
			'860 slots at the peak are 86 % of 1000; the aim is 85 % at most',
			'1720 octets of chunks at the peak are 86 % of 2000; the aim is 85 % at most',
			'86 slots of stack are 86 % of 100; the aim is 85 % at most',
		]);
	});
});
