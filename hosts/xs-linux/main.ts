import Time from 'time';
import Timer from 'timer';
import type { Coprocessor } from '../../src/coprocessor.js';
import type { FaultGuard } from '../firmware/fault-guard.js';
import { type FirmwarePorts, startFirmware } from '../firmware/firmware.js';
import { heapOctetsInUse } from '../firmware/machine-memory.js';
import { SilentPort } from '../firmware/silent-port.js';
import { sdkSockets } from '../firmware/sockets/sdk-sockets.js';
import { SocketNetwork } from '../firmware/sockets/socket-network.js';
import { XsClock } from '../firmware/xs-clock.js';
import { XsDigest } from '../firmware/xs-digest.js';
import { XsTrace } from '../firmware/xs-trace.js';
import { LinuxUart } from './linux-uart.js';
import { watchMemory } from './memory-watch.js';
import { ProcessEnd } from './process-end.js';
import { RecordFiles } from './record-files.js';
import { fillRandom, setting } from './surroundings.js';

const RATE = 115_200;
/** Between two looks whether the services are up [ms]. */
const LOOK = 50;

/** The firmware as a process of Linux, which `loader` runs. Its board is what the environment says. */
export default function main(): void {
	const end = new ProcessEnd();
	startFirmware({
		target: 'xs-linux',
		takeRestart: () => end.takeRestart(),
		keepNote: note => end.keepNote(note),
		restart: () => end.restart(),
		say,
		heapInUse: heapOctetsInUse,
		openPorts: guard => openPorts(guard, end),
		started: tellReady,
	});
}

/**
 * - `ATRUN_MODULE`: serial device or pseudo-terminal of the module; `ATRUN_MODULE_RATE` in baud, 115200 where it is left out
 * - `ATRUN_CONSOLE`: likewise for the DTE; left out: nobody is there
 * - `ATRUN_STATE`: directory of the records
 * - `ATRUN_TRACE`: not empty: what passes between co-processor and module is told on the output
 * - `ATRUN_MEMORY`: every so many milliseconds a look at the memory, each new peak told on the output
 *
 * The second carrier (`#ATRUNTCP=1`) is this machine's own network, by the classes that the board has over its Wi-Fi; it listens on all
 * addresses. Nothing switches the module's power, as with `atrun run`.
 */
function openPorts(guard: FaultGuard, end: ProcessEnd): FirmwarePorts {
	const moduleRate = Number(setting('ATRUN_MODULE_RATE') ?? RATE);
	const open = (device: string, baud: number) =>
		new LinuxUart({ device, baud, guard, onLost: () => end.fault(`${device} has gone`) });
	const console = setting('ATRUN_CONSOLE');
	const memory = Number(setting('ATRUN_MEMORY') ?? 0);
	if (memory > 0) watchMemory(memory, say);
	const clock = new XsClock(guard);
	return {
		clock,
		network: new SocketNetwork({ clock, guard, sockets: sdkSockets }),
		module: open(required('ATRUN_MODULE'), moduleRate),
		moduleRate,
		console: console === undefined ? new SilentPort() : open(console, RATE),
		store: new RecordFiles(required('ATRUN_STATE')),
		digest: new XsDigest(),
		entropy: { fill: fillRandom },
		...(setting('ATRUN_TRACE') !== undefined && { trace: new XsTrace() }),
	};
}

/** For whoever waits for this process: says once that the module is attached and every service that is switched on does its work. */
function tellReady(coprocessor: Coprocessor, guard: FaultGuard): void {
	const start = Time.ticks;
	const look = Timer.repeat(
		guard.wrap('ready', () => {
			if (!coprocessor.isUp) return;
			Timer.clear(look);
			say(`ready after ${Time.ticks - start} ms`);
		}),
		LOOK,
	);
}

function say(line: string): void {
	trace(`${line}\n`);
}

function required(name: string): string {
	const value = setting(name);
	if (value === undefined) throw new Error(`${name} is not set in the environment`);
	return value;
}
