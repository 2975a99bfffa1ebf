import type { Clock, TimerHandle } from '../../../src/ports/clock.js';
import type { MobileNetwork, Operator } from '../mobile-network.js';
import { TIMING } from './timing.js';

/** `<stat>` of +CREG, +CGREG and +CEREG (27.007 7.2, 10.1.20, 10.1.22) as far as the network here uses them. */
export type RegistrationState = 0 | 1 | 2 | 3 | 5;

/** +COPS mode. */
export type SelectionMode = 0 | 1 | 2;

export interface RegistrationEvents {
	circuitChanged(): void;
	packetChanged(): void;
}

/** Finds an operator, registers, and attaches to packet service; starts again when coverage comes back. */
export class Registration {
	#circuit: RegistrationState = 0;
	#packet: RegistrationState = 0;
	#mode: SelectionMode = 0;
	#operator: Operator | undefined;
	#wanted: Operator | undefined;
	#radio = false;
	#packetWanted = true;
	#circuitWanted = true;
	#band = 0;
	#timer: TimerHandle | undefined;
	readonly #clock: Clock;
	readonly #network: MobileNetwork;
	readonly #hasLte: boolean;
	readonly #events: RegistrationEvents;
	readonly #unwatch: () => void;

	constructor(clock: Clock, network: MobileNetwork, hasLte: boolean, events: RegistrationEvents) {
		this.#clock = clock;
		this.#network = network;
		this.#hasLte = hasLte;
		this.#events = events;
		this.#unwatch = network.watch(() => this.#restart());
	}

	get circuit(): RegistrationState {
		return this.#circuitWanted && !this.#network.lteOnly ? this.#circuit : 0;
	}

	get packet(): RegistrationState {
		return this.#network.lteOnly ? 0 : this.#packet;
	}

	/** +CEREG: where LTE is the only network, as messages go over it too. */
	get evolved(): RegistrationState {
		return this.#network.lteOnly ? this.#circuit : 0;
	}

	get mode(): SelectionMode {
		return this.#mode;
	}

	/** The operator that serves the module now. */
	get operator(): Operator | undefined {
		return this.#operator;
	}

	get isRegistered(): boolean {
		return this.#circuitWanted && this.#isCamped;
	}

	get hasPacketService(): boolean {
		return this.#packet === 1 || this.#packet === 5;
	}

	/** Signal at the antenna, with the radio on. */
	get hasSignal(): boolean {
		return this.#radio && this.#coverage;
	}

	/** #BND: this network is there at 900 and 1800 MHz, with packet service at 900 alone. */
	get band(): number {
		return this.#band;
	}

	setBand(band: number): void {
		this.#band = band;
		this.#restart();
	}

	/** 0: 900 and 1800, 1: 900 and 1900, 2: 850 and 1800, 3: 850 and 1900. */
	get #coverage(): boolean {
		return this.#network.coverage && this.#band < 3 && (this.#hasLte || !this.#network.lteOnly);
	}

	get #packetService(): boolean {
		return this.#network.packetService && this.#band < 2;
	}

	/** Radio on or off: +CFUN, a card that is ready or gone. */
	setRadio(on: boolean): void {
		if (on === this.#radio) return;
		this.#radio = on;
		this.#restart();
	}

	/** +COPS=0, 1 and 2. */
	select(mode: SelectionMode, operator?: Operator): void {
		this.#mode = mode;
		this.#wanted = operator;
		this.#restart();
	}

	/** +CGATT and +CGCLASS. */
	setPacketWanted(wanted: boolean): void {
		this.#packetWanted = wanted;
		if (!wanted) this.#setPacket(0);
		else if (this.#isCamped) this.#attachPacket();
	}

	/** +CGCLASS="CG": packet service alone. */
	setCircuitWanted(wanted: boolean): void {
		if (wanted === this.#circuitWanted) return;
		this.#circuitWanted = wanted;
		this.#events.circuitChanged();
	}

	/** The firmware ends. */
	end(): void {
		this.#unwatch();
		this.#timer?.cancel();
	}

	get #isCamped(): boolean {
		return this.#circuit === 1 || this.#circuit === 5;
	}

	#restart(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		if (!this.#radio || this.#mode === 2) {
			this.#lose(0);
			return;
		}
		if (this.#coverage && this.#isCamped && this.#target() === this.#operator) {
			if (!this.#packetService) this.#setPacket(this.#packetWanted ? 2 : 0);
			else if (this.#packetWanted && !this.hasPacketService) this.#attachPacket();
			return;
		}
		this.#lose(2);
		if (!this.#coverage) return;
		this.#timer = this.#clock.setTimer(this.#clock.now() + TIMING.register, () => this.#register());
	}

	#target(): Operator | undefined {
		return this.#mode === 1 ? this.#wanted : this.#network.operators.find(operator => operator.allowed);
	}

	#register(): void {
		const operator = this.#target();
		if (operator === undefined || !operator.allowed) {
			this.#lose(3);
			return;
		}
		this.#operator = operator;
		this.#setCircuit(operator === this.#network.operators[0] ? 1 : 5);
		this.#attachPacket();
	}

	#attachPacket(): void {
		this.#timer?.cancel();
		if (!this.#packetWanted) return;
		this.#timer = this.#clock.setTimer(this.#clock.now() + TIMING.packetAttach, () => {
			if (this.#isCamped && this.#packetService) this.#setPacket(this.#circuit);
		});
	}

	#lose(state: RegistrationState): void {
		this.#operator = undefined;
		this.#setPacket(state === 2 && this.#packetWanted ? 2 : 0);
		this.#setCircuit(state);
	}

	#setCircuit(state: RegistrationState): void {
		if (state === this.#circuit) return;
		this.#circuit = state;
		this.#events.circuitChanged();
	}

	#setPacket(state: RegistrationState): void {
		if (state === this.#packet) return;
		this.#packet = state;
		this.#events.packetChanged();
	}
}
