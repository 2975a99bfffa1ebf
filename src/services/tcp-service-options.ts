import type { Modem } from '../modem/modem.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Entropy } from '../ports/entropy.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { Audit } from './audit.js';
import type { Carriers } from './carriers.js';
import type { TcpSessions } from './tcp-sessions.js';

/** What TCP ATRUN needs in either direction. */
export interface TcpServiceOptions {
	readonly clock: Clock;
	/** Safe mode: the service stays off, whatever the settings say. */
	readonly isHeld: () => boolean;
	readonly digest: Digest;
	readonly entropy: Entropy;
	readonly settings: SettingsKeeper;
	readonly modem: Modem;
	readonly carriers: Carriers;
	readonly sessions: TcpSessions;
	readonly audit: Audit;
	/** The IMEI by which the board is known. */
	readonly imei: () => string;
}
