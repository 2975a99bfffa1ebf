import type { Clock } from '../../src/ports/clock.js';

/** Half of a blink [ms]. */
const HALF = 500;

/**
 * Shows on a light how the board is: steady while the module is attached and all services are up, blinking once a second while they are not,
 * dark or frozen where the program does not run.
 */
export function showState(setLight: (on: boolean) => void, clock: Clock, isUp: () => boolean): void {
	let isLit = false;
	const look = () => {
		isLit = isUp() || !isLit;
		setLight(isLit);
		clock.setTimer(clock.now() + HALF, look);
	};
	look();
}
