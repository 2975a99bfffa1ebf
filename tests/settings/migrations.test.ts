import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Migration, migrate, VERSION, versionOf } from '../../src/settings/migrations.js';
import { DEFAULTS, settingsOf } from '../../src/settings/schema.js';
import { FULL } from './samples.js';

const STEPS: readonly Migration[] = [
	document => ({ ...document, way: `${document.way ?? ''}0` }),
	document => ({ ...document, way: `${document.way ?? ''}1` }),
	document => ({ ...document, way: `${document.way ?? ''}2` }),
];

describe('a document', () => {
	test.each([
		[{}, '012'],
		[{ version: 0 }, '012'],
		[{ version: 1 }, '12'],
		[{ version: 2 }, '2'],
		[{ version: 3 }, undefined],
		[{ version: 4 }, undefined],
		[{ version: 1e300 }, undefined],
	])('%j goes through the steps %s, in this order', (document, way) => {
		expect(migrate(document, STEPS).way).toBe(way);
	});

	test.each([undefined, null, -1, 0.5, '1', true, [1], {}, Number.NaN, Number.POSITIVE_INFINITY])(
		'with version %j is of version 0',
		version => {
			expect(versionOf({ version })).toBe(0);
		},
	);

	test('of the firmware before there were versions has the same settings', () => {
		expect(VERSION).toBe(1);
		expect(settingsOf(migrate({ ...FULL }))).toEqual(FULL);
	});

	test('of any kind throws nothing', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()), document => {
				expect(Object.keys(settingsOf(migrate(document)))).toEqual(Object.keys(DEFAULTS));
			}),
			{ numRuns: 50 },
		);
	});
});
