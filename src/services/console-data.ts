import type { DceTerminal } from '../at/dce-terminal.js';
import { Silence } from '../base/silence.js';
import type { Clock } from '../ports/clock.js';
import type { DataRequest } from './own-command.js';

/** A DTE that is silent for so long [ms] in the middle of its data has given up (module.md, scripts). */
const SILENCE = 30_000;

/** Asks the DTE for octets behind a prompt, for a command of our own. `onAbort` gets what ends the question early. */
export function askTerminal(
	terminal: DceTerminal,
	clock: Clock,
	{ prompt, size, take }: DataRequest,
	onAbort: (abort: () => void) => void,
): Promise<boolean> {
	if (size === 0) return Promise.resolve(true);
	return new Promise(resolve => {
		let kept = true;
		const end = (complete: boolean) => {
			silence.cancel();
			resolve(complete);
		};
		const silence = new Silence(clock, SILENCE, () => end(false));
		onAbort(() => end(false));
		// What comes after `take` gave up is dropped: nothing of it may run as a command.
		const collect = {
			kind: 'octets' as const,
			count: size,
			take: (bytes: Uint8Array) => {
				silence.touch();
				kept = kept && take(bytes);
			},
		};
		terminal.prompt(prompt, collect, () => end(kept));
	});
}
