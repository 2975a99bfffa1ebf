import type { Socket } from 'node:net';
import type { HostConnection } from '../simulator/socket-host.js';
import { StreamPort } from './stream-port.js';

/** How long a closed connection may take to send its last octets [ms]. */
const LINGER_MS = 5000;

/** A TCP connection as a byte port. `close` first sends what was written, then ends both directions. */
export class TcpPort extends StreamPort implements HostConnection {
	readonly peerAddress: string;
	readonly peerPort: number;

	constructor(socket: Socket) {
		super(socket, socket, { release: () => release(socket) });
		socket.setNoDelay(true);
		this.peerAddress = ipv4Of(socket.remoteAddress);
		this.peerPort = socket.remotePort ?? 0;
	}
}

/** A peer's address in dotted form, also where the system shows it mapped into IPv6. */
export function ipv4Of(address: string | undefined): string {
	return (address ?? '0.0.0.0').replace(/^::ffff:/i, '');
}

function release(socket: Socket): void {
	if (socket.destroyed) return;
	const timer = setTimeout(() => socket.destroy(), LINGER_MS);
	timer.unref();
	socket.once('close', () => clearTimeout(timer));
	// Unread octets would make the kernel reset the connection and lose what is still on its way out.
	socket.resume();
	socket.destroySoon();
}
