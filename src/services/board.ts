import type { Counters } from '../journal/counters.js';
import type { Journal } from '../journal/journal.js';
import type { Digest } from '../ports/digest.js';
import type { Entropy } from '../ports/entropy.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';

/** A service that owns an instance while it is on. */
export interface Service {
	/** The second value of its read answer: what it is doing now. */
	readonly status: number;
	/** Takes up or gives up its work as the settings now say. */
	apply(): Promise<void>;
}

export interface SmsService extends Service {
	/** SMS that went out in the last hour and day. */
	spent(): { readonly hour: number; readonly day: number };
}

export interface TcpService extends Service {
	/** Ends the connection; the service starts again by itself. False: there is none. */
	closeSession(): boolean;
}

/** What the own commands act on. */
export interface Board {
	readonly settings: SettingsKeeper;
	readonly digest: Digest;
	readonly entropy: Entropy;
	readonly journal: Journal;
	readonly counters: Counters;
	/** Milliseconds since the start. */
	uptime(): number;
	readonly smsAtrun: SmsService;
	readonly tcpServer: TcpService;
}
