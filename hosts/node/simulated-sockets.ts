import { failure, type Result } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import type { NetworkError } from '../../src/ports/network.js';
import type { HostConnection, HostListener, SocketHost } from '../simulator/socket-host.js';
import { connectTo, listenOn } from './host-network.js';
import { TcpPort } from './tcp-port.js';

export interface SimulatedSocketsOptions {
	readonly clock: Clock;
	/** The port of this machine that stands for a port of the module. The same number where it is left out. */
	readonly mapPort?: (port: number) => number;
	/** Told when a port of the module could not be had; `port` is this machine's. */
	readonly onRefused?: (port: number, error: NetworkError) => void;
}

/** The sockets of a virtual module as real ones of this machine. They listen on 127.0.0.1 only. */
export class SimulatedSockets implements SocketHost {
	readonly #options: SimulatedSocketsOptions;

	constructor(options: SimulatedSocketsOptions) {
		this.#options = options;
	}

	async listen(
		port: number,
		onConnection: (connection: HostConnection) => void,
	): Promise<Result<HostListener, NetworkError>> {
		const own = this.#options.mapPort?.(port) ?? port;
		const listener = await listenOn('127.0.0.1', own, socket => onConnection(new TcpPort(socket)));
		if (listener.ok) return listener;
		this.#options.onRefused?.(own, listener.error);
		return failure(listener.error);
	}

	connect(host: string, port: number, timeoutMs: number): Promise<Result<HostConnection, NetworkError>> {
		const clock = this.#options.clock;
		return connectTo(clock, host, port, clock.now() + timeoutMs);
	}
}
