import { parseIpv4 } from '../../../src/access/firewall.js';
import { failure, type Result, success } from '../../../src/base/result.js';
import type { BytePort } from '../../../src/ports/byte-port.js';
import type { Clock } from '../../../src/ports/clock.js';
import type {
	IncomingCall,
	ListenEvents,
	ListenRequest,
	Network,
	NetworkError,
	NetworkListener,
} from '../../../src/ports/network.js';
import type { FaultGuard } from '../fault-guard.js';
import { SocketPort } from './socket-port.js';
import type { ListenerSocket, Sockets, TcpSocket } from './sockets.js';

export interface SocketNetworkOptions {
	readonly clock: Clock;
	readonly guard: FaultGuard;
	readonly sockets: Sockets;
}

/** TCP over the SDK's classes. IPv4 only, as `#TCPATRUNFRWL` is. */
export class SocketNetwork implements Network {
	readonly #clock: Clock;
	readonly #guard: FaultGuard;
	readonly #sockets: Sockets;
	/** Ports that are listened on. */
	readonly #ports = new Set<number>();

	constructor({ clock, guard, sockets }: SocketNetworkOptions) {
		this.#clock = clock;
		this.#guard = guard;
		this.#sockets = sockets;
	}

	/** Every peer knocks: this carrier has no filter of its own. */
	async listen({ port }: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>> {
		if (!isPort(port)) return failure('bad-address');
		if (this.#ports.has(port)) return failure('busy');
		let isOpen = true;
		let listener: ListenerSocket;
		const onReadable = (count: number) => {
			for (let left = count; left > 0 && isOpen; left--) {
				const socket = listener.read();
				if (socket !== undefined) events.call(this.#callOf(socket));
			}
		};
		try {
			listener = this.#sockets.listen(port, this.#guard.wrap('TCP listener', onReadable));
		} catch (error) {
			return failure(wordOf(error));
		}
		this.#ports.add(port);
		return success({
			close: () => {
				if (!isOpen) return;
				isOpen = false;
				this.#ports.delete(port);
				listener.close();
			},
		});
	}

	async connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		if (!isPort(port) || host === '') return failure('bad-address');
		if (deadline <= this.#clock.now()) return failure('timeout');
		const address = parseIpv4(host) === undefined ? await this.#resolve(host, deadline) : success(host);
		return address.ok ? this.#open(address.value, port, deadline) : address;
	}

	/** A name that has no answer counts as `unreachable`: as often as not it is the name server that is, which is no fault of the host's. */
	#resolve(host: string, deadline: number): Promise<Result<string, NetworkError>> {
		return new Promise(resolve => {
			const timer = this.#clock.setTimer(deadline, () => resolve(failure('timeout')));
			const onResolved = (address: string | undefined) => {
				timer.cancel();
				if (address === undefined) resolve(failure('unreachable'));
				else resolve(parseIpv4(address) === undefined ? failure('bad-address') : success(address));
			};
			try {
				this.#sockets.resolve(host, this.#guard.wrap('DNS', onResolved));
			} catch {
				timer.cancel();
				resolve(failure('failed'));
			}
		});
	}

	#open(address: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>> {
		return new Promise(resolve => {
			let opened: SocketPort;
			try {
				opened = new SocketPort(this.#clock, this.#guard, callbacks => this.#sockets.connect(address, port, callbacks));
			} catch (error) {
				resolve(failure(wordOf(error)));
				return;
			}
			const timer = this.#clock.setTimer(deadline, () => {
				opened.onOpen = undefined;
				opened.close();
				resolve(failure('timeout'));
			});
			opened.onOpen = isOpen => {
				timer.cancel();
				if (!isOpen) opened.close();
				resolve(isOpen ? success(opened) : failure('refused'));
			};
		});
	}

	#callOf(socket: TcpSocket): IncomingCall {
		let isDecided = false;
		return {
			// Asked for at once: of a connection that fails meanwhile the SDK cannot tell it.
			peer: socket.remoteAddress ?? '',
			accept: async () => {
				if (isDecided) return failure('failed');
				isDecided = true;
				try {
					return success(new SocketPort(this.#clock, this.#guard, callbacks => this.#sockets.adopt(socket, callbacks)));
				} catch {
					// The peer has gone.
					socket.close();
					return failure('failed');
				}
			},
			refuse: () => {
				if (isDecided) return;
				isDecided = true;
				socket.close();
			},
		};
	}
}

function isPort(port: number): boolean {
	return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** By the words of the SDK's exceptions. */
function wordOf(error: unknown): NetworkError {
	const text = String(error);
	if (text.includes('no network')) return 'unreachable';
	return text.includes('bind') ? 'busy' : 'failed';
}
