/**
 * What frees something that hangs, from the least disruptive up; each frees what those before it free.
 * - `break`: a break on the instance's channel.
 * - `reopen`: DISC and SABM on its DLCI.
 * - `mux`: the end of the multiplexer, by CLD, DISC on DLCI 0 or DTR, or a new +CMUX.
 * - `reboot`: #REBOOT, which an instance that still answers must be told.
 * - `reset`: a pulse on the RESET line.
 * - `power`: off and on again.
 */
export type Release = 'break' | 'reopen' | 'mux' | 'reboot' | 'reset' | 'power';

export const RELEASES: readonly Release[] = Object.freeze(['break', 'reopen', 'mux', 'reboot', 'reset', 'power']);

/** What frees a module that hangs as a whole: no instance is left that could be told #REBOOT. */
export type WholeRelease = 'mux' | 'reset' | 'power';

/** One instance takes octets and answers nothing, or the whole module does, the control channel of its multiplexer too. */
export type Hang =
	| { readonly what: 'instance'; readonly number: number; readonly until: Release }
	| { readonly what: 'all'; readonly until: WholeRelease };

/** What hangs in a module. It outlives a run of the firmware: not every restart frees it. */
export class Hangs {
	readonly #instances = new Map<number, Release>();
	#all: WholeRelease | undefined;

	/** The whole module hangs, until this. */
	get all(): WholeRelease | undefined {
		return this.#all;
	}

	/** The instance hangs, by itself, until this. */
	of(number: number): Release | undefined {
		return this.#instances.get(number);
	}

	/** Of two hangs of the same thing the one that is harder to free stays. */
	add(hang: Hang): void {
		if (hang.what === 'all') {
			if (this.#all === undefined || frees(hang.until, this.#all)) this.#all = hang.until;
			return;
		}
		const former = this.#instances.get(hang.number);
		if (former === undefined || frees(hang.until, former)) this.#instances.set(hang.number, hang.until);
	}

	/** `event` happened, to one instance or to all; returns the instances that it frees. */
	release(event: Release, number?: number): readonly number[] {
		if (this.#all !== undefined && frees(event, this.#all)) this.#all = undefined;
		const freed: number[] = [];
		for (const [hung, until] of [...this.#instances]) {
			if ((number !== undefined && hung !== number) || !frees(event, until)) continue;
			this.#instances.delete(hung);
			freed.push(hung);
		}
		return freed;
	}
}

/** Whether `event` frees what waits for `until`. */
function frees(event: Release, until: Release): boolean {
	return RELEASES.indexOf(event) >= RELEASES.indexOf(until);
}
