/**
 * A bidirectional stream of octets: a UART, a DLCI of the multiplexer, a TCP connection.
 * Everything is non-blocking. One owner attaches one listener.
 */
export interface BytePort {
	/**
	 * Copies waiting octets to the start of `into`; returns how many (0 = nothing now).
	 * Octets that are not read stay in the port, whose bounded queue then stops the sender.
	 */
	read(into: Uint8Array): number;
	/**
	 * Takes octets from the start of `bytes` and returns how many it took (0…length); the caller may reuse `bytes` at
	 * once. When it took fewer than all, `writable` fires when there is space again. A closed port takes 0.
	 */
	write(bytes: Uint8Array): number;
	/** Releases the port. Idempotent. The listener gets no further call. */
	close(): void;
	/** Sets the one listener, or none. Octets already waiting are announced by `readable` soon after. */
	listen(listener: PortListener | undefined): void;
}

/** What a port tells its owner. Calls never come from inside a call of the owner into the same port. */
export interface PortListener {
	/** New octets arrived. What the owner leaves unread is not announced again until more arrive. */
	readable(): void;
	/** Space after a partial write. */
	writable?(): void;
	/** The other side or the line ended the connection; nothing can be written any more, what arrived can be read. */
	closed?(reason: string): void;
	/** The other side's V.24 signals changed (ports that have them). */
	signals?(signals: Signals): void;
	/** The other side sent a break of `length` × 200 ms (1–15). */
	broke?(length: number): void;
}

/** The V.24 signals of 27.010 5.4.6.3.7, as one side shows them to the other. */
export interface Signals {
	/** Ready to communicate: DTR from a DTE, DSR from a DCE. */
	readonly rtc: boolean;
	/** Ready to receive: RTS from a DTE, CTS from a DCE. */
	readonly rtr: boolean;
	/** Incoming call: RI. */
	readonly ic: boolean;
	/** Data valid: DCD. */
	readonly dv: boolean;
}

/** A port with V.24 signals and break: a DLCI. */
export interface SignalPort extends BytePort {
	/** What this side shows; what is left out keeps its value. */
	setSignals(signals: Partial<Signals>): void;
	/** What the other side showed last. */
	readonly peerSignals: Signals;
	/** Sends a break of `length` × 200 ms, 1–15. */
	sendBreak(length: number): void;
}

/** A serial line of the board. */
export interface UartPort extends BytePort {
	/** Changes the rate in baud; octets not yet sent go out at the new rate. False: the line cannot do this rate. */
	setBaud(baud: number): boolean;
	/** Drives DTR (true = on). */
	setDtr(on: boolean): void;
	/** Octets lost since the start because nobody took them in time. */
	readonly overruns: number;
}

/**
 * The port of a DTE. What it has beyond octets depends on the host: a UART has a rate and perhaps the lines, a DLCI has signals and
 * break, a pseudo-terminal and a TCP connection have neither.
 */
export interface DtePort
	extends BytePort,
		Partial<Pick<UartPort, 'setBaud' | 'overruns'>>,
		Partial<Pick<SignalPort, 'setSignals' | 'peerSignals'>> {}
