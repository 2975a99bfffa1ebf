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
	/** `#ATRUNTCP`. */
	readonly tcpRules: TcpRules;
	/** `#ATRUNHOST`, at most 4, each with its own index 1–4. */
	readonly hosts: readonly FurtherHost[];
	/** `#ATRUNCONS`: baud of the board's serial ports. */
	readonly rates: { readonly console: number; readonly auxiliary: number };
	/** What `AT&W` on a console keeps for its port. */
	readonly console: PortProfile;
	/** `#TCPATRUNFRWL`, at most 5. */
	readonly firewall: readonly FirewallRule[];
	/** `#TCPATRUNAUTH`, at most 3. */
	readonly users: readonly TcpUser[];
	/** `#TCPATCMDSEQ`. */
	readonly commandSequence: boolean;
	/** `#ATRUNDELAY` in seconds; absent = the suggested table applies (own-commands.md). */
	readonly delay: { readonly tcp?: number; readonly sms?: number };
	/** `#ATRUNSMS`. */
	readonly smsRules: SmsRules;
	/** `#ATRUNKEY`, at most 4, each with its own id 1–4; a secret. */
	readonly keys: readonly StoredKey[];
	/** `#ATRUNGRANT`: what differs from the default table. */
	readonly grants: readonly Grant[];
	/** `#ATRUNGUARD`: what differs from the default, a rule a class at most. */
	readonly guards: readonly GuardRule[];
	/** `#ATRUNMODULE`: a profile's name, or `auto`. */
	readonly module: string;
	/** `#ATRUNPIN`; a secret. `code` '' = none; `tried`: it was used once, and is not used again. */
	readonly pin: { readonly code: string; readonly tried: boolean };
	/** `#ATRUNAPN`, at most 5, one a context; the password is a secret. */
	readonly accessPoints: readonly StoredAccessPoint[];
	/** `#ATRUNWIFI`: access point of the board's own network; `ssid` '' = none, `password` '' = an open one, else a secret. */
	readonly wifi: { readonly on: boolean; readonly ssid: string; readonly password: string };
	/** The board's IMEI, as its module told it last: the name by which keys know it, also while the module is silent. */
	readonly imei: string;
	/** `#ATRUNMODE`: true = as the module's firmware. */
	readonly strict: boolean;
}

/** V.250: E, Q, V, S-registers of the port, and `+CMEE`. S12 in units of 20 ms, S25 of 10 ms. */
export interface PortProfile {
	readonly echo: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
	readonly s0: number;
	readonly s2: number;
	readonly s3: number;
	readonly s4: number;
	readonly s5: number;
	readonly s12: number;
	readonly s25: number;
	readonly cmee: 0 | 1 | 2;
}

/** `#ATRUNSMS`: version 1 digests are accepted; maxAge in minutes, 0 = any; what is above the watermark goes. */
export interface SmsRules {
	readonly v1: boolean;
	readonly maxAge: number;
	readonly perHour: number;
	readonly perDay: number;
	readonly dropOthers: boolean;
}

/**
 * `#ATRUNTCP`: the carrier is the module's sockets or the host's own network; login and idle time in seconds (idle 0 = none);
 * in client mode: the host must prove that it has a key, the board says who it is, minutes between tries for ever (0 = none).
 */
export interface TcpRules {
	readonly hostNetwork: boolean;
	readonly login: number;
	readonly idle: number;
	readonly mutual: boolean;
	readonly hello: boolean;
	readonly slowRetry: number;
}

/** One more host that the board dials in client mode. */
export interface FurtherHost {
	readonly index: number;
	readonly host: string;
	readonly port: number;
}

/**
 * `guarded`: 0 power, 1 detach, 2 lock, 3 data, 4 self; `policy`: 0 as the module, 1 guard, 2 refuse; after `minutes` what a guarded
 * command took comes back.
 */
export interface GuardRule {
	readonly guarded: number;
	readonly policy: number;
	readonly minutes: number;
}

/** Access point of a packet context. */
export interface StoredAccessPoint {
	readonly cid: number;
	readonly name: string;
	readonly user: string;
	readonly password: string;
}

/** 64 hexadecimal digits. */
export interface StoredKey {
	readonly id: number;
	readonly hex: string;
}

/** `kind`: 0 white list, 1 TCP user, 2 key; `mask`: a sum of 1, 2, 4 … 64 (own-commands.md). */
export interface Grant {
	readonly kind: number;
	readonly index: number;
	readonly mask: number;
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
	tcpRules: Object.freeze({ hostNetwork: false, login: 30, idle: 600, mutual: false, hello: false, slowRetry: 60 }),
	hosts: Object.freeze([]),
	rates: Object.freeze({ console: 115_200, auxiliary: 9_600 }),
	console: Object.freeze({
		echo: true,
		quiet: false,
		verbose: true,
		s0: 0,
		s2: 43,
		s3: 13,
		s4: 10,
		s5: 8,
		s12: 50,
		s25: 5,
		cmee: 0,
	}),
	firewall: Object.freeze([]),
	users: Object.freeze([]),
	commandSequence: false,
	delay: Object.freeze({}),
	smsRules: Object.freeze({ v1: true, maxAge: 1440, perHour: 30, perDay: 200, dropOthers: true }),
	keys: Object.freeze([]),
	grants: Object.freeze([]),
	guards: Object.freeze([]),
	module: 'auto',
	pin: Object.freeze({ code: '', tried: false }),
	accessPoints: Object.freeze([]),
	wifi: Object.freeze({ on: false, ssid: '', password: '' }),
	imei: '',
	strict: false,
});

/** Entries of each list at most. */
const WHITE_LISTED = 8;
const RULES = 5;
const USERS = 3;
const KEYS = 4;
const HOSTS = 4;
const GUARDS = 5;
const CONTEXTS = 5;
/** Entries that a grant can be for: white list, users, keys. */
const GRANTS = WHITE_LISTED + USERS + KEYS;
/** What the numbers may be, by the name of their key. */
const RANGES: { readonly [key: string]: readonly [number, number] } = Object.freeze({
	instance: Object.freeze([1, 3] as const),
	timeout: Object.freeze([1, 60] as const),
	connId: Object.freeze([1, 6] as const),
	tcpPort: Object.freeze([1, 65535] as const),
	hostPort: Object.freeze([1, 65535] as const),
	authMode: Object.freeze([0, 2] as const),
	retryCount: Object.freeze([0, 5] as const),
	retryDelay: Object.freeze([1, 3600] as const),
	login: Object.freeze([5, 300] as const),
	idle: Object.freeze([0, 65_535] as const),
	slowRetry: Object.freeze([0, 1440] as const),
	port: Object.freeze([1, 65535] as const),
	guarded: Object.freeze([0, GUARDS - 1] as const),
	policy: Object.freeze([0, 2] as const),
	minutes: Object.freeze([1, 60] as const),
	cid: Object.freeze([1, CONTEXTS] as const),
	console: Object.freeze([300, 115_200] as const),
	auxiliary: Object.freeze([300, 115_200] as const),
	s0: Object.freeze([0, 255] as const),
	s2: Object.freeze([0, 255] as const),
	s3: Object.freeze([0, 127] as const),
	s4: Object.freeze([0, 127] as const),
	s5: Object.freeze([0, 127] as const),
	s12: Object.freeze([0, 255] as const),
	s25: Object.freeze([0, 255] as const),
	cmee: Object.freeze([0, 2] as const),
	tcp: Object.freeze([0, 30] as const),
	sms: Object.freeze([0, 30] as const),
	index: Object.freeze([1, WHITE_LISTED] as const),
	maxAge: Object.freeze([0, 10_080] as const),
	perHour: Object.freeze([1, 100] as const),
	perDay: Object.freeze([1, 1000] as const),
	id: Object.freeze([1, KEYS] as const),
	kind: Object.freeze([0, 2] as const),
	mask: Object.freeze([0, 127] as const),
});

/**
 * Settings out of a stored document of this or an older version: what is missing, of another type or out of range takes its
 * default, what is unknown is dropped, and so is an entry of a list that is not whole.
 */
export function settingsOf(document: unknown): Settings {
	const stored: { readonly [key in keyof Settings]?: unknown } = isObject(document) ? document : {};
	const delay: { readonly [key in keyof Settings['delay']]?: unknown } = isObject(stored.delay) ? stored.delay : {};
	return {
		smsAtrun: fitted(stored.smsAtrun, DEFAULTS.smsAtrun),
		whiteList: entriesOf(stored.whiteList, WHITE_LISTED, { index: 1, kind: '', text: '' }).filter(
			entry => entry.kind === 'number' || entry.kind === 'password',
		) as readonly WhiteListEntry[],
		tcpAtrun: fitted(stored.tcpAtrun, DEFAULTS.tcpAtrun),
		tcpServer: isFit('', stored.tcpServer, false) ? stored.tcpServer : DEFAULTS.tcpServer,
		tcpClient: isFit('', stored.tcpClient, false) ? stored.tcpClient : DEFAULTS.tcpClient,
		tcpRules: fitted(stored.tcpRules, DEFAULTS.tcpRules),
		hosts: entriesOf(stored.hosts, HOSTS, { index: 1, host: '', port: 1 }),
		rates: fitted(stored.rates, DEFAULTS.rates),
		console: fitted(stored.console, DEFAULTS.console),
		firewall: entriesOf(stored.firewall, RULES, { ip: '', mask: '' }),
		users: entriesOf(stored.users, USERS, { name: '', salt: '', hash: '' }),
		commandSequence: isFit('', stored.commandSequence, false) ? stored.commandSequence : DEFAULTS.commandSequence,
		delay: {
			...(isFit('tcp', delay.tcp, 0) && { tcp: delay.tcp }),
			...(isFit('sms', delay.sms, 0) && { sms: delay.sms }),
		},
		smsRules: fitted(stored.smsRules, DEFAULTS.smsRules),
		keys: entriesOf(stored.keys, KEYS, { id: 1, hex: '' }),
		grants: entriesOf(stored.grants, GRANTS, { kind: 0, index: 1, mask: 0 }),
		guards: entriesOf(stored.guards, GUARDS, { guarded: 0, policy: 1, minutes: 10 }),
		module: isFit('', stored.module, '') && /^[A-Z0-9]{3,16}$/.test(stored.module) ? stored.module : DEFAULTS.module,
		pin: fitted(stored.pin, DEFAULTS.pin),
		accessPoints: entriesOf(stored.accessPoints, CONTEXTS, { cid: 1, name: '', user: '', password: '' }),
		wifi: fitted(stored.wifi, DEFAULTS.wifi),
		imei: isFit('', stored.imei, '') && /^[0-9]{15}$/.test(stored.imei) ? stored.imei : DEFAULTS.imei,
		strict: isFit('', stored.strict, false) ? stored.strict : DEFAULTS.strict,
	};
}

/** `fallback` with those values of the stored object that fit. */
function fitted<Section extends object>(value: unknown, fallback: Section): Section {
	if (!isObject(value)) return fallback;
	const entries = Object.entries(fallback).map(([key, like]) => [
		key,
		isFit(key, value[key], like) ? value[key] : like,
	]);
	return Object.fromEntries(entries) as Section;
}

/** The whole entries of a stored list, with the keys of `model` only. */
function entriesOf<Entry extends object>(value: unknown, most: number, model: Entry): readonly Entry[] {
	const entries: Entry[] = [];
	if (!Array.isArray(value)) return entries;
	for (const stored of value as readonly unknown[]) {
		if (entries.length === most) break;
		if (!isObject(stored)) continue;
		if (Object.entries(model).every(([key, like]) => isFit(key, stored[key], like)))
			entries.push(fitted(stored, model));
	}
	return entries;
}

/** Whether a stored value has the type of `like` and is in the range of its key. */
function isFit<Like>(key: string, value: unknown, like: Like): value is Like {
	if (typeof value !== typeof like) return false;
	if (typeof value !== 'number') return true;
	const range = RANGES[key];
	return Number.isInteger(value) && range !== undefined && value >= range[0] && value <= range[1];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
