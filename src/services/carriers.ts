import type { Modem } from '../modem/modem.js';
import type { Network } from '../ports/network.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';

/** The two ways by which TCP ATRUN reaches its peers (`#ATRUNTCP`): the module's sockets, the host's own network. */
export class Carriers {
	/** Told when the host's network can be used again after it could not, while it is the one that is set. */
	readonly onHostUp: (() => void)[] = [];
	readonly #module: Network;
	readonly #host: Network | undefined;
	readonly #modem: Modem;
	readonly #settings: SettingsKeeper;

	/** `host`: undefined where the board has no network of its own. */
	constructor(module: Network, host: Network | undefined, modem: Modem, settings: SettingsKeeper) {
		this.#module = module;
		this.#host = host;
		this.#modem = modem;
		this.#settings = settings;
	}

	/** The host's network came up: a Wi-Fi was joined. */
	hostUp(): void {
		if (!this.#settings.current.tcpRules.hostNetwork) return;
		for (const told of this.onHostUp) told();
	}

	/** The board has a network of its own. */
	get hasHost(): boolean {
		return this.#host !== undefined;
	}

	/** The one that is set; undefined: it cannot be used now. The host's works without the module too. */
	get current(): Network | undefined {
		if (this.#settings.current.tcpRules.hostNetwork) return this.#host;
		return this.#modem.state === 'ready' ? this.#module : undefined;
	}
}
