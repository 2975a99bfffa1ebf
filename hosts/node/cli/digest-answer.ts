import { joinAnswer, type OpenedSms, openDigestSms } from '../../../src/sms/requester.js';
import { NodeDigest } from '../node-digest.js';
import type { Signed } from './signing.js';
import { SMS_REASONS } from './sms-options.js';

/** The answer to a signed request. */
export interface DigestAnswer {
	/** As far as it could be read; not to be trusted where there is a problem. */
	readonly text: string;
	/** Why it is not valid, for the user; undefined: it is. */
	readonly problem: string | undefined;
}

/** Verifies the SMS of an answer against the request, and joins them. */
export function openAnswer(pdus: readonly string[], { ids, secrets }: Signed): DigestAnswer {
	const parts: OpenedSms[] = [];
	for (const pdu of pdus) {
		const opened = openDigestSms(pdu, secrets, new NodeDigest());
		if (!opened.ok) return { text: '', problem: SMS_REASONS[opened.error] };
		parts.push(opened.value);
	}
	const { text, valid, complete } = joinAnswer(parts);
	const ours = parts.every(part => part.answer && JSON.stringify(part.ids) === JSON.stringify(ids));
	if (valid && ours) return { text, problem: undefined };
	if (parts.some(part => !part.valid)) return { text, problem: 'the digest does not fit' };
	if (complete) return { text, problem: 'it answers another request' };
	return { text, problem: `${parts.length} of its ${parts[0]?.segment.total} SMS came` };
}
