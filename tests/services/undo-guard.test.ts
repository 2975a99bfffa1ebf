import { describe, expect, test } from 'vitest';
import { createSimulatedModule } from '../../hosts/simulator/simulated-module.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { parseCommandLine } from '../../src/at/command-line.js';
import { Counters } from '../../src/journal/counters.js';
import { Journal } from '../../src/journal/journal.js';
import { Cancellation } from '../../src/modem/cancellation.js';
import { Modem } from '../../src/modem/modem.js';
import { Audit } from '../../src/services/audit.js';
import { BoardTime } from '../../src/services/board-time.js';
import { UndoGuard } from '../../src/services/undo-guard.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';
import { TestStore } from '../support/memory-store.js';

const MINUTE = 60_000;

/** A guard beside a module, and what it has said to it. */
async function guarded(store = new TestStore()) {
	const clock = new VirtualClock();
	const simulated = createSimulatedModule({ clock, baud: 0, powered: true });
	const said: string[] = [];
	const modem = new Modem({
		uart: simulated.dte,
		clock,
		power: simulated.power,
		trace: { note: (_source, text) => said.push(text) },
		mask: line => line,
	});
	const journal = new Journal(store, clock);
	const counters = new Counters();
	const settings = new SettingsKeeper(store);
	const stopping = new Cancellation();
	const dte = { isLeft: false };
	let applied = 0;
	const make = () =>
		new UndoGuard({
			clock: clock.ownedBy('guard'),
			modem,
			settings,
			store,
			audit: new Audit(journal, counters, new BoardTime(clock), () => clock.now(), undefined),
			stopping,
			apply: async () => {
				applied++;
			},
			isLeft: () => dte.isLeft,
		});
	const guard = make();
	modem.start();
	await clock.until(() => modem.state === 'ready', 60_000, 'the module');
	const ran = async (line: string, channel: 'sms' | 'tcp' = 'sms', change: () => void = () => {}) => {
		const parsed = parseCommandLine(line);
		if (!parsed.ok) throw new Error(line);
		const lines = await clock.settled(guard.lines(parsed.value, channel), 5_000);
		const parts = guard.before(parsed.value, channel);
		change();
		guard.watch(parsed.value, channel, lines, parts);
	};
	return {
		...simulated,
		clock,
		modem,
		settings,
		store,
		counters,
		journal,
		stopping,
		dte,
		guard,
		make,
		ran,
		applied: () => applied,
		told: () => said.filter(text => /→ AT(?!E0|\+CREG|$)/.test(text)).map(text => text.slice(2)),
		forget: () => {
			said.length = 0;
		},
	};
}

describe('what ran is undone after ten minutes', () => {
	test.each([
		['sms', '+CFUN=4', ['AT+CFUN=1']],
		['sms', '+COPS=2', ['AT+COPS=0']],
		['sms', '+CGSMS=0', ['AT+CGSMS=1']],
		['sms', '+CGCLASS="CG"', ['AT+CGCLASS="B"']],
		['sms', '#SIMDET=0', ['AT#SIMDET=2']],
		['tcp', '+CGATT=0', ['AT+CGATT=1']],
		['tcp', '+CGCLASS="CC"', ['AT+CGCLASS="B"']],
		// These take the other service alone.
		['tcp', '+CGSMS=0', ['AT+CGSMS=1']],
		['tcp', '+CGCLASS="CG"', ['AT+CGCLASS="B"']],
		// As it was.
		['sms', '#BND=2', ['AT#BND=0']],
		['tcp', '#BND=2', ['AT#BND=0']],
		// Last in, first out.
		['sms', '+CGSMS=0;+COPS=2', ['AT+COPS=0', 'AT+CGSMS=1']],
		// Each once.
		['sms', '+COPS=2;+COPS=2', ['AT+COPS=0']],
	] as const)('over %s: %s by %j', async (channel, line, undone) => {
		const at = await guarded();
		await at.ran(line, channel);
		at.forget();
		await at.clock.advance(10 * MINUTE - 1);
		expect(at.told()).toEqual([]);
		await at.clock.advance(5_000);
		expect(at.told()).toEqual(undone);
		expect(at.counters.value('UNDONE')).toBe(1);
		await at.clock.advance(60 * MINUTE);
		expect(at.told()).toEqual(undone);
	});

	test.each([
		['sms', '+CGATT=0'],
		['sms', '+COPS?'],
		['sms', '+CFUN=1'],
		['sms', '+CSQ'],
	] as const)('and over %s %s is not: it takes nothing', async (channel, line) => {
		const at = await guarded();
		await at.ran(line, channel);
		expect(at.clock.pending('guard')).toBe(0);
	});

	test('settings that cut the service off, and the services take them up', async () => {
		const at = await guarded();
		const { smsAtrun } = at.settings.current;
		at.settings.change({ smsAtrun: { ...smsAtrun, on: true } });
		await at.ran('#SMSATRUN=0', 'sms', () => at.settings.change({ smsAtrun: { ...smsAtrun, on: false } }));
		await at.clock.advance(9 * MINUTE);
		expect([at.settings.current.smsAtrun.on, at.applied()]).toEqual([false, 0]);
		await at.clock.advance(2 * MINUTE);
		expect([at.settings.current.smsAtrun.on, at.applied()]).toEqual([true, 1]);
	});

	test('unless a policy says otherwise', async () => {
		for (const policy of [0, 2]) {
			const at = await guarded();
			at.settings.change({
				guards: [
					{ guarded: 1, policy, minutes: 10 },
					{ guarded: 4, policy, minutes: 10 },
				],
			});
			await at.ran('+COPS=2');
			await at.ran('#SMSATRUN=0');
			expect(at.clock.pending('guard')).toBe(0);
		}
	});

	test('unless somebody known asks something meanwhile', async () => {
		const at = await guarded();
		await at.ran('+COPS=2');
		await at.clock.advance(5 * MINUTE);
		at.guard.forget();
		at.forget();
		await at.clock.advance(30 * MINUTE);
		expect(at.told()).toEqual([]);
		expect(at.clock.pending('guard')).toBe(0);
	});

	test('later where the DTE has left the network itself meanwhile', async () => {
		const at = await guarded();
		await at.ran('+COPS=2');
		at.dte.isLeft = true;
		at.forget();
		await at.clock.advance(35 * MINUTE);
		expect(at.told()).toEqual([]);
		at.dte.isLeft = false;
		await at.clock.advance(10 * MINUTE);
		expect(at.told()).toEqual(['AT+COPS=0']);
	});
});

describe('a module that does not do it', () => {
	test('is told three times', async () => {
		const at = await guarded();
		at.sim.inserted = false;
		at.module.setCard(false);
		await at.ran('+COPS=2');
		at.forget();
		await at.clock.advance(100 * MINUTE);
		expect(at.told()).toEqual(['AT+COPS=0', 'AT+COPS=0', 'AT+COPS=0']);
		expect(at.clock.pending('guard')).toBe(0);
	});

	test('that is away is told when it is back', async () => {
		const at = await guarded();
		await at.ran('+COPS=2');
		await at.clock.advance(10 * MINUTE - 5_000);
		at.module.cutPower();
		await at.clock.advance(2_000);
		at.forget();
		await at.clock.advance(2 * MINUTE);
		expect(at.told()).toContain('AT+COPS=0');
	});
});

describe('over a restart of the co-processor', () => {
	test('what waits is undone, its minutes counted anew', async () => {
		const at = await guarded();
		await at.ran('+CGSMS=0');
		await at.clock.advance(5 * MINUTE);
		at.stopping.cancel();
		expect(at.clock.pending('guard')).toBe(0);
		const next = await guarded(at.store);
		next.forget();
		await next.clock.advance(9 * MINUTE);
		expect(next.told()).toEqual([]);
		await next.clock.advance(2 * MINUTE);
		expect(next.told()).toEqual(['AT+CGSMS=1']);
	});

	test('nothing is undone twice', async () => {
		const at = await guarded();
		await at.ran('+CGSMS=0');
		await at.clock.advance(11 * MINUTE);
		const next = await guarded(at.store);
		expect(next.clock.pending('guard')).toBe(0);
	});

	test('a record torn at any octet is no more than none, and never throws', async () => {
		const at = await guarded();
		await at.ran('+CGSMS=0');
		at.stopping.cancel();
		const names = Object.keys(at.store.records).filter(name => name.startsWith('undo'));
		expect(names.length).toBeGreaterThan(0);
		for (const name of names) {
			const whole = at.store.records[name]!;
			for (let length = 0; length < whole.length; length++) {
				at.store.records[name] = whole.slice(0, length);
				expect(() => at.make().forget()).not.toThrow();
				expect(at.clock.pending('guard')).toBe(0);
				at.store.records[name] = whole;
			}
		}
	});
});
