import { isShortCode, matchNumber, type NumberMatch, type WhiteListed } from '../access/white-list.js';
import { maskSecrets } from '../at/mask-secrets.js';
import { numberOf, type PhoneNumber } from '../sms/address.js';
import { type Alphabet, codingSchemeOf } from '../sms/data-coding-scheme.js';
import { decodePdu } from '../sms/pdu.js';
import { textOfContent } from '../sms/user-data.js';
import { concatenationOf } from '../sms/user-data-header.js';

/** A stored message that is a request (atrun.md 1). */
export interface SmsRequest {
	/** The command line without its `AT`. */
	readonly body: string;
	/** Fit to be shown, in the URC and the journal: one line, without secrets. */
	readonly text: string;
	/** `AT…`: the sender wants the answer; `HAT…`: not. A short code gets one only where it is listed in full. */
	readonly wantsAnswer: boolean;
	readonly sender: PhoneNumber;
	readonly match: NumberMatch;
	/** The answer has the request's. */
	readonly alphabet: Alphabet;
	readonly dcs: number;
}

const REQUEST = /^(H?)AT/i;

/** The request in a PDU as `+CMGR` prints it; undefined: some other message, which is left alone. */
export function recogniseRequest(hex: string, whiteList: readonly WhiteListed[]): SmsRequest | undefined {
	const decoded = decodePdu(hex);
	if (!decoded.ok || decoded.value.tpdu.type !== 'DELIVER') return undefined;
	const { origin, dcs, header, content } = decoded.value.tpdu;
	const scheme = codingSchemeOf(dcs);
	if (scheme.compressed || scheme.alphabet === 'ucs2' || concatenationOf(header) !== undefined) return undefined;
	const number = numberOf(origin);
	if (number === undefined || origin.kind !== 'number') return undefined;
	const match = matchNumber(whiteList, number);
	if (match === undefined) return undefined;
	const text = textOfContent(content, dcs);
	const start = text.ok ? REQUEST.exec(text.value) : null;
	if (!text.ok || start === null) return undefined;
	return {
		body: text.value.slice(start[0].length).replace(/[\r\n]+$/, ''),
		text:
			start[1] +
			maskSecrets(text.value.slice(start[1]!.length))
				.replace(/[\x00-\x1f\x7f]+/g, ' ')
				.trimEnd(),
		wantsAnswer: start[1] === '' && (match === 'full' || !isShortCode(number)),
		sender: origin,
		match,
		alphabet: scheme.alphabet,
		dcs,
	};
}
