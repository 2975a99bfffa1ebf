import { failure, type Result, success } from '../base/result.js';
import type { BytePort, UartPort } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';

/** Rates of the board's serial ports [baud] (atrun.md 3, #TCPATCONSER). */
export const RATES: readonly number[] = Object.freeze([300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]);

/** `none`: the board has no such port; `busy`: someone else uses it; `rate`: it cannot do this rate. */
export type BorrowError = 'none' | 'busy' | 'rate';

/** Who has a port while nobody borrows it: the console. */
export interface PortLender {
	/** One that cannot set its rate can be borrowed at any. */
	readonly port: BytePort | UartPort;
	/** Lets go of the port. False: not now. */
	lend(): boolean;
	takeBack(): void;
}

export interface SerialLinesOptions {
	readonly clock: Clock;
	readonly console: PortLender;
	/** Undefined: the board has none. */
	readonly auxiliary?: UartPort | undefined;
	/** The rates to begin with [baud]. */
	readonly settings: { readonly current: { readonly rates: Rates } };
}

interface Rates {
	readonly console: number;
	readonly auxiliary: number;
}

/** Octets that a port may still have to send when its rate is to change: one hardware FIFO and a little. */
const LAST = 160;
const BITS = 10;
/** On top, for what waits above the port [ms]. */
const MARGIN = 50;
/** Old octets are read away in blocks, up to so many: more than a port of any host holds. */
const BLOCK = 256;
const BLOCKS = 64;

interface Line {
	readonly port: BytePort | UartPort;
	readonly lender: PortLender | undefined;
	/** The rate that it has while nobody borrows it, and the one it has now. */
	rate: number;
	current: number;
	/** Up to when its owner has it again. */
	isLent: boolean;
	/** Until the rate changes. */
	settling: TimerHandle | undefined;
}

/**
 * The board's serial ports by the numbers of `#TCPATCONSER` and `#ATRUNCONS`: 0 the console, 1 the auxiliary port. Each can be
 * borrowed by one at a time. Nobody listens to the auxiliary port between two loans, so a host need not even open it; what a port
 * holds from before is dropped at the beginning of a loan and at its end.
 */
export class SerialLines {
	readonly #clock: Clock;
	readonly #lines: readonly (Line | undefined)[];

	constructor({ clock, console, auxiliary, settings }: SerialLinesOptions) {
		const { rates } = settings.current;
		this.#clock = clock;
		this.#lines = [
			lineOf(console.port, console, rates.console),
			auxiliary && lineOf(auxiliary, undefined, rates.auxiliary),
		];
	}

	/** The board has this port. */
	has(port: number): boolean {
		return this.#lines[port] !== undefined;
	}

	/** The rate of the port in baud while nobody borrows it; undefined: the board has no such port. */
	rate(port: number): number | undefined {
		return this.#lines[port]?.rate;
	}

	/**
	 * Changes it, for a port that is free once the answer to the command has had time to leave at the old rate: some milliseconds
	 * at 115200 baud, 5 s at 300. False: no such port, or not a rate of `RATES`.
	 */
	setRate(port: number, baud: number): boolean {
		const line = this.#lines[port];
		if (line === undefined || !RATES.includes(baud)) return false;
		line.rate = baud;
		if (!line.isLent) this.settle(line, () => setBaud(line, line.rate));
		return true;
	}

	/** The port at this rate, without a listener. Its owner hears nothing of it until `giveBack`. */
	borrow(port: number, baud: number): Result<BytePort, BorrowError> {
		const line = this.#lines[port];
		if (line === undefined) return failure('none');
		if (!RATES.includes(baud)) return failure('rate');
		if (line.isLent || line.lender?.lend() === false) return failure('busy');
		line.settling?.cancel();
		line.settling = undefined;
		if (!setBaud(line, baud)) {
			setBaud(line, line.rate);
			line.lender?.takeBack();
			return failure('rate');
		}
		line.isLent = true;
		discard(line.port);
		return success(line.port);
	}

	/** Ends a loan: the port gets its rate again, once the last octets have had time to leave, and then its owner. */
	giveBack(port: number): void {
		const line = this.#lines[port];
		if (line === undefined || !line.isLent) return;
		line.port.listen(undefined);
		this.settle(line, () => {
			setBaud(line, line.rate);
			discard(line.port);
			line.isLent = false;
			line.lender?.takeBack();
		});
	}

	/** Octets that the port lost since the start because nobody took them in time, as far as its host can tell. */
	lost(port: number): number {
		const line = this.#lines[port];
		return line !== undefined && 'overruns' in line.port ? line.port.overruns : 0;
	}

	/** Cancels what is to be done later. */
	close(): void {
		for (const line of this.#lines) line?.settling?.cancel();
	}

	/** Does `task` when the last octets are out; at once where the rate stays. */
	private settle(line: Line, task: () => void): void {
		line.settling?.cancel();
		line.settling = undefined;
		if (line.current === line.rate) {
			task();
			return;
		}
		const wait = (LAST * BITS * 1000) / line.current + MARGIN;
		line.settling = this.#clock.setTimer(this.#clock.now() + wait, () => {
			line.settling = undefined;
			task();
		});
	}
}

function lineOf(port: BytePort | UartPort, lender: PortLender | undefined, rate: number): Line {
	const line: Line = { port, lender, rate, current: rate, isLent: false, settling: undefined };
	setBaud(line, rate);
	return line;
}

function setBaud(line: Line, baud: number): boolean {
	if (!('setBaud' in line.port)) return true;
	if (!line.port.setBaud(baud)) return false;
	line.current = baud;
	return true;
}

function discard(port: BytePort): void {
	const block = new Uint8Array(BLOCK);
	for (let count = 0; count < BLOCKS && port.read(block) > 0; count++);
}
