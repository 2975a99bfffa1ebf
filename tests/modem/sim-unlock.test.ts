import { describe, expect, test } from 'vitest';
import type { SimOptions } from '../../hosts/simulator/sim-card.js';
import { type StoredPin, type Unlocking, unlockSim } from '../../src/modem/sim-unlock.js';
import { bench } from './bench.js';

/** A module with this card, and a store for one PIN. */
async function card(sim: SimOptions, code: string | undefined) {
	const at = bench({ sim: { pinEnabled: true, pin: '1234', puk: '12345678', ...sim } });
	let pin: StoredPin | undefined = code === undefined ? undefined : { code, tried: false };
	let isStorable = true;
	at.modem.start();
	await at.ready();
	return {
		...at,
		unlock: (): Promise<Unlocking> =>
			at.clock.settled(
				unlockSim(at.modem.control!, pin, tried => {
					if (isStorable && pin !== undefined) pin = { ...pin, tried };
					return isStorable;
				}),
				20_000,
			),
		refuseStoring: () => {
			isStorable = false;
		},
		pin: () => pin,
		restart: async () => {
			const { ready } = at.counts;
			at.module.cutPower();
			at.sim.reset();
			await at.ready(ready + 1, 120_000);
		},
		entered: () => at.trace.filter(entry => entry.includes('→ AT+CPIN="')).length,
	};
}

describe('a stored PIN', () => {
	test('that is right opens the card, and does so after each restart of the module', async () => {
		const at = await card({}, '1234');
		for (let run = 1; run <= 3; run++) {
			expect(await at.unlock()).toBe('unlocked');
			expect(at.sim.pinState).toBe('ready');
			expect(at.pin()).toEqual({ code: '1234', tried: false });
			expect(await at.unlock()).toBe('not locked');
			await at.restart();
		}
	});

	test('that is wrong is tried once, and never again over restarts', async () => {
		const at = await card({}, '9999');
		expect(await at.unlock()).toBe('wrong PIN');
		for (let run = 0; run < 5; run++) {
			expect(await at.unlock()).toBe('tried before');
			await at.restart();
		}
		expect([at.sim.pinAttempts, at.entered()]).toEqual([2, 1]);
	});

	test('is marked as tried before it is used: a board that stops in between does not try it again', async () => {
		const at = await card({}, '1234');
		const { control } = at.modem;
		const told: boolean[] = [];
		const outcome = unlockSim(control!, { code: '1234', tried: false }, tried => {
			told.push(tried);
			expect(at.entered()).toBe(told.length === 1 ? 0 : 1);
			return true;
		});
		expect(await at.clock.settled(outcome, 20_000)).toBe('unlocked');
		expect(told).toEqual([true, false]);
	});

	test('that cannot be marked is not used', async () => {
		const at = await card({}, '1234');
		at.refuseStoring();
		expect(await at.unlock()).toBe('tried before');
		expect(at.entered()).toBe(0);
	});

	test.each([1, 2, 3])('with %i attempts left is used where that is more than one', async left => {
		const at = await card({}, '1234');
		at.sim.pinAttempts = left;
		expect(await at.unlock()).toBe(left === 1 ? 'one attempt left' : 'unlocked');
		expect(at.entered()).toBe(left === 1 ? 0 : 1);
	});

	test('is not used where the card wants its PUK', async () => {
		const at = await card({}, '1234');
		at.sim.pinAttempts = 0;
		expect(await at.unlock()).toBe('PUK');
		expect([at.entered(), at.sim.pukAttempts]).toEqual([0, 10]);
	});

	test('is not used where there is no card', async () => {
		const at = await card({ inserted: false }, '1234');
		expect(await at.unlock()).toBe('no SIM');
		expect(at.entered()).toBe(0);
	});

	test('is not used where the card wants none', async () => {
		const at = await card({ pinEnabled: false }, '1234');
		expect(await at.unlock()).toBe('not locked');
		expect(at.entered()).toBe(0);
	});
});

test('without a stored PIN a locked card stays locked', async () => {
	const at = await card({}, undefined);
	expect(await at.unlock()).toBe('no PIN');
	expect(at.sim.pinAttempts).toBe(3);
});
