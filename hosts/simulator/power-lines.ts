import type { PowerControl } from '../../src/ports/power.js';
import type { VirtualModule } from './module/virtual-module.js';

/** The board's lines to a virtual module. */
export class PowerLines implements PowerControl {
	readonly #module: VirtualModule;
	readonly #hasPowerMonitor: boolean;

	/** `hasPowerMonitor` false: a board without the PWRMON line. */
	constructor(module: VirtualModule, hasPowerMonitor = true) {
		this.#module = module;
		this.#hasPowerMonitor = hasPowerMonitor;
	}

	setOnOff(asserted: boolean): void {
		this.#module.setOnOff(asserted);
	}

	setReset(asserted: boolean): void {
		this.#module.setReset(asserted);
	}

	isOn(): boolean | undefined {
		return this.#hasPowerMonitor ? this.#module.isOn : undefined;
	}
}
