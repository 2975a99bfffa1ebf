import type { Result } from '../../../src/base/result.js';
import { bytesOf } from '../../../src/base/text.js';
import type { Digest } from '../../../src/ports/digest.js';
import { type Judgement, type Reply, recognise } from '../../../src/services/sms-request.js';
import { DEFAULTS, type Settings } from '../../../src/settings/schema.js';
import { parseNumber } from '../../../src/sms/address.js';
import type { Alphabet } from '../../../src/sms/data-coding-scheme.js';
import { CUT_MARK } from '../../../src/sms/digest-parts.js';
import { answerPartsV1, encodeRequestV1, verifierOf } from '../../../src/sms/digest-v1.js';
import { answerPartsV2, encodeRequestV2 } from '../../../src/sms/digest-v2.js';
import { withoutUncodable } from '../../../src/sms/gsm-alphabet.js';
import { splitText } from '../../../src/sms/message-parts.js';
import { encodePdu } from '../../../src/sms/pdu.js';
import type { UserData } from '../../../src/sms/user-data.js';
import { digest as javaScript } from '../../support/digest.js';
import type { BenchCase } from '../case.js';

const KEY = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
const IMEI = '357164040045671';
const PASSWORD = '1234567890123456';
/** The application note's example (2.3). */
const COMMAND = bytesOf('AT+COPS?');
const ANSWER = bytesOf('\r\n+COPS: 0,0,"vodafone IT"\r\n\r\nOK\r\n');
const DCS = 21;
/** More than 15 SMS of any kind hold. */
const LONG_TEXT = 'arfcn: 983 bsic: 75 rxLev: -72 ber: 0.00 mcc: 222 [1]\r\n'.repeat(42);
const PARTS = 15;
const SECRET = Object.freeze({ key: Uint8Array.from({ length: 32 }, (_, at) => at), imei: IMEI });
const IDS_V1 = Object.freeze({ transactionId: 0, sessionId: 1 });
const IDS_V2 = Object.freeze({ keyId: 1, counter: 1 });

/** Digests once computed, then in their order again and again: what is left is what stays JavaScript on the device. */
class KnownDigests implements Digest {
	readonly begin = javaScript.begin;
	readonly #results: Uint8Array[] = [];
	#at = 0;
	#known = false;

	digest(algorithm: 'MD5' | 'SHA-256', message: Uint8Array): Uint8Array {
		if (this.#known) return this.#results[this.#at++ % this.#results.length]!;
		const result = javaScript.digest(algorithm, message);
		this.#results.push(result);
		return result;
	}

	/** Computes what `unit` needs. */
	learn(unit: () => void): void {
		unit();
		this.#known = true;
	}
}

function unwrapped<Value>(result: Result<Value>): Value {
	if (!result.ok) throw new Error(result.error);
	return result.value;
}

const VERIFIER = verifierOf(PASSWORD, javaScript);
const NUMBER = unwrapped(parseNumber('+393468686711'));

function delivered(userData: UserData): string {
	const tpdu = {
		...userData,
		type: 'DELIVER' as const,
		moreMessages: false,
		loopPrevention: false,
		statusReport: false,
		replyPath: false,
		origin: NUMBER,
		protocol: 0,
		dcs: DCS,
		timestamp: undefined,
	};
	return unwrapped(encodePdu({ serviceCentre: NUMBER, tpdu })).hex;
}

function submitted(userData: UserData, dcs: number): string {
	const tpdu = {
		...userData,
		type: 'SUBMIT' as const,
		rejectDuplicates: false,
		replyPath: false,
		statusReport: false,
		reference: 0,
		destination: NUMBER,
		protocol: 0,
		dcs,
		validity: { form: 'relative' as const, minutes: 10_080 },
	};
	return unwrapped(encodePdu({ serviceCentre: undefined, tpdu })).hex;
}

/** What a board needs to know for a version, and what it does with it. */
interface Version {
	readonly name: string;
	readonly request: UserData;
	readonly settings: Settings;
	readonly partsOf: (form: Reply['form'], text: Uint8Array, digest: Digest) => Iterable<UserData>;
}

const VERSIONS: readonly Version[] = [
	{
		name: 'v1',
		request: unwrapped(encodeRequestV1(IDS_V1, VERIFIER, COMMAND, javaScript)),
		settings: { ...DEFAULTS, whiteList: [{ index: 1, kind: 'password', text: VERIFIER }] },
		partsOf: (form, text, digest) => answerPartsV1(form as typeof IDS_V1 & Reply['form'], VERIFIER, text, digest),
	},
	{
		name: 'v2',
		request: unwrapped(encodeRequestV2(IDS_V2, SECRET, COMMAND, javaScript)),
		settings: { ...DEFAULTS, keys: [{ id: 1, hex: KEY }] },
		partsOf: (form, text, digest) => answerPartsV2(form as typeof IDS_V2 & Reply['form'], SECRET, text, digest),
	},
];

/** What a board does with the example but for the module: decodes and verifies the request, seals and encodes the answer. */
function exchange({ settings, partsOf }: Version, hex: string, digest: Digest): void {
	const judgement: Judgement = { settings, imei: IMEI, digest };
	const recognition = recognise(hex, judgement);
	if (recognition.kind !== 'request') throw new Error('no request');
	const { form, dcs } = recognition.request.reply;
	for (const part of partsOf(form, ANSWER, digest)) submitted(part, dcs);
}

const example = (version: Version, withDigests: boolean): BenchCase => ({
	name: `example of the note, ${version.name}: decode, verify, seal, encode; ${withDigests ? 'digests in JavaScript (C on the device)' : 'without the digests'}`,
	unit: 'request',
	count: 8,
	setup() {
		const hex = delivered(version.request);
		const known = new KnownDigests();
		known.learn(() => exchange(version, hex, known));
		const digest = withDigests ? javaScript : known;
		return n => {
			for (let at = 0; at < n; at++) exchange(version, hex, digest);
		};
	},
});

/** Sends a long answer part by part, as a board does; each part is garbage before the next is made. */
const longAnswer = (name: string, partsOf: (digest: Digest) => Iterable<UserData>, dcs: number): BenchCase => ({
	name: `answer of ${PARTS} SMS, one at a time: ${name}`,
	unit: 'answer',
	count: 2,
	setup(share) {
		const known = new KnownDigests();
		const send = (sent: () => void) => {
			let count = 0;
			for (const part of partsOf(known)) {
				submitted(part, dcs);
				count++;
				sent();
			}
			if (count !== PARTS) throw new Error(`${count} SMS`);
		};
		known.learn(() => send(() => {}));
		share.baseline();
		return n => {
			for (let at = 0; at < n; at++) send(() => share.sample());
		};
	},
});

function simpleParts(alphabet: Alphabet): Iterable<UserData> {
	const text = alphabet === 'gsm7' ? withoutUncodable(LONG_TEXT) : LONG_TEXT;
	return unwrapped(splitText(text, alphabet, { max: PARTS, reference: 1, mark: CUT_MARK }));
}

export default [
	...VERSIONS.flatMap(version => [example(version, false), example(version, true)]),
	longAnswer('7-bit', () => simpleParts('gsm7'), 0),
	longAnswer('8-bit', () => simpleParts('8bit'), DCS),
	...VERSIONS.map(version => {
		const form =
			version.name === 'v1' ? { kind: 'v1' as const, index: 1, ...IDS_V1 } : { kind: 'v2' as const, ...IDS_V2 };
		return longAnswer(
			`digest ${version.name}, without the digests`,
			digest => version.partsOf(form, bytesOf(LONG_TEXT), digest),
			DCS,
		);
	}),
];
