import device from 'embedded:provider/builtin';
import type { SerialLine } from './device-uart.js';

/** What a target's `host/provider.js` says of its board. Numbers of pins are the chip's GPIO numbers. */
export interface BoardPins {
	/** The name of the target's folder. */
	readonly target: string;
	readonly Serial: {
		/** The line to the module. */
		readonly module: SerialLine & { readonly baud: number };
		/** The line to the DTE. */
		readonly console: SerialLine & { readonly baud: number };
		/** For transparent mode; left out: the board has none. */
		readonly auxiliary?: SerialLine;
	};
	readonly pin: {
		readonly onOff: number;
		readonly reset: number;
		readonly powerMonitor?: number;
		readonly dtr?: number;
		/** A light that is on while the pin is low. */
		readonly statusLight?: number;
		/** A button to ground, with a pull-up of the chip: held while the board starts, it takes the settings back to the factory's. */
		readonly factoryReset?: number;
	};
}

/** The SDK's type of a provider speaks of its own example boards. */
export const boardPins = device as unknown as BoardPins;
