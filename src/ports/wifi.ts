/**
 * Why the board is not on its access point, in words for a technician. `refused`: the password, as it seems; `not found`: no access
 * point of that name, or one that does not take the board; `no answer`: nothing came of it in time; `no address`: the access point
 * took the board, and no address came (DHCP); `lost`: it was joined and is gone; `failed`: the radio could not be started.
 */
export type WifiFailure = 'refused' | 'not found' | 'no answer' | 'no address' | 'lost' | 'failed';

/**
 * A Wi-Fi station. It does what it is told and tells what became of it: when to try again is its owner's business. The radio is off, and
 * takes no memory, until the first `join` and after each `leave`.
 */
export interface Wifi {
	/**
	 * Joins the access point `ssid` (1–32 octets) instead of whatever was before; '' as the password is an open one. `events` replace those
	 * of the join before. None of them comes from inside a call.
	 */
	join(ssid: string, password: string, events: WifiEvents): void;
	/** Leaves, and switches the radio off. Idempotent; no event comes any more. */
	leave(): void;
	/** The access point has taken the board, with an address or without one yet. */
	readonly isAssociated: boolean;
	/** Dotted IPv4 address; undefined: there is none now. */
	readonly address: string | undefined;
	/** Strength at which the access point is heard [dBm]; undefined: not associated. */
	readonly signal: number | undefined;
}

export interface WifiEvents {
	/** Associated, and an address is there. */
	joined(): void;
	/** The attempt failed, or what was joined is lost. Nothing more is tried until the next `join`. */
	ended(why: WifiFailure): void;
}
