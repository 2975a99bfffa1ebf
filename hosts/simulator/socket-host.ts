import type { Result } from '../../src/base/result.js';
import type { BytePort } from '../../src/ports/byte-port.js';
import type { NetworkError } from '../../src/ports/network.js';

/**
 * One TCP connection of the simulated packet network. It is a byte port: octets that are not read stay with the host,
 * which then stops the far end; a partial `write` means that the far end does not take more now. `close` ends the
 * connection in both directions after what was written has gone out.
 */
export interface HostConnection extends BytePort {
	/** IPv4 address of the far end in dotted form. */
	readonly peerAddress: string;
	readonly peerPort: number;
}

export interface HostListener {
	/** Stops listening; connections already taken live on. Idempotent. */
	close(): void;
}

/** Where the sockets of a virtual module come out: in memory for tests, real ones on a desktop. */
export interface SocketHost {
	/**
	 * Listens on TCP `port` (1–65535). `onConnection` gets every call at once, already open; whoever does not want it
	 * closes it. `busy`: somebody else has the port.
	 */
	listen(port: number, onConnection: (connection: HostConnection) => void): Promise<Result<HostListener, NetworkError>>;
	/** Opens a connection to a dotted address or a name. Gives up after `timeoutMs`. */
	connect(host: string, port: number, timeoutMs: number): Promise<Result<HostConnection, NetworkError>>;
}
