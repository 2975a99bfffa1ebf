import { CallExchange } from './call-exchange.js';
import { NETWORK_SERVICES, type ServicePage } from './network-services.js';

export interface Operator {
	/** Long name, as +COPS and #MONI print it. */
	readonly name: string;
	/** MCC and MNC. */
	readonly numeric: string;
	/** False: this network does not take the subscriber. */
	readonly allowed: boolean;
}

export interface Cell {
	/** Base station identity code, two octal digits in decimal print. */
	readonly bsic: number;
	/** Location area code. */
	readonly lac: number;
	readonly cellId: number;
	readonly arfcn: number;
	/** Received power [dBm]. */
	readonly power: number;
	readonly c1: number;
	readonly c2: number;
}

export interface MobileNetworkOptions {
	/** The first one is the home network. */
	readonly operators?: readonly Operator[];
	/** The serving cell first, then up to six neighbours. */
	readonly cells?: readonly Cell[];
	/** Access point names that the packet network knows; undefined = any. */
	readonly apns?: readonly string[];
	/** Names that #QDNS and #SD find. */
	readonly names?: Readonly<Record<string, string>>;
	/** First address given out; the next context gets the next one. */
	readonly firstAddress?: string;
	/** 8-bit user-visible network time: local time as Unix milliseconds and its zone in quarter hours. */
	readonly time?: { readonly unixMs: number; readonly zone: number };
}

const OPERATORS: readonly Operator[] = Object.freeze([
	Object.freeze({ name: 'I WIND', numeric: '22288', allowed: true }),
	Object.freeze({ name: 'vodafone IT', numeric: '22210', allowed: true }),
	Object.freeze({ name: 'I TIM', numeric: '22201', allowed: false }),
]);

const CELLS: readonly Cell[] = Object.freeze([
	Object.freeze({ bsic: 75, lac: 0x55fa, cellId: 0x1297, arfcn: 983, power: -72, c1: 32, c2: 32 }),
	Object.freeze({ bsic: 20, lac: 0xd5bd, cellId: 0x5265, arfcn: 59, power: -70, c1: 38, c2: 0 }),
	Object.freeze({ bsic: 70, lac: 0x55fa, cellId: 0x0000, arfcn: 979, power: -76, c1: 28, c2: 23 }),
	Object.freeze({ bsic: 72, lac: 0x55fa, cellId: 0x1281, arfcn: 975, power: -81, c1: 23, c2: 17 }),
	Object.freeze({ bsic: 70, lac: 0x55fa, cellId: 0x12ea, arfcn: 985, power: -85, c1: 19, c2: 13 }),
	Object.freeze({ bsic: 72, lac: 0x55fa, cellId: 0x1d0d, arfcn: 751, power: -88, c1: 14, c2: 22 }),
	Object.freeze({ bsic: 73, lac: 0x55fa, cellId: 0x1d23, arfcn: 754, power: -92, c1: 10, c2: 19 }),
]);

/** What answers a data call. */
export interface CalledLine {
	/** Rings for so long [ms]. */
	readonly rings: number;
	/** Hangs up after so long [ms]; never where it is left out. */
	readonly lasts?: number;
}

/** The radio and packet network around the module. Its state is what a test or a scenario changes. */
export class MobileNetwork {
	readonly operators: readonly Operator[];
	readonly apns: readonly string[] | undefined;
	readonly names: Readonly<Record<string, string>>;
	/** Who can be called, by number. */
	readonly exchange = new CallExchange();
	/** What is behind service codes. */
	services: Readonly<Record<string, ServicePage>> = NETWORK_SERVICES;
	/** Numbers that answer data calls, as they are dialled. */
	readonly lines = new Map<string, CalledLine>();
	/** Messages go over packet service too, so that +CGSMS=0 does not end them. */
	messagesOverPacket = false;
	cells: readonly Cell[];
	#time: { readonly unixMs: number; readonly zone: number };
	#coverage = true;
	#contextsDenied = false;
	#packetService = true;
	#lteOnly = false;
	#nextAddress: number;
	readonly #watchers = new Set<() => void>();
	readonly #contexts = new Set<{ readonly address: string; readonly lost: () => void }>();

	constructor(options: MobileNetworkOptions = {}) {
		this.operators = options.operators ?? OPERATORS;
		this.cells = options.cells ?? CELLS;
		this.apns = options.apns;
		this.names = options.names ?? {};
		this.#time = options.time ?? { unixMs: Date.UTC(2008, 4, 28, 11, 4, 37), zone: 8 };
		this.#nextAddress = numberOf(options.firstAddress ?? '212.141.253.50');
	}

	/** False: no signal, as in a tunnel. */
	get coverage(): boolean {
		return this.#coverage;
	}

	set coverage(there: boolean) {
		this.#coverage = there;
		if (!there) this.loseContexts();
		for (const watcher of [...this.#watchers]) watcher();
	}

	/** False: registered, yet no packet service. */
	get packetService(): boolean {
		return this.#packetService;
	}

	set packetService(there: boolean) {
		this.#packetService = there;
		if (!there) this.loseContexts();
		for (const watcher of [...this.#watchers]) watcher();
	}

	/** True: the older networks are switched off here, so that a module without LTE finds nothing, and +CREG of one that has it says 0. */
	get lteOnly(): boolean {
		return this.#lteOnly;
	}

	set lteOnly(only: boolean) {
		this.#lteOnly = only;
		this.loseContexts();
		for (const watcher of [...this.#watchers]) watcher();
	}

	/** True: packet service is there, yet no context is given, and those that were are taken away. */
	get contextsDenied(): boolean {
		return this.#contextsDenied;
	}

	set contextsDenied(denied: boolean) {
		this.#contextsDenied = denied;
		if (denied) this.loseContexts();
	}

	/** Local time as Unix milliseconds at clock 0, and its zone in quarter hours. */
	get time(): { readonly unixMs: number; readonly zone: number } {
		return this.#time;
	}

	/** The network tells a time that is `ms` later than before, or earlier. */
	jumpTime(ms: number): void {
		this.#time = { ...this.#time, unixMs: this.#time.unixMs + ms };
	}

	/** Calls `watcher` after each change of coverage or packet service; the returned function ends that. */
	watch(watcher: () => void): () => void {
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}

	knowsApn(apn: string): boolean {
		return this.apns === undefined || this.apns.includes(apn);
	}

	/** The dotted address of a name or of a dotted address. */
	resolve(host: string): string | undefined {
		return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : this.names[host];
	}

	/** Opens a packet context; `lost` is called when the network takes it away. */
	openContext(lost: () => void): { readonly address: string; close(): void } {
		const context = { address: dotted(this.#nextAddress++), lost };
		this.#contexts.add(context);
		return { address: context.address, close: () => this.#contexts.delete(context) };
	}

	/** The network deactivates every packet context. */
	loseContexts(): void {
		const contexts = [...this.#contexts];
		this.#contexts.clear();
		for (const context of contexts) context.lost();
	}
}

function numberOf(address: string): number {
	return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(address: number): string {
	return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');
}
