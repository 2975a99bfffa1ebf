import { describe, expect, test } from 'vitest';
import type { Hang } from '../../hosts/simulator/module/hangs.js';
import type { ModelName } from '../../hosts/simulator/module/identity.js';
import { bytesOf } from '../../src/base/text.js';
import { RecoveryLadder } from '../../src/modem/recovery-ladder.js';
import { bench } from './bench.js';

async function attached(options: Parameters<typeof bench>[0] = {}) {
	const at = bench(options);
	const told: string[] = [];
	at.modem.onRecovered.push(({ rung }) => told.push(rung));
	at.modem.start();
	await at.ready(1, 300_000);
	// Long enough for the ladder to begin at the bottom again.
	await at.clock.advance(400_000);
	return { ...at, told };
}

describe('what hangs is brought back by the least disruptive rung that works', () => {
	test.each<[Hang, string]>([
		[{ what: 'instance', number: 2, until: 'break' }, 'abort'],
		[{ what: 'instance', number: 2, until: 'reopen' }, 'reopen'],
		[{ what: 'instance', number: 2, until: 'mux' }, 'mux'],
		[{ what: 'instance', number: 2, until: 'reboot' }, 'reboot'],
		[{ what: 'instance', number: 2, until: 'reset' }, 'reset'],
		[{ what: 'instance', number: 2, until: 'power' }, 'power'],
		[{ what: 'instance', number: 1, until: 'mux' }, 'mux'],
		// Instance 1 is what answers outside the multiplexer: after its end nobody is left who could be told #REBOOT.
		[{ what: 'instance', number: 1, until: 'reboot' }, 'reset'],
		[{ what: 'all', until: 'mux' }, 'mux'],
		[{ what: 'all', until: 'reset' }, 'reset'],
		[{ what: 'all', until: 'power' }, 'power'],
	])('%j', async (hang, rung) => {
		const at = await attached();
		at.module.hang(hang);
		const start = at.clock.now();
		await at.clock.until(() => at.told.length > 0, 900_000, 'the recovery');
		expect(at.told).toEqual([rung]);
		expect(at.modem.state).toBe('ready');
		expect(at.clock.now() - start).toBeLessThan(300_000);
		for (const number of [1, 2, 3]) {
			expect((await at.clock.settled(at.modem.instance(number)!.ask('AT', 1000), 2000)).ok).toBe(true);
		}
	});
});

describe('a module is found', () => {
	test.each([9600, 19_200, 38_400, 57_600])('at %i baud, and brought to the rate of the line', async rate => {
		const at = bench({ baud: 115_200, powered: true });
		await at.clock.advance(10_000);
		at.dte.write(bytesOf(`AT+IPR=${rate}\r`));
		await at.clock.advance(1000);
		at.modem.start();
		await at.ready(1, 120_000);
		expect(at.module.boots).toBe(1);
		expect((at.dte as unknown as { baud: number }).baud).toBe(115_200);
	});

	test.each<[ModelName, boolean]>([
		['GE865', false],
		['HE910', false],
		['LE910', false],
		['ME910', false],
		['ME310', false],
		['GE865', true],
		['HE910', true],
		['LE910', true],
		['ME910', true],
	])('of the family of %s, powered: %s', async (model, powered) => {
		const at = bench({ model, powered });
		at.modem.start();
		await at.ready(1, 120_000);
		expect(at.modem.identity?.model).toContain(model.slice(0, 4));
		expect((await at.clock.settled(at.modem.instance(3)!.ask('AT', 1000), 2000)).ok).toBe(true);
	});

	test.each<ModelName>(['GE865', 'HE910', 'LE910', 'ME910'])(
		'again after each rung, of the family of %s',
		async model => {
			for (const until of ['mux', 'reset', 'power'] as const) {
				const at = await attached({ model });
				at.module.hang({ what: 'all', until });
				await at.clock.until(() => at.told.length > 0, 900_000, `the recovery by ${until}`);
				// RESET leaves the later families off, and ON_OFF frees them of all.
				expect(at.told).toEqual([until === 'power' && model !== 'GE865' ? 'reset' : until]);
			}
		},
	);
});

describe('the ladder above the DLCIs', () => {
	test('begins gently, then resets, then cuts the power, and spares both the longer it takes', () => {
		const ladder = new RecoveryLadder();
		const rungs: string[] = [];
		const hard: number[] = [];
		let now = 1000;
		for (let attempt = 0; attempt < 200; attempt++) {
			const { rung, wait } = ladder.next(now);
			rungs.push(rung);
			if (rung !== 'mux') hard.push(now);
			expect(wait).toBeLessThanOrEqual(60_000);
			now += wait + 20_000;
		}
		expect(rungs.slice(0, 3)).toEqual(['mux', 'reset', 'mux']);
		expect(rungs.indexOf('power')).toBeLessThan(6);
		const gaps = hard.slice(1).map((time, place) => time - hard[place]!);
		for (let place = 1; place < gaps.length; place++)
			expect(gaps[place]!).toBeGreaterThanOrEqual(gaps[place - 1]! * 0.9);
		expect(gaps[gaps.length - 1]).toBeGreaterThanOrEqual(1_800_000);
	});

	test('goes on where it was when the module does not stay, and begins anew when it did', () => {
		const ladder = new RecoveryLadder();
		expect(ladder.next(0).rung).toBe('mux');
		ladder.ready(10_000);
		expect(ladder.next(20_000).rung).toBe('reset');
		ladder.ready(30_000);
		expect(ladder.next(330_000).rung).toBe('mux');
	});
});
