import type { Lockout } from '../access/lockout.js';
import type { Counters } from '../journal/counters.js';
import type { Journal } from '../journal/journal.js';
import type { LineCounts } from '../modem/modem.js';
import type { NetworkHealth } from '../modem/network-keeper.js';
import type { Digest } from '../ports/digest.js';
import type { Entropy } from '../ports/entropy.js';
import type { NetworkError } from '../ports/network.js';
import type { RestartReason } from '../ports/restart.js';
import type { WifiFailure } from '../ports/wifi.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import type { FileBox } from '../update/file-box.js';
import type { BootGuard } from './boot-guard.js';
import type { SerialLines } from './serial-lines.js';
import type { TcpSessions } from './tcp-sessions.js';
import type { Updates } from './updates.js';

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

export interface ClientService extends Service {
	/** Why the last try to connect failed; undefined: it did not. */
	readonly failure: NetworkError | undefined;
}

export interface WifiService {
	readonly status: WifiStatus;
	/** Takes up what the settings now say. `isAnew`: where it waits for its next try, it begins again at once. */
	apply(isAnew?: boolean): void;
}

export interface WifiStatus {
	/** 0 off, 1 joined, 2 joining, 3 waiting for the next try. */
	readonly state: number;
	/** Dotted IPv4 address; '' while it is not joined. */
	readonly address: string;
	/** Signal [dBm]; undefined while it is not joined. */
	readonly signal: number | undefined;
	/** Why the last try failed; undefined: it did not. */
	readonly failure: WifiFailure | undefined;
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
	readonly tcpServer: Service;
	readonly tcpClient: ClientService;
	readonly tcpSessions: TcpSessions;
	readonly lockout: Lockout;
	/** The board has a network of its own beside the module's. */
	readonly hasHostNetwork: boolean;
	/** Undefined: the board has no Wi-Fi. */
	readonly wifi: WifiService | undefined;
	readonly lines: SerialLines;
	readonly boot: BootGuard;
	/** Undefined: the board has no slots for them. */
	readonly updates: Updates | undefined;
	/** The most that the loop was late [ms]; 0 on a board without a watchdog. */
	loopDelay(): number;
	readonly files: FileBox;
	/** The module keeps scripts itself. */
	modulePython(): boolean;
	readonly about: About;
	/** What is known of the module; '' where nothing is yet. */
	module(): ModuleFacts;
	network(): NetworkHealth;
	/** What went wrong on the line to the module. */
	line(): LineCounts;
	/** Largest heap so far in octets; undefined: the host cannot tell. */
	heapPeak(): number | undefined;
	/** Tries the stored PIN, where the SIM asks for it. */
	unlock(): void;
	/** Factory reset: the settings of a flashed board, and a restart soon after. False: the store refused. */
	forget(): Promise<boolean>;
}

/** What the board says of itself. */
export interface About {
	/** Version of the firmware. */
	readonly firmware: string;
	/** What it was built for. */
	readonly target: string;
	/** Why the co-processor started. */
	readonly restart: RestartReason;
}

export interface ModuleFacts {
	readonly model: string;
	readonly firmware: string;
	readonly imei: string;
	/** Name of the profile in use. */
	readonly profile: string;
}
