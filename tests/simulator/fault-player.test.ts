import { describe, expect, test } from 'vitest';
import { describeFault } from '../../hosts/simulator/fault.js';
import { type FaultNote, FaultPlayer, type FaultTarget } from '../../hosts/simulator/fault-player.js';
import { parseFaults } from '../../hosts/simulator/faults.js';
import { LineNoise } from '../../hosts/simulator/line-noise.js';
import { Mobile } from '../../hosts/simulator/mobile.js';
import { Random } from '../../hosts/simulator/random.js';
import { TearingStore } from '../../hosts/simulator/tearing-store.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { Wire } from '../../hosts/simulator/wire.js';
import { TestStore } from '../support/memory-store.js';
import { Person } from '../support/person.js';
import { answered, desk } from './dte.js';

/** A module on a desk with a player that was started when it had registered. */
async function playing(scenario: string, options: Parameters<typeof desk>[0] = {}, more: Partial<FaultTarget> = {}) {
	const at = await desk(options);
	const parsed = parseFaults(scenario);
	if (!parsed.ok) throw new Error(parsed.error.join('\n'));
	const calls: string[] = [];
	const target: FaultTarget = {
		...at,
		...more,
		tearWrite: nth => calls.push(`tear ${nth}`),
		restartBoard: () => calls.push('restart'),
	};
	const player = new FaultPlayer(at.clock, target, parsed.value, new Random(1));
	const notes: FaultNote[] = [];
	player.onFault = note => notes.push(note);
	const start = at.clock.now();
	player.start();
	const told = () => notes.map(({ fault, at, phase }) => `${(at - start) / 1000} ${phase} ${describeFault(fault)}`);
	return { ...at, player, notes, told, calls };
}

describe('a player of faults', () => {
	test('plays each entry at its time and tells of it', async () => {
		const { told, clock } = await playing(
			'at 20s drop network for 30s\nevery 40s jump clock by +1h\nfrom 10s to 25s stall uart',
		);
		await clock.advance(100_000);
		expect(told()).toEqual([
			'10 begins stall uart for 15s',
			'20 begins drop network for 30s',
			'25 ends stall uart for 15s',
			'40 begins jump clock by +1h',
			'50 ends drop network for 30s',
			'80 begins jump clock by +1h',
		]);
	});

	test('loses messages while it lasts, and no longer', async () => {
		const { centre, sim, clock } = await playing('from 1s to 30s lose 100% of sms');
		const mobile = new Mobile(centre, '+393297308677');
		for (const text of ['early', 'lost', 'late']) {
			mobile.send(text, sim.number);
			await clock.advance(20_000);
		}
		expect(sim.used).toBe(2);
	});

	test('resets the module, and cuts its supply for good', async () => {
		const { module, clock, terminal } = await playing('at 1s reset module\nat 20s brown out module');
		await clock.advance(10_000);
		expect(module.boots).toBe(2);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
		await clock.advance(20_000);
		expect(module.state).toBe('off');
	});

	test('lets an instance or the whole module hang', async () => {
		const { terminal, clock, power } = await playing('at 1s hang instance 1 until reboot\nat 20s hang all until reset');
		await clock.advance(2000);
		expect(await terminal.send('AT')).toBe('');
		power.setReset(true);
		power.setReset(false);
		await clock.advance(12_000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
		await clock.advance(10_000);
		expect(await terminal.send('AT')).toBe('');
	});

	test('drops the network and gives it back, after the last of two overlapping faults', async () => {
		const { network, clock } = await playing('at 1s drop network for 10s\nat 5s drop network for 30s');
		const seen: boolean[] = [];
		for (const ms of [500, 4000, 8000, 21_000, 3000]) {
			await clock.advance(ms);
			seen.push(network.coverage);
		}
		expect(seen).toEqual([true, false, false, false, true]);
	});

	test('takes the contexts away and denies new ones, though packet service is there', async () => {
		const { terminal, clock } = await playing('at 10s deny context for 30s');
		await terminal.set('AT+CMEE=1', 'AT#SGACT=1,1', 'AT#SL=1,1,1024');
		await clock.advance(10_000);
		expect(terminal.screen).toContain('#SL: ABORTED');
		expect(await terminal.send('AT+CGATT?')).toBe(answered('+CGATT: 1'));
		expect(await terminal.send('AT#SGACT=1,1', 3000)).toBe('\r\n+CME ERROR: 555\r\n');
		await clock.advance(30_000);
		await terminal.set('AT#SGACT=1,1');
	});

	test('fills the card, so that messages wait, and empties it again', async () => {
		const at = await playing('at 1s fill sms for 60s', { sim: { capacity: 5 } });
		await at.terminal.set('AT+CNMI=2,1', 'AT+CMGF=1');
		await at.clock.advance(2000);
		expect(await at.terminal.send('AT+CMGR=1')).toContain('Your weather today');
		new Mobile(at.centre, '+393490000001').send('hello', at.sim.number);
		await at.clock.advance(10_000);
		expect([at.sim.used, at.centre.waitingFor(at.sim.number)]).toEqual([5, 1]);
		expect(await at.terminal.watch(60_000)).toContain('+CMTI: "SM",1');
		expect(at.sim.used).toBe(1);
	});

	test('fills the card for good where no time is said', async () => {
		const at = await playing('at 1s fill sms', { sim: { capacity: 5 } });
		await at.clock.advance(1_000_000);
		expect(at.sim.used).toBe(5);
	});

	test('takes the access point away as long as one fault wants it, and does nothing to a board without Wi-Fi', async () => {
		const wifi = { isPresent: true };
		const { clock } = await playing('at 1s drop wifi for 10s\nat 5s drop wifi for 10s', {}, { wifi });
		const present: boolean[] = [];
		for (let seconds = 0; seconds < 20; seconds += 4) {
			present.push(wifi.isPresent);
			await clock.advance(4_000);
		}
		expect(present).toEqual([true, false, false, false, true]);
		const without = await playing('at 1s drop wifi for 10s');
		await without.clock.advance(20_000);
		expect(without.told()).toEqual(['1 begins drop wifi for 10s', '11 ends drop wifi for 10s']);
	});

	test('takes the card out and puts it back', async () => {
		const { terminal, clock } = await playing('at 1s eject sim for 1m');
		await terminal.set('AT#QSS=1');
		expect(await terminal.watch(2000)).toContain('#QSS: 0');
		await clock.advance(60_000);
		expect(await terminal.send('AT+CPIN?', 500)).toBe(answered('+CPIN: READY'));
	});

	test("jumps the network's clock", async () => {
		const { terminal, clock } = await playing('at 1s jump clock by +2d');
		const day = async () => /"08\/05\/(\d\d)/.exec(await terminal.send('AT+CCLK?'))?.[1];
		expect(await day()).toBe('28');
		await clock.advance(2000);
		expect(await day()).toBe('30');
	});

	test("leaves the board's store and power to its owner", async () => {
		const { calls, clock } = await playing('at 1s tear settings write 3\nat 2s restart board');
		await clock.advance(3000);
		expect(calls).toEqual(['tear 3', 'restart']);
	});

	test('stalls the line: nothing passes, and nothing is lost', async () => {
		const { terminal, clock } = await playing('at 1s stall uart for 10s');
		await clock.advance(2000);
		expect(await terminal.send('AT', 5000)).toBe('');
		await clock.advance(5000);
		expect(terminal.screen).toContain('OK');
	});

	test('disturbs the line in one direction only, and only as long as it is told', async () => {
		const { terminal, clock } = await playing('from 1s to 10s lose 100% of octets toward module');
		await clock.advance(2000);
		expect(await terminal.send('AT')).toBe('');
		await clock.advance(10_000);
		expect(await terminal.send('AT')).toBe('\r\nOK\r\n');
	});

	test('lays one disturbance over another, and over what the line does by itself', async () => {
		const upper = (bytes: Uint8Array) => bytes.map(octet => (octet >= 0x61 && octet <= 0x7a ? octet - 32 : octet));
		const { terminal, clock, wire } = await playing(
			'at 1s double 100% of octets toward board for 10s\nat 6s double 100% of octets toward board for 8s',
			{ wire: { disturb: upper } },
		);
		await terminal.set('ATE0');
		const seen: string[] = [];
		for (let round = 0; round < 4; round++) {
			seen.push((await terminal.send('at#zz', 300)).replace(/[\r\n]/g, ''));
			await clock.advance(4700);
		}
		expect(seen).toEqual(['ERROR', 'EERRRROORR', 'EEEERRRRRRRROOOORRRR', 'ERROR']);
		expect(wire.disturb).toBe(upper);
	});

	test('ends what lasts when it is stopped, and plays nothing more', async () => {
		const { player, network, wire, told, clock } = await playing(
			'at 1s drop network for 1h\nat 1s corrupt 1% of octets for 1h\nat 1s stall uart for 1h\nevery 10s reset module\nrandom faults every 5s',
		);
		await clock.advance(2000);
		player.stop();
		expect([network.coverage, wire.stalled, wire.disturb]).toEqual([true, false, undefined]);
		const count = told().length;
		await clock.advance(100_000);
		expect(told()).toHaveLength(count);
	});

	test('plays the same random faults again for the same seed', async () => {
		const run = async (seed: number) => {
			const { told, clock, player } = await playing(`random faults every 20m seed ${seed}`);
			await clock.advance(8 * 3_600_000);
			player.stop();
			return told();
		};
		const first = await run(7);
		expect(first.length).toBeGreaterThan(15);
		expect(await run(7)).toEqual(first);
		expect(await run(8)).not.toEqual(first);
	});
});

describe('noise on a line', () => {
	const octets = Uint8Array.from({ length: 10_000 }, (_, at) => at & 255);

	test.each([
		['lose', 0.01],
		['double', 0.01],
		['corrupt', 0.02],
	] as const)('%s at %d hits about so many octets, whatever the blocks', (noise, rate) => {
		const hits = (block: number) => {
			const line = new LineNoise(noise, rate, 'both', new Random(9));
			let arrived = 0;
			let changed = 0;
			for (let at = 0; at < octets.length; at += block) {
				const sent = octets.subarray(at, at + block);
				const passed = line.pass(sent.slice(), 'dte');
				arrived += passed.length;
				if (noise === 'corrupt') for (let k = 0; k < sent.length; k++) if (sent[k] !== passed[k]) changed++;
			}
			return noise === 'lose' ? octets.length - arrived : noise === 'double' ? arrived - octets.length : changed;
		};
		const expected = octets.length * rate;
		expect(hits(64)).toBeGreaterThan(expected * 0.6);
		expect(hits(64)).toBeLessThan(expected * 1.4);
		expect(hits(1)).toBe(hits(64));
	});
});

describe('a wire that stalls', () => {
	test('goes on in both directions where it stopped', async () => {
		const clock = new VirtualClock();
		const wire = new Wire(clock, { baud: 9600 });
		const [board, module] = [new Person(wire.dte, clock), new Person(wire.dce, clock)];
		wire.stalled = true;
		board.type('to the module');
		module.type('to the board');
		await clock.advance(10_000);
		expect([board.screen, module.screen]).toEqual(['', '']);
		wire.stalled = false;
		await clock.advance(1000);
		expect([board.screen, module.screen]).toEqual(['to the board', 'to the module']);
	});
});

describe('a store whose write is torn', () => {
	test('keeps less than the record, stores nothing more until its power is back, and tells', () => {
		const inner = new TestStore();
		let torn = 0;
		const store = new TearingStore(inner, new Random(4), () => torn++);
		const record = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
		store.tear(2);
		expect(store.write('a', record)).toBe(true);
		expect(store.write('b', record)).toBe(false);
		expect(torn).toBe(1);
		expect(store.write('c', record)).toBe(false);
		store.erase('a');
		expect(store.read('a')).toEqual(record);
		expect(store.read('b')!.length).toBeLessThan(record.length);
		expect(store.read('c')).toBeUndefined();
		store.restore();
		expect(store.write('c', record)).toBe(true);
		expect(torn).toBe(1);
	});
});
