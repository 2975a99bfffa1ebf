import { bytesOfHex, hexOf } from '../base/hex.js';
import { failure, type Result, success } from '../base/result.js';
import { decodeServiceCentre, encodeServiceCentre, type PhoneNumber } from './address.js';
import { OctetReader } from './octet-reader.js';
import { joinOctets } from './octets.js';
import type { PduError } from './pdu-error.js';
import { decodeTpdu, encodeTpdu, type Tpdu } from './tpdu.js';

/** What PDU mode (27.005 4) exchanges with a module: the service centre's address and a TPDU. */
export interface Pdu {
	/** Undefined: the module takes the one it knows (+CSCA). */
	readonly serviceCentre: PhoneNumber | undefined;
	readonly tpdu: Tpdu;
}

/** A PDU as text, and the number that `+CMGS=` wants with it: the TPDU's octets, without the service centre's. */
export interface CodedPdu {
	readonly hex: string;
	readonly tpduLength: number;
}

/** No PDU has more octets: 12 of the service centre's address, and 176 leave room for the longest STATUS-REPORT. */
const MAX_OCTETS = 188;

/** The text that `+CMGS` and `+CMGW` take. Errors: `range`, `address`, `uncodable`, `too-long`. */
export function encodePdu({ serviceCentre, tpdu }: Pdu): Result<CodedPdu, PduError> {
	const centre = encodeServiceCentre(serviceCentre);
	if (!centre.ok) return centre;
	const octets = encodeTpdu(tpdu);
	if (!octets.ok) return octets;
	return success({ hex: hexOf(joinOctets(centre.value, octets.value)), tpduLength: octets.value.length });
}

/** Reads the text that `+CMGR`, `+CMGL` and `+CMT` print. Errors: any of `PduError` that decoding can have. */
export function decodePdu(hex: string): Result<Pdu & { readonly tpduLength: number }, PduError> {
	if (hex.length > MAX_OCTETS * 2) return failure('too-long');
	const octets = bytesOfHex(hex);
	if (octets === undefined) return failure('hex');
	const reader = new OctetReader(octets);
	const serviceCentre = decodeServiceCentre(reader);
	if (!serviceCentre.ok) return serviceCentre;
	if (reader.overrun) return failure('truncated');
	const tpduLength = reader.left;
	const tpdu = decodeTpdu(reader.take(tpduLength));
	if (!tpdu.ok) return tpdu;
	return success({ serviceCentre: serviceCentre.value, tpdu: tpdu.value, tpduLength });
}
