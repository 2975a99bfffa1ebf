import { SerialPort } from 'serialport';
import { failure, type Result, success } from '../../src/base/result.js';
import type { UartPort } from '../../src/ports/byte-port.js';
import { StreamPort } from './stream-port.js';

/** Rates that every serial driver knows [baud]. */
export const BAUD_RATES: readonly number[] = Object.freeze([
	300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600,
]);

export interface SerialOptions {
	readonly path: string;
	readonly baud: number;
	/** RTS/CTS flow control; true where it is left out. */
	readonly flowControl?: boolean;
	/** Told when the line is taken away, as a USB adapter can be. */
	readonly onLost?: () => void;
}

/** Opens a serial line of this machine, 8N1. The error is one line for the user. */
export function openSerialPort(options: SerialOptions): Promise<Result<UartPort>> {
	return new Promise(resolve => {
		const line = new SerialPort(
			{ path: options.path, baudRate: options.baud, rtscts: options.flowControl ?? true, autoOpen: false },
			undefined,
		);
		line.open(error => {
			if (error !== null) {
				resolve(failure(`cannot open ${options.path}: ${reasonFor(error)}`));
				return;
			}
			line.on('close', (reason: unknown) => {
				if (reason !== null && reason !== undefined) options.onLost?.();
			});
			resolve(success(new SerialUart(line)));
		});
	});
}

class SerialUart extends StreamPort implements UartPort {
	/** The driver does not tell its losses. */
	readonly overruns = 0;
	readonly #line: SerialPort;

	constructor(line: SerialPort) {
		super(line, line, { capacity: 4096, release: () => release(line) });
		this.#line = line;
	}

	setBaud(baud: number): boolean {
		if (!BAUD_RATES.includes(baud) || !this.#line.isOpen) return false;
		// The driver reports a refusal only later; the silence that follows is what the owner notices anyway.
		this.#line.update({ baudRate: baud }, () => {});
		return true;
	}

	setDtr(on: boolean): void {
		if (this.#line.isOpen) this.#line.set({ dtr: on, rts: true }, () => {});
	}
}

/** Closes the line when its last octets have gone out. */
function release(line: SerialPort): void {
	if (!line.isOpen) return;
	line.drain(() => {
		if (line.isOpen) line.close(() => {});
	});
}

/** The native driver says `Error: No such file or directory, cannot open /dev/x` or `Error Resource temporarily…`. */
function reasonFor(error: Error): string {
	const text = error.message.replace(/^Error:?\s*/, '').replace(/,? ?cannot open .*$/i, '');
	if (/temporarily unavailable|cannot lock/i.test(text)) return 'another program has it open';
	return text.charAt(0).toLowerCase() + text.slice(1);
}
