import { expect } from 'vitest';
import type { Channel } from '../../src/cmux/channel.js';
import { Multiplexer } from '../../src/cmux/multiplexer.js';
import { type Desk, Dte, desk } from './dte.js';

/** A module that was told +CMUX=0 and waits for SABM. */
export async function enter(options: Parameters<typeof desk>[0] = {}): Promise<Desk> {
	const at = await desk(options);
	await at.terminal.set('AT+CMUX=0');
	await at.clock.advance(500);
	return at;
}

/** Opens DLCIs on it; a terminal on each. */
export async function muxed(at: Desk, dlcis: readonly number[]) {
	const mux = new Multiplexer({ port: at.dte, clock: at.clock, role: 'initiator' });
	const started = await at.clock.settled(mux.start(), 5000);
	expect(started.ok).toBe(true);
	const channels: Channel[] = [];
	for (const dlci of dlcis) {
		const opened = await at.clock.settled(mux.open(dlci), 5000);
		if (!opened.ok) throw new Error(`DLCI ${dlci}: ${opened.error}`);
		channels.push(opened.value);
	}
	return { mux, channels, screens: channels.map(channel => new Dte(channel, at.clock)) };
}
