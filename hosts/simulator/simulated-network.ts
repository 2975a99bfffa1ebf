import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type { ListenEvents, ListenRequest, Network, NetworkError, NetworkListener } from '../../src/ports/network.js';
import type { SocketHost } from './socket-host.js';

/** The own network of a simulated host, beside its module's: what a board with Ethernet or Wi-Fi has. */
export class SimulatedNetwork implements Network {
	readonly #sockets: SocketHost;
	readonly #clock: Clock;
	readonly #isUp: () => boolean;

	/** `isUp`: false while the interface is away, where it can be. */
	constructor(sockets: SocketHost, clock: Clock, isUp: () => boolean = () => true) {
		this.#sockets = sockets;
		this.#clock = clock;
		this.#isUp = isUp;
	}

	/** Every peer knocks: this carrier has no filter of its own. */
	async listen({ port }: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		if (!this.#isUp()) return failure('unreachable');
		return this.#sockets.listen(port, connection => {
			events.call({
				peer: connection.peerAddress,
				accept: async () => success(connection),
				refuse: () => connection.close(),
			});
		});
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		if (!this.#isUp()) return failure('unreachable');
		return this.#sockets.connect(host, port, Math.max(0, deadline - this.#clock.now()));
	}
}
