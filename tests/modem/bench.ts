import { createSimulatedModule, type SimulatedModuleOptions } from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { InstanceOwner } from '../../src/modem/instance.js';
import { Modem, type ModemOptions } from '../../src/modem/modem.js';

/** A modem before a virtual module. The modem's own timers belong to `modem`. */
export function bench(options: Partial<SimulatedModuleOptions> = {}, modemOptions: Partial<ModemOptions> = {}) {
	const clock = new VirtualClock();
	const simulated = createSimulatedModule({ clock, baud: 0, ...options });
	const trace: string[] = [];
	const modem = new Modem({
		uart: simulated.dte,
		clock: clock.ownedBy('modem'),
		power: simulated.power,
		trace: {
			note: (source, text) => {
				if (trace.length < 20_000) trace.push(`${clock.now().toFixed(0)} ${source} ${text}`);
			},
		},
		mask: line => line,
		...modemOptions,
	});
	const counts = { ready: 0, lost: 0 };
	modem.onReady.push(() => counts.ready++);
	modem.onLost.push(() => counts.lost++);
	return {
		...simulated,
		clock,
		modem,
		trace,
		counts,
		/** Until the modem is ready for the time `times`. */
		ready: (times = 1, limit = 60_000) => clock.until(() => counts.ready >= times, limit, 'the attached module'),
	};
}

/** Of an instance whose DLCI cannot be opened again. */
export const NOT_REOPENED: Pick<InstanceOwner, 'reopen' | 'settings' | 'onRecovered'> = {
	reopen: async () => undefined,
	settings: () => [],
	onRecovered: () => {},
};
