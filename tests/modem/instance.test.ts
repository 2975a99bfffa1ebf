import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { DteWishes } from '../../src/modem/dte-wishes.js';
import { Instance, type InstanceOutcome, type InstanceOwner } from '../../src/modem/instance.js';
import { ScriptedPort } from '../at/scripted-port.js';
import { NOT_REOPENED } from './bench.js';

const DTE = new DteWishes();

/** An instance whose module answers `answer(line)` after 10 ms; undefined: not at all. */
function bench(answer: (line: string) => string | undefined, options: Partial<InstanceOwner> = {}) {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	const lost: number[] = [];
	const lines: string[] = [];
	const rungs: string[] = [];
	port.onSent = text => {
		const line = text.replace(/\r$/, '');
		lines.push(line);
		const probe = /^ATE0Q0V1((?:S3\?)+)$/.exec(line);
		const given = answer(line);
		const said = given === undefined && probe !== null ? undefined : given;
		if (said !== undefined) clock.setTimer(clock.now() + 10, () => port.give(said));
	};
	const instance = new Instance(2, port, {
		clock,
		gap: 20,
		onUrc: () => {},
		...NOT_REOPENED,
		onRecovered: (_number, rung) => void rungs.push(rung),
		onLost: number => void lost.push(number),
		...options,
	});
	return { clock, port, instance, lost, lines, rungs };
}

const OK = '\r\nOK\r\n';

/** What a module in step answers to any line. */
function obedient(line: string): string {
	const probe = /^ATE0Q0V1((?:S3\?)+)$/.exec(line);
	return probe === null ? OK : '\r\n013\r\n'.repeat(probe[1]!.length / 3) + OK;
}

describe('an instance', () => {
	test('runs lines one after the other, in the order they came', async () => {
		const { clock, instance, lines } = bench(obedient);
		const order: number[] = [];
		const all = [1, 2, 3].map(async number => {
			await instance.ask(`AT+${number}`, 1000);
			order.push(number);
		});
		expect(instance.isFree).toBe(false);
		await clock.settled(Promise.all(all), 1000);
		expect(lines).toEqual(['AT+1', 'AT+2', 'AT+3']);
		expect(order).toEqual([1, 2, 3]);
		expect(instance.isFree).toBe(true);
	});

	test('runs what the co-processor needs ahead of the lines of DTEs that wait', async () => {
		const { clock, instance, lines } = bench(obedient);
		for (const line of ['AT+1', 'AT+2', 'AT+3']) void instance.ask(line, 1000, [], DTE);
		void instance.ask('AT+OWN', 1000);
		void instance.ask('AT+OWN2', 1000);
		await clock.advance(1_000);
		expect(lines).toEqual(['AT+1', 'AT+OWN', 'AT+OWN2', 'AT+2', 'AT+3']);
	});

	test('does not send a line that nobody waits for any more', async () => {
		const { clock, instance, lines } = bench(obedient);
		let isWithdrawn = false;
		void instance.ask('AT+1', 1000);
		const second = instance.run(DTE, { line: 'AT+2', prefixes: [], time: 1000, isWithdrawn: () => isWithdrawn });
		isWithdrawn = true;
		expect((await clock.settled(second, 1_000)).kind).toBe('closed');
		expect(lines).toEqual(['AT+1']);
	});

	test('tells when a line has gone out, after those before it', async () => {
		const { clock, instance } = bench(obedient);
		const sent: number[] = [];
		void instance.ask('AT+1', 1000);
		void instance.run(DTE, { line: 'AT+2', prefixes: [], time: 1000, onSent: () => sent.push(clock.now()) });
		await clock.advance(0);
		expect(sent).toEqual([]);
		await clock.advance(1_000);
		expect(sent).toHaveLength(1);
	});

	test('turns further DTEs away while one has a data call there, and lets others wait', async () => {
		const { clock, instance } = bench(line => (line === 'ATD1' ? '\r\nCONNECT\r\n' : OK));
		const outcomes: string[] = [];
		const note = (who: string) => (outcome: InstanceOutcome) => outcomes.push(`${who} ${outcome.kind}`);
		const dialled = instance.run(DTE, { line: 'ATD1', prefixes: [], time: 1000, dials: true });
		void instance.run(new DteWishes(), { line: 'AT', prefixes: [], time: 1000 }).then(note('waiting DTE'));
		void instance.run('control', { line: 'AT', prefixes: [], time: 1000 }).then(note('control'));
		await clock.settled(dialled, 1_000);
		void instance.run(new DteWishes(), { line: 'AT', prefixes: [], time: 1000 }).then(note('late DTE'));
		await clock.advance(1_000);
		expect(outcomes.sort()).toEqual(['late DTE busy', 'waiting DTE busy']);
		instance.close();
		await clock.advance(0);
		expect(outcomes).toContain('control closed');
	});

	test('has a queue of sixteen; who comes then is told so at once', async () => {
		const { clock, instance } = bench(obedient);
		const outcomes: (string | undefined)[] = [];
		for (let turn = 0; turn < 20; turn++) {
			void instance.run('service', { line: 'AT', prefixes: [], time: 1000 }).then(({ kind }) => outcomes.push(kind));
		}
		await clock.advance(0);
		expect(outcomes).toEqual(['busy', 'busy', 'busy']);
		await clock.advance(2000);
		expect(outcomes.length).toBe(20);
		expect(outcomes.filter(kind => kind === 'final').length).toBe(17);
	});

	test('starts the time of a line when its turn comes', async () => {
		const { clock, instance } = bench(line => (line === 'AT+SLOW' ? undefined : obedient(line)));
		const slow = instance.ask('AT+SLOW', 900);
		const next = instance.ask('AT', 100);
		expect((await clock.settled(slow, 5000)).result).toBeUndefined();
		expect((await clock.settled(next, 5000)).ok).toBe(true);
	});

	test('collects at most 64 lines', async () => {
		const { clock, instance } = bench(() => `\r\n${'line\r\n'.repeat(200)}${OK}`);
		const answer = await clock.settled(instance.ask('AT+CMGL', 1000), 1000);
		expect(answer.lines.length).toBe(64);
		expect(answer.ok).toBe(true);
	});

	test('gives each user its settings first, and says where that failed', async () => {
		const failed: number[] = [];
		let answer = OK;
		const { clock, instance, lines } = bench(line => (line.startsWith('AT+CMGF') ? answer : OK), {
			prepare: (number, user) => (user === 'service' ? undefined : `AT+CMGF=${user === DTE ? 1 : 0};+N=${number}`),
			onUnprepared: number => failed.push(number),
		});
		await clock.settled(instance.ask('AT1', 1000, [], DTE), 1000);
		await clock.settled(instance.ask('AT2', 1000, [], 'control'), 1000);
		await clock.settled(instance.ask('AT3', 1000, [], 'service'), 1000);
		expect(lines).toEqual(['AT+CMGF=1;+N=2', 'AT1', 'AT+CMGF=0;+N=2', 'AT2', 'AT3']);
		expect(failed).toEqual([]);
		answer = '\r\nERROR\r\n';
		await clock.settled(instance.ask('AT4', 1000), 1000);
		expect(failed).toEqual([2]);
	});

	test('that times out and comes back in step by itself is not lost', async () => {
		const { clock, instance, lost, rungs, port } = bench(line => (line === 'AT+DEAD' ? undefined : obedient(line)));
		expect(await clock.settled(instance.run('service', { line: 'AT+DEAD', prefixes: [], time: 500 }), 5000)).toEqual({
			kind: 'timeout',
			rung: 'wait',
		});
		expect((await clock.settled(instance.ask('AT', 500), 500)).ok).toBe(true);
		expect([lost, rungs, port.breaks]).toEqual([[], ['wait'], []]);
	});

	test('that is brought back by a break, or by DTR, is not lost, and the next line runs', async () => {
		for (const way of ['break', 'DTR']) {
			let isBlocked = true;
			const { clock, instance, lost, rungs, port } = bench(line => (isBlocked ? undefined : obedient(line)));
			port.onBreak = () => {
				if (way === 'break') isBlocked = false;
			};
			port.onSignals = ({ rtc }) => {
				if (way === 'DTR' && rtc === false) isBlocked = false;
			};
			const blocked = instance.run('service', { line: 'AT+DEAD', prefixes: [], time: 500 });
			const next = instance.ask('AT', 500);
			expect(await clock.settled(blocked, 30_000)).toEqual({ kind: 'timeout', rung: 'abort' });
			expect((await clock.settled(next, 2000)).ok).toBe(true);
			expect([lost, rungs]).toEqual([[], ['abort']]);
		}
	});

	test('that answers only on a new DLCI gets its settings there, and what waited runs', async () => {
		const second = new ScriptedPort();
		const { clock, instance, lost, rungs } = bench(() => undefined, {
			reopen: async () => second,
			settings: number => [`AT+SET=${number}`],
		});
		second.onSent = line => second.give(obedient(line.replace(/\r$/, '')));
		const blocked = instance.run('service', { line: 'AT+DEAD', prefixes: [], time: 500 });
		const next = instance.ask('AT+NEXT', 500);
		expect(await clock.settled(blocked, 40_000)).toEqual({ kind: 'timeout', rung: 'reopen' });
		expect((await clock.settled(next, 2000)).ok).toBe(true);
		expect(second.sent).toBe('AT+SET=2\rAT+NEXT\r');
		expect(instance.port).toBe(second);
		expect([lost, rungs]).toEqual([[], ['reopen']]);
	});

	test('that stays silent on a new DLCI too is lost', async () => {
		const { clock, instance, lost, rungs } = bench(() => undefined, {
			reopen: async () => new ScriptedPort(),
			settings: () => ['AT'],
		});
		const outcome = await clock.settled(instance.run('service', { line: 'AT', prefixes: [], time: 500 }), 60_000);
		expect(outcome).toEqual({ kind: 'timeout', rung: undefined });
		expect([lost, rungs]).toEqual([[2], []]);
	});

	test('that its owner leaves as it is, is not brought back before the next line', async () => {
		const { clock, instance, lost, rungs } = bench(line => (line === 'AT+DEAD' ? undefined : obedient(line)));
		const left = instance.run('service', { line: 'AT+DEAD', prefixes: [], time: 500, isLeft: true });
		expect(await clock.settled(left, 510)).toEqual({ kind: 'timeout', rung: undefined });
		expect([lost, rungs]).toEqual([[], []]);
		expect((await clock.settled(instance.ask('AT', 500), 5000)).ok).toBe(true);
		expect(rungs).toEqual(['wait']);
	});

	test('that stays silent is lost, once for each line that found it so', async () => {
		const { clock, instance, lost } = bench(() => undefined);
		await clock.settled(instance.ask('AT', 500), 30_000);
		expect(lost).toEqual([2]);
		expect(clock.pending()).toBe(0);
	});

	test.each(['close', 'end'])('leaves nobody waiting after %s', async how => {
		const { clock, instance, port, lost } = bench(() => undefined);
		const outcomes: InstanceOutcome[] = [];
		for (let turn = 0; turn < 5; turn++) {
			void instance.run('service', { line: 'AT', prefixes: [], time: 1000 }).then(outcome => outcomes.push(outcome));
		}
		await clock.advance(how === 'close' ? 100 : 1500);
		if (how === 'close') instance.close();
		else port.end();
		await clock.advance(0);
		expect(outcomes.length).toBe(5);
		// At 1500 ms the first has timed out and is being resumed.
		expect(outcomes.filter(({ kind }) => kind === 'closed').length).toBe(how === 'close' ? 5 : 4);
		expect(lost).toEqual(how === 'close' ? [] : [2]);
		expect(clock.pending()).toBe(0);
		expect(await instance.run(DTE, { line: 'AT', prefixes: [], time: 1000 })).toEqual({ kind: 'closed' });
	});

	test('belongs to the DTE in data mode: what waits goes out when it ends', async () => {
		const { clock, port, instance, lines } = bench(line => (line === 'ATD1' ? '\r\nCONNECT\r\n' : obedient(line)));
		const dialled = instance.run(DTE, { line: 'ATD1', prefixes: [], time: 1000, dials: true });
		const next = instance.ask('AT', 1000);
		expect(await clock.settled(dialled, 1000)).toMatchObject({ result: { kind: 'connect' } });
		instance.dialogue.goOnline({ octets: () => {}, writable: () => {}, ended: () => instance.proceed() });
		await clock.advance(500);
		expect(lines).toEqual(['ATD1']);
		expect(instance.isFree).toBe(false);
		port.give('\r\nNO CARRIER\r\n');
		expect((await clock.settled(next, 1000)).ok).toBe(true);
	});

	test('leaves a call that a service began, which has no use for it', async () => {
		const { clock, port, instance } = bench(line => (line === 'ATD1' ? '\r\nCONNECT\r\n' : obedient(line)));
		const dialled = instance.run('service', { line: 'ATD1', prefixes: [], time: 1000, dials: true });
		await clock.advance(50);
		expect(port.breaks).toEqual([1]);
		port.give(OK);
		expect(await clock.settled(dialled, 10)).toMatchObject({ result: { kind: 'connect' } });
		expect((await clock.settled(instance.ask('AT', 1000), 1000)).ok).toBe(true);
	});
});
