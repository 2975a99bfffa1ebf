import { describe, expect, test } from 'vitest';
import { showState } from '../../hosts/firmware/status-light.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';

describe('the status light', () => {
	test('blinks once a second until the board is up, is steady then, and blinks again', async () => {
		const clock = new VirtualClock();
		const shown: boolean[] = [];
		let isUp = false;
		showState(
			on => shown.push(on),
			clock,
			() => isUp,
		);
		await clock.advance(1_999);
		expect(shown).toEqual([true, false, true, false]);
		isUp = true;
		await clock.advance(2_000);
		expect(shown.slice(4)).toEqual([true, true, true, true]);
		isUp = false;
		await clock.advance(1_000);
		expect(shown.slice(8)).toEqual([false, true]);
	});
});
