import { failure, type Result, success } from '../base/result.js';
import type { OctetReader } from './octet-reader.js';
import type { PduError } from './pdu-error.js';
import { decodeTimestamp, encodeTimestamp, TIMESTAMP_LENGTH, type Timestamp } from './timestamp.js';

/** How long the service centre keeps trying, 23.040 9.2.3.12. */
export type Validity =
	/** 5 minutes to 63 weeks; goes out rounded up to what the octet can say. */
	| { readonly form: 'relative'; readonly minutes: number }
	/** Undefined: the octets tell no time. */
	| { readonly form: 'absolute'; readonly until: Timestamp | undefined }
	/** The seven octets as they stand. */
	| { readonly form: 'enhanced'; readonly octets: Uint8Array };

/** The validity period format of a SUBMIT's first octet, bits 3 and 4 (23.040 9.2.3.3). */
export const VALIDITY_FORMAT = 0x18;
const RELATIVE = 0x10;
const ENHANCED = 0x08;
const ABSOLUTE = 0x18;
const HOUR = 60;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The bits of the first octet that announce `validity`. */
export function validityFormatOf(validity: Validity | undefined): number {
	if (validity === undefined) return 0;
	return validity.form === 'relative' ? RELATIVE : validity.form === 'absolute' ? ABSOLUTE : ENHANCED;
}

/** No, one or seven octets. Error: `range`. */
export function encodeValidity(validity: Validity | undefined): Result<Uint8Array, PduError> {
	if (validity === undefined) return success(new Uint8Array(0));
	switch (validity.form) {
		case 'relative': {
			const octet = relativeOctet(validity.minutes);
			return octet === undefined ? failure('range') : success(Uint8Array.of(octet));
		}
		case 'absolute':
			return encodeTimestamp(validity.until);
		case 'enhanced':
			return validity.octets.length === TIMESTAMP_LENGTH ? success(validity.octets) : failure('range');
	}
}

/** Reads what the format in `firstOctet` announces. What is missing shows in the reader. */
export function decodeValidity(firstOctet: number, reader: OctetReader): Validity | undefined {
	switch (firstOctet & VALIDITY_FORMAT) {
		case RELATIVE:
			return { form: 'relative', minutes: relativeMinutes(reader.octet()) };
		case ABSOLUTE:
			return { form: 'absolute', until: decodeTimestamp(reader.take(TIMESTAMP_LENGTH)) };
		case ENHANCED:
			return { form: 'enhanced', octets: reader.take(TIMESTAMP_LENGTH).slice() };
		default:
			return undefined;
	}
}

/** 23.040 9.2.3.12.1: what a relative period's octet means, in minutes. 173 is 7 days. */
export function relativeMinutes(octet: number): number {
	if (octet <= 143) return (octet + 1) * 5;
	if (octet <= 167) return 12 * HOUR + (octet - 143) * 30;
	if (octet <= 196) return (octet - 166) * DAY;
	return (octet - 192) * WEEK;
}

/** The octet of the shortest period that is not shorter than `minutes`; undefined where none is that long. */
export function relativeOctet(minutes: number): number | undefined {
	if (!(minutes > 0) || minutes > relativeMinutes(255)) return undefined;
	if (minutes <= 12 * HOUR) return Math.ceil(minutes / 5) - 1;
	if (minutes <= DAY) return 143 + Math.ceil((minutes - 12 * HOUR) / 30);
	if (minutes <= 30 * DAY) return 166 + Math.ceil(minutes / DAY);
	return 192 + Math.max(5, Math.ceil(minutes / WEEK));
}
