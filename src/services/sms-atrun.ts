import { ReplayRecord } from '../access/replay-record.js';
import { crc32 } from '../base/crc32.js';
import { hexOf } from '../base/hex.js';
import { bytesOf } from '../base/text.js';
import type { Cancellation } from '../modem/cancellation.js';
import type { Mailbox } from '../modem/mailbox.js';
import type { Modem } from '../modem/modem.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Store } from '../ports/store.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { TwoCopies } from '../settings/two-copies.js';
import type { Audit, Happening } from './audit.js';
import type { SmsService } from './board.js';
import type { Executor } from './executor.js';
import { RequestLedger } from './request-ledger.js';
import { LONGEST_ANSWER, type SmsAnswerer } from './sms-answerer.js';
import { type Recognition, type Reply, recognise, type SmsRequest } from './sms-request.js';
import type { SmsStorage } from './sms-storage.js';

export interface SmsAtrunOptions {
	readonly clock: Clock;
	/** Safe mode: the service stays off, whatever the settings say. */
	readonly isHeld: () => boolean;
	/** Ends what waits when the board stops. */
	readonly stopping: Cancellation;
	readonly settings: SettingsKeeper;
	readonly store: Store;
	readonly digest: Digest;
	readonly modem: Modem;
	readonly mailbox: Mailbox;
	readonly storage: SmsStorage;
	readonly answerer: SmsAnswerer;
	readonly executor: Executor;
	readonly audit: Audit;
	/** The service's URCs for the console. */
	readonly onUrc: (text: string) => void;
	/** A message that is no request: the DTE's. */
	readonly onOther: (index: number) => void;
}

const OWNER = 'SMS ATRUN';
const MINUTE = 60_000;
/** Requests that wait while one runs, and messages that wait to be read. */
const QUEUE = 8;
const ARRIVALS = 255;
/** Indexes whose last message is remembered, so that it is counted once. */
const PLACES = 256;
/** How often a message that cannot be read now is tried again, and the store that cannot be listed; pauses [ms]. */
const READS = 3;
const READ_PAUSE = 2_000;
const LOOKS = 10;
const LOOK_PAUSE = 5_000;
const LOOK_PAUSE_MOST = 60_000;
/** Between two looks for messages that nobody told of [ms]. */
const LOOK_EVERY = 300_000;
const REMOVALS = 3;
const NOT_RUN = '\r\n#ATRUN: NOT RUN\r\n\r\nERROR\r\n';

/** A message to look at. */
interface Arrival {
	readonly index: number;
	/** It came just now, and the DTE has not heard of it. */
	isNew: boolean;
	reads: number;
}

/** A request whose message is still in the module's store. */
interface Waiting {
	readonly index: number;
	readonly hash: string;
	readonly request: SmsRequest;
	readonly isNew: boolean;
}

/**
 * SMS ATRUN: finds the requests among the messages that arrive, runs them one after another, and answers. A request waits in
 * the module's own store; its message is deleted when its turn comes, after it was written down and before it runs.
 */
export class SmsAtrun implements SmsService {
	readonly #options: SmsAtrunOptions;
	readonly #ledger: RequestLedger;
	readonly #replays = new ReplayRecord();
	readonly #replayCopies: TwoCopies;
	readonly #arrived: Arrival[] = [];
	readonly #waiting: Waiting[] = [];
	/** By index, the checksum of the message that was judged last and left there. */
	readonly #judged: number[] = [];
	/** The request whose turn has come, until its message is deleted. */
	#taking: Waiting | undefined;
	#instance: number | undefined;
	#reading = false;
	#running = false;
	/** Counts the times that the store was looked through. */
	#looks = 0;
	#told = 0;

	constructor(options: SmsAtrunOptions) {
		this.#options = options;
		this.#ledger = new RequestLedger(options.store);
		this.#replayCopies = new TwoCopies(options.store, 'replay');
		for (const copy of this.#replayCopies.read()) this.#replays.restore(copy);
		options.modem.hub.on('+CMTI: ', text => this.notified(text));
		options.modem.onReady.push(() => void this.apply());
		void this.lookNowAndThen();
	}

	/** 1: active. */
	get status(): number {
		return this.#instance !== undefined && this.#options.modem.state === 'ready' ? 1 : 0;
	}

	spent(): { readonly hour: number; readonly day: number } {
		return this.#options.answerer.spent();
	}

	async apply(): Promise<void> {
		const { settings, modem, isHeld } = this.#options;
		const { on, instance } = settings.current.smsAtrun;
		if (!on || isHeld()) {
			if (this.#instance !== undefined) modem.release(this.#instance, OWNER);
			this.#instance = undefined;
			this.forget();
		} else if (this.#instance === undefined && modem.reserve(instance, OWNER, true)) this.#instance = instance;
		if (this.status === 1) void this.lookThrough();
	}

	/** Switched off: what waits does not run any more, it stays in the module's store; what is new there is the DTE's. */
	private forget(): void {
		for (const { index, isNew } of this.#waiting.splice(0)) if (isNew) this.#options.onOther(index);
		for (const { index, isNew } of this.#arrived.splice(0)) if (isNew) this.#options.onOther(index);
	}

	/** Messages that came while nobody looked, before the board or the service was switched on: oldest first. */
	private async lookThrough(): Promise<void> {
		const { clock, stopping, storage } = this.#options;
		const look = ++this.#looks;
		for (let attempt = 0; attempt < LOOKS; attempt++) {
			const isSettled = await this.settleInterrupted();
			const indexes = isSettled ? await storage.oldestFirst() : undefined;
			if (look !== this.#looks || this.status !== 1) return;
			if (indexes !== undefined) {
				for (const index of indexes) this.arrive(index, false);
				break;
			}
			// The SIM may still be busy.
			await stopping.pause(clock, Math.min(LOOK_PAUSE * 2 ** attempt, LOOK_PAUSE_MOST));
			if (look !== this.#looks || this.status !== 1) return;
		}
		void this.readArrived();
		void this.runWaiting();
	}

	/**
	 * A +CMTI that was lost or garbled on its way tells of nothing, and a message that was read wrongly, or not in PDU mode, looks like
	 * none of ours: what the store holds and was not judged as it stands is read again.
	 */
	private async lookNowAndThen(): Promise<void> {
		const { clock, stopping, mailbox, modem } = this.#options;
		while (!stopping.isCancelled) {
			await stopping.pause(clock, LOOK_EVERY);
			if (stopping.isCancelled || this.status !== 1 || this.#ledger.interrupted !== undefined) continue;
			await modem.renew();
			await mailbox.each((index, hex) => {
				if (this.#judged[index] !== crc32(bytesOf(hex))) this.arrive(index, false);
			});
		}
	}

	private notified(text: string): boolean {
		const found = /^\+CMTI: "SM",([0-9]+)/.exec(text);
		if (found === null) return false;
		this.arrive(Number(found[1]), true);
		return true;
	}

	private arrive(index: number, isNew: boolean): void {
		if (this.status !== 1) {
			if (isNew) this.#options.onOther(index);
			return;
		}
		if (!isNew && (this.#taking?.index === index || this.#waiting.some(waiting => waiting.index === index))) return;
		const known = this.#arrived.find(arrival => arrival.index === index);
		if (known !== undefined) known.isNew ||= isNew;
		else if (this.#arrived.length < ARRIVALS) this.#arrived.push({ index, isNew, reads: 0 });
		void this.readArrived();
	}

	private async readArrived(): Promise<void> {
		if (this.#reading) return;
		this.#reading = true;
		while (this.status === 1 && this.#ledger.interrupted === undefined && this.#arrived.length > 0)
			await this.readOne(this.#arrived[0]!);
		this.#reading = false;
	}

	private async readOne(arrival: Arrival): Promise<void> {
		const { index } = arrival;
		const { modem, mailbox, settings, digest, stopping, clock, onOther } = this.#options;
		const read = await mailbox.read(index);
		if (!read.ok && read.error !== 'empty') {
			// The module is gone: what it holds is looked at when it is back.
			if (modem.state !== 'ready') return;
			if (++arrival.reads <= READS) return stopping.pause(clock, READ_PAUSE);
		}
		if (this.#arrived[0] !== arrival) return;
		if (!read.ok) {
			if (arrival.isNew && read.error !== 'empty') onOther(index);
		} else {
			const judgement = { settings: settings.current, imei: modem.identity?.imei ?? '', digest };
			const recognition = recognise(read.value, judgement);
			if (recognition.kind === 'request') await this.accept(arrival, read.value, recognition.request);
			else {
				this.countOnce(index, read.value, recognition);
				if (arrival.isNew) onOther(index);
				await this.#options.storage.makeRoom();
			}
		}
		if (this.#arrived[0] === arrival) this.#arrived.shift();
	}

	/** Is no request, or looks like one and is none: counted, however often it is looked at, and left alone. */
	private countOnce(index: number, hex: string, recognition: Exclude<Recognition, { readonly kind: 'request' }>): void {
		const { audit } = this.#options;
		const checksum = crc32(bytesOf(hex));
		if (this.#judged[index] === checksum) return;
		if (index < PLACES) this.#judged[index] = checksum;
		if (recognition.kind === 'other') {
			audit.count('SMS_OTHERS');
			return;
		}
		const { reason, sender } = recognition;
		audit.count(reason === 'bad digest' || reason === 'unknown key' ? 'SMS_BAD_DIGEST' : 'SMS_REFUSED');
		audit.noteSeldom({ channel: 'sms', identity: sender, verdict: 'refused', result: reason });
	}

	/** A request: it waits for its turn, unless it is too old, was run before, or too many wait already. */
	private async accept({ index, isNew }: Arrival, hex: string, request: SmsRequest): Promise<void> {
		const { settings, audit } = this.#options;
		const hash = this.hashOf(hex);
		const twin = [this.#taking, ...this.#waiting].find(waiting => waiting?.hash === hash);
		// Told twice by the module.
		if (twin?.index === index) return;
		audit.time.seeMessage(request.timestamp);
		audit.count('SMS_REQUESTS');
		if (twin !== undefined || this.#ledger.isKnown(hash)) {
			return this.drop(index, request, 'SMS_REPLAYED', 'delivered twice');
		}
		if (!settings.current.strict && !(await this.isFresh(request))) {
			return this.drop(index, request, 'SMS_STALE', 'too old');
		}
		if (!this.isUnused(request)) return this.drop(index, request, 'SMS_REPLAYED', 'replayed');
		if (this.#waiting.length < QUEUE) {
			this.#waiting.push({ index, hash, request, isNew });
			void this.runWaiting();
			return;
		}
		await this.drop(index, request, 'SMS_QUEUE_FULL', 'queue full');
		this.tell(request.reply, '\r\n#ATRUN: QUEUE FULL\r\n\r\nERROR\r\n');
	}

	private hashOf(hex: string): string {
		return hexOf(this.#options.digest.digest('MD5', bytesOf(hex)).subarray(0, 8));
	}

	/** Sends a word of the board's own, beside what runs; where too many wait for the module, none. */
	private tell(reply: Reply, text: string): void {
		if (!reply.wanted || this.#told >= QUEUE) return;
		this.#told++;
		void this.#options.answerer.send(reply, text).then(() => {
			this.#told--;
		});
	}

	/** Too old only where the module's clock, read anew, says so too: the one of before may have been wrong. */
	private async isFresh({ timestamp }: SmsRequest): Promise<boolean> {
		const { settings, audit, storage } = this.#options;
		const { maxAge } = settings.current.smsRules;
		if (audit.time.isFresh(timestamp, maxAge)) return true;
		await storage.readClock();
		audit.time.seeMessage(timestamp);
		return audit.time.isFresh(timestamp, maxAge);
	}

	private isUnused({ once }: SmsRequest): boolean {
		return once === undefined || this.#replays.accepts(once.fingerprint, once.counter);
	}

	/** Consumed without being run. */
	private async drop(
		index: number,
		{ identity, text }: SmsRequest,
		counter: 'SMS_STALE' | 'SMS_REPLAYED' | 'SMS_QUEUE_FULL',
		result: string,
	): Promise<void> {
		const { audit, mailbox } = this.#options;
		audit.count(counter);
		const happening: Happening = { channel: 'sms', identity, command: text, verdict: 'dropped', result };
		// Anybody can send again what they captured.
		if (counter === 'SMS_REPLAYED') audit.noteSeldom(happening);
		else audit.note(happening);
		await mailbox.remove(index);
	}

	private async runWaiting(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		while (await attached(this.#options.modem, this.#options.stopping)) {
			const next = this.#waiting.shift();
			if (next === undefined) break;
			this.#taking = next;
			await this.take(next);
			this.#taking = undefined;
		}
		this.#running = false;
	}

	/**
	 * Found half-done after a restart of the board: nobody knows whether it ran, so it is told once and never run again. What
	 * had not even been deleted has not begun. False: the module does not tell now what its store holds.
	 */
	private async settleInterrupted(): Promise<boolean> {
		const { mailbox, audit } = this.#options;
		const found = this.#ledger.interrupted;
		if (found === undefined) return true;
		const { reply, hash, mayRun } = found;
		const identity = reply.to.digits;
		if (mayRun) {
			let isStored = false;
			const isWhole = await mailbox.each((_index, hex) => {
				isStored ||= this.hashOf(hex) === hash;
			});
			if (!isStored && !isWhole) return false;
			if (this.#ledger.interrupted !== found) return true;
			if (isStored) {
				this.#ledger.giveBack();
				audit.note({ channel: 'sms', identity, verdict: 'recovered', result: 'not begun' });
				return true;
			}
		}
		this.#ledger.finish();
		audit.count('SMS_UNKNOWN_OUTCOME');
		audit.note({ channel: 'sms', identity, verdict: 'dropped', result: 'outcome unknown' });
		this.tell(reply, '\r\n#ATRUN: OUTCOME UNKNOWN\r\n\r\nERROR\r\n');
		return true;
	}

	/** Written down, deleted, marked as begun, run, answered, crossed out: in this order. */
	private async take({ index, hash, request, isNew }: Waiting): Promise<void> {
		const { mailbox, settings, stopping, onOther } = this.#options;
		const read = await mailbox.read(index);
		if (!settings.current.smsAtrun.on) {
			if (isNew) onOther(index);
			return;
		}
		if (!read.ok && read.error !== 'empty') {
			this.#taking = undefined;
			if (this.status === 1) this.arrive(index, isNew);
			return;
		}
		// The DTE may have deleted it meanwhile, and something else may be there now.
		if (!read.ok || this.hashOf(read.value) !== hash) return this.refuse(request, 'withdrawn');
		if (!this.#ledger.take(hash, request.reply)) return this.refuse(request, 'cannot be written down');
		const isGone = await this.remove(index, hash);
		this.#taking = undefined;
		// Stopped: the next start of the board finds it written down.
		if (stopping.isCancelled) return;
		const reason = !isGone
			? 'cannot be deleted'
			: !this.isUnused(request)
				? 'replayed'
				: !this.useUp(request) || !this.#ledger.begin()
					? 'cannot be written down'
					: undefined;
		if (reason === undefined) await this.run(request);
		else {
			this.refuse(request, reason);
			if (reason !== 'replayed') this.tell(request.reply, NOT_RUN);
		}
		if (!stopping.isCancelled) this.#ledger.finish();
	}

	private refuse({ identity, text }: SmsRequest, result: string): void {
		const { audit } = this.#options;
		audit.count(result === 'replayed' ? 'SMS_REPLAYED' : 'SMS_REFUSED');
		audit.note({ channel: 'sms', identity, command: text, verdict: 'dropped', result });
	}

	/** Deletes a message, whatever it takes: only what is certainly gone may run. False: it is still there. */
	private async remove(index: number, hash: string): Promise<boolean> {
		const { mailbox, modem, stopping, clock } = this.#options;
		for (let attempt = 0; attempt < REMOVALS; ) {
			if (await mailbox.remove(index)) return true;
			if (modem.state === 'ready') {
				attempt++;
				await stopping.pause(clock, READ_PAUSE);
			}
			if (!(await attached(modem, stopping))) return false;
			const read = await mailbox.read(index);
			if (read.ok ? this.hashOf(read.value) !== hash : read.error === 'empty') return true;
		}
		return false;
	}

	/** Version 2: the counter is stored as used before the command runs. */
	private useUp({ once }: SmsRequest): boolean {
		if (once === undefined) return true;
		if (!this.#replays.mark(once.fingerprint, once.counter)) return false;
		return this.#replayCopies.write(this.#replays.toOctets());
	}

	private async run({ body, text, identity, reply }: SmsRequest): Promise<void> {
		const { settings, executor, answerer, audit, onUrc } = this.#options;
		const { instance, urc, timeout } = settings.current.smsAtrun;
		if (urc) onUrc(`#SMSATRUN: ${text}`);
		let answer = '';
		let isAnswered = false;
		const say = async () => {
			if (isAnswered || !reply.wanted) return;
			isAnswered = true;
			const sending = await answerer.send(reply, answer);
			if (sending !== 'sent') {
				audit.note({ channel: 'sms', identity, command: text, verdict: 'not sent', result: sending });
			}
		};
		await executor.run({
			body,
			caller: { channel: 'sms', identity },
			instance,
			time: timeout * MINUTE,
			canPrompt: false,
			onText: raw => {
				if (answer.length < LONGEST_ANSWER) answer += raw;
			},
			flush: say,
		});
		await say();
	}
}

/**
 * Settles when the module is attached: it may be lost for a while, and requests and answers wait as long as it takes. False: the
 * board stops.
 */
export function attached(modem: Modem, stopping: Cancellation): Promise<boolean> {
	if (stopping.isCancelled) return Promise.resolve(false);
	if (modem.state === 'ready') return Promise.resolve(true);
	return new Promise(resolve => {
		let forget = () => {};
		const end = (isReady: boolean) => {
			modem.onReady.splice(modem.onReady.indexOf(told), 1);
			forget();
			resolve(isReady);
		};
		const told = () => end(true);
		modem.onReady.push(told);
		forget = stopping.onCancel(() => end(false));
	});
}
