/**
 * The steps of the recovery ladder, from the least disruptive one up (architecture, decision 5).
 * - `wait`: the channel came back in step by itself: the answer was late, or a setting had muted it.
 * - `abort`: the break octet of MSC, or DTR dropped on the DLCI, ended what blocked.
 * - `reopen`: the DLCI was closed and opened again.
 * - `mux`: the multiplexer was restarted.
 * - `reboot`: `AT#REBOOT` on an instance that still answers.
 * - `reset`: the reset line. `power`: the module was switched off and on.
 */
export type Rung = 'wait' | 'abort' | 'reopen' | 'mux' | 'reboot' | 'reset' | 'power';

/** What brought an instance, or the whole module, back. */
export interface Recovery {
	readonly rung: Rung;
	/** What was wrong, in words. */
	readonly reason: string;
	/** Seconds from the fault that was noticed to the first answer. */
	readonly seconds: number;
}
