import type { Result } from '../base/result.js';
import type { BytePort } from './byte-port.js';

/** Why a connection or listener could not be had, in a word that a requester understands. */
export type NetworkError = 'busy' | 'refused' | 'timeout' | 'unreachable' | 'no-context' | 'bad-address' | 'failed';

/** TCP by whichever carrier: the module's sockets or the host's own network. Both look the same to a service. */
export interface Network {
	/** Starts listening; `events` gets each call until `close` of the returned listener. */
	listen(request: ListenRequest, events: ListenEvents): Promise<Result<NetworkListener, NetworkError>>;
	/** Opens a connection; `deadline` is an absolute time [ms] of the clock. */
	connect(host: string, port: number, deadline: number): Promise<Result<BytePort, NetworkError>>;
}

export interface ListenRequest {
	/** TCP port, 1–65535. */
	readonly port: number;
	/**
	 * Whom the service will admit, for a carrier with a filter of its own that would else drop them. The service still checks
	 * each call.
	 */
	readonly admitted: readonly AddressRange[];
}

/** Dotted IPv4 address and mask: `peer & mask == ip & mask`. */
export interface AddressRange {
	readonly ip: string;
	readonly mask: string;
}

export interface ListenEvents {
	/** A peer knocks. Exactly one of `accept` and `refuse` must follow; nothing is sent before. */
	call(call: IncomingCall): void;
	/**
	 * The listener is gone (context lost, module rebooted, its one socket connected to a caller) and must be opened again by its
	 * owner.
	 */
	ended(reason: string): void;
}

export interface IncomingCall {
	/** IPv4 address of the peer in dotted form. */
	readonly peer: string;
	accept(): Promise<Result<BytePort, NetworkError>>;
	/** Ends the call without an octet. */
	refuse(): void;
}

export interface NetworkListener {
	close(): void;
}
