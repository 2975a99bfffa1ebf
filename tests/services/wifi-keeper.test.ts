import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Wifi, WifiEvents, WifiFailure } from '../../src/ports/wifi.js';
import type { Audit, Happening } from '../../src/services/audit.js';
import { WifiKeeper } from '../../src/services/wifi-keeper.js';
import { SettingsKeeper } from '../../src/settings/settings-keeper.js';

const SITE = { on: true, ssid: 'site', password: 'a password' };
const SECOND = 1_000;

/** A station whose events the test makes. */
class FakeWifi implements Wifi {
	readonly log: string[] = [];
	readonly joins: WifiEvents[] = [];
	isAssociated = false;
	address: string | undefined;
	signal: number | undefined = -50;

	join(ssid: string, password: string, events: WifiEvents): void {
		this.log.push(`join ${ssid} ${password.length}`);
		this.joins.push(events);
	}

	leave(): void {
		this.log.push('leave');
	}

	get last(): WifiEvents {
		return this.joins[this.joins.length - 1]!;
	}

	succeed(): void {
		this.address = '10.0.0.9';
		this.last.joined();
	}
}

class Bench {
	readonly clock = new VirtualClock();
	readonly wifi = new FakeWifi();
	readonly settings = new SettingsKeeper(undefined);
	readonly journal: Happening[] = [];
	readonly counted: string[] = [];
	/** What the carrier was told. */
	readonly carrier: string[] = [];
	isHeld = false;
	readonly keeper = new WifiKeeper({
		clock: this.clock,
		wifi: this.wifi,
		settings: this.settings,
		audit: {
			count: (name: string) => this.counted.push(name),
			note: (happening: Happening) => this.journal.push(happening),
		} as unknown as Audit,
		isHeld: () => this.isHeld,
		onUp: () => this.carrier.push('up'),
		onDown: () => this.carrier.push('down'),
	});

	constructor(wifi = SITE) {
		this.set(wifi);
	}

	set(wifi: typeof SITE): void {
		this.settings.change({ wifi });
		this.keeper.apply();
	}
}

describe('the keeper of the Wi-Fi', () => {
	test('joins once, however often it is told so', async () => {
		const { keeper, wifi, settings } = new Bench();
		keeper.apply();
		settings.change({ strict: true });
		keeper.apply();
		keeper.apply(true);
		expect(wifi.log).toEqual(['join site 10']);
		wifi.succeed();
		keeper.apply(true);
		expect(wifi.log).toEqual(['join site 10']);
		expect(keeper.status).toEqual({ state: 1, address: '10.0.0.9', signal: -50, failure: undefined });
	});

	test.each([
		['another name', { ...SITE, ssid: 'other' }, 'join other 10'],
		['another password', { ...SITE, password: 'new' }, 'join site 3'],
	])('leaves and joins anew with %s, also while it is joined', async (_what, wanted, order) => {
		const bench = new Bench();
		bench.wifi.succeed();
		bench.set(wanted);
		expect(bench.wifi.log).toEqual(['join site 10', 'leave', order]);
		expect(bench.carrier).toEqual(['up', 'down']);
		expect(bench.keeper.status.state).toBe(2);
	});

	test('takes no notice of what a former order still brings', async () => {
		const bench = new Bench();
		const former = bench.wifi.last;
		bench.set({ ...SITE, ssid: 'other' });
		former.joined();
		former.ended('refused');
		expect(bench.keeper.status).toMatchObject({ state: 2, failure: undefined });
		expect([bench.carrier, bench.counted]).toEqual([[], []]);
	});

	test('gives an order a minute; an answer that comes later is as good', async () => {
		const bench = new Bench();
		await bench.clock.advance(60 * SECOND);
		expect(bench.keeper.status).toMatchObject({ state: 3, failure: 'no answer' });
		bench.wifi.succeed();
		expect(bench.keeper.status).toMatchObject({ state: 1, failure: undefined });
		await bench.clock.advance(3_600 * SECOND);
		expect(bench.wifi.joins).toHaveLength(1);
	});

	test('does not count an order twice whose end comes after its time', async () => {
		const bench = new Bench();
		bench.wifi.isAssociated = true;
		await bench.clock.advance(60 * SECOND);
		bench.wifi.last.ended('not found');
		expect(bench.keeper.status).toMatchObject({ state: 3, failure: 'no address' });
		expect(bench.counted).toEqual(['WIFI_NOT_JOINED']);
	});

	test('pauses twice as long each time, up to five minutes, for ever', async () => {
		const bench = new Bench();
		const pauses: number[] = [];
		for (let count = 1; count < 12; count++) {
			const from = bench.clock.now();
			bench.wifi.last.ended('not found');
			await bench.clock.until(() => bench.wifi.joins.length > count, 400 * SECOND, 'the next try');
			pauses.push((bench.clock.now() - from) / SECOND);
		}
		expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
	});

	test.each([
		[59, 40],
		[60, 5],
	])('after %i s of being joined the next pause is %i s', async (lasted, pause) => {
		const bench = new Bench();
		for (let count = 1; count <= 3; count++) {
			bench.wifi.last.ended('not found');
			await bench.clock.until(() => bench.wifi.joins.length > count, 400 * SECOND, 'the next try');
		}
		bench.wifi.succeed();
		await bench.clock.advance(lasted * SECOND);
		bench.wifi.last.ended('lost');
		expect(bench.carrier).toEqual(['up', 'down']);
		await bench.clock.advance(pause * SECOND - 1);
		expect(bench.wifi.joins).toHaveLength(4);
		await bench.clock.advance(1);
		expect(bench.wifi.joins).toHaveLength(5);
		expect(bench.counted.slice(-2)).toEqual(['WIFI_JOINED', 'WIFI_LOST']);
	});

	test('looks for its address, and joins again where it has gone', async () => {
		const bench = new Bench();
		bench.wifi.succeed();
		await bench.clock.advance(600 * SECOND);
		bench.wifi.address = undefined;
		await bench.clock.advance(30 * SECOND);
		expect(bench.keeper.status).toMatchObject({ state: 3, address: '', signal: undefined, failure: 'no address' });
		expect(bench.carrier).toEqual(['up', 'down']);
		await bench.clock.advance(5 * SECOND);
		expect(bench.wifi.joins).toHaveLength(2);
	});

	test('tells the journal of a join only after a failure', async () => {
		const bench = new Bench();
		bench.wifi.succeed();
		expect(bench.journal).toEqual([]);
		bench.wifi.last.ended('lost');
		await bench.clock.advance(5 * SECOND);
		bench.wifi.succeed();
		expect(bench.journal.map(({ verdict, result }) => `${verdict}: ${result}`)).toEqual([
			'dropped: lost',
			'recovered: joined',
		]);
	});

	test('tells the journal of each kind of failure once, until it was joined for an hour', async () => {
		const bench = new Bench();
		const told = () => bench.journal.splice(0).map(({ result }) => result);
		const fail = async (why: WifiFailure) => {
			const { length } = bench.wifi.joins;
			bench.wifi.last.ended(why);
			await bench.clock.until(() => bench.wifi.joins.length > length, 300 * SECOND, 'the next try');
		};
		for (const why of ['not found', 'refused', 'not found', 'refused'] as const) await fail(why);
		expect(told()).toEqual(['not found', 'refused']);
		for (let round = 0; round < 3; round++) {
			bench.wifi.succeed();
			await bench.clock.advance(3_599 * SECOND);
			await fail('lost');
		}
		expect(told()).toEqual(['joined', 'lost']);
		bench.wifi.succeed();
		await bench.clock.advance(3_600 * SECOND);
		await fail('lost');
		bench.wifi.succeed();
		expect(told()).toEqual(['lost', 'joined']);
	});

	test.each<[string, (bench: Bench) => void]>([
		['it is switched off', bench => bench.set({ ...SITE, on: false })],
		[
			'the board is in safe mode',
			bench => {
				bench.isHeld = true;
				bench.keeper.apply();
			},
		],
		['it is closed', bench => bench.keeper.close()],
	])('leaves when %s: joined, joining and waiting, and leaves no timer', async (_what, act) => {
		for (const state of ['joined', 'joining', 'waiting'] as const) {
			const bench = new Bench();
			if (state === 'joined') bench.wifi.succeed();
			if (state === 'waiting') bench.wifi.last.ended('refused');
			act(bench);
			act(bench);
			expect(bench.wifi.log).toEqual(['join site 10', 'leave']);
			expect(bench.carrier).toEqual(state === 'joined' ? ['up', 'down'] : []);
			expect(bench.keeper.status).toEqual({ state: 0, address: '', signal: undefined, failure: undefined });
			bench.wifi.last.joined();
			bench.wifi.last.ended('lost');
			await bench.clock.advance(3_600 * SECOND);
			expect(bench.keeper.status.state).toBe(0);
			expect(bench.wifi.log).toEqual(['join site 10', 'leave']);
		}
	});

	test('once closed joins no more', () => {
		const { keeper, wifi } = new Bench();
		keeper.close();
		keeper.apply(true);
		expect(wifi.joins).toHaveLength(1);
	});
});
