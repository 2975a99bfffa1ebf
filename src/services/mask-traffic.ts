import { maskSecrets } from '../at/mask-secrets.js';
import { decodePdu } from '../sms/pdu.js';
import { textOfContent } from '../sms/user-data.js';

/** A PDU as `+CMGR` prints it: an address and a time stamp at least. */
function isPdu(text: string): boolean {
	return /^[0-9A-F]{30,}$/i.test(text);
}

/** A line between us and the module, fit for trace and journal: a secret inside an SMS is one too. */
export function maskTraffic(line: string): string {
	return isPdu(line) && holdsSecret(line) ? `PDU of ${line.length / 2} octets` : maskSecrets(line);
}

function holdsSecret(hex: string): boolean {
	const decoded = decodePdu(hex);
	if (!decoded.ok || decoded.value.tpdu.type === 'STATUS-REPORT') return false;
	const { content, dcs } = decoded.value.tpdu;
	const text = textOfContent(content, dcs);
	if (!text.ok) return false;
	const request = text.value.replace(/^H(?=AT)/i, '');
	return maskSecrets(request) !== request;
}
