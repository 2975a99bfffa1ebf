import { keyOf } from '../access/key-ring.js';
import { SmsBudget } from '../access/sms-budget.js';
import { bytesOf } from '../base/text.js';
import type { Cancellation } from '../modem/cancellation.js';
import type { Mailbox } from '../modem/mailbox.js';
import type { Modem } from '../modem/modem.js';
import type { Clock } from '../ports/clock.js';
import type { Digest } from '../ports/digest.js';
import type { Store } from '../ports/store.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { TwoCopies } from '../settings/two-copies.js';
import { dataCodingScheme } from '../sms/data-coding-scheme.js';
import { CUT_MARK } from '../sms/digest-parts.js';
import { answerPartsV1, MAX_TEXT_V1 } from '../sms/digest-v1.js';
import { answerPartsV2, MAX_TEXT_V2 } from '../sms/digest-v2.js';
import { withoutUncodable } from '../sms/gsm-alphabet.js';
import { splitText } from '../sms/message-parts.js';
import { encodePdu } from '../sms/pdu.js';
import type { UserData } from '../sms/user-data.js';
import type { Audit } from './audit.js';
import type { Reply } from './sms-request.js';

export interface SmsAnswererOptions {
	readonly clock: Clock;
	readonly settings: SettingsKeeper;
	readonly store: Store;
	readonly digest: Digest;
	readonly modem: Modem;
	readonly mailbox: Mailbox;
	readonly audit: Audit;
	readonly stopping: Cancellation;
	/** Settles when the module is attached; false: the board stops. */
	readonly attached: () => Promise<boolean>;
}

/** How an answer ended; `unknown`: nobody confirmed a +CMGS, so it was not sent again. */
export type Sending = 'sent' | 'over budget' | 'no key' | 'refused' | 'unknown' | 'uncodable';

/** The SMS of an answer, made one at a time. */
interface Parts extends Iterable<UserData> {
	readonly total: number;
}

/** Parts of an answer at most (atrun.md 1), and the characters that can fit: what is beyond is not even kept. */
const PARTS = 15;
export const LONGEST_ANSWER = PARTS * 153 + 1;
/** How long the network tries to deliver an answer: 7 days, in minutes. */
const VALIDITY = 7 * 24 * 60;
/** Pauses [ms] before a part that was clearly refused is tried again: after a restart the network takes its time. */
const PAUSES: readonly number[] = Object.freeze([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);

/** Sends answers: in the request's alphabet and kind, within the budget, each part at most once. */
export class SmsAnswerer {
	readonly #options: SmsAnswererOptions;
	readonly #budget: SmsBudget;
	readonly #copies: TwoCopies;
	#reference = 0;

	constructor(options: SmsAnswererOptions) {
		const { clock, settings, store } = options;
		this.#options = options;
		this.#budget = new SmsBudget(() => settings.current.smsRules, clock.now());
		this.#copies = new TwoCopies(store, 'budget');
		for (const copy of this.#copies.read()) this.#budget.restore(clock.now(), copy);
	}

	/** SMS of the last hour and day. */
	spent(): { readonly hour: number; readonly day: number } {
		return this.#budget.countersAt(this.#options.clock.now());
	}

	/** Sends the text to who asked. Waits for a module that is away; the text is cut where the budget does not reach. */
	async send(reply: Reply, text: string): Promise<Sending> {
		const { clock, settings, audit } = this.#options;
		const limit = settings.current.strict ? PARTS : Math.min(PARTS, this.#budget.left(clock.now(), reply.authentic));
		if (limit === 0) {
			audit.count('SMS_OVER_BUDGET');
			return 'over budget';
		}
		const parts = this.partsOf(reply, text, limit);
		if (typeof parts === 'string') return parts;
		for (const userData of parts) {
			// Another answer may have taken meanwhile what was left.
			if (!this.#budget.take(clock.now(), reply.authentic, 1) && !settings.current.strict) {
				audit.count('SMS_OVER_BUDGET');
				return 'over budget';
			}
			this.#copies.write(this.#budget.toOctets(clock.now()));
			const sending = await this.sendPart(reply, userData);
			audit.count(sending === 'sent' ? 'SMS_SENT' : 'SMS_NOT_SENT');
			if (sending !== 'sent') return sending;
		}
		return 'sent';
	}

	private partsOf({ form, alphabet }: Reply, text: string, limit: number): Parts | 'no key' | 'uncodable' {
		const { settings, digest, modem } = this.#options;
		if (form.kind === 'simple') {
			this.#reference = (this.#reference + 1) & 0xff;
			const parts = splitText(alphabet === 'gsm7' ? withoutUncodable(text) : text, alphabet, {
				max: limit,
				reference: this.#reference,
				mark: CUT_MARK,
			});
			return parts.ok ? parts.value : 'uncodable';
		}
		if (form.kind === 'v1') {
			const { whiteList } = settings.current;
			const password = whiteList.find(({ index, kind }) => index === form.index && kind === 'password');
			if (password === undefined) return 'no key';
			return answerPartsV1(form, password.text, octetsOf(text, limit, MAX_TEXT_V1), digest);
		}
		const key = keyOf(settings.current.keys, form.keyId);
		if (key === undefined) return 'no key';
		const secret = { key, imei: modem.identity?.imei ?? '' };
		return answerPartsV2(form, secret, octetsOf(text, limit, MAX_TEXT_V2), digest);
	}

	private async sendPart({ to, dcs, alphabet }: Reply, userData: UserData): Promise<Sending> {
		const { clock, mailbox, attached, stopping } = this.#options;
		const pdu = encodePdu({
			serviceCentre: undefined,
			tpdu: {
				...userData,
				type: 'SUBMIT',
				rejectDuplicates: false,
				replyPath: false,
				statusReport: false,
				reference: 0,
				destination: to,
				protocol: 0,
				dcs: answerScheme(dcs, alphabet),
				validity: { form: 'relative', minutes: VALIDITY },
			},
		});
		if (!pdu.ok) return 'uncodable';
		for (let attempt = 0; ; attempt++) {
			if (!(await attached())) return 'refused';
			const sent = await mailbox.send(pdu.value.hex, pdu.value.tpduLength);
			if (sent.ok) return 'sent';
			// An answer is sent at most once after a +CMGS that nobody confirmed; a clear refusal is tried again.
			if (sent.error !== 'refused') return 'unknown';
			const wait = PAUSES[attempt];
			if (wait === undefined) return 'refused';
			await stopping.pause(clock, wait);
		}
	}
}

/** The octets of a digest answer, cut with a mark where more than `limit` SMS of `capacity` octets would be needed. */
function octetsOf(text: string, limit: number, capacity: number): Uint8Array {
	const most = limit * capacity;
	return bytesOf(text.length <= most || limit === PARTS ? text : text.slice(0, most - CUT_MARK.length) + CUT_MARK);
}

/** Same alphabet and class as the request; a message-waiting or reserved scheme is answered plainly. */
function answerScheme(dcs: number, alphabet: Reply['alphabet']): number {
	return (dcs & 0xf0) === 0xf0 || (dcs & 0xc0) === 0 ? dcs : dataCodingScheme(alphabet);
}
