/**
 * UARTs over the IDF's driver (`native-uart.c`), by their numbers: 8N1, with queues for both directions. Nothing here waits. Each
 * function throws where the chip has no such UART; on one that is not open nothing is done.
 */
export interface UartDriver {
	/**
	 * Numbers of pins; -1 for a handshake line that the board does not have. `told` is called, outside every other call, after something
	 * has happened: octets arrived, octets went out, a break came. False: no memory, in use, or a pin that cannot be that.
	 */
	openUart(
		port: number,
		transmit: number,
		receive: number,
		requestToSend: number,
		clearToSend: number,
		baud: number,
		told: () => void,
	): boolean;
	/** What is not yet sent is lost. */
	closeUart(port: number): void;
	/** At once, also for what is not yet sent. */
	setUartBaud(port: number, baud: number): boolean;
	readUart(port: number, into: Uint8Array): number;
	/** Takes as many as it has space for; returns how many. */
	writeUart(port: number, bytes: Uint8Array): number;
	/** Octets that can be read now. */
	uartWaiting(port: number): number;
	/** Octets that can be written now. */
	uartSpace(port: number): number;
	/** The last octet has left the chip. */
	isUartSent(port: number): boolean;
	/** Octets that were lost since the start of the board. */
	uartLost(port: number): number;
	/** Breaks that came since the start of the board. */
	uartBreaks(port: number): number;
}
