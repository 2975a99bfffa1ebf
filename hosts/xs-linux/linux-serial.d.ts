/** `embedded:io/serial` of the SDK as it is on Linux (`modules/io/serial/lin` of SDK 8.2.3). */
export class LinuxSerial {
	/** Throws where the device cannot be opened. */
	constructor(options: {
		/** Path of a serial device or a pseudo-terminal. */
		device: string;
		/** Any rate that the device can do. */
		baud: number;
		format: 'buffer';
		/** Called again and again while octets wait. */
		onReadable?: (bytes: number) => void;
		/** Once in the beginning, and after each write; `bytes` is what the next write may have at most. */
		onWritable?: (bytes: number) => void;
		/** The device has gone; it is closed when this returns. */
		onError?: () => void;
	});
	/** At most so many octets; undefined: none wait. */
	read(byteLength: number): ArrayBuffer | undefined;
	/** Throws while octets of the last write wait. */
	write(octets: ArrayBuffer): void;
	/** Without effect where the device has no such line. */
	set(lines: { DTR?: boolean; RTS?: boolean }): void;
	close(): void;
}
