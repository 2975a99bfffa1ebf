import type { Mailbox } from '../modem/mailbox.js';
import type { Modem } from '../modem/modem.js';
import type { Digest } from '../ports/digest.js';
import type { SettingsKeeper } from '../settings/settings-keeper.js';
import { decodePdu } from '../sms/pdu.js';
import { unixSecondsOf } from '../sms/timestamp.js';
import type { Audit } from './audit.js';
import { recognise } from './sms-request.js';

export interface SmsStorageOptions {
	readonly settings: SettingsKeeper;
	readonly modem: Modem;
	readonly mailbox: Mailbox;
	readonly digest: Digest;
	readonly audit: Audit;
}

interface Stored {
	readonly index: number;
	/** Seconds since 1970; 0: unknown. */
	readonly time: number;
	readonly isRequest: boolean;
	readonly isReceived: boolean;
}

/** Of the places in the store, how many may be taken before the oldest message that is no request goes. */
const WATERMARK = 0.8;
/** Messages that go at a time. */
const MOST = 5;

/** The module's store of messages as a whole: its order, and that it never fills up. */
export class SmsStorage {
	readonly #options: SmsStorageOptions;

	constructor(options: SmsStorageOptions) {
		this.#options = options;
	}

	/**
	 * The indexes of all messages by their time stamps; undefined: the module does not list them now. The board's time is the
	 * newest of them, or the module's clock.
	 */
	async oldestFirst(): Promise<readonly number[] | undefined> {
		await this.readClock();
		return (await this.#list())?.map(({ index }) => index);
	}

	/** Shows the module's clock to the board's. */
	async readClock(): Promise<void> {
		const { modem, audit } = this.#options;
		const clock = await modem.control?.ask('AT+CCLK?', 5_000, ['+CCLK']);
		for (const line of clock?.lines ?? []) audit.time.seeClock(line);
	}

	/** Above the watermark the oldest messages that are no requests go, where `#ATRUNSMS` says so. */
	async makeRoom(): Promise<void> {
		const { settings, mailbox, audit } = this.#options;
		const { smsRules, strict } = settings.current;
		if (strict || !smsRules.dropOthers) return;
		const usage = await mailbox.usage();
		if (usage === undefined) return;
		const surplus = usage.used - Math.floor(usage.total * WATERMARK);
		if (surplus <= 0) return;
		const others = (await this.#list())?.filter(({ isRequest, isReceived }) => isReceived && !isRequest) ?? [];
		for (const { index } of others.slice(0, Math.min(surplus, MOST))) {
			if (!(await mailbox.remove(index))) continue;
			audit.count('SMS_DROPPED');
			audit.note({
				channel: 'board',
				identity: 'storage',
				verdict: 'dropped',
				result: `message ${index}, store is full`,
			});
		}
	}

	async #list(): Promise<readonly Stored[] | undefined> {
		const { settings, modem, mailbox, digest, audit } = this.#options;
		const judgement = { settings: settings.current, imei: modem.identity?.imei ?? '', digest };
		const stored: Stored[] = [];
		const isWhole = await mailbox.each((index, hex) => {
			const decoded = decodePdu(hex);
			const tpdu = decoded.ok ? decoded.value.tpdu : undefined;
			const timestamp = tpdu?.type === 'DELIVER' ? tpdu.timestamp : undefined;
			audit.time.seeMessage(timestamp);
			stored.push({
				index,
				time: timestamp === undefined ? 0 : unixSecondsOf(timestamp),
				isRequest: recognise(hex, judgement).kind === 'request',
				isReceived: tpdu?.type !== 'SUBMIT',
			});
		});
		return isWhole ? stored.sort((one, other) => one.time - other.time) : undefined;
	}
}
