import { createDesk, type Desk } from '../../hosts/simulator/desk.js';
import { describeFault, type Fault, type FaultKind } from '../../hosts/simulator/fault.js';
import { type FaultNote, FaultPlayer } from '../../hosts/simulator/fault-player.js';
import { MemoryStore } from '../../hosts/simulator/memory-store.js';
import { Random } from '../../hosts/simulator/random.js';
import { drawFault } from '../../hosts/simulator/random-fault.js';
import { VirtualClock } from '../../hosts/simulator/virtual-clock.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Settings } from '../../src/settings/schema.js';
import { countingEntropy } from '../support/digest.js';
import { type Blow, FaultDeck, LIMITS, nameOf, SECOND_FAULT } from './fault-deck.js';
import { growthOf, type HeapMark } from './heap.js';
import { faultsOf, Tally } from './ledger.js';
import { Outages } from './outages.js';
import { type Channel, drawClass, newRequest, type RequestClass, type SoakRequest } from './request.js';
import { type Proof, SmsTraffic, sendersSettings } from './sms-traffic.js';
import { drawLines, TcpClientRun } from './tcp-traffic.js';
import { Witness } from './witness.js';

/** Something made wrong on purpose, so that a soak which could not fail is found out. */
export type Plant = 'second run' | 'lost answer' | 'leak' | 'changed settings' | 'deaf';

export interface SoakOptions {
	readonly seed: number;
	/** Virtual time; parts of a day too. */
	readonly days: number;
	readonly digest: Digest;
	/** The mode of the module's own firmware: the board is measured, and what it loses is no failure. */
	readonly strict?: boolean;
	/** Collects garbage and tells the heap in use [octets]; undefined: it is not looked at. */
	readonly heap?: () => number | Promise<number>;
	readonly plant?: Plant;
	/** Told in a line what happens. */
	readonly onEvent?: (line: string) => void;
	readonly onNote?: (source: string, text: string) => void;
}

export interface SoakResult {
	readonly seed: number;
	readonly days: number;
	readonly tally: Tally;
	readonly outages: Outages;
	readonly rungs: ReadonlyMap<string, number>;
	/** From the power to every service up, the first time [ms]. */
	readonly ready: number;
	readonly boots: number;
	readonly restarts: number;
	/** How often somebody had to go there. */
	readonly visits: number;
	readonly settingsChanges: number;
	/** The most timers that the board had at a mark. */
	readonly timers: number;
	/** Octets a request; undefined: not looked at, or too few marks. */
	readonly growth: number | undefined;
	readonly sessions: { readonly served: number; readonly refused: number };
	/** What broke, in order, the first ones. */
	readonly broken: readonly string[];
	readonly brokenCount: number;
}

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Means of what comes at random: half of it to one and a half times as long [ms]. */
const SMS_EVERY = 6 * MINUTE;
const TCP_EVERY = 25 * MINUTE;
const SETTINGS_EVERY = 3 * HOUR;
const CALM = 25 * MINUTE;
/** Of the times that somebody writes, so often many do at once. */
const BURSTS = 0.03;
const BURST = 14;
/** Of the faults, so often a second one comes into the first, within so long [ms]. */
const DOUBLES = 0.2;
const DOUBLE_WITHIN = 30 * SECOND;
/** A first answer is waited for so long; a second one would have come by then [ms]. */
const GRACE = 10 * MINUTE;
const PATIENCE = 2 * HOUR;
const PATIENCE_MOST = 8 * HOUR;
/** Until a probe without an answer is followed by another [ms]. */
const PROBE_AGAIN = 3 * MINUTE;
/** Marks of the heap a day; in a short soak so many in all at least. */
const MARKS_A_DAY = 8;
const MARKS_LEAST = 24;
/** Of the eighths of the time, those at whose end the heap is looked at: not the first ones, in which it still fills. */
const HEAP_MARKS: ReadonlySet<number> = new Set([2, 4, 5, 7, 8]);
/** A request may leave so much on the heap behind [octets]: what a leak of 100 does not pass. */
const GROWTH_LIMIT = 60;
const TIMERS_LIMIT = 60;
/** TCP clients in a row that may find no session. */
const TCP_LOST = 5;
/** Strict mode has all this time [ms]: it is measured, not judged. */
const STRICT_LIMIT = HOUR;
const BROKEN_KEPT = 20;
/** Slots of the phone book stay free: what is written there only counts. */
const SHORT_KINDS: readonly FaultKind[] = ['reset', 'brown-out', 'restart', 'hang'];
const ALL: readonly Proof[] = ['prefix', 'number', 'v1', 'v2'];
const KNOWN: readonly Proof[] = ['number', 'v1', 'v2'];

/** A fault whose recovery is watched. */
interface Struck {
	name: string;
	readonly begin: number;
	end: number | undefined;
	firstAnswer: number | undefined;
	/** It is over when the board has started again. */
	readonly untilRestart: boolean;
}

/** Runs a board for days on a virtual clock, with requests and faults at random, and checks what must hold. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
	const run = new Soak(options);
	return run.run();
}

class Soak {
	readonly #options: SoakOptions;
	readonly #clock = new VirtualClock();
	readonly #time: Clock;
	readonly #random: Random;
	readonly #faultRandom: Random;
	readonly #desk: Desk;
	readonly #witness = new Witness();
	readonly #sms: SmsTraffic;
	readonly #player: FaultPlayer;
	readonly #deck: FaultDeck;
	readonly #tally = new Tally();
	readonly #outages = new Outages();
	readonly #broken: string[] = [];
	#brokenCount = 0;
	#serial = 0;
	#noises = 0;
	#quietSince = 0;
	#restarts = 0;
	#visits = 0;
	#settingsChanges = 0;
	#expected: readonly string[] = [];
	#timers = 0;
	#tcpMissed = 0;
	#served = 0;
	#refused = 0;
	#isOver = false;
	#blow: Struck | undefined;
	readonly #probes = new Set<SoakRequest>();
	readonly #leak: number[][] = [];

	constructor(options: SoakOptions) {
		this.#options = options;
		this.#time = this.#clock.ownedBy('soak');
		this.#random = new Random(options.seed);
		this.#faultRandom = new Random(options.seed ^ 0x5eed);
		this.#deck = new FaultDeck(this.#faultRandom);
		this.#desk = createDesk({
			clock: this.#clock,
			coprocessorClock: this.#clock.ownedBy('coprocessor'),
			settings: new MemoryStore(),
			digest: options.digest,
			entropy: countingEntropy(),
			readyMade: true,
			faults: new Random(options.seed ^ 0x7ea2),
			onRestart: () => this.#restarted(),
			trace: this.#witness,
		});
		if (options.onNote !== undefined) {
			const { onNote } = options;
			this.#witness.onNote = (source, text) => onNote(source, `${(this.#clock.now() / 1000).toFixed(3)} ${text}`);
		}
		const book = this.#desk.sim.books.SM;
		book.set = (_index, { number }) => {
			this.#witness.written(number);
			return book;
		};
		this.#sms = new SmsTraffic(this.#desk, options.digest);
		this.#sms.onAnswer = (request, text, isValid) => this.#answered(request, text, isValid);
		this.#sms.onStray = (from, text) => {
			if (!this.#isNoisy()) this.#break(`${from} got an answer that it did not wait for: ${JSON.stringify(text)}`);
		};
		this.#player = new FaultPlayer(this.#time, this.#desk, [], this.#faultRandom);
		this.#player.onFault = note => this.#faultTold(note);
	}

	async run(): Promise<SoakResult> {
		const { days, heap } = this.#options;
		const { coprocessor } = this.#desk;
		const { smsRules, smsAtrun } = coprocessor.settings.current;
		coprocessor.settings.change({
			...sendersSettings(this.#options.digest),
			smsAtrun: { ...smsAtrun, urc: false },
			smsRules: { ...smsRules, perHour: 100, perDay: 1000 },
			strict: this.#options.strict === true,
		});
		this.#desk.start();
		await this.#clock.until(() => this.#desk.coprocessor.isUp, 5 * MINUTE, 'a board that is up');
		const ready = this.#clock.now();
		this.#expect();
		this.#repeat(SMS_EVERY, () => {
			const count = this.#random.next() < BURSTS ? BURST : 1;
			for (let at = 0; at < count; at++) this.#sendSms();
		});
		this.#repeat(TCP_EVERY, () => this.#sendTcp());
		this.#repeat(SETTINGS_EVERY, () => this.#changeSettings());
		this.#nextBlow();
		const count = Math.max(MARKS_LEAST, Math.ceil(days) * MARKS_A_DAY);
		const marks: HeapMark[] = [];
		for (let at = 0; at < count; at++) {
			await this.#clock.advance((days * DAY) / count);
			this.#timers = Math.max(this.#timers, this.#clock.pending('coprocessor'));
			if (heap !== undefined && HEAP_MARKS.has(((at + 1) * 8) / count)) {
				marks.push({ octets: await heap(), requests: this.#serial });
			}
		}
		this.#isOver = true;
		this.#player.stop();
		await this.#clock.until(() => this.#isQuiet(), PATIENCE_MOST + HOUR, 'the end of all requests');
		this.#checkSettings();
		if (this.#timers > TIMERS_LIMIT) this.#break(`the board had ${this.#timers} timers at a time`);
		const growth = growthOf(marks);
		if (growth !== undefined && growth > GROWTH_LIMIT) {
			this.#break(`each request left ${Math.round(growth)} octets on the heap behind`);
		}
		return {
			seed: this.#options.seed,
			days,
			tally: this.#tally,
			outages: this.#outages,
			rungs: this.#witness.rungs,
			ready,
			boots: this.#desk.module.boots,
			restarts: this.#restarts,
			visits: this.#visits,
			settingsChanges: this.#settingsChanges,
			timers: this.#timers,
			growth,
			sessions: { served: this.#served, refused: this.#refused },
			broken: this.#broken,
			brokenCount: this.#brokenCount,
		};
	}

	#isQuiet(): boolean {
		for (const _open of this.#witness.requests) return false;
		return true;
	}

	#break(what: string): void {
		if (this.#options.strict === true) return;
		this.#brokenCount++;
		const line = `at ${(this.#clock.now() / HOUR).toFixed(2)} h: ${what}`;
		this.#event(`BROKEN ${line}`);
		if (this.#broken.length < BROKEN_KEPT) this.#broken.push(line);
	}

	#event(line: string): void {
		this.#options.onEvent?.(`${(this.#clock.now() / 1000).toFixed(1)} s: ${line}`);
	}

	#after(ms: number, task: () => void): void {
		this.#time.setTimer(this.#time.now() + ms, task);
	}

	#repeat(mean: number, task: () => void): void {
		this.#after(mean * (0.5 + this.#random.next()), () => {
			if (this.#isOver) return;
			this.#repeat(mean, task);
			task();
		});
	}

	// Requests

	#open(kind: RequestClass, channel: Channel, from: string): SoakRequest {
		const request = newRequest(this.#serial++, kind, channel, from, this.#clock.now());
		request.noisy = this.#isNoisy();
		this.#witness.open(request);
		if (this.#options.plant === 'leak') this.#leak.push(new Array<number>(6).fill(this.#serial));
		return request;
	}

	#sendSms(kind = drawClass('sms', this.#random), proofs = ALL): SoakRequest | undefined {
		const sender = this.#sms.idle(this.#random, proofs);
		if (sender === undefined) return undefined;
		const request = this.#open(kind, 'sms', sender.mobile.number);
		this.#sms.send(sender, request);
		if (this.#options.plant === 'second run' && request.serial % 20 === 7) {
			this.#after(MINUTE, () => this.#sms.send(sender, request));
		}
		this.#after(PATIENCE, () => this.#judgeLate(request));
		return request;
	}

	#sendTcp(): void {
		let left = drawLines(this.#random);
		new TcpClientRun(this.#desk, this.#time, {
			next: () => (left-- > 0 ? this.#open(drawClass('tcp', this.#random), 'tcp', '127.0.0.1') : undefined),
			answered: (request, text) => {
				request.answers.push(text);
				request.answeredAt = this.#clock.now();
				// What the board notes of it comes with the answer.
				this.#after(MINUTE, () => this.#close(request));
			},
			cut: (request, reason) => {
				request.closed = reason;
				this.#after(GRACE, () => this.#close(request));
			},
			ended: isLoggedIn => {
				if (isLoggedIn) this.#served++;
				else this.#refused++;
				this.#tcpMissed = isLoggedIn ? 0 : this.#tcpMissed + 1;
				if (this.#tcpMissed === TCP_LOST) this.#break(`${TCP_LOST} TCP clients in a row found no session`);
			},
		});
	}

	#answered(request: SoakRequest, text: string, isValid: boolean): void {
		if (this.#options.plant === 'lost answer' && request.serial % 20 === 7) return;
		if (!isValid && !request.noisy) this.#break(`the answer to request ${request.serial} is not valid`);
		request.answers.push(text);
		if (request.answeredAt !== undefined) return;
		request.answeredAt = this.#clock.now();
		if (this.#probes.has(request)) this.#probeAnswered(request);
		this.#after(GRACE, () => this.#close(request));
	}

	/** No answer came so far: there may be none, or it is still under way. */
	#judgeLate(request: SoakRequest): void {
		if (request.answeredAt !== undefined) return;
		const waited = this.#clock.now() - request.sentAt;
		const isUnderWay = this.#desk.centre.waitingFor(this.#desk.sim.number) > 0 || this.#desk.sim.used > 0;
		if (waited < PATIENCE_MOST && isUnderWay && request.records.length === 0) {
			this.#after(GRACE, () => this.#judgeLate(request));
		} else this.#close(request);
	}

	#close(request: SoakRequest): void {
		this.#witness.close(request);
		this.#sms.forget(request);
		this.#probes.delete(request);
		if (this.#options.strict !== true) {
			for (const what of faultsOf(request)) {
				this.#break(
					`${what}; sent at ${(request.sentAt / 1000).toFixed(1)} s from ${request.from}; ${request.records.join(', ')}`,
				);
			}
		}
		this.#tally.add(request);
	}

	// Settings

	/** The board has these settings, and no others. */
	#expect(...more: readonly Settings[]): void {
		this.#expected = [this.#desk.coprocessor.settings.current, ...more].map(settings => JSON.stringify(settings));
	}

	#changeSettings(): void {
		const { settings } = this.#desk.coprocessor;
		const { tcpRules } = settings.current;
		this.#checkSettings();
		const slowRetry = (tcpRules.slowRetry + 1) % 1440;
		const wanted = { ...settings.current, tcpRules: { ...tcpRules, slowRetry } };
		this.#settingsChanges++;
		// One that was torn may be there after the restart, or not.
		this.#expect(wanted);
		if (settings.change({ tcpRules: wanted.tcpRules })) this.#expect();
		if (this.#options.plant === 'changed settings') settings.change({ tcpRules: { ...tcpRules, slowRetry: 1440 } });
	}

	#checkSettings(): void {
		const found = JSON.stringify(this.#desk.coprocessor.settings.current);
		if (!this.#expected.includes(found)) this.#break(`the settings are ${found}`);
	}

	#restarted(): void {
		this.#restarts++;
		this.#checkSettings();
		this.#expect();
		for (const request of this.#witness.requests) request.restarts++;
		if (this.#blow?.untilRestart === true) this.#blowEnded();
	}

	// Faults

	#isNoisy(): boolean {
		return this.#noises > 0 || this.#clock.now() < this.#quietSince + MINUTE;
	}

	#nextBlow(): void {
		const wait = CALM * (0.5 + this.#faultRandom.next());
		this.#after(wait, () => {
			if (!this.#isOver) this.#strike(this.#deck.draw());
		});
	}

	#strike(blow: Blow): void {
		const name = nameOf(blow);
		const untilRestart = blow.kind === 'fault' && blow.fault.kind === 'torn-write';
		this.#blow = { name, begin: this.#clock.now(), end: undefined, firstAnswer: undefined, untilRestart };
		if (blow.kind !== 'fault') {
			const request = this.#sendSms(blow.kind, KNOWN);
			this.#event(`${name}: ${request?.line ?? 'nobody is free to send it'}`);
			this.#after(30 * SECOND, () => this.#blowEnded());
			return;
		}
		this.#player.play(blow.fault);
		if (this.#faultRandom.next() < DOUBLES) this.#strikeAgain(name);
		if (this.#options.plant === 'deaf') this.#desk.network.coverage = false;
		if (blow.fault.kind === 'torn-write') this.#writeUntilTorn();
		else if (blow.fault.kind === 'clock-jump') {
			const { by } = blow.fault;
			this.#after(SECOND, () => this.#probe());
			// A network that tells a wrong time does so for a while.
			this.#after(this.#faultRandom.between(5, 60) * MINUTE, () => {
				this.#player.play({ kind: 'clock-jump', by: -by });
				this.#blowEnded();
			});
		} else if ('ms' in blow.fault) this.#after(SECOND, () => this.#probe());
		else this.#blowEnded();
	}

	/** What recovers from one fault meets another one. */
	#strikeAgain(first: string): void {
		const fault = drawFault(this.#faultRandom, SHORT_KINDS);
		this.#after(this.#faultRandom.next() * DOUBLE_WITHIN, () => {
			const blow = this.#blow;
			if (blow?.name !== first || this.#isOver) return;
			blow.name = SECOND_FAULT;
			this.#player.play(fault);
			if (blow.end !== undefined) blow.end = this.#clock.now();
		});
	}

	#faultTold({ fault, phase }: FaultNote): void {
		this.#event(`${phase} ${describeFault(fault)}`);
		if (isNoise(fault)) {
			this.#noises += phase === 'begins' ? 1 : -1;
			this.#quietSince = this.#clock.now();
			for (const request of this.#witness.requests) request.noisy = true;
		}
		if (phase === 'ends' && !this.#isOver) this.#blowEnded();
	}

	#writeUntilTorn(): void {
		const before = this.#restarts;
		this.#after(5 * SECOND, () => {
			if (this.#restarts !== before || this.#isOver) return;
			this.#changeSettings();
			this.#writeUntilTorn();
		});
	}

	#blowEnded(): void {
		const blow = this.#blow;
		if (blow === undefined || blow.end !== undefined) return;
		blow.end = this.#clock.now();
		this.#after(SECOND, () => this.#probe());
		this.#watch(blow);
	}

	#watch(blow: Struck): void {
		this.#time.setTimer(blow.end! + this.#limitOf(blow), () => {
			if (this.#blow !== blow || this.#isOver) return;
			// A second fault has given it more time.
			if (this.#clock.now() < blow.end! + this.#limitOf(blow)) this.#watch(blow);
			else this.#giveUp(blow);
		});
	}

	#limitOf({ name }: Struck): number {
		return this.#options.strict === true ? STRICT_LIMIT : LIMITS[name]!;
	}

	/** Somebody drives there: empties the card, and switches everything off and on. */
	#giveUp(blow: Struck): void {
		const what = `${blow.name}: no answer within ${this.#limitOf(blow) / MINUTE} min`;
		if (this.#options.strict === true) this.#event(what);
		else this.#break(what);
		const { sim, module, network } = this.#desk;
		this.#visits++;
		this.#outages.add(blow.name, this.#clock.now() - blow.begin, this.#clock.now() - blow.end!);
		for (let index = 1; index <= sim.capacity; index++) sim.erase(index);
		network.coverage = true;
		module.cutPower();
		this.#desk.restartBoard();
		this.#blow = undefined;
		this.#nextBlow();
	}

	#probe(): void {
		const blow = this.#blow;
		if (blow === undefined || this.#isOver) return;
		const request = this.#sendSms('probe', ['number']) ?? this.#sendSms('probe', ALL);
		if (request !== undefined) this.#probes.add(request);
		this.#after(PROBE_AGAIN, () => {
			if (this.#blow === blow && blow.end !== undefined) this.#probe();
		});
	}

	#probeAnswered(request: SoakRequest): void {
		const blow = this.#blow;
		if (blow === undefined || request.sentAt < blow.begin) return;
		const now = this.#clock.now();
		blow.firstAnswer ??= now;
		if (blow.end === undefined || request.sentAt < blow.end) return;
		const outage = blow.firstAnswer - blow.begin;
		this.#outages.add(blow.name, outage, now - blow.end);
		this.#event(
			`${blow.name}: answered ${(outage / 1000).toFixed(1)} s after it began, ${((now - blow.end) / 1000).toFixed(1)} s after its end`,
		);
		this.#blow = undefined;
		this.#nextBlow();
	}
}

function isNoise({ kind }: Fault): boolean {
	return kind === 'lose' || kind === 'double' || kind === 'corrupt';
}
