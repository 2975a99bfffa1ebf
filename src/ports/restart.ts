/**
 * Why the board started. `power-on`: the supply came, or somebody switched it; `reset`: by the reset line or a debugger;
 * `software`: it was asked to; `fault`: an exception, memory used up or a panic of the chip; `watchdog`: nobody fed it;
 * `brown-out`: the supply sagged.
 */
export type RestartReason = 'power-on' | 'reset' | 'software' | 'fault' | 'watchdog' | 'brown-out' | 'unknown';

/** How the last run ended. */
export interface Restart {
	readonly reason: RestartReason;
	/** More of it, in a line without secrets: the place and the text of an exception. Left out: the host knows no more. */
	readonly why?: string;
}
