import { type Result, success } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { ListenEvents, ListenRequest, Network, NetworkError, NetworkListener } from '../../src/ports/network.js';
import type { SocketHost } from './socket-host.js';

/** The own network of a simulated host, beside its module's: what a board with Ethernet or Wi-Fi has. */
export class SimulatedNetwork implements Network {
	readonly #sockets: SocketHost;
	readonly #clock: Clock;

	constructor(sockets: SocketHost, clock: Clock) {
		this.#sockets = sockets;
		this.#clock = clock;
	}

	/** Every peer knocks: this carrier has no filter of its own. */
	listen({ port }: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		return this.#sockets.listen(port, connection => {
			events.call({
				peer: connection.peerAddress,
				accept: async () => success(connection),
				refuse: () => connection.close(),
			});
		});
	}

	connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		return this.#sockets.connect(host, port, Math.max(0, deadline - this.#clock.now()));
	}
}
