import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { failure, type Result, success } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { Clock } from '../../src/ports/clock.js';
import type {
	IncomingCall,
	ListenEvents,
	ListenRequest,
	Network,
	NetworkError,
	NetworkListener,
} from '../../src/ports/network.js';
import { codeOf } from './system-error.js';
import { ipv4Of, TcpPort } from './tcp-port.js';

/** Connections that one listener holds at a time; the system drops what goes beyond. */
const MOST_CONNECTIONS = 16;

const WORDS: Readonly<Record<string, NetworkError>> = Object.freeze({
	EADDRINUSE: 'busy',
	ECONNREFUSED: 'refused',
	ECONNRESET: 'refused',
	ETIMEDOUT: 'timeout',
	ENETUNREACH: 'unreachable',
	EHOSTUNREACH: 'unreachable',
	ENETDOWN: 'unreachable',
	ENOTFOUND: 'bad-address',
	EAI_AGAIN: 'unreachable',
	EADDRNOTAVAIL: 'bad-address',
	EINVAL: 'bad-address',
});

/** TCP by this machine's own network. Listens on one address, loopback unless another is given. */
export class HostNetwork implements Network {
	readonly #clock: Clock;
	readonly #address: string;

	constructor(clock: Clock, address = '127.0.0.1') {
		this.#clock = clock;
		this.#address = address;
	}

	/** Every peer knocks: this carrier has no filter of its own, so whom the service admits does not matter here. */
	async listen({ port }: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		const listener = await listenOn(this.#address, port, socket => events.call(callOf(socket)));
		if (listener.ok) listener.value.onFailed = () => events.ended('failed');
		return listener;
	}

	connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		return connectTo(this.#clock, host, port, deadline);
	}
}

/** A listening socket of this machine. */
export interface TcpListener extends NetworkListener {
	/** The port it listens on: the one asked for, or the one that the system chose for 0. */
	readonly port: number;
	/** Told when the system took the listening socket away. */
	onFailed: (() => void) | undefined;
}

/**
 * Listens on `address`. Each call arrives connected and paused: nothing is read from it before it gets a port.
 * `allowHalfOpen`: a peer that has said all still gets its answer, and the owner ends the connection.
 */
export function listenOn(
	address: string,
	port: number,
	onCall: (socket: Socket) => void,
	allowHalfOpen = false,
): Promise<Result<TcpListener, NetworkError>> {
	if (!isPort(port) && port !== 0) return Promise.resolve(failure('bad-address'));
	return new Promise(resolve => {
		const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen }, socket => {
			socket.on('error', () => {}); // the port, once there is one, tells its owner
			onCall(socket);
		});
		server.maxConnections = MOST_CONNECTIONS;
		server.once('error', error => resolve(failure(wordOf(error))));
		server.listen({ host: address, port, exclusive: true }, () => {
			const bound = server.address();
			const listener: TcpListener = {
				port: typeof bound === 'object' && bound !== null ? bound.port : port,
				onFailed: undefined,
				close: () => server.close(),
			};
			server.removeAllListeners('error');
			server.on('error', () => {
				server.close();
				listener.onFailed?.();
			});
			resolve(success(listener));
		});
	});
}

/** Opens a connection; gives up at the absolute time `deadline` [ms] of the clock. */
export function connectTo(
	clock: Clock,
	host: string,
	port: number,
	deadline: number,
): Promise<Result<TcpPort, NetworkError>> {
	if (!isPort(port) || host === '') return Promise.resolve(failure('bad-address'));
	if (deadline <= clock.now()) return Promise.resolve(failure('timeout'));
	return new Promise(resolve => {
		const socket = connectSocket({ host, port, family: 4 });
		const timer = clock.setTimer(deadline, () => {
			socket.destroy();
			resolve(failure('timeout'));
		});
		socket.on('error', error => {
			timer.cancel();
			resolve(failure(wordOf(error)));
		});
		socket.once('connect', () => {
			timer.cancel();
			resolve(success(new TcpPort(socket)));
		});
	});
}

function isPort(port: number): boolean {
	return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function callOf(socket: Socket): IncomingCall {
	return {
		peer: ipv4Of(socket.remoteAddress),
		accept: async () => (socket.destroyed ? failure('failed') : success(new TcpPort(socket))),
		refuse: () => socket.destroy(),
	};
}

function wordOf(error: Error): NetworkError {
	return WORDS[codeOf(error)] ?? 'failed';
}
