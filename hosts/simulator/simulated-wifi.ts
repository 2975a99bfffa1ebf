import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import type { Wifi, WifiEvents, WifiFailure } from '../../src/ports/wifi.js';

export interface AccessPointOptions {
	readonly ssid: string;
	/** '' = an open one. */
	readonly password: string;
}

/** Association and DHCP, a scan that finds nothing, and the time until missing beacons are noticed [ms]. */
const JOIN = 3_000;
const SCAN = 8_000;
const BEACONS = 6_000;
const ADDRESS = '192.168.4.17';
const SIGNAL = -58;

/** A board's Wi-Fi station and the one access point within its reach, which can be away, ask for another password, or lease no address. */
export class SimulatedWifi implements Wifi {
	readonly #clock: Clock;
	readonly ssid: string;
	password: string;
	/** The access point hands out addresses. */
	leases = true;
	/** Orders to join since the start. */
	joins = 0;
	#isPresent = true;
	#isAssociated = false;
	#hasAddress = false;
	#events: WifiEvents | undefined;
	#timer: TimerHandle | undefined;

	constructor(clock: Clock, { ssid, password }: AccessPointOptions) {
		this.#clock = clock;
		this.ssid = ssid;
		this.password = password;
	}

	get isAssociated(): boolean {
		return this.#isAssociated;
	}

	get address(): string | undefined {
		return this.#hasAddress ? ADDRESS : undefined;
	}

	get signal(): number | undefined {
		return this.#isAssociated ? SIGNAL : undefined;
	}

	get isPresent(): boolean {
		return this.#isPresent;
	}

	/** Switches the access point on or off; a station on it notices after a while, and its packets go nowhere at once. */
	set isPresent(isPresent: boolean) {
		this.#isPresent = isPresent;
		if (isPresent || !this.#isAssociated) return;
		this.#after(BEACONS, () => this.#end('lost'));
	}

	/** Packets get through now. */
	get isUp(): boolean {
		return this.#isPresent && this.#hasAddress;
	}

	/** The lease runs out and is not renewed: nobody tells the station's owner. */
	loseAddress(): void {
		this.leases = false;
		this.#hasAddress = false;
	}

	join(ssid: string, password: string, events: WifiEvents): void {
		this.leave();
		this.joins++;
		this.#events = events;
		this.#after(this.#isPresent && ssid === this.ssid ? JOIN : SCAN, () => {
			if (!this.#isPresent || ssid !== this.ssid) this.#end('not found');
			else if (password !== this.password) this.#end('refused');
			else this.#associate();
		});
	}

	leave(): void {
		this.#timer?.cancel();
		this.#events = undefined;
		this.#isAssociated = false;
		this.#hasAddress = false;
	}

	#associate(): void {
		this.#isAssociated = true;
		if (!this.leases) return;
		this.#hasAddress = true;
		this.#events?.joined();
	}

	#end(why: WifiFailure): void {
		const events = this.#events;
		this.leave();
		events?.ended(why);
	}

	#after(time: number, callback: () => void): void {
		this.#timer?.cancel();
		this.#timer = this.#clock.setTimer(this.#clock.now() + time, callback);
	}
}
