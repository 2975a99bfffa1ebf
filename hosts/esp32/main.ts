import Digital from 'embedded:io/digital';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { FaultGuard } from '../firmware/fault-guard.js';
import { type FirmwarePorts, startFirmware } from '../firmware/firmware.js';
import { heapOctetsInUse } from '../firmware/machine-memory.js';
import { askedNote } from '../firmware/restart-note.js';
import { SilentPort } from '../firmware/silent-port.js';
import { UPDATE_KEY } from '../firmware/update-key.js';
import { XsClock } from '../firmware/xs-clock.js';
import { XsDigest } from '../firmware/xs-digest.js';
import { AuxiliaryUart } from './auxiliary-uart.js';
import { boardPins } from './board-pins.js';
import { keepNote, resetReason, restartBoard, takeNote } from './board-restart.js';
import { feedWatchdog } from './board-watchdog.js';
import type { OpenWifi } from './board-wifi.js';
import { DeviceEntropy } from './device-entropy.js';
import { DeviceUart, type DeviceUartOptions } from './device-uart.js';
import { wantsFactorySettings } from './factory-button.js';
import { nativeRecords } from './native-records.js';
import { verifyP256 } from './native-signature.js';
import { nativeSlots } from './native-slots.js';
import { nativeUart } from './native-uart.js';
import { openOutput } from './output-line.js';
import { PowerLines } from './power-lines.js';
import { RecordStore } from './record-store.js';
import { restartOf } from './restart-reason.js';
import { SlotUpdater } from './slot-updater.js';

/** The firmware on this board. XS calls it once, after the machine is set up. */
export default function main(): void {
	startBoard();
}

/** The same for a firmware with a second carrier; `openWifi` is left out where it has none. */
export function startBoard(openWifi?: OpenWifi): void {
	startFirmware({
		target: boardPins.target,
		takeRestart: () => restartOf(resetReason(), takeNote(), nativeSlots.isSlotOnTrial()),
		keepNote,
		restart: restartBoard,
		say: line => trace(`${line}\n`),
		heapInUse: heapOctetsInUse,
		openPorts: guard => openPorts(guard, openWifi),
	});
}

function openPorts(guard: FaultGuard, openWifi: OpenWifi | undefined): FirmwarePorts {
	const { Serial, pin } = boardPins;
	const setDtr = pin.dtr === undefined ? undefined : openOutput(pin.dtr, Digital.Output);
	const clock = new XsClock(guard);
	const store = new RecordStore(nativeRecords);
	const updater = new SlotUpdater(nativeSlots, { keepNote: why => keepNote(askedNote(why)), restart: restartBoard });
	const uart = { clock, guard, driver: nativeUart };
	const second = openWifi?.(clock, guard);
	return {
		clock,
		watchdog: { feed: feedWatchdog },
		factoryReset: wantsFactorySettings(pin.factoryReset),
		module: new DeviceUart({ ...uart, line: Serial.module, baud: Serial.module.baud, ...(setDtr && { setDtr }) }),
		console: openConsole(uart),
		...(Serial.auxiliary && { auxiliary: new AuxiliaryUart({ ...uart, line: Serial.auxiliary }) }),
		store,
		...(updater.capacity > 0 && {
			update: { updater, signature: { verify: verifyP256 }, publicKey: UPDATE_KEY },
		}),
		...(store.lost !== undefined && { recordsLost: store.lost }),
		digest: new XsDigest(),
		entropy: new DeviceEntropy(second?.isRadioOn),
		...(second && { wifi: second.wifi, network: second.network }),
		power: new PowerLines(pin),
		...(pin.statusLight !== undefined && { setLight: openOutput(pin.statusLight, Digital.Output) }),
	};
}

/** A debug build has the debugger on UART 0; the rest of the board works without a console. */
function openConsole(uart: Pick<DeviceUartOptions, 'clock' | 'guard' | 'driver'>): BytePort {
	const { console: line } = boardPins.Serial;
	try {
		return new DeviceUart({ ...uart, line, baud: line.baud });
	} catch (error) {
		trace(`no console: ${String(error)}\n`);
		return new SilentPort();
	}
}
