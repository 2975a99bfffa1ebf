import { hexOf } from '../../src/base/hex.js';
import { failure, type Result, success } from '../../src/base/result.js';
import { labelOf, parseNumber } from '../../src/sms/address.js';
import { Assembler } from '../../src/sms/assembler.js';
import { type Alphabet, dataCodingScheme } from '../../src/sms/data-coding-scheme.js';
import type { Deliver } from '../../src/sms/deliver.js';
import { firstUncodable } from '../../src/sms/gsm-alphabet.js';
import { splitText } from '../../src/sms/message-parts.js';
import { decodePdu, encodePdu } from '../../src/sms/pdu.js';
import type { PduError } from '../../src/sms/pdu-error.js';
import type { Submit } from '../../src/sms/submit.js';
import { textOfContent } from '../../src/sms/user-data.js';
import type { MessageCentre, Reception, Subscriber } from './message-centre.js';

/** A message as the display of a mobile shows it: all its parts joined. */
export interface ReceivedMessage {
	readonly from: string;
	readonly text: string;
	/** The content before it became text: octets, or septets one in each element. */
	readonly content: Uint8Array;
	readonly dcs: number;
	/** The PDUs of its parts as +CMGR would print them, in the order of the parts. */
	readonly pdus: readonly string[];
}

const MAX_PARTS = 255;
const MAX_RECEIVED = 200;
/** Minutes. */
const SEVEN_DAYS = 7 * 24 * 60;

/** A telephone on the simulated network: an inbox and a number to send from. */
export class Mobile implements Subscriber {
	readonly number: string;
	/** What arrived, oldest first; the last 200 messages. */
	readonly received: ReceivedMessage[] = [];
	onMessage: ((message: ReceivedMessage) => void) | undefined;
	/** False: switched off; the centre keeps what comes. */
	reachable = true;
	readonly #centre: MessageCentre;
	readonly #assembler = new Assembler<string>({ pending: 8, parts: 255, age: 3_600_000 });
	#reference = 0;

	constructor(centre: MessageCentre, number: string) {
		this.#centre = centre;
		this.number = number;
		centre.attach(number, this);
	}

	/**
	 * Sends a text to a number, in as many parts as it needs; returns the PDUs. Without `alphabet` it is GSM 7-bit
	 * where the text can be coded so, else UCS2. Errors: `address`, `uncodable`, `too-long`.
	 */
	send(text: string, to: string, alphabet?: Alphabet): Result<readonly string[], PduError> {
		const destination = parseNumber(to);
		if (!destination.ok) return destination;
		const chosen = alphabet ?? (firstUncodable(text) < 0 ? 'gsm7' : 'ucs2');
		this.#reference = (this.#reference + 1) & 255;
		const parts = splitText(text, chosen, { max: MAX_PARTS, reference: this.#reference });
		if (!parts.ok) return parts;
		const sent: string[] = [];
		for (const part of parts.value) {
			const submit: Submit = {
				type: 'SUBMIT',
				rejectDuplicates: false,
				replyPath: false,
				statusReport: false,
				reference: 0,
				destination: destination.value,
				protocol: 0,
				dcs: dataCodingScheme(chosen),
				validity: { form: 'relative', minutes: SEVEN_DAYS },
				...part,
			};
			const coded = encodePdu({ serviceCentre: undefined, tpdu: submit });
			if (!coded.ok) return coded;
			if (!this.#centre.submit(this.number, submit)) return failure('address');
			sent.push(coded.value.hex);
		}
		return success(sent);
	}

	/** Sends one SUBMIT as it is; `to` replaces its destination. Returns the PDU that was sent. */
	sendPdu(hex: string, to?: string): Result<readonly string[], PduError> {
		const decoded = decodePdu(hex);
		if (!decoded.ok) return decoded;
		const { tpdu } = decoded.value;
		if (tpdu.type !== 'SUBMIT') return failure('type');
		const destination = to === undefined ? success(tpdu.destination) : parseNumber(to);
		if (!destination.ok) return destination;
		const submit: Submit = { ...tpdu, destination: destination.value };
		const coded = encodePdu({ ...decoded.value, tpdu: submit });
		if (!coded.ok) return coded;
		if (!this.#centre.submit(this.number, submit)) return failure('address');
		return success([coded.value.hex]);
	}

	/** Leaves the network. */
	switchOff(): void {
		this.reachable = false;
		this.#centre.detach(this.number, this);
	}

	receive(pdu: Uint8Array): Reception {
		if (!this.reachable) return 'absent';
		const hex = hexOf(pdu);
		const decoded = decodePdu(hex);
		if (!decoded.ok || decoded.value.tpdu.type !== 'DELIVER') return 'accepted';
		const deliver = decoded.value.tpdu;
		const assembly = this.#assembler.add(deliver, hex, this.#centre.now());
		if (assembly.outcome === 'single') this.#show(deliver, [hex]);
		else if (assembly.outcome === 'complete') this.#show(assembly.message, assembly.tags);
		return 'accepted';
	}

	#show(deliver: Deliver, pdus: readonly string[]): void {
		const text = textOfContent(deliver.content, deliver.dcs);
		const message: ReceivedMessage = {
			from: labelOf(deliver.origin),
			text: text.ok ? text.value : '',
			content: deliver.content,
			dcs: deliver.dcs,
			pdus,
		};
		if (this.received.length >= MAX_RECEIVED) this.received.shift();
		this.received.push(message);
		this.onMessage?.(message);
	}
}
