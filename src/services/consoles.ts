import type { Modem } from '../modem/modem.js';
import type { ConsolePort } from './console-port.js';
import { type Hearer, MessageNotices } from './message-notices.js';

/**
 * All consoles of the board. What the board says goes to each of its ports, what an instance of the module says to each console on
 * that instance, and what arrives to each that asked for it.
 */
export class Consoles {
	readonly #ports: readonly ConsolePort[];
	readonly #modem: Modem;
	readonly #notices: MessageNotices;

	constructor(ports: readonly ConsolePort[], modem: Modem) {
		this.#ports = ports;
		this.#modem = modem;
		this.#notices = new MessageNotices(modem, () => this.#hearers);
		modem.hub.on('+CDSI: ', text => this.#reportArrived(text));
		modem.hub.on('+CBM: ', text => this.#broadcast(text));
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
		this.#notices.arrived(index, 'message');
	}

	/** `+CNMI` of a console changed: the module tells the board what any of them wants to hear. */
	follow(): void {
		const hearers = this.#hearers;
		const reports = hearers.some(({ settings }) => settings.notice('report') !== 'none');
		this.#modem.alsoTell(
			hearers.some(({ settings }) => settings.wantsBroadcasts),
			reports,
		);
	}

	close(): void {
		for (const port of this.#ports) port.close();
	}

	get #hearers(): readonly Hearer[] {
		return this.#ports.flatMap(({ hearers }) => hearers);
	}

	#reportArrived(text: string): boolean {
		const index = /^\+CDSI: "SM",([0-9]+)/.exec(text)?.[1];
		if (index !== undefined) this.#notices.arrived(Number(index), 'report');
		return index !== undefined;
	}

	#broadcast(text: string): boolean {
		for (const hearer of this.#hearers) if (hearer.settings.wantsBroadcasts) hearer.urc(text);
		return true;
	}
}
