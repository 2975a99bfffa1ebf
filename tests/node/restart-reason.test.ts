import { describe, expect, test } from 'vitest';
import { restartOf } from '../../hosts/esp32/restart-reason.js';
import { FaultGuard } from '../../hosts/firmware/fault-guard.js';
import { askedNote, faultNote } from '../../hosts/firmware/restart-note.js';

const FAULT = faultNote('timer', new TypeError('no such thing'));

describe('why the board starts', () => {
	test.each([
		['the supply came', 1, undefined, { reason: 'power-on' }],
		['the reset line', 2, undefined, { reason: 'reset' }],
		['an exception', 3, FAULT, { reason: 'fault', why: 'fault in timer: TypeError: no such thing' }],
		['a stack that was used up', 3, undefined, { reason: 'fault', why: 'the engine ended without a word' }],
		['a note that nobody wrote', 3, 'xyz', { reason: 'fault', why: 'the engine ended without a word' }],
		['somebody wanted it', 3, askedNote('new firmware'), { reason: 'software', why: 'new firmware' }],
		['a panic', 4, undefined, { reason: 'fault', why: 'panic of the chip' }],
		['a panic after an exception', 4, FAULT, { reason: 'fault', why: FAULT }],
		['a panic of a board about to restart', 4, askedNote('x'), { reason: 'fault', why: 'panic of the chip' }],
		['the interrupt watchdog', 5, undefined, { reason: 'watchdog' }],
		['the task watchdog', 6, undefined, { reason: 'watchdog' }],
		['another watchdog', 7, undefined, { reason: 'watchdog' }],
		['the supply sagged', 9, undefined, { reason: 'brown-out' }],
		['the supply sagged after an exception', 9, FAULT, { reason: 'brown-out' }],
		['a glitch of the supply', 14, undefined, { reason: 'brown-out' }],
		['a processor that locked up', 15, undefined, { reason: 'fault' }],
		['nobody knows', 0, undefined, { reason: 'unknown' }],
		['a reason of a later chip', 99, undefined, { reason: 'unknown' }],
		['no reason', -1, undefined, { reason: 'unknown' }],
	] as const)('%s', (_, code, note, restart) => {
		expect(restartOf(code, note)).toEqual(restart);
	});

	test.each([
		['a restart whose note is elsewhere', 3, undefined, { reason: 'software', why: 'new firmware' }],
		['a restart that has its note', 3, askedNote('update to 2.0.0'), { reason: 'software', why: 'update to 2.0.0' }],
		['an exception', 3, FAULT, { reason: 'fault', why: FAULT }],
		['a panic', 4, undefined, { reason: 'fault', why: 'panic of the chip' }],
		['a power cut', 1, undefined, { reason: 'power-on' }],
	] as const)('with a new image on trial: %s', (_, code, note, restart) => {
		expect(restartOf(code, note, true)).toEqual(restart);
	});
});

describe('the guard of the callbacks', () => {
	function guarded() {
		const happened: string[] = [];
		const guard = new FaultGuard(
			(place, error) => happened.push(`${place}: ${String(error)}`),
			() => happened.push('restart'),
		);
		return { guard, happened };
	}

	test('leaves one that ends well alone', () => {
		const { guard, happened } = guarded();
		const got: number[] = [];
		guard.wrap('timer', (count: number) => got.push(count))(7);
		expect([got, happened]).toEqual([[7], []]);
	});

	test('reports the first exception and restarts', () => {
		const { guard, happened } = guarded();
		const fault = guard.wrap('timer', () => {
			throw new Error('no');
		});
		expect(fault).toThrow('no');
		expect(fault).toThrow('no');
		guard.end('memory full', undefined);
		expect(happened).toEqual(['timer: Error: no', 'restart']);
	});

	test('restarts also where the report itself fails', () => {
		let restarts = 0;
		const guard = new FaultGuard(
			() => {
				throw new Error('no memory');
			},
			() => restarts++,
		);
		expect(() => guard.end('timer', new Error('no'))).toThrow('no memory');
		expect(restarts).toBe(1);
	});
});
