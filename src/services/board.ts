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

export interface TcpService extends Service {
	/** Ends the connection; the service starts again by itself. False: there is none. */
	closeSession(): boolean;
}

/** What the own commands act on. */
export interface Board {
	readonly settings: SettingsKeeper;
	readonly digest: Digest;
	readonly entropy: Entropy;
	readonly smsAtrun: Service;
	readonly tcpServer: TcpService;
}
