import Digital from 'embedded:io/digital';
import type { PowerControl } from '../../src/ports/power.js';
import { openOutput } from './output-line.js';

export interface PowerLinesOptions {
	/** Pins of the open-drain lines. */
	readonly onOff: number;
	readonly reset: number;
	/** Pin that is high while the module is on; left out: the board has no such line. */
	readonly powerMonitor?: number;
}

/**
 * ON_OFF, RESET and PWRMON. The first two are open drain: the module pulls them up to its own voltage, the board only pulls them
 * low. Throws where a pin is in use.
 */
export class PowerLines implements PowerControl {
	readonly #setOnOff: (on: boolean) => void;
	readonly #setReset: (on: boolean) => void;
	readonly #monitor: Digital | undefined;

	constructor(options: PowerLinesOptions) {
		this.#setOnOff = openOutput(options.onOff, Digital.OutputOpenDrain);
		this.#setReset = openOutput(options.reset, Digital.OutputOpenDrain);
		if (options.powerMonitor === undefined) return;
		// Pulled down: a line that nobody drives reads as off.
		this.#monitor = new Digital({ pin: options.powerMonitor, mode: Digital.InputPullDown });
	}

	setOnOff(asserted: boolean): void {
		this.#setOnOff(asserted);
	}

	setReset(asserted: boolean): void {
		this.#setReset(asserted);
	}

	isOn(): boolean | undefined {
		return this.#monitor === undefined ? undefined : this.#monitor.read() === 1;
	}
}
