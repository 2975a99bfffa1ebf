/** A connection of `embedded:io/socket/tcp`, as the SDK has it on lwIP. */
export interface TcpSocket {
	/** Dotted IPv4 address of the peer; of a connection that has failed it must not be asked for. */
	readonly remoteAddress: string | undefined;
	/** Fills the view; throws where fewer octets than that are there. */
	read(into: Uint8Array): void;
	/**
	 * Takes all, or throws where it has not the space; returns what it has space for afterwards. Undefined: the connection has failed, and
	 * `onError` follows.
	 */
	write(bytes: Uint8Array): number | undefined;
	/** May be called inside the socket's own callbacks; none comes afterwards. What was written still goes out. */
	close(): void;
}

export interface TcpCallbacks {
	/** So many octets can be read now. */
	onReadable(count: number): void;
	/** The connection is there, or has space for so many octets now. */
	onWritable(space: number): void;
	/** The connection could not be made, or has ended: whether by the peer or by a fault the SDK does not tell. May come twice. */
	onError(): void;
}

/** A listener of `embedded:io/socket/listener`. */
export interface ListenerSocket {
	/** The next connection that waits. Each call without one leaks memory, so it is asked only as often as `onReadable` says. */
	read(): TcpSocket | undefined;
	close(): void;
}

/** What is used of the SDK's network. All but `resolve` throw where there is no network, no memory or no port. */
export interface Sockets {
	/** Begins to connect to a dotted IPv4 address. */
	connect(address: string, port: number, callbacks: TcpCallbacks): TcpSocket;
	/** Takes a connection of a listener over, with what has arrived on it; `from` is closed by it. */
	adopt(from: TcpSocket, callbacks: TcpCallbacks): TcpSocket;
	/** A second listener on one port loses memory of the stack (SDK 8.2.3): it must not be asked for. */
	listen(port: number, onReadable: (count: number) => void): ListenerSocket;
	/** Asks the name servers. Undefined: no such name, or no answer, which the SDK does not tell apart. */
	resolve(host: string, onResolved: (address: string | undefined) => void): void;
}
