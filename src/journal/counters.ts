/** What is counted, in the order in which `#ATRUNSTAT` tells it. */
export const COUNTERS = Object.freeze([
	'SMS_REQUESTS',
	'SMS_REFUSED',
	'SMS_STALE',
	'SMS_REPLAYED',
	'SMS_BAD_DIGEST',
	'SMS_OTHERS',
	'SMS_DROPPED',
	'SMS_SENT',
	'SMS_NOT_SENT',
	'SMS_OVER_BUDGET',
	'SMS_QUEUE_FULL',
	'SMS_UNKNOWN_OUTCOME',
	'TCP_SESSIONS',
	'TCP_REFUSED',
	'TCP_BUSY',
	'TCP_LOCKED',
	'TCP_BAD_LOGIN',
	'TCP_LOGIN_TIMEOUT',
	'TCP_IDLE',
	'TCP_IGNORED',
	'TCP_DIALLED',
	'TCP_NOT_DIALLED',
	'WIFI_JOINED',
	'WIFI_NOT_JOINED',
	'WIFI_LOST',
	'COMMANDS',
	'REFUSED',
	'TIMEOUTS',
	'MODULE_LOST',
	'UNDONE',
	'OTA_BEGUN',
	'OTA_REFUSED',
	'OTA_PASSED',
	'OTA_ROLLED_BACK',
	'RECOVERED_WAIT',
	'RECOVERED_ABORT',
	'RECOVERED_REOPEN',
	'RECOVERED_MUX',
	'RECOVERED_REBOOT',
	'RECOVERED_RESET',
	'RECOVERED_POWER',
] as const);

export type CounterName = (typeof COUNTERS)[number];

/** Counts since the start of the board. */
export class Counters {
	readonly #values: { [name: string]: number } = {};

	add(name: CounterName, count = 1): void {
		this.#values[name] = this.value(name) + count;
	}

	value(name: CounterName): number {
		return this.#values[name] ?? 0;
	}

	reset(): void {
		for (const name of COUNTERS) this.#values[name] = 0;
	}
}
