import { expect } from 'vitest';
import { RELEASES, type Release } from '../../hosts/simulator/module/hangs.js';
import type { Channel } from '../../src/cmux/channel.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { type Desk, Dte, desk } from './dte.js';

/** The instance that is blocked; the first one stays free for #REBOOT. */
export const BLOCKED = 2;

/** A module under CMUX with somebody at its line who climbs the recovery ladder. */
export class Ladder {
	readonly at: Desk;
	mux: Multiplexer | undefined;
	channels: Channel[] = [];
	screens: Dte[] = [];

	constructor(at: Desk) {
		this.at = at;
	}

	/** From AT mode into the multiplexer; where nobody answers, it stays without. */
	async enter(): Promise<void> {
		const { dte, clock } = this.at;
		this.mux?.abandon();
		this.mux = undefined;
		const line = new Dte(dte, clock);
		if (!(await line.send('AT+CMUX=0', 500)).endsWith('\r\nOK\r\n')) return;
		const mux = new Multiplexer({ port: dte, clock, role: 'initiator' });
		if (!(await clock.settled(mux.start(), 5000)).ok) return;
		this.mux = mux;
		for (const dlci of [1, 2, 3]) await this.open(dlci);
	}

	async open(dlci: number): Promise<void> {
		const opened = await this.at.clock.settled(this.mux!.open(dlci), 5000);
		if (!opened.ok) return;
		this.channels[dlci - 1] = opened.value;
		this.screens[dlci - 1] = new Dte(opened.value, this.at.clock);
	}

	async alive(dlci: number): Promise<boolean> {
		if (this.mux === undefined || this.channels[dlci - 1]?.isOpen !== true) return false;
		return (await this.screens[dlci - 1]!.send('AT')).endsWith('\r\nOK\r\n');
	}

	/** The mux control channel answers. */
	async controlAlive(): Promise<boolean> {
		return this.mux !== undefined && (await this.at.clock.settled(this.mux.test(), 5000)).ok;
	}

	async climb(rung: Release): Promise<void> {
		const { clock, power, module } = this.at;
		const channel = this.channels[BLOCKED - 1];
		switch (rung) {
			case 'break':
				if (this.mux !== undefined) channel?.sendBreak(0);
				await clock.advance(500);
				return;
			case 'reopen':
				if (this.mux === undefined) return;
				channel?.close();
				await clock.advance(2000);
				await this.open(BLOCKED);
				return;
			case 'mux':
				if (this.mux !== undefined) await clock.settled(this.mux.close(), 10_000);
				await clock.advance(200);
				return this.enter();
			case 'reboot':
				if (!(await this.alive(1))) return;
				await this.screens[0]!.send('AT#REBOOT', 12_000);
				return this.enter();
			case 'reset':
				power.setReset(true);
				await clock.advance(300);
				power.setReset(false);
				await clock.advance(12_000);
				return this.enter();
			case 'power':
				module.cutPower();
				await clock.advance(1000);
				module.powerOn();
				await clock.advance(12_000);
				return this.enter();
		}
	}

	/** The first rung from below that brings the blocked instance back. */
	async firstHelp(): Promise<Release | undefined> {
		for (const rung of RELEASES) {
			await this.climb(rung);
			if (await this.alive(BLOCKED)) return rung;
		}
		return undefined;
	}
}

/** A module whose three instances answer, with a context and somebody who takes calls. */
export async function ladder(...settings: readonly string[]): Promise<Ladder> {
	const at = await desk();
	at.network.lines.set('+391234567', { rings: 2000 });
	await at.terminal.set('AT#SGACT=1,1', ...settings);
	const rig = new Ladder(at);
	await rig.enter();
	expect([await rig.alive(1), await rig.alive(2), await rig.alive(3)]).toEqual([true, true, true]);
	return rig;
}
