import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import { encodeServiceCentre, numberOf, parseNumber } from '../../src/sms/address.js';
import { type Deliver, encodeDeliver } from '../../src/sms/deliver.js';
import { joinOctets } from '../../src/sms/octets.js';
import { encodeStatusReport } from '../../src/sms/status-report.js';
import type { Submit } from '../../src/sms/submit.js';
import { timestampAt } from '../../src/sms/timestamp.js';

/** What a subscriber says to a message: `full` and `absent` make the centre try again. */
export type Reception = 'accepted' | 'full' | 'absent';

/** A module or a mobile on the network. */
export interface Subscriber {
	/** SMSC address and TPDU. */
	receive(pdu: Uint8Array): Reception;
}

export interface MessageCentreOptions {
	/** The centre's own number, which every delivery carries. */
	readonly number?: string;
	/** Unix time at clock 0 [s]. */
	readonly wallClock?: number;
	/** Zone of the time stamps [quarter hours]. 8. */
	readonly zone?: number;
	/** From SUBMIT to DELIVER [ms]. 2000. */
	readonly delay?: number;
	/** Country prefix of numbers without `+`. 39. */
	readonly country?: string;
	/** Copies of a message that are delivered: 0 loses it, 2 doubles it. Asked once for each message. */
	readonly copies?: (submit: Submit, from: string, to: string) => number;
}

interface Waiting {
	readonly pdu: Uint8Array;
	/** Tells the sender, where it asked. */
	readonly report: (() => void) | undefined;
}

const RETRY_MS = 30_000;
const MAX_WAITING = 200;

/** Takes SUBMITs and delivers them: to whom it cannot yet, later, in their order. */
export class MessageCentre {
	readonly number: string;
	readonly #clock: Clock;
	readonly #wallClock: number;
	readonly #zone: number;
	readonly #delay: number;
	readonly #country: string;
	/** Can be changed at any time. */
	copies: ((submit: Submit, from: string, to: string) => number) | undefined;
	/** Messages dropped because too many waited for the same subscriber. */
	dropped = 0;
	readonly #subscribers = new Map<string, Subscriber>();
	readonly #waiting = new Map<string, Waiting[]>();
	readonly #retries = new Map<string, TimerHandle>();

	constructor(clock: Clock, options: MessageCentreOptions = {}) {
		this.#clock = clock;
		this.number = options.number ?? '+393492000200';
		this.#wallClock = options.wallClock ?? Date.UTC(2008, 4, 28, 9, 4, 37) / 1000;
		this.#zone = options.zone ?? 8;
		this.#delay = options.delay ?? 2000;
		this.#country = options.country ?? '39';
		this.copies = options.copies;
	}

	/** Milliseconds of the centre's clock. */
	now(): number {
		return this.#clock.now();
	}

	/** `subscriber` is reachable under `number`; what waits for it is delivered. */
	attach(number: string, subscriber: Subscriber): void {
		const full = this.international(number);
		this.#subscribers.set(full, subscriber);
		this.#schedule(full, 0);
	}

	detach(number: string, subscriber: Subscriber): void {
		const full = this.international(number);
		if (this.#subscribers.get(full) === subscriber) this.#subscribers.delete(full);
	}

	/** The subscriber has room again. */
	tryAgain(number: string): void {
		this.#schedule(this.international(number), 0);
	}

	/** Messages that wait for `number`. */
	waitingFor(number: string): number {
		return this.#waiting.get(this.international(number))?.length ?? 0;
	}

	/** Takes a message from `from`. False: no number can be made of its destination, or it cannot be delivered as it is. */
	submit(from: string, submit: Submit): boolean {
		const digits = numberOf(submit.destination);
		const origin = parseNumber(this.international(from));
		if (digits === undefined || !origin.ok) return false;
		const to = this.international(digits);
		const deliver: Deliver = {
			type: 'DELIVER',
			moreMessages: false,
			loopPrevention: false,
			replyPath: submit.replyPath,
			statusReport: false,
			origin: origin.value,
			protocol: submit.protocol,
			dcs: submit.dcs,
			timestamp: this.#timestamp(),
			header: submit.header,
			content: submit.content,
		};
		const tpdu = encodeDeliver(deliver);
		if (!tpdu.ok) return false;
		const pdu = this.#withCentre(tpdu.value);
		const report = submit.statusReport ? () => this.#report(from, submit) : undefined;
		const copies = this.copies?.(submit, from, to) ?? 1;
		for (let copy = 0; copy < copies; copy++) {
			this.#clock.setTimer(this.#clock.now() + this.#delay * (copy + 1), () => this.#enqueue(to, { pdu, report }));
		}
		return true;
	}

	#enqueue(to: string, message: Waiting): void {
		const waiting = this.#waiting.get(to) ?? [];
		if (waiting.length >= MAX_WAITING) {
			waiting.shift();
			this.dropped++;
		}
		waiting.push(message);
		this.#waiting.set(to, waiting);
		this.#deliver(to);
	}

	#deliver(to: string): void {
		this.#retries.get(to)?.cancel();
		this.#retries.delete(to);
		const waiting = this.#waiting.get(to);
		if (waiting === undefined) return;
		while (waiting.length > 0) {
			const reception = this.#subscribers.get(to)?.receive(waiting[0]!.pdu) ?? 'absent';
			if (reception !== 'accepted') {
				this.#schedule(to, RETRY_MS);
				return;
			}
			waiting.shift()!.report?.();
		}
		this.#waiting.delete(to);
	}

	#schedule(to: string, ms: number): void {
		if (!this.#waiting.has(to)) return;
		this.#retries.get(to)?.cancel();
		this.#retries.set(
			to,
			this.#clock.setTimer(this.#clock.now() + ms, () => this.#deliver(to)),
		);
	}

	#report(from: string, submit: Submit): void {
		const now = this.#timestamp();
		const tpdu = encodeStatusReport({
			type: 'STATUS-REPORT',
			moreMessages: false,
			loopPrevention: false,
			aboutCommand: false,
			reference: submit.reference,
			recipient: submit.destination,
			timestamp: now,
			discharge: now,
			status: 0,
			protocol: undefined,
			dcs: undefined,
			userData: undefined,
		});
		if (tpdu.ok) this.#enqueue(this.international(from), { pdu: this.#withCentre(tpdu.value), report: undefined });
	}

	#withCentre(tpdu: Uint8Array): Uint8Array {
		const centre = parseNumber(this.number);
		const field = encodeServiceCentre(centre.ok ? centre.value : undefined);
		return joinOctets(field.ok ? field.value : [0], tpdu);
	}

	#timestamp() {
		return timestampAt(this.#wallClock + this.#clock.now() / 1000, this.#zone);
	}

	/** A number with `+` and the prefix of its country. */
	international(number: string): string {
		if (number.startsWith('+')) return number;
		return number.startsWith('00') ? `+${number.slice(2)}` : `+${this.#country}${number}`;
	}
}
