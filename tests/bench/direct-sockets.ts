import type { HostConnection, HostListener, SocketHost } from '../../hosts/simulator/socket-host.js';
import { Wire, type WireEnd } from '../../hosts/simulator/wire.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import type { NetworkError } from '../../src/ports/network.js';

/** One listener and its callers, between whom octets take no time: whatever time passes is the board's. */
export class DirectSockets implements SocketHost {
	readonly #clock: Clock;
	readonly #board: Clock;
	#onConnection: ((connection: HostConnection) => void) | undefined;

	/** `board`: the clock of whose end the board has. */
	constructor(clock: Clock, board: Clock) {
		this.#clock = clock;
		this.#board = board;
	}

	get isListening(): boolean {
		return this.#onConnection !== undefined;
	}

	async listen(
		_port: number,
		onConnection: (connection: HostConnection) => void,
	): Promise<Result<HostListener, NetworkError>> {
		this.#onConnection = onConnection;
		return success({
			close: () => {
				this.#onConnection = undefined;
			},
		});
	}

	async connect(): Promise<Result<HostConnection, NetworkError>> {
		return failure('refused');
	}

	/** Calls the listener; the caller's end. */
	dial(): WireEnd {
		const wire = new Wire(this.#clock, { baud: 0, block: 1500 }, { dce: this.#board });
		this.#onConnection?.(Object.assign(wire.dce, { peerAddress: '127.0.0.1', peerPort: 1332 }));
		return wire.dte;
	}
}
