/** Until the pull-up has charged what hangs on the line [ms]: 45 kΩ and a capacitor of 100 nF against bouncing need a tenth. */
const SETTLE = 50;
/** It has to be held for so long [ms]: nobody resets a board by touching it. */
const HELD = 3_000;
/** And let go by then [ms]: a line that is always low is a fault of the board (or an emulated chip), and no reason to lose the settings. */
const LET_GO = 10_000;
const LOOK = 50;

/**
 * Whether somebody holds a button while the board starts, for three to ten seconds. Waits by `delay` [ms], where it is held, until it is
 * let go, ten seconds at most: before the core runs there is nobody to wait for.
 */
export function isHeldAtStart(isPressed: () => boolean, delay: (ms: number) => void): boolean {
	delay(SETTLE);
	let held = 0;
	while (held < LET_GO && isPressed()) {
		delay(LOOK);
		held += LOOK;
	}
	return held >= HELD && held < LET_GO;
}
