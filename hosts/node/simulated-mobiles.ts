import { before } from '../../src/base/deadline.js';
import { Deferred } from '../../src/base/deferred.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import type { PduError } from '../../src/sms/pdu-error.js';
import { type OpenedSms, openDigestSms } from '../../src/sms/requester.js';
import type { MessageCentre } from '../simulator/message-centre.js';
import { Mobile, type ReceivedMessage } from '../simulator/mobile.js';
import type { SimulatedNetwork, SmsAnswer, SmsExchange, SmsOrder } from './control-protocol.js';
import { NodeDigest } from './node-digest.js';

/** Mobiles that can be on the network at a time. */
const MOST_MOBILES = 64;

const REASONS: Readonly<Partial<Record<PduError, string>>> = Object.freeze({
	address: 'the number cannot be written to',
	'too-long': 'the text is too long',
	uncodable: 'the text has a character that no SMS can carry',
	range: 'the text is too long',
});

interface Waiting {
	/** The digits that the answer's sender ends with. */
	readonly digits: string;
	/** The digest request that was sent; undefined: the answer is the next SMS without a digest. */
	readonly request: OpenedSms | undefined;
	/** What came so far, at most the SMS of one answer. */
	readonly messages: ReceivedMessage[];
	readonly complete: Deferred<void>;
}

interface Handset {
	readonly mobile: Mobile;
	/** Who waits for an answer, in the order of asking. */
	readonly waiting: Waiting[];
}

/** The mobiles that the control protocol speaks for. Each comes into being with its first SMS, and stays. */
export class SimulatedMobiles implements SimulatedNetwork {
	readonly #clock: Clock;
	readonly #centre: MessageCentre;
	readonly #board: string;
	readonly #handsets = new Map<string, Handset>();

	/** `board` is the number that an order without `to` goes to. */
	constructor(clock: Clock, centre: MessageCentre, board: string) {
		this.#clock = clock;
		this.#centre = centre;
		this.#board = board;
	}

	async sendSms(order: SmsOrder): Promise<Result<SmsExchange>> {
		const to = order.to ?? this.#board;
		if (order.from === this.#board) return failure(`${order.from} is the board itself`);
		const handset = this.#handsetOf(order.from);
		if (handset === undefined) return failure(`at most ${MOST_MOBILES} mobiles can be on the network`);
		const start = this.#clock.now();
		const waiting: Waiting = {
			digits: to.replace(/^\+/, ''),
			request: order.pdu === undefined ? undefined : digestOf(order.pdu),
			messages: [],
			complete: new Deferred<void>(),
		};
		handset.waiting.push(waiting);
		try {
			const { mobile } = handset;
			const sent = order.pdu === undefined ? mobile.send(order.text, to) : mobile.sendPdu(order.pdu, to);
			if (!sent.ok) return failure(REASONS[sent.error] ?? `the SMS cannot be sent (${sent.error})`);
			await before(this.#clock, start + order.timeoutMs, waiting.complete.promise, undefined);
			const ms = Math.round(this.#clock.now() - start);
			return success({ to, sent: sent.value, answer: answerOf(waiting.messages), ms });
		} finally {
			const place = handset.waiting.indexOf(waiting);
			if (place >= 0) handset.waiting.splice(place, 1);
		}
	}

	#handsetOf(number: string): Handset | undefined {
		const known = this.#handsets.get(number);
		if (known !== undefined) return known;
		if (this.#handsets.size >= MOST_MOBILES) return undefined;
		const handset: Handset = { mobile: new Mobile(this.#centre, number), waiting: [] };
		handset.mobile.onMessage = message => {
			const part = message.pdus.length === 1 ? digestOf(message.pdus[0]!) : undefined;
			const place = handset.waiting.findIndex(one => message.from.endsWith(one.digits) && answers(part, one.request));
			const waiting = handset.waiting[place];
			if (waiting === undefined || (part !== undefined && hasPart(waiting.messages, part))) return;
			waiting.messages.push(message);
			if (waiting.messages.length < (part?.segment.total ?? 1)) return;
			handset.waiting.splice(place, 1);
			waiting.complete.resolve();
		};
		this.#handsets.set(number, handset);
		return handset;
	}
}

/** What a mobile can tell of a digest SMS without knowing the secret; undefined: it is none. */
function digestOf(pdu: string): OpenedSms | undefined {
	const opened = openDigestSms(pdu, {}, new NodeDigest());
	return opened.ok ? opened.value : undefined;
}

/** A digest answers the request whose ids it repeats, and any other SMS answers one without a digest. */
function answers(part: OpenedSms | undefined, request: OpenedSms | undefined): boolean {
	if (part === undefined || request === undefined) return part === undefined && request === undefined;
	return part.answer && JSON.stringify(part.ids) === JSON.stringify(request.ids);
}

/** An SMS may be delivered twice. */
function hasPart(messages: readonly ReceivedMessage[], { segment }: OpenedSms): boolean {
	return messages.some(({ pdus }) => digestOf(pdus[0]!)?.segment.index === segment.index);
}

function answerOf(messages: readonly ReceivedMessage[]): SmsAnswer | null {
	if (messages.length === 0) return null;
	const pdus = messages.flatMap(message => message.pdus);
	return { text: messages.map(({ text }) => text).join(''), parts: pdus.length, pdus };
}
