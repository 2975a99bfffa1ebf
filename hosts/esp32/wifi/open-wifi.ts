import type { Clock } from '../../../src/ports/clock.js';
import type { FaultGuard } from '../../firmware/fault-guard.js';
import { sdkSockets } from '../../firmware/sockets/sdk-sockets.js';
import { SocketNetwork } from '../../firmware/sockets/socket-network.js';
import type { BoardWifi } from '../board-wifi.js';
import { sdkStation } from './sdk-station.js';
import { WifiStation } from './wifi-station.js';

/** The radio stays off until the core joins. */
export function openWifi(clock: Clock, guard: FaultGuard): BoardWifi {
	const wifi = new WifiStation({ clock, guard, driver: sdkStation });
	return {
		wifi,
		network: new SocketNetwork({ clock, guard, sockets: sdkSockets }),
		isRadioOn: () => wifi.isRadioOn,
	};
}
