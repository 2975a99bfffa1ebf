import { ReplayRecord } from '../access/replay-record.js';
import { Deferred } from '../base/deferred.js';
import { hexOf } from '../base/hex.js';
import { bytesOf } from '../base/text.js';
import type { Mailbox } from '../modem/mailbox.js';
import type { Modem } from '../modem/modem.js';
import type { Digest } from '../ports/digest.js';
import type { Store } from '../ports/store.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { TwoCopies } from '../settings/two-copies.js';
import type { Audit } from './audit.js';
import type { SmsService } from './board.js';
import type { Executor } from './executor.js';
import { RequestLedger } from './request-ledger.js';
import { LONGEST_ANSWER, type SmsAnswerer } from './sms-answerer.js';
import { type NoRequest, recognise, type SmsRequest } from './sms-request.js';
import type { SmsStorage } from './sms-storage.js';

export interface SmsAtrunOptions {
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

/** A message to look at. */
interface Arrival {
	readonly index: number;
	/** It came just now, and the DTE has not heard of it. */
	isNew: boolean;
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
	#instance: number | undefined;
	#reading = false;
	#running = false;

	constructor(options: SmsAtrunOptions) {
		this.#options = options;
		this.#ledger = new RequestLedger(options.store);
		this.#replayCopies = new TwoCopies(options.store, 'replay');
		for (const copy of this.#replayCopies.read()) this.#replays.restore(copy);
		options.modem.hub.on('+CMTI: ', text => this.#notified(text));
		options.modem.onReady.push(() => void this.apply());
	}

	/** 1: active. */
	get status(): number {
		return this.#instance !== undefined && this.#options.modem.state === 'ready' ? 1 : 0;
	}

	spent(): { readonly hour: number; readonly day: number } {
		return this.#options.answerer.spent();
	}

	async apply(): Promise<void> {
		const { settings, modem } = this.#options;
		const { on, instance } = settings.current.smsAtrun;
		if (!on) {
			if (this.#instance !== undefined) modem.release(this.#instance, OWNER);
			this.#instance = undefined;
			this.#forget();
		} else if (this.#instance === undefined && modem.reserve(instance, OWNER)) this.#instance = instance;
		if (this.status === 1) void this.#lookThrough();
	}

	/** Switched off: what waits does not run any more, it stays in the module's store; what is new there is the DTE's. */
	#forget(): void {
		for (const { index, isNew } of this.#waiting.splice(0)) if (isNew) this.#options.onOther(index);
		for (const { index, isNew } of this.#arrived.splice(0)) if (isNew) this.#options.onOther(index);
	}

	/** Messages that came while nobody looked, before the board or the service was switched on: oldest first. */
	async #lookThrough(): Promise<void> {
		void this.#runWaiting();
		for (const index of await this.#options.storage.oldestFirst()) if (this.status === 1) this.#arrive(index, false);
	}

	#notified(text: string): boolean {
		const found = /^\+CMTI: "SM",([0-9]+)/.exec(text);
		if (found === null) return false;
		this.#arrive(Number(found[1]), true);
		return true;
	}

	#arrive(index: number, isNew: boolean): void {
		if (this.status !== 1) {
			if (isNew) this.#options.onOther(index);
			return;
		}
		if (this.#waiting.some(waiting => waiting.index === index)) return;
		const known = this.#arrived.find(arrival => arrival.index === index);
		if (known !== undefined) known.isNew ||= isNew;
		else if (this.#arrived.length < ARRIVALS) this.#arrived.push({ index, isNew });
		void this.#readArrived();
	}

	async #readArrived(): Promise<void> {
		if (this.#reading) return;
		this.#reading = true;
		while (this.status === 1 && this.#arrived.length > 0) await this.#readOne(this.#arrived[0]!);
		this.#reading = false;
	}

	async #readOne(arrival: Arrival): Promise<void> {
		const { index } = arrival;
		const { modem, mailbox, settings, digest, audit, onOther } = this.#options;
		const read = await mailbox.read(index);
		// The module is gone: what it holds is looked at when it is back.
		if (!read.ok && read.error === 'no-answer' && modem.state !== 'ready') return;
		if (this.#arrived[0] !== arrival) return;
		if (!read.ok) {
			if (arrival.isNew && read.error !== 'empty') onOther(index);
		} else {
			const judgement = { settings: settings.current, imei: modem.identity?.imei ?? '', digest };
			const recognition = recognise(read.value, judgement);
			if (recognition.kind === 'request') await this.#accept(arrival, read.value, recognition.request);
			else {
				if (recognition.kind === 'refused') this.#noRequest(recognition.reason, recognition.sender);
				else audit.count('SMS_OTHERS');
				if (arrival.isNew) onOther(index);
				await this.#options.storage.makeRoom();
			}
		}
		if (this.#arrived[0] === arrival) this.#arrived.shift();
	}

	/** Looks like a request and is none: counted, and left alone like every other message. */
	#noRequest(reason: NoRequest, sender: string): void {
		const { audit } = this.#options;
		audit.count(reason === 'bad digest' || reason === 'unknown key' ? 'SMS_BAD_DIGEST' : 'SMS_REFUSED');
		audit.noteSeldom({ channel: 'sms', identity: sender, verdict: 'refused', result: reason });
	}

	/** A request: it waits for its turn, unless it is too old, was run before, or too many wait already. */
	async #accept({ index, isNew }: Arrival, hex: string, request: SmsRequest): Promise<void> {
		const { settings, digest, audit, answerer } = this.#options;
		const { strict, smsRules } = settings.current;
		const hash = hexOf(digest.digest('MD5', bytesOf(hex)).subarray(0, 8));
		audit.time.seeMessage(request.timestamp);
		audit.count('SMS_REQUESTS');
		if (this.#ledger.isKnown(hash)) return this.#drop(index, request, 'SMS_REPLAYED', 'delivered twice');
		if (!strict && !audit.time.isFresh(request.timestamp, smsRules.maxAge)) {
			return this.#drop(index, request, 'SMS_STALE', 'too old');
		}
		if (!this.#isUnused(request)) return this.#drop(index, request, 'SMS_REPLAYED', 'replayed');
		if (this.#waiting.length < QUEUE) {
			this.#waiting.push({ index, hash, request, isNew });
			void this.#runWaiting();
			return;
		}
		await this.#drop(index, request, 'SMS_QUEUE_FULL', 'queue full');
		if (request.reply.wanted) void answerer.send(request.reply, '\r\n#ATRUN: QUEUE FULL\r\n\r\nERROR\r\n');
	}

	#isUnused({ once }: SmsRequest): boolean {
		return once === undefined || this.#replays.accepts(once.fingerprint, once.counter);
	}

	/** Consumed without being run. */
	async #drop(
		index: number,
		{ identity, text }: SmsRequest,
		counter: 'SMS_STALE' | 'SMS_REPLAYED' | 'SMS_QUEUE_FULL',
		result: string,
	): Promise<void> {
		const { audit, mailbox } = this.#options;
		audit.count(counter);
		audit.note({ channel: 'sms', identity, command: text, verdict: 'dropped', result });
		await mailbox.remove(index);
	}

	async #runWaiting(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		await this.#tellInterrupted();
		for (;;) {
			await attached(this.#options.modem);
			const next = this.#waiting[0];
			if (next === undefined) break;
			await this.#take(next);
			if (this.#waiting[0] === next) this.#waiting.shift();
		}
		this.#running = false;
	}

	/** Found half-done after a restart of the board: nobody knows whether it ran, so it is told once and never run again. */
	async #tellInterrupted(): Promise<void> {
		const { answerer, audit } = this.#options;
		const reply = this.#ledger.interrupted;
		if (reply === undefined) return;
		this.#ledger.finish();
		audit.count('SMS_UNKNOWN_OUTCOME');
		audit.note({ channel: 'sms', identity: reply.to.digits, verdict: 'dropped', result: 'outcome unknown' });
		if (reply.wanted) await answerer.send(reply, '\r\n#ATRUN: OUTCOME UNKNOWN\r\n\r\nERROR\r\n');
	}

	/** Written down, deleted, run, answered, crossed out: in this order. */
	async #take({ index, hash, request }: Waiting): Promise<void> {
		const { mailbox, audit, settings } = this.#options;
		const { identity, text, reply } = request;
		const refuse = (result: string) =>
			audit.note({ channel: 'sms', identity, command: text, verdict: 'dropped', result });
		// The DTE may have deleted it meanwhile, and something else may be there now.
		const read = await mailbox.read(index);
		if (!read.ok) {
			if (read.error === 'no-answer') return;
			return refuse('withdrawn');
		}
		if (hexOf(this.#options.digest.digest('MD5', bytesOf(read.value)).subarray(0, 8)) !== hash)
			return refuse('withdrawn');
		if (!settings.current.smsAtrun.on) return;
		if (!this.#ledger.take(hash, reply)) return refuse('cannot be written down');
		if (!this.#useUp(request)) {
			this.#ledger.finish();
			await mailbox.remove(index);
			audit.count('SMS_REPLAYED');
			return refuse('replayed');
		}
		if (!(await mailbox.remove(index))) {
			this.#ledger.finish();
			return refuse('cannot be deleted');
		}
		await this.#run(request);
		this.#ledger.finish();
	}

	/** Version 2: the counter is stored as used before the command runs. */
	#useUp({ once }: SmsRequest): boolean {
		if (once === undefined) return true;
		if (!this.#replays.mark(once.fingerprint, once.counter)) return false;
		return this.#replayCopies.write(this.#replays.toOctets());
	}

	async #run({ body, text, identity, reply }: SmsRequest): Promise<void> {
		const { settings, executor, answerer, audit, onUrc } = this.#options;
		const { instance, urc, timeout } = settings.current.smsAtrun;
		if (urc) onUrc(`#SMSATRUN: ${text}`);
		let answer = '';
		await executor.run({
			body,
			caller: { channel: 'sms', identity },
			instance,
			time: timeout * MINUTE,
			canPrompt: false,
			onText: raw => {
				if (answer.length < LONGEST_ANSWER) answer += raw;
			},
		});
		if (!reply.wanted) return;
		const sending = await answerer.send(reply, answer);
		if (sending !== 'sent') {
			audit.note({ channel: 'sms', identity, command: text, verdict: 'not sent', result: sending });
		}
	}
}

/** Settles when the module is attached; it may be lost for a while, and requests and answers wait as long as it takes. */
export function attached(modem: Modem): Promise<void> {
	if (modem.state === 'ready') return Promise.resolve();
	const ready = new Deferred<void>();
	const told = () => {
		modem.onReady.splice(modem.onReady.indexOf(told), 1);
		ready.resolve();
	};
	modem.onReady.push(told);
	return ready.promise;
}
