/** What the board keeps over a power cut. Plain data, one JSON document; ranges are atrun.md section 3. */
export interface Settings {
	/** `#SMSATRUN`, `#SMSATRUNCFG`; timeout in minutes. */
	readonly smsAtrun: {
		readonly on: boolean;
		readonly instance: number;
		readonly urc: boolean;
		readonly timeout: number;
	};
	/** `#SMSATWL`, at most 8 entries, each with its own index 1–8. */
	readonly whiteList: readonly WhiteListEntry[];
	/** `#TCPATRUNCFG`; timeout in minutes, retryDelay in minutes. */
	readonly tcpAtrun: TcpAtrunSettings;
	/** `#TCPATRUNL` and `#TCPATRUND`. */
	readonly tcpServer: boolean;
	readonly tcpClient: boolean;
	/** `#TCPATRUNFRWL`, at most 5. */
	readonly firewall: readonly FirewallRule[];
	/** `#TCPATRUNAUTH`, at most 3. */
	readonly users: readonly TcpUser[];
	/** `#TCPATCMDSEQ`. */
	readonly commandSequence: boolean;
	/** `#ATRUNDELAY` in seconds; absent = the suggested table applies (own-commands.md). */
	readonly delay: { readonly tcp?: number; readonly sms?: number };
	/** `#ATRUNMODE`: true = as the module's firmware. */
	readonly strict: boolean;
}

/** `number`: `text` is digits with optional leading `+` and trailing `*`. `password`: `text` is B64(MD5(password)), itself a secret. */
export interface WhiteListEntry {
	readonly index: number;
	readonly kind: 'number' | 'password';
	readonly text: string;
}

export interface TcpAtrunSettings {
	readonly connId: number;
	readonly instance: number;
	readonly tcpPort: number;
	readonly hostPort: number;
	readonly host: string;
	readonly urc: boolean;
	readonly timeout: number;
	readonly authMode: number;
	readonly retryCount: number;
	readonly retryDelay: number;
}

/** Dotted IPv4 address and mask. */
export interface FirewallRule {
	readonly ip: string;
	readonly mask: string;
}

/** `salt` and `hash` in hexadecimal: the password itself is not kept. */
export interface TcpUser {
	readonly name: string;
	readonly salt: string;
	readonly hash: string;
}

/** A flashed board: every service off, every list empty. */
export const DEFAULTS: Settings = Object.freeze({
	smsAtrun: Object.freeze({ on: false, instance: 3, urc: true, timeout: 5 }),
	whiteList: Object.freeze([]),
	tcpAtrun: Object.freeze({
		connId: 1,
		instance: 2,
		tcpPort: 1024,
		hostPort: 1024,
		host: '',
		urc: true,
		timeout: 5,
		authMode: 0,
		retryCount: 0,
		retryDelay: 2,
	}),
	tcpServer: false,
	tcpClient: false,
	firewall: Object.freeze([]),
	users: Object.freeze([]),
	commandSequence: false,
	delay: Object.freeze({}),
	strict: false,
});

/**
 * Settings out of a stored document of this or an older version: what is missing or of another type takes its default, what
 * is unknown is dropped.
 */
export function settingsOf(document: unknown): Settings {
	const stored = isObject(document) ? document : {};
	const settings: Record<string, unknown> = {};
	for (const [key, fallback] of Object.entries(DEFAULTS)) settings[key] = fitted(stored[key], fallback);
	return settings as unknown as Settings;
}

function fitted(value: unknown, fallback: unknown): unknown {
	if (Array.isArray(fallback)) return Array.isArray(value) ? value : fallback;
	if (!isObject(fallback)) return typeof value === typeof fallback ? value : fallback;
	if (!isObject(value)) return fallback;
	const keys = Object.keys(fallback);
	if (keys.length === 0) return value;
	const object: Record<string, unknown> = {};
	for (const key of keys) object[key] = fitted(value[key], fallback[key]);
	return object;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
