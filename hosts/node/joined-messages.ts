import { labelOf } from '../../src/sms/address.js';
import { Assembler } from '../../src/sms/assembler.js';
import type { Deliver } from '../../src/sms/deliver.js';
import type { Tpdu } from '../../src/sms/tpdu.js';
import { textOfContent } from '../../src/sms/user-data.js';

/** A message that came in several SMS, whole. */
export interface JoinedMessage {
	/** The number at the other end. */
	readonly peer: string;
	readonly parts: number;
	/** Null where the content is no text. */
	readonly text: string | null;
}

/** Joins the parts among these TPDUs, in whatever order they are given; what is not whole is left out. */
export function joinedMessages(tpdus: readonly Tpdu[]): readonly JoinedMessage[] {
	const assembler = new Assembler<number>({ pending: tpdus.length + 1, parts: 255, age: 1 });
	const joined: JoinedMessage[] = [];
	tpdus.forEach((tpdu, place) => {
		const deliver = deliverOf(tpdu);
		const assembly = deliver === undefined ? undefined : assembler.add(deliver, place, 0);
		if (assembly?.outcome !== 'complete') return;
		const { message, tags } = assembly;
		const text = textOfContent(message.content, message.dcs);
		joined.push({ peer: labelOf(message.origin), parts: tags.length, text: text.ok ? text.value : null });
	});
	return joined;
}

/** A SUBMIT as its receiver will get it; the parts of both kinds are joined alike. */
function deliverOf(tpdu: Tpdu): Deliver | undefined {
	if (tpdu.type === 'DELIVER') return tpdu;
	if (tpdu.type !== 'SUBMIT') return undefined;
	const { header, content, dcs, protocol, replyPath, destination } = tpdu;
	return {
		type: 'DELIVER',
		moreMessages: false,
		loopPrevention: false,
		statusReport: false,
		replyPath,
		origin: destination,
		protocol,
		dcs,
		timestamp: undefined,
		header,
		content,
	};
}
