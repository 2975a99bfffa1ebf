import { describe, expect, test } from 'vitest';
import { isHeldAtStart } from '../../hosts/esp32/held-button.js';

/** A button that is pressed from the power-on until `until` [ms], and for how long the board waits for it. */
function press(from: number, until: number): { held: boolean; waited: number } {
	let now = 0;
	const held = isHeldAtStart(
		() => now >= from && now < until,
		ms => {
			now += ms;
		},
	);
	return { held, waited: now };
}

describe('the button for the factory settings', () => {
	test.each([
		['that nobody touches', 0, 0, false, 50],
		['that bounces at the power-on', 0, 40, false, 50],
		['that is touched', 0, 1_000, false, 1_000],
		['that is let go a little too early', 0, 3_000, false, 3_000],
		['that is held for three seconds', 0, 3_050, true, 3_050],
		['that is held for nine', 0, 9_000, true, 9_000],
		['that is let go too late', 0, 10_100, false, 10_050],
		['that sticks, or whose line is shorted', 0, Number.POSITIVE_INFINITY, false, 10_050],
		['that is pressed after the start', 100, 9_000, false, 50],
	])('%s', (_, from, until, held, waited) => {
		expect(press(from, until)).toEqual({ held, waited });
	});
});
