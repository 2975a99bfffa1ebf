import { describe, expect, test } from 'vitest';
import { createDesk, type Desk } from '../../hosts/simulator/desk.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { Mobile, type ReceivedMessage } from '../../hosts/simulator/mobile.js';
import type { StoredMessage } from '../../hosts/simulator/sim-card.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import { hexOf } from '../../src/base/hex.js';
import { parseNumber } from '../../src/sms/address.js';
import { signRequestV2 } from '../../src/sms/requester.js';
import { deskThatRuns, type TestDesk } from '../support/desk.js';
import { countingEntropy, digest } from '../support/digest.js';
import { TestStore } from '../support/memory-store.js';

const OWNER = '+393297308677';
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const COMMAND = 'AT+CPBS?';
const UNKNOWN = '\r\n#ATRUN: OUTCOME UNKNOWN\r\n\r\nERROR\r\n';

/** A store that shows each record before and after it is written, and can refuse to write. */
class WatchedStore extends TestStore {
	onWrite: ((name: string) => void) | undefined;
	refuses: ((name: string) => boolean) | undefined;

	override write(name: string, record: Uint8Array): boolean {
		if (this.refuses?.(name)) return false;
		this.onWrite?.(`before ${name}`);
		const stored = super.write(name, record);
		this.onWrite?.(`after ${name}`);
		return stored;
	}

	copy(): TestStore {
		const copy = new TestStore();
		for (const [name, record] of Object.entries(this.records)) copy.records[name] = record.slice();
		return copy;
	}
}

/** What is left when the power fails here. */
interface Remains {
	readonly point: string;
	readonly settings: TestStore;
	readonly messages: readonly (StoredMessage | undefined)[];
	readonly runs: number;
	/** The network has the answer. */
	readonly answered: boolean;
}

async function board(settings: TestStore): Promise<TestDesk> {
	const desk = await deskThatRuns({ settings });
	await desk.console.ask('at+cnmi=2,1');
	await desk.console.ask(`at#smsatwl=0,1,0,"${OWNER}"`);
	await desk.console.ask(`at#atrunkey=0,3,"${hexOf(KEY)}"`);
	await desk.console.ask('at#smsatrun=1');
	await desk.registered();
	return desk;
}

function runsIn(trace: readonly string[]): number {
	return trace.filter(line => line.includes(`dlci 3 → ${COMMAND}`)).length;
}

interface Afterwards {
	readonly runs: number;
	readonly heard: readonly ReceivedMessage[];
	readonly used: number;
}

/** A board that boots on what is left: how often it runs the command, and what the requester hears. */
async function afterwards({ settings, messages }: Remains): Promise<Afterwards> {
	const clock = new VirtualClock();
	const trace: string[] = [];
	const note = (source: string, text: string): void => {
		trace.push(`${source} ${text}`);
	};
	const desk: Desk = createDesk({
		clock,
		settings,
		digest,
		entropy: countingEntropy(),
		readyMade: false,
		store: new MemoryStore(),
		trace: { note },
	});
	for (let at = 0; at < messages.length; at++) desk.sim.messages[at] = messages[at];
	const mobile = new Mobile(desk.centre, OWNER);
	desk.start();
	await clock.advance(200_000);
	return { runs: runsIn(trace), heard: mobile.received, used: desk.sim.used };
}

/** Runs one request to its end and gives what a power failure would leave before and after each write. */
async function remainsOf(send: (desk: TestDesk, mobile: Mobile) => void): Promise<readonly Remains[]> {
	const settings = new WatchedStore();
	const desk = await board(settings);
	const mobile = desk.mobile(OWNER);
	const remains: Remains[] = [];
	const take = (point: string): number =>
		remains.push({
			point,
			settings: settings.copy(),
			messages: desk.desk.sim.messages.slice(),
			runs: runsIn(desk.trace),
			answered: desk.trace.some(line => line.includes('← +CMGS: ')),
		});
	settings.onWrite = take;
	send(desk, mobile);
	await desk.clock.until(() => mobile.received.length > 0, 120_000, 'the answer');
	await desk.clock.advance(1_000);
	take('the end');
	return remains;
}

function sendPlain(desk: TestDesk, mobile: Mobile): void {
	mobile.send(COMMAND, desk.desk.sim.number);
}

function sendSigned(desk: TestDesk, mobile: Mobile): void {
	const to = parseNumber(desk.desk.sim.number);
	if (!to.ok) throw new Error('no number');
	const delivery = { to: to.value, validityMinutes: 1440 };
	const secret = { key: KEY, imei: '357462031234567' };
	const signed = signRequestV2(COMMAND, secret, { keyId: 3, counter: 7 }, delivery, digest);
	if (!signed.ok) throw new Error(signed.error);
	mobile.sendPdu(signed.value.hex);
}

describe.each([
	['a request', sendPlain],
	['a request of version 2', sendSigned],
] as const)('given that the power fails while the board works on %s', (_, send) => {
	test('it never runs twice, is never lost while its message is stored, and its sender hears of it', async () => {
		const all = await remainsOf(send);
		expect(all.map(({ point }) => point.replace(/_[ab]$/, ''))).toEqual(
			expect.arrayContaining(['before requests', 'after requests', 'before budget', 'the end']),
		);
		const done = new Set<string>();
		for (const remains of all) {
			const wasStored = remains.messages.some(message => message !== undefined);
			const { runs, heard, used } = await afterwards(remains);
			const said = `${remains.point}: ${remains.runs} + ${runs} runs`;
			expect(remains.runs + runs, said).toBeLessThanOrEqual(1);
			if (wasStored) expect(runs, said).toBe(1);
			if (remains.runs === 0 && runs === 0) expect(heard[0]!.text.endsWith(UNKNOWN), said).toBe(true);
			expect(heard.length, said).toBeLessThanOrEqual(1);
			expect(remains.answered || heard.length === 1, said).toBe(true);
			expect(used, said).toBe(0);
			done.add(wasStored ? 'stored' : remains.runs > 0 ? 'begun' : 'deleted');
		}
		expect([...done].sort()).toEqual(['begun', 'deleted', 'stored']);
	});
});

describe('given a board that goes down each time at the same request', () => {
	test('the second time it is given up: no boot loop', async () => {
		const all = await remainsOf(sendPlain);
		const first = all.find(({ point, messages }) => point.startsWith('after requests') && messages.some(Boolean))!;
		const settings = new WatchedStore();
		for (const [name, record] of Object.entries(first.settings.records)) settings.records[name] = record;
		let writes = 0;
		let second: TestStore | undefined;
		settings.onWrite = point => {
			// Given back, then taken up again: there the power fails again.
			if (point.startsWith('after requests') && ++writes === 2) second = settings.copy();
		};
		await afterwards({ ...first, settings });
		const { runs, heard, used } = await afterwards({ ...first, settings: second! });
		expect(runs).toBe(0);
		expect(heard.map(({ text }) => text)).toEqual([UNKNOWN]);
		expect(used).toBe(0);
	});
});

describe('given a store that refuses writes', () => {
	test('what cannot be written down does not run, is counted and stays; it runs when the store works again', async () => {
		const settings = new WatchedStore();
		const desk = await board(settings);
		const mobile = desk.mobile(OWNER);
		settings.refuses = () => true;
		mobile.send(COMMAND, desk.desk.sim.number);
		await desk.clock.advance(60_000);
		expect(runsIn(desk.trace)).toBe(0);
		expect(desk.desk.sim.used).toBe(1);
		expect(await desk.console.ask('at#atrunstat')).toContain('#ATRUNSTAT: SMS_REFUSED,1\r\n');
		expect(await desk.console.ask('at#atrunlog')).toContain('"dropped","cannot be written down"');
		settings.refuses = undefined;
		await desk.console.ask('at#smsatrun=1');
		await desk.clock.until(() => mobile.received.length > 0, 60_000, 'the answer');
		expect(runsIn(desk.trace)).toBe(1);
	});

	test('only when the request is crossed out: it is answered once, and its sender hears nothing else', async () => {
		const settings = new WatchedStore();
		const desk = await board(settings);
		const mobile = desk.mobile(OWNER);
		mobile.send(COMMAND, desk.desk.sim.number);
		await desk.clock.until(() => runsIn(desk.trace) === 1, 60_000, 'the run');
		settings.refuses = name => name.startsWith('requests');
		await desk.clock.advance(60_000);
		settings.refuses = undefined;
		mobile.send('AT+CMEE?', desk.desk.sim.number);
		await desk.clock.advance(60_000);
		expect(mobile.received.map(({ text }) => text.includes('UNKNOWN'))).toEqual([false, false]);
	});
});

describe('given a board that stops', () => {
	test.each([
		['during a delay', 'AT+COPS=?', 5_000],
		['during a command', 'AT+COPS=?', 12_000],
		['while the module restarts', 'AT#REBOOT', 4_000],
		['while it answers', 'AT+CGSN', 600],
	])('%s: no timer of it is left, and the request is told at the next start', async (_, line, after) => {
		const settings = new WatchedStore();
		const clock = new VirtualClock();
		const desk = createDesk({
			clock,
			coprocessorClock: clock.ownedBy('board'),
			settings,
			digest,
			entropy: countingEntropy(),
			readyMade: true,
		});
		desk.coprocessor.settings.change({
			whiteList: [{ index: 1, kind: 'number', text: OWNER }],
		});
		desk.start();
		await clock.advance(30_000);
		const mobile = new Mobile(desk.centre, OWNER);
		mobile.send(line, desk.sim.number);
		await clock.until(() => hexOf(settings.records.requests_a ?? new Uint8Array()) !== '', 60_000, 'the request');
		await clock.advance(after);
		await clock.settled(desk.stop(), 60_000);
		expect(mobile.received).toEqual([]);
		await clock.advance(1_000);
		expect(clock.pending('board')).toBe(0);
		const remains = { point: '', settings: settings.copy(), messages: [], runs: 0, answered: false };
		const { heard } = await afterwards(remains);
		expect(heard.map(({ text }) => text)).toEqual([UNKNOWN]);
	});
});
