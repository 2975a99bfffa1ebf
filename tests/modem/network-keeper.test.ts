import { describe, expect, test } from 'vitest';
import type { SimulatedModuleOptions } from '../../hosts/simulator/simulated-module.js';
import { type AccessPoint, NetworkKeeper } from '../../src/modem/network-keeper.js';
import { bench } from './bench.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

interface Wishes {
	wantsContext: boolean;
	isLeft: boolean;
	accessPoint: AccessPoint | undefined;
}

/** A module with a keeper, which knows the network `internet.example` alone. */
async function kept(wishes: Partial<Wishes> = {}, options: Partial<SimulatedModuleOptions> = {}) {
	const at = bench({ network: { apns: ['', 'internet.example'] }, ...options });
	const acted: string[] = [];
	const wanted: Wishes = { wantsContext: true, isLeft: false, accessPoint: undefined, ...wishes };
	const keeper = new NetworkKeeper({
		modem: at.modem,
		clock: at.clock.ownedBy('keeper'),
		wantsContext: () => wanted.wantsContext,
		isLeft: () => wanted.isLeft,
		accessPoint: () => wanted.accessPoint,
		onActed: (what, isDone) => acted.push(`${what}: ${isDone ? 'done' : 'failed'}`),
	});
	at.modem.start();
	await at.ready();
	const asked = (line: string) => at.trace.filter(entry => entry.includes(`→ ${line}`)).length;
	const address = () => at.module.firmware?.contexts.addressOf(1);
	const isRegistered = () => at.module.firmware?.registration.isRegistered === true;
	return { ...at, keeper, wanted, acted, asked, address, isRegistered };
}

describe('the packet context', () => {
	test('is asked for where a service needs it, and known afterwards', async () => {
		const at = await kept();
		await at.clock.advance(3 * MINUTE);
		expect(at.address()).toBeDefined();
		expect(at.acted).toEqual(['context: done']);
		expect(at.keeper.health).toEqual({ registration: 1, signal: 21, supply: 380, context: true });
	});

	test('is left alone where nobody needs it', async () => {
		const at = await kept({ wantsContext: false });
		await at.clock.advance(10 * MINUTE);
		expect(at.address()).toBeUndefined();
		expect(at.acted).toEqual([]);
	});

	test('comes back within two minutes when the network takes it, without any setting of the module', async () => {
		const at = await kept();
		await at.clock.advance(3 * MINUTE);
		at.network.loseContexts();
		await at.clock.advance(2 * MINUTE);
		expect(at.address()).toBeDefined();
	});

	test('comes back though the module was detached, or put into the circuit class', async () => {
		for (const line of ['AT+CGATT=0', 'AT+CGCLASS="CC"']) {
			const at = await kept();
			await at.clock.advance(3 * MINUTE);
			await at.clock.settled(at.modem.instance(3)!.ask(line, 5_000), 10_000);
			expect(at.address()).toBeUndefined();
			await at.clock.advance(3 * MINUTE);
			expect(at.address()).toBeDefined();
		}
	});

	test('that the module brings back by itself meanwhile is no failure', async () => {
		const at = await kept();
		await at.clock.settled(at.modem.instance(3)!.ask('AT#SGACTCFG=1,3', 5_000), 10_000);
		await at.clock.advance(3 * MINUTE);
		await at.clock.settled(at.modem.instance(3)!.ask('AT+CGATT=0', 5_000), 10_000);
		await at.clock.advance(3 * MINUTE);
		expect(at.acted).not.toContain('context: failed');
	});

	test('has the stored access point, with user and password', async () => {
		const accessPoint = { name: 'internet.example', user: 'me', password: 'word' };
		const at = await kept({ accessPoint }, { network: { apns: ['internet.example'] } });
		await at.clock.advance(3 * MINUTE);
		expect(at.address()).toBeDefined();
		expect(at.asked('AT+CGDCONT=1,"IP","internet.example"')).toBe(1);
		expect(at.asked('AT#SGACT=1,1,"me","word"')).toBe(1);
	});

	test('of an access point without a user is asked for without one', async () => {
		const at = await kept({ accessPoint: { name: 'internet.example', user: '', password: '' } });
		await at.clock.advance(3 * MINUTE);
		expect(at.trace.some(entry => entry.endsWith('→ AT#SGACT=1,1'))).toBe(true);
	});

	test('denied for a day is asked for less and less often, and never a reason for a restart', async () => {
		const at = await kept();
		at.network.contextsDenied = true;
		await at.clock.advance(HOUR);
		const inFirstHour = at.asked('AT#SGACT=1,1');
		expect(inFirstHour).toBeGreaterThanOrEqual(4);
		expect(inFirstHour).toBeLessThanOrEqual(8);
		await at.clock.advance(23 * HOUR);
		expect(at.asked('AT#SGACT=1,1') - inFirstHour).toBeLessThanOrEqual(48);
		expect(at.module.boots).toBe(1);
		at.network.contextsDenied = false;
		await at.clock.advance(32 * MINUTE);
		expect(at.address()).toBeDefined();
	});

	test('is asked for soon again when the module was lost meanwhile', async () => {
		const at = await kept();
		at.network.contextsDenied = true;
		await at.clock.advance(6 * HOUR);
		at.network.contextsDenied = false;
		at.module.cutPower();
		await at.clock.advance(3 * MINUTE);
		expect(at.address()).toBeDefined();
	});
});

describe('the registration', () => {
	test('that is lost is asked for by automatic selection after a quarter of an hour', async () => {
		const at = await kept();
		await at.clock.advance(3 * MINUTE);
		at.module.firmware!.registration.select(2);
		await at.clock.advance(14 * MINUTE);
		expect(at.asked('AT+COPS=0')).toBe(0);
		await at.clock.advance(3 * MINUTE);
		expect([at.asked('AT+CFUN=1'), at.asked('AT+COPS=0')]).toEqual([1, 1]);
		expect(at.isRegistered()).toBe(true);
		expect(at.acted).toContain('registration: done');
	});

	test('of a module in the packet class alone comes back the same way', async () => {
		const at = await kept();
		await at.clock.settled(at.modem.instance(3)!.ask('AT+CGCLASS="CG"', 5_000), 10_000);
		expect(at.isRegistered()).toBe(false);
		await at.clock.advance(18 * MINUTE);
		expect(at.isRegistered()).toBe(true);
	});

	test('that does not come back is a reason for a restart after three quarters of an hour, then less and less often', async () => {
		const at = await kept();
		await at.clock.advance(3 * MINUTE);
		at.network.coverage = false;
		await at.clock.advance(44 * MINUTE);
		expect(at.module.boots).toBe(1);
		await at.clock.advance(3 * MINUTE);
		expect(at.module.boots).toBe(2);
		await at.clock.advance(DAY - 47 * MINUTE);
		// 45 min, 1.5, 3, 6 and 12 h after each other.
		expect(at.module.boots).toBe(6);
		await at.clock.advance(DAY);
		expect(at.module.boots).toBe(7);
		at.network.coverage = true;
		await at.clock.advance(3 * MINUTE);
		expect([at.isRegistered(), at.address() !== undefined]).toEqual([true, true]);
	});

	test('that comes back begins anew', async () => {
		const at = await kept();
		await at.clock.advance(3 * MINUTE);
		for (const boots of [2, 3]) {
			at.network.coverage = false;
			await at.clock.advance(50 * MINUTE);
			expect(at.module.boots).toBe(boots);
			at.network.coverage = true;
			await at.clock.advance(5 * MINUTE);
		}
	});
});

describe('a network of LTE alone, in which +CREG says 0,', () => {
	test.each(['LE910', 'ME910'] as const)('serves a %s: nothing is brought back, TCP has its context', async model => {
		const at = await kept({}, { model });
		at.network.lteOnly = true;
		await at.clock.advance(3 * HOUR);
		expect([at.module.boots, at.asked('AT+COPS=0'), at.keeper.health]).toEqual([
			1,
			0,
			{ registration: 1, signal: 21, supply: 380, context: true },
		]);
		expect(new Set(at.acted)).toEqual(new Set(['context: done']));
	});

	test('and lost is missed like any other', async () => {
		const at = await kept({}, { model: 'LE910' });
		at.network.lteOnly = true;
		await at.clock.advance(10 * MINUTE);
		at.network.coverage = false;
		await at.clock.advance(47 * MINUTE);
		expect([at.module.boots, at.asked('AT+COPS=0')]).toEqual([2, 1]);
	});

	test('is none for a GE865, which is restarted', async () => {
		const at = await kept();
		at.network.lteOnly = true;
		await at.clock.advance(47 * MINUTE);
		expect(at.module.boots).toBe(2);
	});
});

test('a subscriber of packet service alone has its context, and no restart', async () => {
	const at = await kept();
	at.module.firmware!.registration.setCircuitWanted(false);
	await at.clock.advance(3 * HOUR);
	expect([at.module.boots, at.asked('AT+COPS=0')]).toEqual([1, 1]);
	expect(at.address()).toBeDefined();
});

describe('what the DTE has left', () => {
	test('is only looked at', async () => {
		const at = await kept({ isLeft: true });
		at.network.coverage = false;
		await at.clock.advance(3 * HOUR);
		expect([at.acted, at.module.boots, at.asked('AT+COPS=0')]).toEqual([[], 1, 0]);
		expect(at.keeper.health.registration).toBe(2);
		at.wanted.isLeft = false;
		at.network.coverage = true;
		await at.clock.advance(3 * MINUTE);
		expect(at.acted).toEqual(['context: done']);
	});
});

test('a keeper that was closed leaves no timer, also when the module comes back', async () => {
	const at = await kept();
	at.keeper.close();
	expect(at.clock.pending('keeper')).toBe(0);
	at.module.cutPower();
	await at.clock.advance(5 * MINUTE);
	expect([at.counts.ready, at.clock.pending('keeper')]).toEqual([2, 0]);
});
