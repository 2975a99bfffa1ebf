import { textOf } from '../base/text.js';
import type { BytePort, Signals } from '../ports/byte-port.js';
import type { Clock, TimerHandle } from '../ports/clock.js';

/** Data mode after CONNECT. */
export interface OnlineEvents {
	octets(bytes: Uint8Array): void;
	writable(): void;
	/** `suspended`: command mode again while the call is kept (after `escape`); `ended`: the call is over. */
	ended(how: 'suspended' | 'ended' | 'closed'): void;
}

/** A port that data mode can be left by, as far as it has the means. */
export type OnlinePort = BytePort & {
	sendBreak?(length: number): void;
	setSignals?(signals: Partial<Signals>): void;
	readonly peerSignals?: Signals;
};

/** From the break to the result of the escape, then from dropping DTR [ms]. */
const ESCAPE = 3_000;
/** Octets of data mode looked at for the words that end it. */
const TAIL = 64;
const ESCAPED = '\r\nOK\r\n';

/** One stay in data mode: from CONNECT on, also before anybody takes its octets, until the words that end it. */
export class OnlineMode {
	readonly #port: OnlinePort;
	readonly #clock: Clock;
	readonly #onLeft: (isInStep: boolean) => void;
	#events: OnlineEvents | undefined;
	/** Octets behind CONNECT that wait for `take`. */
	#held: Uint8Array[] = [];
	#tail = '';
	#timer: TimerHandle | undefined;
	#hadCarrier = false;
	#escaping = false;
	#dtrDropped = false;

	/** `onLeft`: command mode again, in which the port may be out of step. */
	constructor(port: OnlinePort, clock: Clock, onLeft: (isInStep: boolean) => void) {
		this.#port = port;
		this.#clock = clock;
		this.#onLeft = onLeft;
	}

	get isTaken(): boolean {
		return this.#events !== undefined;
	}

	/** Nobody has said yet who takes the data, or what came meanwhile has not been given: no more is to be read. */
	get isHeld(): boolean {
		return this.#events === undefined || this.#held.length > 0;
	}

	take(events: OnlineEvents): void {
		this.#events = events;
	}

	/** Gives what came before `take` to `feed`, from which it comes to `octets` again. */
	release(feed: (bytes: Uint8Array) => void): void {
		for (const bytes of this.#held.splice(0)) feed(bytes);
	}

	octets(bytes: Uint8Array): void {
		if (this.#events === undefined) {
			this.#held.push(bytes.slice());
			return;
		}
		this.#events.octets(bytes);
		this.#tail = (this.#tail + textOf(bytes.length > TAIL ? bytes.subarray(bytes.length - TAIL) : bytes)).slice(-TAIL);
		this.lookForEnd();
	}

	writable(): void {
		this.#events?.writable();
	}

	/** See `Dialogue.escape`. */
	escape(): void {
		this.#escaping = true;
		this.#port.sendBreak?.(1);
		this.escapeBy(() => {
			this.#dtrDropped = true;
			this.#port.setSignals?.({ rtc: false });
			this.escapeBy(() => this.leave('suspended', false));
		});
	}

	/** The words that end data mode, where they are the last ones, or the module has taken DCD away. */
	lookForEnd(): void {
		if (this.#events === undefined) return;
		const carrier = this.#port.peerSignals?.dv;
		if (carrier === true) this.#hadCarrier = true;
		const lost = this.#hadCarrier && carrier === false;
		const says = (words: string) => (lost ? this.#tail.includes(words) : this.#tail.endsWith(words));
		if (says('\r\nNO CARRIER\r\n')) this.leave('ended', true);
		// DTR that a DTE dropped, or our own break: command mode again, where the module is set so.
		else if (this.#escaping ? says(ESCAPED) : lost && this.#tail.endsWith(ESCAPED)) this.leave('suspended', true);
	}

	/** The port is gone, or nobody uses it any more; gives whom to tell. */
	close(): OnlineEvents | undefined {
		const events = this.#events;
		this.#timer?.cancel();
		this.#events = undefined;
		this.#held = [];
		return events;
	}

	private escapeBy(next: () => void): void {
		this.#timer?.cancel();
		this.#timer = this.#clock.setTimer(this.#clock.now() + ESCAPE, next);
	}

	private leave(how: 'suspended' | 'ended', isInStep: boolean): void {
		const events = this.close();
		this.#onLeft(isInStep);
		if (this.#dtrDropped) this.#port.setSignals?.({ rtc: true });
		events?.ended(how);
	}
}
