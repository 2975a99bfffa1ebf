import type { UartPort } from '../../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../../src/ports/clock.js';
import type { Store } from '../../../src/ports/store.js';
import type { MessageCentre } from '../message-centre.js';
import type { MobileNetwork } from '../mobile-network.js';
import type { SimCard } from '../sim-card.js';
import type { SocketHost } from '../socket-host.js';
import { type Board, Firmware, type Quirks } from './firmware.js';
import { identityOf, type ModelName } from './identity.js';
import { NonVolatile } from './non-volatile.js';
import { TIMING } from './timing.js';

export interface VirtualModuleOptions {
	/** The DCE end of the line. */
	readonly uart: UartPort;
	readonly clock: Clock;
	readonly sim: SimCard;
	readonly network: MobileNetwork;
	readonly centre: MessageCentre;
	readonly sockets: SocketHost;
	readonly model?: ModelName;
	readonly imei?: string;
	/** Keeps what the module stores; without it, only as long as the object lives. */
	readonly store?: Store;
	readonly quirks?: Partial<Quirks>;
	/** Rate at which the DTE sends, for automatic baud. */
	readonly lineRate?: () => number;
}

export type PowerState = 'off' | 'booting' | 'on' | 'stopping';

/** A Telit-like module of the 86x families: what stays when its power goes, and the power itself. */
export class VirtualModule {
	readonly sim: SimCard;
	readonly network: MobileNetwork;
	readonly #board: Board;
	readonly #clock: Clock;
	#state: PowerState = 'off';
	#firmware: Firmware | undefined;
	#timer: TimerHandle | undefined;
	#onOffSince: number | undefined;
	#onOffDone = false;
	#onOffTimer: TimerHandle | undefined;
	#resetHeld = false;
	#boots = 0;

	constructor(options: VirtualModuleOptions) {
		this.sim = options.sim;
		this.network = options.network;
		this.#clock = options.clock;
		this.#board = {
			clock: options.clock,
			uart: options.uart,
			sim: options.sim,
			network: options.network,
			centre: options.centre,
			sockets: options.sockets,
			nvm: new NonVolatile(options.store),
			identity: identityOf(options.model ?? 'GE865', options.imei ?? '357462031234567'),
			quirks: { earlySabmDeadlocks: false, ...options.quirks },
			lineRate: options.lineRate,
			reboot: () => this.#stop(TIMING.reboot, () => this.#boot()),
			shutDown: () => this.#stop(TIMING.shutDown, () => this.#off()),
		};
		this.#ignoreLine();
	}

	get state(): PowerState {
		return this.#state;
	}

	/** How often it booted: a test sees a restart that it did not ask for. */
	get boots(): number {
		return this.#boots;
	}

	/** The firmware that runs now, for tests and scenarios that reach inside. */
	get firmware(): Firmware | undefined {
		return this.#state === 'on' ? this.#firmware : undefined;
	}

	/** Power on without the pulse. No effect when it is on already. */
	powerOn(): void {
		if (this.#state === 'off') this.#boot();
	}

	/** The supply is cut: nothing is saved, nothing is said. */
	cutPower(): void {
		this.#end();
		this.#off();
	}

	/** The firmware restarts by itself, as after a brown-out. */
	restart(): void {
		if (this.#state === 'off') return;
		this.#stop(TIMING.reboot, () => this.#boot());
	}

	/** A card is put in or taken out. */
	setCard(inserted: boolean): void {
		this.sim.inserted = inserted;
		this.sim.reset();
		this.firmware?.cardChanged();
	}

	/** ON_OFF: a pulse of a second or more toggles the power. */
	setOnOff(asserted: boolean): void {
		if (asserted === (this.#onOffSince !== undefined)) return;
		this.#onOffTimer?.cancel();
		this.#onOffTimer = undefined;
		if (!asserted) {
			this.#onOffSince = undefined;
			return;
		}
		this.#onOffSince = this.#clock.now();
		this.#onOffDone = false;
		this.#onOffTimer = this.#clock.setTimer(this.#onOffSince + TIMING.onOffPulse, () => this.#toggle());
	}

	/** RESET: held, the module is dead; released, it boots. */
	setReset(asserted: boolean): void {
		if (asserted === this.#resetHeld) return;
		this.#resetHeld = asserted;
		if (this.#state === 'off') return;
		if (asserted) {
			this.#end();
			this.#state = 'booting';
		} else this.#boot();
	}

	/** PWRMON. */
	get isOn(): boolean {
		return this.#state !== 'off';
	}

	/** DTR of the UART. */
	dtrChanged(on: boolean): void {
		this.firmware?.line.dtrChanged(on);
	}

	/** The DTE sends at another rate now. */
	lineRateChanged(): void {
		this.firmware?.line.lineRateChanged();
	}

	#toggle(): void {
		this.#onOffTimer = undefined;
		if (this.#onOffDone) return;
		this.#onOffDone = true;
		if (this.#state === 'off') this.#boot();
		else if (this.#state === 'on' || this.#state === 'booting') this.#board.shutDown();
	}

	#boot(): void {
		this.#end();
		this.#state = 'booting';
		this.#boots++;
		this.#timer = this.#clock.setTimer(this.#clock.now() + TIMING.boot, () => {
			this.#timer = undefined;
			this.#state = 'on';
			this.#board.uart.listen(undefined);
			this.#firmware = new Firmware(this.#board);
			this.#firmware.start();
		});
	}

	#stop(ms: number, then: () => void): void {
		this.#end();
		this.#state = 'stopping';
		this.#timer = this.#clock.setTimer(this.#clock.now() + ms, () => {
			this.#timer = undefined;
			then();
		});
	}

	#off(): void {
		this.#end();
		this.#state = 'off';
	}

	#end(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		const firmware = this.#firmware;
		this.#firmware = undefined;
		firmware?.end();
		this.#ignoreLine();
	}

	/** Nobody reads: what the DTE sends is lost. */
	#ignoreLine(): void {
		const { uart } = this.#board;
		const waste = new Uint8Array(256);
		const drain = () => {
			while (uart.read(waste) > 0);
		};
		uart.listen({ readable: drain });
		drain();
	}
}
