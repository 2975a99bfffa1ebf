import { success } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import type { MessageCentreOptions } from '../simulator/message-centre.js';
import type { MobileNetworkOptions } from '../simulator/mobile-network.js';
import type { VirtualModule } from '../simulator/module/virtual-module.js';
import { createSimulatedModule, type SimulatedModuleOptions } from '../simulator/simulated-module.js';
import type { DeviceOptions, SimulatedDevice } from './simulated-device.js';
import { SimulatedMobiles } from './simulated-mobiles.js';
import { SimulatedSockets } from './simulated-sockets.js';
import { TracedPort } from './traced-port.js';

export interface ModemOptions extends DeviceOptions {
	/** As for `SimulatedSockets`. */
	readonly mapPort?: (port: number) => number;
}

export interface SimulatedModem extends SimulatedDevice {
	readonly module: VirtualModule;
}

/**
 * A virtual module by itself, whose sockets are this machine's. `around` puts it on the network of another one; without, it
 * has its own, which shows this machine's time.
 */
export function composeModem(
	{ clock, baud, trace, mapPort }: ModemOptions,
	around: Pick<SimulatedModuleOptions, 'centre' | 'network' | 'sim' | 'imei' | 'store'> = timeOfHere(clock),
): SimulatedModem {
	const sockets = new SimulatedSockets({
		clock,
		...(mapPort && { mapPort }),
		onRefused: (port, error) => trace?.note('socket', `port ${port} of 127.0.0.1: ${error}`),
	});
	const simulated = createSimulatedModule({ clock, baud, sockets, ...around });
	const { number } = simulated.sim;
	return {
		module: simulated.module,
		line: trace === undefined ? simulated.dte : new TracedPort(simulated.dte, 'uart', trace),
		number,
		network: new SimulatedMobiles(clock, simulated.centre, number),
		start: async () => {
			simulated.module.powerOn();
			return success(undefined);
		},
		stop: async () => {
			simulated.module.cutPower();
			simulated.dte.close();
		},
	};
}

/** What the simulated network takes for the time at 0 of the clock: this machine's. */
export function timeOfHere(clock: Clock): {
	readonly centre: MessageCentreOptions;
	readonly network: MobileNetworkOptions;
} {
	const unixMs = Date.now() - clock.now();
	const zone = Math.round(-new Date().getTimezoneOffset() / 15);
	return { centre: { wallClock: unixMs / 1000, zone }, network: { time: { unixMs: unixMs + zone * 900_000, zone } } };
}
