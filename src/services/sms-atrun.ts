import type { Identity } from '../access/grants.js';
import { Deferred } from '../base/deferred.js';
import type { Mailbox } from '../modem/mailbox.js';
import type { Modem } from '../modem/modem.js';
import type { Trace } from '../ports/trace.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { dataCodingScheme } from '../sms/data-coding-scheme.js';
import { withoutUncodable } from '../sms/gsm-alphabet.js';
import { splitText } from '../sms/message-parts.js';
import { encodePdu } from '../sms/pdu.js';
import type { Service } from './board.js';
import type { Executor } from './executor.js';
import { recogniseRequest, type SmsRequest } from './sms-request.js';

export interface SmsAtrunOptions {
	readonly settings: SettingsKeeper;
	readonly modem: Modem;
	readonly mailbox: Mailbox;
	readonly executor: Executor;
	/** The service's URCs for the console. */
	readonly onUrc: (text: string) => void;
	/** A message that is no request: the DTE's. */
	readonly onOther: (index: number) => void;
	readonly trace: Trace | undefined;
}

const OWNER = 'SMS ATRUN';
const MINUTE = 60_000;
/** Parts of an answer at most (atrun.md 1), and the characters that can fit: what is beyond is not even kept. */
const PARTS = 15;
const LONGEST = PARTS * 153 + 1;
/** What a cut answer ends with. */
const CUT = '...';
/** Requests that wait while one runs, and messages that wait to be read. */
const QUEUE = 8;
const ARRIVALS = 64;
/** How long the network tries to deliver an answer: 7 days, in minutes. */
const VALIDITY = 7 * 24 * 60;
const ATTEMPTS = 3;

/** A message to look at. */
interface Arrival {
	readonly index: number;
	/** It came just now, and the DTE has not heard of it. */
	isNew: boolean;
}

/** SMS ATRUN: finds the requests among the messages that arrive, runs them one after another, and answers. */
export class SmsAtrun implements Service {
	readonly #options: SmsAtrunOptions;
	readonly #arrived: Arrival[] = [];
	readonly #requests: SmsRequest[] = [];
	#instance: number | undefined;
	#reading = false;
	#running = false;
	#reference = 0;
	#ready: Deferred<void> | undefined;

	constructor(options: SmsAtrunOptions) {
		this.#options = options;
		options.modem.hub.on('+CMTI: ', text => this.#notified(text));
		options.modem.onReady.push(() => {
			this.#ready?.resolve();
			this.#ready = undefined;
			void this.apply();
		});
	}

	/** 1: active. */
	get status(): number {
		return this.#instance !== undefined && this.#options.modem.state === 'ready' ? 1 : 0;
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

	/** Switched off: what waits does not run any more; what nobody looked at is the DTE's. */
	#forget(): void {
		this.#requests.length = 0;
		for (const { index, isNew } of this.#arrived.splice(0)) if (isNew) this.#options.onOther(index);
	}

	/** Messages that came while nobody looked: before the board or the service was switched on. */
	async #lookThrough(): Promise<void> {
		for (const index of await this.#options.mailbox.list()) if (this.status === 1) this.#arrive(index, false);
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
		const known = this.#arrived.find(arrival => arrival.index === index);
		if (known !== undefined) known.isNew ||= isNew;
		else if (this.#arrived.length < ARRIVALS) this.#arrived.push({ index, isNew });
		void this.#readArrived();
	}

	async #readArrived(): Promise<void> {
		if (this.#reading) return;
		this.#reading = true;
		// Full: the messages stay in the module's store until a request is done.
		while (this.status === 1 && this.#arrived.length > 0 && this.#requests.length < QUEUE) {
			await this.#readOne(this.#arrived[0]!);
		}
		this.#reading = false;
	}

	async #readOne(arrival: Arrival): Promise<void> {
		const { index } = arrival;
		const { modem, mailbox, settings, trace, onOther } = this.#options;
		const read = await mailbox.read(index);
		// The module is gone: what it holds is looked at when it is back.
		if (!read.ok && read.error === 'no-answer' && modem.state !== 'ready') return;
		if (this.#arrived[0] !== arrival) return;
		const request = read.ok ? recogniseRequest(read.value, settings.current.whiteList) : undefined;
		if (request === undefined) {
			if (arrival.isNew && (read.ok || read.error !== 'empty')) onOther(index);
		} else if (await mailbox.remove(index)) {
			trace?.note('sms', `request at ${index} from ${request.sender.digits}`);
			this.#requests.push(request);
			void this.#runRequests();
		} else trace?.note('sms', `message ${index} cannot be removed: not run`);
		if (this.#arrived[0] === arrival) this.#arrived.shift();
	}

	async #runRequests(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		for (;;) {
			const request = this.#requests.shift();
			if (request === undefined) break;
			void this.#readArrived();
			await this.#run(request);
		}
		this.#running = false;
	}

	async #run(request: SmsRequest): Promise<void> {
		const { settings, executor, onUrc } = this.#options;
		await this.#attached();
		if (!settings.current.smsAtrun.on) return;
		const { instance, urc, timeout } = settings.current.smsAtrun;
		if (urc) onUrc(`#SMSATRUN: ${request.text}`);
		let answer = '';
		await executor.run({
			body: request.body,
			caller: { channel: 'sms', identity: identityOf(request) },
			instance,
			time: timeout * MINUTE,
			canPrompt: false,
			onText: raw => {
				if (answer.length < LONGEST) answer += raw;
			},
		});
		if (request.wantsAnswer) await this.#answer(request, answer);
	}

	/** The module may be lost for a while: its requests and answers wait here, for as long as it takes to attach again. */
	async #attached(): Promise<void> {
		if (this.#options.modem.state === 'ready') return;
		this.#ready ??= new Deferred<void>();
		await this.#ready.promise;
	}

	/** One part after another, so that a long answer never lies in memory as PDUs. */
	async #answer({ sender, alphabet, dcs }: SmsRequest, text: string): Promise<void> {
		const { mailbox, trace } = this.#options;
		this.#reference = (this.#reference + 1) & 0xff;
		const parts = splitText(alphabet === 'gsm7' ? withoutUncodable(text) : text, alphabet, {
			max: PARTS,
			reference: this.#reference,
			mark: CUT,
		});
		if (!parts.ok) {
			trace?.note('sms', `answer not sent: ${parts.error}`);
			return;
		}
		for (const userData of parts.value) {
			const pdu = encodePdu({
				serviceCentre: undefined,
				tpdu: {
					...userData,
					type: 'SUBMIT',
					rejectDuplicates: false,
					replyPath: false,
					statusReport: false,
					reference: 0,
					destination: sender,
					protocol: 0,
					dcs: answerScheme(dcs, alphabet),
					validity: { form: 'relative', minutes: VALIDITY },
				},
			});
			if (!pdu.ok) {
				trace?.note('sms', `answer not sent: ${pdu.error}`);
				return;
			}
			await this.#attached();
			let sent = await mailbox.send(pdu.value.hex, pdu.value.tpduLength);
			// Only a clear refusal is tried again: an answer is sent at most once after a +CMGS that nobody confirmed.
			for (let attempt = 1; !sent.ok && sent.error === 'refused' && attempt < ATTEMPTS; attempt++) {
				sent = await mailbox.send(pdu.value.hex, pdu.value.tpduLength);
			}
			if (!sent.ok) {
				trace?.note('sms', `answer not sent: ${sent.error}`);
				return;
			}
		}
	}
}

function identityOf({ sender, match }: SmsRequest): Identity {
	return { kind: match === 'full' ? 'number' : 'prefix', name: sender.digits };
}

/** Same alphabet and class as the request; a message-waiting or reserved scheme is answered plainly. */
function answerScheme(dcs: number, alphabet: SmsRequest['alphabet']): number {
	return (dcs & 0xf0) === 0xf0 || (dcs & 0xc0) === 0 ? dcs : dataCodingScheme(alphabet);
}
