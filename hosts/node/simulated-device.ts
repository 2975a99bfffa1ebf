import type { Result } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Trace } from '../../src/ports/trace.js';
import type { SimulatedNetwork } from './control-protocol.js';

/** What a sub-command runs of the simulator: something with a line for a DTE, and mobiles around it. */
export interface SimulatedDevice {
	/** The DTE's end of its line: a module's UART, or a board's console. */
	readonly line: BytePort;
	/** Its number on the simulated network. */
	readonly number: string;
	readonly network: SimulatedNetwork;
	/** Powers it. Settles when it does its work, or with a line that says why not. */
	start(): Promise<Result<void>>;
	stop(): Promise<void>;
}

export interface DeviceOptions {
	readonly clock: Clock;
	/** Rate of the module's UART [baud]; 0: as fast as it goes, and no rate ever garbles. */
	readonly baud: number;
	/** Gets what passes, where a trace is wanted. */
	readonly trace: Trace | undefined;
}
