import type { Desk } from '../../hosts/simulator/desk.js';
import { Mobile, type ReceivedMessage } from '../../hosts/simulator/mobile.js';
import type { Random } from '../../hosts/simulator/random.js';
import { hexOf } from '../../src/base/hex.js';
import type { Digest } from '../../src/ports/digest.js';
import type { Settings } from '../../src/settings/schema.js';
import { parseNumber } from '../../src/sms/address.js';
import { verifierOf } from '../../src/sms/digest-v1.js';
import {
	joinAnswer,
	type OpenedSms,
	openDigestSms,
	type RequesterSecrets,
	signRequestV1,
	signRequestV2,
} from '../../src/sms/requester.js';
import type { SoakRequest } from './request.js';

/** How a sender proves who it is. */
export type Proof = 'prefix' | 'number' | 'v1' | 'v2';

/** A telephone that has one request under way at a time, so that whatever comes back belongs to it. */
export interface Sender {
	readonly proof: Proof;
	readonly mobile: Mobile;
	request: SoakRequest | undefined;
	parts: OpenedSms[];
}

const PREFIX = '+3932';
const FULL = ['+393310000001', '+393310000002', '+393310000003', '+393310000004', '+393310000005', '+393310000006'];
const PASSWORD = '1234567890123456';
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const KEY_ID = 1;
const PREFIX_SENDERS = 20;
const DIGEST_SENDERS = 6;
const VALIDITY_MINUTES = 10_080;

/** The access lists of a board that all senders get their rights from. */
export const sendersSettings = (digest: Digest): Partial<Settings> => ({
	whiteList: [
		{ index: 1, kind: 'number', text: `${PREFIX}*` },
		...FULL.map((text, at) => ({ index: at + 2, kind: 'number' as const, text })),
		{ index: FULL.length + 2, kind: 'password', text: verifierOf(PASSWORD, digest) },
	],
	keys: [{ id: KEY_ID, hex: hexOf(KEY) }],
});

/** The telephones around a board. */
export class SmsTraffic {
	/** Told of each whole answer; `isValid` is false where a digest does not fit. */
	onAnswer: ((request: SoakRequest, text: string, isValid: boolean) => void) | undefined;
	/** Told of what came to somebody who waits for nothing. */
	onStray: ((from: string, text: string) => void) | undefined;
	readonly #desk: Desk;
	readonly #digest: Digest;
	readonly #senders: Sender[] = [];
	#counter = 0;

	constructor(desk: Desk, digest: Digest) {
		this.#desk = desk;
		this.#digest = digest;
		for (const number of FULL) this.#add('number', number);
		for (let at = 0; at < PREFIX_SENDERS; at++) this.#add('prefix', `${PREFIX}${10_000_000 + at}`);
		for (let at = 0; at < DIGEST_SENDERS; at++) {
			this.#add('v1', `+4917${10_000_000 + at}`);
			this.#add('v2', `+4918${10_000_000 + at}`);
		}
	}

	/** Somebody who waits for nothing and proves himself so; undefined: all of them wait. */
	idle(random: Random, proofs: readonly Proof[]): Sender | undefined {
		const free = this.#senders.filter(({ proof, request }) => request === undefined && proofs.includes(proof));
		return free.length === 0 ? undefined : random.pick(free);
	}

	send(sender: Sender, request: SoakRequest): void {
		sender.request = request;
		sender.parts = [];
		const { number } = this.#desk.sim;
		const to = parseNumber(number);
		if (!to.ok) throw new Error('the board has a number');
		const delivery = { to: to.value, validityMinutes: VALIDITY_MINUTES };
		const { proof, mobile } = sender;
		if (proof === 'prefix' || proof === 'number') {
			mobile.send(request.line, number);
			return;
		}
		const ids = { transactionId: request.serial & 0xff, sessionId: 1 };
		const signed =
			proof === 'v1'
				? signRequestV1(request.line, PASSWORD, ids, delivery, this.#digest)
				: signRequestV2(
						request.line,
						this.#secret(),
						{ keyId: KEY_ID, counter: ++this.#counter },
						delivery,
						this.#digest,
					);
		if (!signed.ok) throw new Error(signed.error);
		mobile.sendPdu(signed.value.hex);
	}

	/** The sender of this request waits no longer. */
	forget(request: SoakRequest): void {
		const sender = this.#senders.find(each => each.request === request);
		if (sender !== undefined) sender.request = undefined;
	}

	#secret() {
		return { key: KEY, imei: this.#desk.coprocessor.settings.current.imei };
	}

	#add(proof: Proof, number: string): void {
		const mobile = new Mobile(this.#desk.centre, number);
		const sender: Sender = { proof, mobile, request: undefined, parts: [] };
		this.#senders.push(sender);
		mobile.onMessage = message => {
			mobile.received.length = 0;
			this.#received(sender, message);
		};
	}

	#received(sender: Sender, message: ReceivedMessage): void {
		const { request, proof, mobile } = sender;
		if (request === undefined) this.onStray?.(mobile.number, message.text);
		else if (proof === 'prefix' || proof === 'number') this.onAnswer?.(request, message.text, true);
		else this.#open(sender, request, message);
	}

	#open(sender: Sender, request: SoakRequest, { pdus, text }: ReceivedMessage): void {
		const secrets: RequesterSecrets = sender.proof === 'v1' ? { password: PASSWORD } : { secret: this.#secret() };
		const opened = openDigestSms(pdus[0]!, secrets, this.#digest);
		if (!opened.ok) {
			this.onAnswer?.(request, text, false);
			return;
		}
		const { total } = opened.value.segment;
		// A restart in the middle of an answer: what the board says then begins anew.
		if (sender.parts[0]?.segment.total !== total) sender.parts = [];
		sender.parts.push(opened.value);
		if (sender.parts.length < total) return;
		const joined = joinAnswer(sender.parts);
		sender.parts = [];
		this.onAnswer?.(request, joined.text, joined.valid);
	}
}
