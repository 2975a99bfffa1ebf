import type { Modem } from '../modem/modem.js';
import type { ConsolePort } from './console-port.js';

/**
 * All consoles of the board. What the board says goes to each of its ports, what an instance of the module says to each console on
 * that instance, a new message to each that asked for it.
 */
export class Consoles {
	readonly #ports: readonly ConsolePort[];

	constructor(ports: readonly ConsolePort[], modem: Modem) {
		this.#ports = ports;
		modem.hub.rest = (text, instance) => {
			if (modem.isReserved(instance)) return;
			for (const port of ports) port.instanceUrc(text, instance);
		};
		modem.onSignals.push((instance, signals) => {
			if (modem.isReserved(instance)) return;
			for (const port of ports) port.moduleSignals(instance, signals);
		});
	}

	/** What the board itself says. */
	urc(text: string): void {
		for (const port of this.#ports) port.urc(text);
	}

	/** A message that no service took arrived at `index`. */
	messageArrived(index: number): void {
		for (const port of this.#ports) port.messageArrived(index);
	}

	close(): void {
		for (const port of this.#ports) port.close();
	}
}
