import { describe, expect, test } from 'vitest';
import { NodeDigest } from '../../hosts/node/node-digest.js';
import { objectsInUse } from '../soak/node-heap.js';
import { reportOf, verdictOf } from '../soak/report.js';
import { type Plant, type SoakOptions, soak } from '../soak/soak.js';

const LIMIT = 120_000;

function run(options: Partial<SoakOptions>) {
	return soak({ seed: 7, days: 0.5, digest: new NodeDigest(), ...options });
}

describe('the soak', () => {
	test(
		'passes with a fixed seed: all kinds of faults, and requests of every class',
		async () => {
			const result = await run({ days: 1.5 });
			expect(result.broken).toEqual([]);
			expect(verdictOf(result)).toBe('soak: passed, seed 7, 1.5 days');
			expect(result.tally.total).toBeGreaterThan(500);
			expect(result.outages.rows().length).toBeGreaterThanOrEqual(17);
			expect(result.restarts).toBeGreaterThan(3);
		},
		LIMIT,
	);

	test(
		'replays: the same seed gives the same tables, and another seed does not',
		async () => {
			const [first, second, other] = [await run({}), await run({}), await run({ seed: 8 })];
			expect(reportOf(second)).toEqual(reportOf(first));
			expect(reportOf(other)).not.toEqual(reportOf(first));
		},
		LIMIT,
	);

	test.each<[Plant, RegExp]>([
		['second run', /was sent to the module 2 times|ran 2 times/],
		['lost answer', /was neither answered nor recorded/],
		['changed settings', /the settings are /],
		['deaf', /no answer within/],
	])(
		'fails where something is made wrong on purpose: %s',
		async (plant, what) => {
			const result = await run({ plant });
			expect(verdictOf(result)).toMatch(/^soak: FAILED, [0-9]+ broken, seed 7, 0.5 days$/);
			expect(result.broken.join('\n')).toMatch(what);
		},
		LIMIT,
	);

	test(
		'finds a leak of 100 octets a request',
		async () => {
			const result = await run({ plant: 'leak', days: 1, heap: objectsInUse });
			expect(result.broken.join('\n')).toMatch(/each request left [0-9]+ octets on the heap behind/);
		},
		LIMIT,
	);
});
