import { Coprocessor, type CoprocessorPorts } from '../../src/coprocessor.js';
import type { Restart } from '../../src/ports/restart.js';
import { FaultGuard } from './fault-guard.js';
import { HeapPeak } from './heap-peak.js';
import { askedNote, faultNote } from './restart-note.js';
import { showState } from './status-light.js';

/** As package.json has it. */
const FIRMWARE = '0.1.0';

/** What the firmware needs of the machine that it runs on, before and beside the ports of the core. */
export interface FirmwareHost {
	/** Name of the target in `targets`: what `#ATRUNINFO` and the header of an image call this board. */
	readonly target: string;
	/** How the last run ended. Asked once: it takes the note that the last run left. */
	takeRestart(): Restart;
	/** Leaves a note for the next run; it needs no memory of the engine, which may have run out of it. */
	keepNote(note: string): void;
	/** Does not come back on a board. */
	restart(): void;
	/** For a person at the debugger; a release build may drop it. */
	say(line: string): void;
	/** Octets of the engine's memory that are no garbage: collects it, for which all else waits. Undefined: the engine cannot tell. */
	heapInUse?(): number;
	/** Opens everything; what throws here ends the run as a fault. Callbacks of the platform go through `guard`. */
	openPorts(guard: FaultGuard): FirmwarePorts;
	/** The core runs, and begins to attach. */
	started?(coprocessor: Coprocessor, guard: FaultGuard): void;
}

/** What the core gets of the host; the rest of its ports is made here. */
export interface FirmwarePorts extends Omit<CoprocessorPorts, 'start' | 'restart' | 'about'> {
	/** Switches the status light; undefined: the board has none. */
	readonly setLight?: (on: boolean) => void;
}

/**
 * The firmware: the core on the ports of a host, and what happens at its beginning and its end. Every host that runs the core as the
 * whole program begins here, so that what is tried on one is what runs on the other.
 */
export function startFirmware(host: FirmwareHost): void {
	const start = host.takeRestart();
	const guard = new FaultGuard(
		(place, error) => {
			host.say(`fault in ${place}: ${String(error)}`);
			host.keepNote(faultNote(place, error));
		},
		() => host.restart(),
	);
	reportAborts(guard);
	if (start.why !== undefined) host.say(`${start.reason}: ${start.why}`);
	guard.wrap('start', () => {
		const { setLight, ...ports } = host.openPorts(guard);
		const peak = host.heapInUse && new HeapPeak(ports.clock, host.heapInUse);
		const coprocessor = new Coprocessor({
			...ports,
			...(peak && { heapPeak: () => peak.look() }),
			start,
			about: { firmware: FIRMWARE, target: host.target },
			restart: () => {
				host.keepNote(askedNote('by command'));
				host.restart();
			},
		});
		coprocessor.start();
		if (setLight !== undefined) showState(setLight, ports.clock, () => coprocessor.isUp);
		host.started?.(coprocessor, guard);
	})();
}

/** XS calls `abort` before it ends the machine: for a rejected promise that nobody handles, for memory that is used up. */
function reportAborts(guard: FaultGuard): void {
	Object.defineProperty(globalThis, 'abort', {
		configurable: true,
		value: (reason: string, exception: unknown) => guard.end(reason, exception),
	});
}
