import { before } from '../../src/base/deadline.js';
import { Deferred } from '../../src/base/deferred.js';
import { failure, type Result, success } from '../../src/base/result.js';
import type { Clock } from '../../src/ports/clock.js';
import type { PduError } from '../../src/sms/pdu-error.js';
import type { MessageCentre } from '../simulator/message-centre.js';
import { Mobile, type ReceivedMessage } from '../simulator/mobile.js';
import type { SimulatedNetwork, SmsExchange, SmsOrder } from './control-protocol.js';

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
	readonly arrived: Deferred<ReceivedMessage>;
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
		const waiting = { digits: to.replace(/^\+/, ''), arrived: new Deferred<ReceivedMessage>() };
		handset.waiting.push(waiting);
		try {
			const sent = handset.mobile.send(order.text, to);
			if (!sent.ok) return failure(REASONS[sent.error] ?? `the SMS cannot be sent (${sent.error})`);
			const message = await before(this.#clock, start + order.timeoutMs, waiting.arrived.promise, undefined);
			const ms = Math.round(this.#clock.now() - start);
			const answer =
				message === undefined ? null : { text: message.text, parts: message.pdus.length, pdus: message.pdus };
			return success({ to, sent: sent.value, answer, ms });
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
			const place = handset.waiting.findIndex(({ digits }) => message.from.endsWith(digits));
			if (place >= 0) handset.waiting.splice(place, 1)[0]!.arrived.resolve(message);
		};
		this.#handsets.set(number, handset);
		return handset;
	}
}
