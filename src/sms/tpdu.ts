import { failure, type Result } from '../base/result.js';
import { DELIVER_TYPE, type Deliver, decodeDeliver, encodeDeliver } from './deliver.js';
import type { PduError } from './pdu-error.js';
import { decodeStatusReport, encodeStatusReport, STATUS_REPORT_TYPE, type StatusReport } from './status-report.js';
import { decodeSubmit, encodeSubmit, SUBMIT_TYPE, type Submit } from './submit.js';

/**
 * The TPDUs that a module's message store can hold. The type indicator says which of them only together with the
 * direction (23.040 9.2.3.1); a store holds DELIVER and STATUS-REPORT that came in and SUBMIT that goes out.
 */
export type Tpdu = Deliver | Submit | StatusReport;

const TYPE_INDICATOR = 0x03;

export function encodeTpdu(tpdu: Tpdu): Result<Uint8Array, PduError> {
	switch (tpdu.type) {
		case 'DELIVER':
			return encodeDeliver(tpdu);
		case 'SUBMIT':
			return encodeSubmit(tpdu);
		case 'STATUS-REPORT':
			return encodeStatusReport(tpdu);
	}
}

/** Reads a TPDU of whichever type. Errors: `type` where it is the reserved one, and those of each type. */
export function decodeTpdu(octets: Uint8Array): Result<Tpdu, PduError> {
	if (octets.length === 0) return failure('truncated');
	switch (octets[0]! & TYPE_INDICATOR) {
		case DELIVER_TYPE:
			return decodeDeliver(octets);
		case SUBMIT_TYPE:
			return decodeSubmit(octets);
		case STATUS_REPORT_TYPE:
			return decodeStatusReport(octets);
		default:
			return failure('type');
	}
}
