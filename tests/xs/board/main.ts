/** The firmware as the whole program of a machine, on ports that lead into the world of a test: see ../limits/board-world.ts. */
import type { FaultGuard } from '../../../hosts/firmware/fault-guard.js';
import { type FirmwarePorts, startFirmware } from '../../../hosts/firmware/firmware.js';
import { XsClock } from '../../../hosts/firmware/xs-clock.js';
import { XsDigest } from '../../../hosts/firmware/xs-digest.js';
import type { RestartReason } from '../../../src/ports/restart.js';
import { blankSlots } from './blank-slots.js';
import { FarStore } from './far-store.js';
import { host, type Passed } from './host.js';
import { leak } from './leak.js';
import { fire } from './sdk/timer.js';
import { SerialLine } from './serial-line.js';

let lines: readonly SerialLine[] = [];

function openPorts(guard: FaultGuard): FirmwarePorts {
	const [module, console, auxiliary] = [0, 1, 2].map(number => new SerialLine(number, guard));
	lines = [module!, console!, auxiliary!];
	return {
		clock: new XsClock(guard),
		watchdog: { feed: () => void host.call('feed') },
		module: module!,
		console: console!,
		auxiliary: auxiliary!,
		store: new FarStore(),
		update: { updater: blankSlots, signature: { verify: () => false }, publicKey: '' },
		digest: new XsDigest(),
		entropy: { fill: into => void host.fill(into, 'entropy', into.length) },
		power: {
			setOnOff: asserted => void host.call('on-off', asserted),
			setReset: asserted => void host.call('reset', asserted),
			isOn: () => host.call('is-on') as boolean | undefined,
		},
	};
}

host.answer((what: string, a: Passed): Passed => {
	switch (what) {
		case 'start':
			startFirmware({
				target: 'test',
				takeRestart: () => ({ reason: a as RestartReason }),
				keepNote: note => void host.call('note', note),
				restart: () => void host.call('restart'),
				say: line => host.print(`the board: ${line}`),
				openPorts,
			});
			return undefined;
		case 'timer':
			fire(a as number);
			return undefined;
		case 'readable':
		case 'writable':
			lines[a as number]!.happened(what);
			return undefined;
		case 'leak':
			leak(a as number);
			return undefined;
		default:
			throw new RangeError(`nothing is called "${what}"`);
	}
});
