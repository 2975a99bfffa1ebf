import type { FaultGuard } from '../firmware/fault-guard.js';
import { type FirmwarePorts, startFirmware } from '../firmware/firmware.js';
import { SilentPort } from '../firmware/silent-port.js';
import { XsClock } from '../firmware/xs-clock.js';
import { XsDigest } from '../firmware/xs-digest.js';
import { LinuxUart } from './linux-uart.js';
import { ProcessEnd } from './process-end.js';
import { RecordFiles } from './record-files.js';
import { fillRandom, setting } from './surroundings.js';

const RATE = 115_200;

/** The firmware as a process of Linux, which `loader` runs. Its board is what the environment says. */
export default function main(): void {
	const end = new ProcessEnd();
	startFirmware({
		target: 'xs-linux',
		takeRestart: () => end.takeRestart(),
		keepNote: note => end.keepNote(note),
		restart: () => end.restart(),
		say: line => trace(`${line}\n`),
		openPorts: guard => openPorts(guard, end),
	});
}

/**
 * - `ATRUN_MODULE`: serial device or pseudo-terminal of the module; `ATRUN_MODULE_RATE` in baud, 115200 where it is left out
 * - `ATRUN_CONSOLE`: likewise for the DTE; left out: nobody is there
 * - `ATRUN_STATE`: directory of the records
 *
 * Nothing switches the module's power, as with `atrun run`.
 */
function openPorts(guard: FaultGuard, end: ProcessEnd): FirmwarePorts {
	const moduleRate = Number(setting('ATRUN_MODULE_RATE') ?? RATE);
	const open = (device: string, baud: number) =>
		new LinuxUart({ device, baud, guard, onLost: () => end.fault(`${device} has gone`) });
	const console = setting('ATRUN_CONSOLE');
	return {
		clock: new XsClock(guard),
		module: open(required('ATRUN_MODULE'), moduleRate),
		moduleRate,
		console: console === undefined ? new SilentPort() : open(console, RATE),
		store: new RecordFiles(required('ATRUN_STATE')),
		digest: new XsDigest(),
		entropy: { fill: fillRandom },
	};
}

function required(name: string): string {
	const value = setting(name);
	if (value === undefined) throw new Error(`${name} is not set in the environment`);
	return value;
}
