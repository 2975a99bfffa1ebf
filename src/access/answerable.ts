import { type Address, numberOf } from '../sms/address.js';
import { envelopeKindOf } from '../sms/digest-envelope.js';
import { textOfContent, type UserData } from '../sms/user-data.js';
import { isShortCode, matchNumber, type WhiteListed } from './white-list.js';

/** What the lines of an answer end with (V.250 5.7.1, 27.007 9.1, 27.005 3.2.5). */
function endsAsAnswer(text: string): boolean {
	return /\r\n(OK|ERROR|CONNECT[^\r\n]*|NO CARRIER|NO DIALTONE|NO ANSWER|BUSY|\+CM[ES] ERROR: ?[^\r\n]*)\r\n$/.test(
		text,
	);
}
const ANSWER_START = '\r\n';

/**
 * Whether an answer may be sent to this sender (security.md, "Rules"): only to numbers. An alphanumeric sender gets none,
 * and nor does a service code with `*` or `#`; a short code does only where the white list has all of it.
 */
export function isAnswerable(sender: Address, whiteList: readonly WhiteListed[]): boolean {
	const number = numberOf(sender);
	if (number === undefined || !/^\+?[0-9]+$/.test(number)) return false;
	// Some networks write + before a short code, too.
	return !isShortCode(number.replace('+', '')) || matchNumber(whiteList, number) === 'full';
}

/**
 * Whether a message looks like the answer of a board like this one: digest user data of an answer, or a text that begins
 * as answers do or ends with a final result code, as with echo in front. Such a message is never a request, else two boards
 * that list each other would talk for ever.
 */
export function looksLikeAnswer(userData: UserData, dcs: number): boolean {
	const kind = envelopeKindOf(userData, dcs);
	if (kind !== undefined) return kind.answer;
	const text = textOfContent(userData.content, dcs);
	return text.ok && (text.value.startsWith(ANSWER_START) || endsAsAnswer(text.value));
}
