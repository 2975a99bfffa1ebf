import type { Clock } from '../../src/ports/clock.js';
import type { Network } from '../../src/ports/network.js';
import type { Wifi } from '../../src/ports/wifi.js';
import type { FaultGuard } from '../firmware/fault-guard.js';

/** The second carrier of a board that has one. */
export interface BoardWifi {
	readonly wifi: Wifi;
	readonly network: Network;
	/** While the radio is on it is the noise of the random generator, and nobody else may touch the chip's analogue side. */
	readonly isRadioOn: () => boolean;
}

/** What a firmware with Wi-Fi brings (`wifi/main.ts`); one without has nothing of the kind, and no code for it. */
export type OpenWifi = (clock: Clock, guard: FaultGuard) => BoardWifi;
