import Digital from 'embedded:io/digital';
import { Coprocessor } from '../../src/coprocessor.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Restart } from '../../src/ports/restart.js';
import { AuxiliaryUart } from './auxiliary-uart.js';
import { boardPins } from './board-pins.js';
import { keepNote, resetReason, restartBoard, takeNote } from './board-restart.js';
import { feedWatchdog } from './board-watchdog.js';
import { DeviceClock } from './device-clock.js';
import { DeviceDigest } from './device-digest.js';
import { DeviceEntropy } from './device-entropy.js';
import { DeviceUart } from './device-uart.js';
import { FaultGuard } from './fault-guard.js';
import { isHeldAtStart } from './held-button.js';
import { nativeUart } from './native-uart.js';
import { openOutput } from './output-line.js';
import { PowerLines } from './power-lines.js';
import { PreferenceStore } from './preference-store.js';
import { askedNote, faultNote, restartOf } from './restart-reason.js';
import { SilentPort } from './silent-port.js';

/** As package.json has it. */
const FIRMWARE = '0.1.0';
const TARGET = 'gateway-esp32';

/** The firmware: the core on the ports of this board. XS calls it once, after the machine is set up. */
export default function main(): void {
	const start = restartOf(resetReason(), takeNote());
	const guard = new FaultGuard((place, error) => {
		trace(`fault in ${place}: ${String(error)}\n`);
		keepNote(faultNote(place, error));
	}, restartBoard);
	reportAborts(guard);
	if (start.why !== undefined) trace(`${start.reason}: ${start.why}\n`);
	guard.wrap('start', () => run(guard, start))();
}

function run(guard: FaultGuard, start: Restart): void {
	const { Serial, pin } = boardPins;
	const setDtr = pin.dtr === undefined ? undefined : openOutput(pin.dtr, Digital.Output);
	const clock = new DeviceClock(guard);
	const coprocessor = new Coprocessor({
		start,
		watchdog: { feed: feedWatchdog },
		factoryReset: isHeldAtStart(pin.factoryReset),
		restart: () => {
			keepNote(askedNote('by command'));
			restartBoard();
		},
		about: { firmware: FIRMWARE, target: TARGET },
		clock,
		module: new DeviceUart({ line: Serial.module, baud: Serial.module.baud, guard, ...(setDtr && { setDtr }) }),
		console: openConsole(guard),
		...(Serial.auxiliary && {
			auxiliary: new AuxiliaryUart({ line: Serial.auxiliary, clock, driver: nativeUart }),
		}),
		store: new PreferenceStore('atrun'),
		digest: new DeviceDigest(),
		entropy: new DeviceEntropy(),
		power: new PowerLines(pin),
	});
	coprocessor.start();
}

/** A debug build has the debugger on UART 0; the rest of the board works without a console. */
function openConsole(guard: FaultGuard): BytePort {
	const { console: line } = boardPins.Serial;
	try {
		return new DeviceUart({ line, baud: line.baud, guard });
	} catch (error) {
		trace(`no console: ${String(error)}\n`);
		return new SilentPort();
	}
}

/** XS calls `abort` before it ends the machine: for a rejected promise that nobody handles, for memory that is used up. */
function reportAborts(guard: FaultGuard): void {
	Object.defineProperty(globalThis, 'abort', {
		value: (reason: string, exception: unknown) => guard.end(reason, exception),
	});
}
