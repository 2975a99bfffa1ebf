import { bytesOf, textOf } from '../../../src/base/text.js';
import type { Store } from '../../../src/ports/store.js';
import type { Profile } from './profile.js';
import { ScriptFlash } from './script-flash.js';

export interface ContextDefinition {
	type: string;
	apn: string;
	address: string;
}

/** #SGACTCFG: automatic activation of one context. */
export interface ContextActivation {
	/** 0 = off, else attempts 1–15. */
	retry: number;
	/** Seconds between attempts, 180–3600. */
	delay: number;
	urc: 0 | 1;
}

/** #SCFG of one socket. */
export interface SocketSettings {
	cid: number;
	/** Octets, 1–1500. */
	packetSize: number;
	/** Seconds without data until the socket closes, 0 = never. */
	idle: number;
	/** Longest wait for a connection [100 ms]. */
	connect: number;
	/** Wait for more octets before a short packet goes out [100 ms]. */
	transmit: number;
}

/** #SCFGEXT of one socket. */
export interface SocketExtension {
	ring: 0 | 1 | 2;
	hex: 0 | 1;
	/** Minutes. */
	keepalive: number;
	autoResponse: 0 | 1;
	sendHex: 0 | 1;
}

/** +CSCB. Lists as they were given. */
export interface Broadcast {
	mode: number;
	messages: string;
	schemes: string;
}

/** What +CSAS keeps. */
export interface MessageProfile {
	serviceCentre: string;
	textParameters: number[];
	broadcast: Broadcast;
}

/** Everything that the module keeps without power. */
export interface NonVolatileSettings {
	profiles: (Profile | null)[];
	/** Baud; 0 = automatic. */
	rate: number;
	interfaceStyle: number;
	contexts: Record<string, ContextDefinition>;
	activation: ContextActivation[];
	sockets: SocketSettings[];
	socketExtensions: SocketExtension[];
	/** The module's own services, by their command. */
	services: Record<string, string>;
	/** +CSAS, by its number. */
	messageProfiles: Record<string, MessageProfile>;
}

const RECORD = 'module';
const INSTANCES = 3;
const SOCKETS = 6;
const CONTEXTS = 5;

/** The settings that survive a power cut, on a store where one is given. */
export class NonVolatile {
	readonly settings: NonVolatileSettings;
	/** Not on the store: scripts last as long as the module's object. */
	readonly scripts = new ScriptFlash();
	readonly #store: Store | undefined;

	constructor(store?: Store) {
		this.#store = store;
		this.settings = { ...factorySettings(), ...this.#read() };
	}

	/** Makes what `settings` says now survive. */
	save(): void {
		this.#store?.write(RECORD, bytesOf(JSON.stringify(this.settings)));
	}

	#read(): Partial<NonVolatileSettings> {
		const record = this.#store?.read(RECORD);
		if (record === undefined) return {};
		try {
			const settings = JSON.parse(textOf(record)) as Partial<NonVolatileSettings>;
			return isWhole(settings) ? settings : {};
		} catch {
			// A torn record: a real module starts from its factory settings too.
			return {};
		}
	}
}

/** The lists have the lengths that the commands count on. */
function isWhole({ profiles, activation, sockets, socketExtensions }: Partial<NonVolatileSettings>): boolean {
	const lists = [activation?.length, sockets?.length, socketExtensions?.length];
	// Some families have a further instance, whose profile is there once it was stored.
	return (profiles?.length ?? 0) >= INSTANCES && lists.join() === [CONTEXTS, SOCKETS, SOCKETS].join();
}

function factorySettings(): NonVolatileSettings {
	return {
		profiles: [null, null, null],
		rate: 0,
		interfaceStyle: 2,
		contexts: {},
		activation: Array.from({ length: CONTEXTS }, () => ({ retry: 0, delay: 180, urc: 0 as const })),
		sockets: Array.from({ length: SOCKETS }, (_, at) => ({
			cid: at < 3 ? 1 : 2,
			packetSize: 300,
			idle: 90,
			connect: 600,
			transmit: 50,
		})),
		socketExtensions: Array.from({ length: SOCKETS }, () => ({
			ring: 0 as const,
			hex: 0 as const,
			keepalive: 0,
			autoResponse: 0 as const,
			sendHex: 0 as const,
		})),
		services: {},
		messageProfiles: {},
	};
}
