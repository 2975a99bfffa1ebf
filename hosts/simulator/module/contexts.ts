import { pause } from '../../../src/base/deadline.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { MobileNetwork } from '../mobile-network.js';
import type { NonVolatile } from './non-volatile.js';
import type { Registration } from './registration.js';
import { TIMING } from './timing.js';

const MAX_ACTIVE = 2;

export interface ContextEvents {
	/** The context is gone: by the network, or because somebody deactivated it. */
	lost(cid: number): void;
	/** It came up by itself (#SGACTCFG). */
	activatedAlone(cid: number, address: string): void;
}

/** The packet contexts 1–5 (module.md: two active at most): what is defined is stored, what is active is not. */
export class PacketContexts {
	readonly #clock: Clock;
	readonly #network: MobileNetwork;
	readonly #registration: Registration;
	readonly #nvm: NonVolatile;
	readonly #events: ContextEvents;
	readonly #active = new Map<number, { readonly address: string; close(): void }>();
	readonly #trying = new Set<number>();

	constructor(
		clock: Clock,
		network: MobileNetwork,
		registration: Registration,
		nvm: NonVolatile,
		events: ContextEvents,
	) {
		this.#clock = clock;
		this.#network = network;
		this.#registration = registration;
		this.#nvm = nvm;
		this.#events = events;
	}

	addressOf(cid: number): string | undefined {
		return this.#active.get(cid)?.address;
	}

	/** Activates a context; its address, or the +CME code of the reason why not. */
	async activate(cid: number): Promise<string | number> {
		if (this.#active.has(cid)) return 553;
		if (this.#active.size >= MAX_ACTIVE) return 554;
		await pause(this.#clock, TIMING.activate);
		if (!this.#registration.hasPacketService || this.#network.contextsDenied) return 555;
		// Without +CGDCONT the network is asked for its default access point.
		if (!this.#network.knowsApn(this.#nvm.settings.contexts[String(cid)]?.apn ?? '')) return 567;
		if (this.#active.has(cid)) return 553;
		const context = this.#network.openContext(() => this.#lose(cid));
		this.#active.set(cid, context);
		return context.address;
	}

	async deactivate(cid: number): Promise<void> {
		await pause(this.#clock, TIMING.deactivate);
		this.drop(cid);
	}

	/** Deactivates without the network's part, as when the radio goes off. */
	drop(cid: number): void {
		const context = this.#active.get(cid);
		if (context === undefined) return;
		context.close();
		this.#active.delete(cid);
		this.#events.lost(cid);
	}

	dropAll(): void {
		for (const cid of [...this.#active.keys()]) this.drop(cid);
	}

	/** Brings up every context that #SGACTCFG wants, once packet service is there. */
	activateConfigured(): void {
		this.#nvm.settings.activation.forEach((wanted, at) => {
			if (wanted.retry > 0) void this.#tryAlone(at + 1);
		});
	}

	async #tryAlone(cid: number): Promise<void> {
		if (this.#active.has(cid) || this.#trying.has(cid)) return;
		this.#trying.add(cid);
		for (let attempt = 0; ; attempt++) {
			const wanted = this.#nvm.settings.activation[cid - 1]!;
			if (attempt >= wanted.retry || this.#active.has(cid) || !this.#registration.hasPacketService) break;
			const outcome = await this.activate(cid);
			if (typeof outcome === 'string') {
				this.#events.activatedAlone(cid, outcome);
				break;
			}
			// Without packet service it begins anew when that is back.
			if (!this.#registration.hasPacketService) break;
			await pause(this.#clock, wanted.delay * 1000);
		}
		this.#trying.delete(cid);
	}

	#lose(cid: number): void {
		this.#active.delete(cid);
		this.#events.lost(cid);
		if (this.#nvm.settings.activation[cid - 1]!.retry > 0) void this.#tryAlone(cid);
	}
}
