import type { Clock } from '../../../src/ports/clock.js';
import type { Wifi, WifiEvents, WifiFailure } from '../../../src/ports/wifi.js';
import type { FaultGuard } from '../../firmware/fault-guard.js';

/** The chip's station, as the SDK has it. */
export interface StationDriver {
	/** Throws where it has no memory. Tells from now on what happens: `connect`, `gotIP`, `disconnect` with why, and more; until the returned function is called. */
	watch(told: (event: string, why?: number) => void): () => void;
	/** Starts the radio where it is off, and tries a few times by itself before it tells `disconnect`. Throws where it cannot begin. */
	connect(ssid: string, password: string): void;
	/** Stops the radio and gives its memory back; what was joined is left. */
	off(): void;
	/** Dotted IPv4 address; undefined: none. */
	address(): string | undefined;
	/** Signal [dBm]; undefined: not associated. */
	signal(): number | undefined;
}

export interface WifiStationOptions {
	readonly clock: Clock;
	readonly guard: FaultGuard;
	readonly driver: StationDriver;
}

/** Why the SDK lost the access point, where it knows: the handshake with the password failed. */
const REFUSED = -1;

/** The board's Wi-Fi station. */
export class WifiStation implements Wifi {
	readonly #clock: Clock;
	readonly #guard: FaultGuard;
	readonly #driver: StationDriver;
	#unwatch: (() => void) | undefined;
	#events: WifiEvents | undefined;
	#isAssociated = false;

	constructor({ clock, guard, driver }: WifiStationOptions) {
		this.#clock = clock;
		this.#guard = guard;
		this.#driver = driver;
	}

	/** From the first `join` to `leave`. */
	get isRadioOn(): boolean {
		return this.#unwatch !== undefined;
	}

	get isAssociated(): boolean {
		return this.#isAssociated;
	}

	get address(): string | undefined {
		return this.#isAssociated ? this.#driver.address() : undefined;
	}

	get signal(): number | undefined {
		return this.#isAssociated ? this.#driver.signal() : undefined;
	}

	join(ssid: string, password: string, events: WifiEvents): void {
		this.#events = events;
		this.#isAssociated = false;
		try {
			this.#unwatch ??= this.#driver.watch(
				this.#guard.wrap('Wi-Fi', (event: string, why?: number) => this.#told(event, why)),
			);
			this.#driver.connect(ssid, password);
		} catch {
			// The message of the exception may have the name or the password in it.
			this.#clock.setTimer(this.#clock.now(), () => {
				if (this.#events === events) events.ended('failed');
			});
		}
	}

	leave(): void {
		this.#events = undefined;
		this.#isAssociated = false;
		if (this.#unwatch === undefined) return;
		this.#unwatch();
		this.#unwatch = undefined;
		this.#driver.off();
	}

	#told(event: string, why: number | undefined): void {
		if (event === 'connect') this.#isAssociated = true;
		else if (event === 'gotIP') {
			this.#isAssociated = true;
			this.#events?.joined();
		} else if (event === 'disconnect') {
			const failure = this.#failureOf(why);
			this.#isAssociated = false;
			this.#events?.ended(failure);
		}
	}

	#failureOf(why: number | undefined): WifiFailure {
		if (why === REFUSED) return 'refused';
		return this.#isAssociated ? 'lost' : 'not found';
	}
}
