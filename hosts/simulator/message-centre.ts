import type { Clock, TimerHandle } from '../../src/ports/clock.js';
import { type Address, numberOf, parseNumber } from '../../src/sms/address.js';
import type { Submit } from '../../src/sms/submit.js';
import { type Timestamp, timestampAt, unixSecondsOf } from '../../src/sms/timestamp.js';
import type { Validity } from '../../src/sms/validity.js';
import { deliverPdu, type ReportedOn, reportPdu } from './centre-pdu.js';
import { MessageTransit, type Transit } from './message-transit.js';
import type { Random } from './random.js';
import { CommandType, type SmsCommand } from './sms-command.js';

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
	/** What else happens on the way, and the numbers that decide it. */
	readonly transit?: Partial<Transit>;
	readonly random?: Random;
	/** Country prefix of numbers without `+`. 39. */
	readonly country?: string;
	/** Copies of a message that are delivered: 0 loses it, 2 doubles it. Asked once for each message. */
	readonly copies?: (submit: Submit, from: string, to: string) => number;
}

/** What became of a message, as TP-ST tells it (23.040 9.2.3.15). */
const STATUS = Object.freeze({ delivered: 0x00, pending: 0x22, expired: 0x46, removed: 0x47, unknown: 0x49 });

/** A message that the centre has taken. */
interface Taken {
	readonly from: string;
	/** In international form. */
	readonly to: string;
	readonly reference: number;
	readonly recipient: Address;
	readonly pdu: Uint8Array;
	readonly timestamp: Timestamp;
	/** Of the clock [ms]. */
	readonly expires: number;
	/** The sender is told what became of it. */
	report: boolean;
	status: number;
}

const RETRY_MS = 30_000;
const MAX_WAITING = 200;
/** Messages that the centre still knows of, for commands about them. */
const MAX_TAKEN = 400;
const MINUTE = 60_000;
/** Where the sender names none [minutes]. */
const USUAL_VALIDITY = 7 * 24 * 60;

/** Takes SUBMITs and delivers them: to whom it cannot yet, later, in their order, as long as they are valid. */
export class MessageCentre {
	readonly number: string;
	/** The way from here to the recipients. */
	readonly transit: MessageTransit;
	readonly #clock: Clock;
	readonly #wallClock: number;
	readonly #zone: number;
	readonly #country: string;
	/** Can be changed at any time. */
	copies: ((submit: Submit, from: string, to: string) => number) | undefined;
	/** Messages dropped because too many waited for the same subscriber. */
	dropped = 0;
	readonly #subscribers = new Map<string, Subscriber>();
	readonly #waiting = new Map<string, Taken[]>();
	readonly #retries = new Map<string, TimerHandle>();
	/** The latest, the newest last. */
	readonly #taken: Taken[] = [];

	constructor(clock: Clock, options: MessageCentreOptions = {}) {
		this.#clock = clock;
		this.number = options.number ?? '+393492000200';
		this.#wallClock = options.wallClock ?? Date.UTC(2008, 4, 28, 9, 4, 37) / 1000;
		this.#zone = options.zone ?? 8;
		this.#country = options.country ?? '39';
		this.transit = new MessageTransit(
			{ ...(options.delay !== undefined && { delay: options.delay }), ...options.transit },
			options.random,
		);
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
		const timestamp = this.#timestamp();
		const pdu = deliverPdu(this.number, submit, origin.value, timestamp);
		if (pdu === undefined) return false;
		const taken: Taken = {
			from,
			to,
			reference: submit.reference,
			recipient: submit.destination,
			pdu,
			timestamp,
			expires: this.#expiry(submit.validity),
			report: submit.statusReport,
			status: STATUS.pending,
		};
		if (this.#taken.push(taken) > MAX_TAKEN) this.#taken.shift();
		for (const ms of this.#arrivals(submit, from, to)) {
			this.#clock.setTimer(this.#clock.now() + ms, () => this.#enqueue(taken));
		}
		return true;
	}

	/** An SMS-COMMAND about a message that `from` sent before (23.040 9.2.3.19). False: the centre does not know such a command. */
	command(from: string, command: SmsCommand): boolean {
		const known = Object.values(CommandType) as number[];
		if (!known.includes(command.command)) return false;
		const recipient = numberOf(command.destination);
		const to = recipient === undefined ? undefined : this.international(recipient);
		const meant = this.#taken.filter(one => one.from === from && one.to === to && one.reference === command.message);
		const taken = meant[meant.length - 1];
		if (taken?.status === STATUS.pending) {
			if (command.command === CommandType.remove) taken.status = STATUS.removed;
			else if (command.command !== CommandType.enquiry) taken.report = command.command === CommandType.enableReport;
		}
		if (command.statusReport || command.command === CommandType.enquiry) {
			const about = { reference: command.reference, recipient: command.destination, aboutCommand: true };
			const status = taken?.status ?? STATUS.unknown;
			this.#report(from, { ...about, timestamp: taken?.timestamp ?? this.#timestamp(), status });
		}
		return true;
	}

	/** When the copies of a message come [ms from now]: as the hook says where there is one. */
	#arrivals(submit: Submit, from: string, to: string): readonly number[] {
		if (this.copies === undefined) return this.transit.draw();
		const { delay } = this.transit.now;
		return Array.from({ length: this.copies(submit, from, to) }, (_, copy) => delay * (copy + 1));
	}

	/** An enhanced validity period is taken for none. */
	#expiry(validity: Validity | undefined): number {
		if (validity?.form === 'absolute' && validity.until !== undefined) {
			return (unixSecondsOf(validity.until) - this.#wallClock) * 1000;
		}
		const minutes = validity?.form === 'relative' ? validity.minutes : USUAL_VALIDITY;
		return this.#clock.now() + minutes * MINUTE;
	}

	#enqueue(message: Taken): void {
		const waiting = this.#waiting.get(message.to) ?? [];
		if (waiting.length >= MAX_WAITING) {
			waiting.shift();
			this.dropped++;
		}
		waiting.push(message);
		this.#waiting.set(message.to, waiting);
		this.#deliver(message.to);
	}

	#deliver(to: string): void {
		this.#retries.get(to)?.cancel();
		this.#retries.delete(to);
		const waiting = this.#waiting.get(to);
		if (waiting === undefined) return;
		while (waiting.length > 0) {
			const message = waiting[0]!;
			if (message.status === STATUS.pending && this.#clock.now() >= message.expires) {
				message.status = STATUS.expired;
				this.#tell(message);
			}
			if (message.status === STATUS.expired || message.status === STATUS.removed) {
				waiting.shift();
				continue;
			}
			const reception = this.#subscribers.get(to)?.receive(message.pdu) ?? 'absent';
			if (reception !== 'accepted') {
				this.#schedule(to, Math.min(RETRY_MS, message.expires - this.#clock.now()));
				return;
			}
			waiting.shift();
			message.status = STATUS.delivered;
			this.#tell(message);
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

	#report(from: string, about: ReportedOn): void {
		const pdu = reportPdu(this.number, about, this.#timestamp());
		if (pdu === undefined) return;
		const { reference, recipient, timestamp } = about;
		const message = { reference, recipient, timestamp, pdu, report: false, status: STATUS.pending };
		const expires = this.#clock.now() + USUAL_VALIDITY * MINUTE;
		this.#enqueue({ ...message, from: this.number, to: this.international(from), expires });
	}

	/** Tells the sender, once. */
	#tell(message: Taken): void {
		if (!message.report) return;
		message.report = false;
		this.#report(message.from, message);
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
