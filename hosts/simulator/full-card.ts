import { parseNumber } from '../../src/sms/address.js';
import { encodeDeliver } from '../../src/sms/deliver.js';
import { splitText } from '../../src/sms/message-parts.js';
import { timestampAt } from '../../src/sms/timestamp.js';
import type { SimCard, StoredMessage } from './sim-card.js';

const RECEIVED_READ = 1;
const SENDER = '+390000000000';
/** Unix time of the messages' stamps [s]. */
const STAMP = Date.UTC(2008, 4, 28) / 1000;

/** Fills every free place of the card with a message that nobody asked for. The returned function removes those still there. */
export function fillCard(sim: SimCard): () => void {
	const pdu = advertisement();
	const filled: (readonly [number, StoredMessage])[] = [];
	for (let index = sim.store(RECEIVED_READ, pdu); index > 0; index = sim.store(RECEIVED_READ, pdu)) {
		filled.push([index, sim.message(index)!]);
	}
	return () => {
		for (const [index, message] of filled) if (sim.message(index) === message) sim.erase(index);
	};
}

/** SMSC address (none) and TPDU. */
function advertisement(): Uint8Array {
	const origin = parseNumber(SENDER);
	const parts = splitText('Your weather today', 'gsm7', { max: 1, reference: 0 });
	if (!origin.ok || !parts.ok) throw new Error('the number and the text are fixed');
	const [part] = [...parts.value];
	const tpdu = encodeDeliver({
		type: 'DELIVER',
		moreMessages: false,
		loopPrevention: false,
		replyPath: false,
		statusReport: false,
		origin: origin.value,
		protocol: 0,
		dcs: 0,
		timestamp: timestampAt(STAMP, 0),
		...part!,
	});
	if (!tpdu.ok) throw new Error('the message is fixed');
	return Uint8Array.from([0, ...tpdu.value]);
}
