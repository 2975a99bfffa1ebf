import type { UartPort } from '../../../src/ports/byte-port.js';
import type { Clock, TimerHandle } from '../../../src/ports/clock.js';
import type { Store } from '../../../src/ports/store.js';
import type { MessageCentre } from '../message-centre.js';
import type { MobileNetwork } from '../mobile-network.js';
import type { SimCard } from '../sim-card.js';
import type { SocketHost } from '../socket-host.js';
import { Supply } from '../supply.js';
import { type Board, Firmware } from './firmware.js';
import { type Hang, Hangs } from './hangs.js';
import { identityOf, type ModelName } from './identity.js';
import { NonVolatile } from './non-volatile.js';
import { type Quirks, USUAL } from './quirks.js';
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
	/** Whether it has Python; without it, as the model has. */
	readonly python?: boolean;
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
	readonly supply = new Supply();
	readonly #board: Board;
	readonly #hangs = new Hangs();
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
		const identity = identityOf(options.model ?? 'GE865', options.imei ?? '357462031234567', options.python);
		this.#board = {
			clock: options.clock,
			uart: options.uart,
			sim: options.sim,
			network: options.network,
			centre: options.centre,
			sockets: options.sockets,
			nvm: new NonVolatile(options.store),
			identity,
			quirks: { ...USUAL, ...identity.quirks, ...options.quirks },
			hangs: this.#hangs,
			supply: this.supply,
			lineRate: options.lineRate,
			reboot: () => this.#restart('reboot'),
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

	/** The module resets itself: its watchdog, or a dip of the supply that is over at once. */
	restart(): void {
		if (this.#state !== 'off') this.#restart('reset');
	}

	/** An instance or the whole module hangs until it is freed. No effect while it is off; while it boots, from its first command on. */
	hang(hang: Hang): void {
		if (this.#state === 'off') return;
		if (this.firmware === undefined) this.#hangs.add(hang);
		else this.firmware.hang(hang);
	}

	/** A card is put in or taken out. */
	setCard(inserted: boolean): void {
		this.sim.inserted = inserted;
		this.sim.reset();
		this.firmware?.cardChanged();
	}

	/** ON_OFF: a pulse as long as the family wants toggles the power. */
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
		const { onOffPulse, offPulse } = this.#board.identity;
		const pulse = this.#state === 'off' ? onOffPulse : offPulse;
		this.#onOffTimer = this.#clock.setTimer(this.#onOffSince + pulse, () => this.#toggle());
	}

	/** RESET: held, the module is dead; released, it boots, or stays off where the family has the pad HW_SHUTDOWN*. */
	setReset(asserted: boolean): void {
		if (asserted === this.#resetHeld) return;
		this.#resetHeld = asserted;
		if (this.#state === 'off') return;
		if (asserted && this.#board.identity.resetSwitchesOff) this.#off();
		else if (asserted) {
			this.#end();
			this.#hangs.release('reset');
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
		this.#timer = this.#clock.setTimer(this.#clock.now() + this.#board.identity.boot, () => {
			this.#timer = undefined;
			this.#state = 'on';
			this.#board.uart.listen(undefined);
			this.#firmware = new Firmware(this.#board);
			this.#firmware.start();
		});
	}

	#restart(cause: 'reboot' | 'reset'): void {
		this.#stop(TIMING.reboot, () => {
			this.#hangs.release(cause);
			this.#boot();
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
		this.#hangs.release('power');
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
