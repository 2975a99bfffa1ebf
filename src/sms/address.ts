import { failure, type Result, success } from '../base/result.js';
import { septetsOfText, textOfSeptets } from './gsm-alphabet.js';
import type { OctetReader } from './octet-reader.js';
import type { PduError } from './pdu-error.js';
import { digitsOfSemiOctets, semiOctetsOfDigits } from './semi-octets.js';
import { packSeptets, unpackSeptets } from './septets.js';

/**
 * An address of 23.040 9.1.2.5. A number and an alphanumeric sender are different kinds: a sender called `+39340…` is
 * never the number +39340….
 */
export type Address = PhoneNumber | AlphanumericAddress;

export interface PhoneNumber {
	readonly kind: 'number';
	/** Type of number 0–7 without 5: 0 unknown, 1 international, 2 national, 3 network specific, 4 subscriber, 6 abbreviated. */
	readonly type: number;
	/** Numbering plan 0–15: 1 is E.164. */
	readonly plan: number;
	/** At most 20 of `0–9 * # a b c`; may be empty. */
	readonly digits: string;
}

export interface AlphanumericAddress {
	readonly kind: 'alphanumeric';
	/** Numbering plan 0–15, as a rule 0. */
	readonly plan: number;
	/** At most 11 septets of the GSM default alphabet. */
	readonly text: string;
}

export const INTERNATIONAL = 1;
const ALPHANUMERIC = 5;
const E164 = 1;
const MAX_SEMI_OCTETS = 20;
/** What the semi-octets A–E stand for. */
const SIGNS = '*#abc';

/** The address of a printable number: `+` and digits is international, digits alone of unknown type. Error: `address`. */
export function parseNumber(text: string): Result<PhoneNumber, PduError> {
	const international = text.startsWith('+');
	const digits = international ? text.slice(1) : text;
	if (!/^[0-9*#a-c]{1,20}$/.test(digits)) return failure('address');
	return success({ kind: 'number', type: international ? INTERNATIONAL : 0, plan: E164, digits });
}

/** The printable number, with `+` where it is international; undefined for an alphanumeric or empty address. */
export function numberOf(address: Address): string | undefined {
	if (address.kind !== 'number' || address.digits === '') return undefined;
	return address.type === INTERNATIONAL ? `+${address.digits}` : address.digits;
}

/**
 * The address in one line for a person: the number, or the alphanumeric text in quotes, which no number has, with control
 * characters escaped.
 */
export function labelOf(address: Address): string {
	return address.kind === 'number' ? (numberOf(address) ?? '') : JSON.stringify(address.text);
}

/** Whether two addresses print alike and are of the same kind. No address equals an empty one. */
export function sameAddress(one: Address, other: Address): boolean {
	const label = labelOf(one);
	return label !== '' && label === labelOf(other);
}

/** The address field of a TPDU: length in semi-octets, type, value. Errors: `address`, `range`, `uncodable`. */
export function encodeAddress(address: Address): Result<Uint8Array, PduError> {
	const coded = encodeValue(address);
	if (!coded.ok) return coded;
	const { semiOctets, value } = coded.value;
	return success(field(semiOctets, address, value));
}

/** The service centre's field before a TPDU (27.005 3.1): length in octets, type, value; a single 00 for none. */
export function encodeServiceCentre(address: PhoneNumber | undefined): Result<Uint8Array, PduError> {
	if (address === undefined) return success(new Uint8Array(1));
	const coded = encodeValue(address);
	if (!coded.ok) return coded;
	const { value } = coded.value;
	return success(field(1 + value.length, address, value));
}

/** Reads the address field of a TPDU. Errors: `address`, `truncated`. What is missing shows in the reader, too. */
export function decodeAddress(reader: OctetReader): Result<Address, PduError> {
	const semiOctets = reader.octet();
	const type = reader.octet();
	if (semiOctets > MAX_SEMI_OCTETS) return failure('address');
	return decodeValue(type, semiOctets, reader.take(Math.ceil(semiOctets / 2)));
}

/** Reads the service centre's field before a TPDU; undefined: none there. Errors as for `decodeAddress`. */
export function decodeServiceCentre(reader: OctetReader): Result<PhoneNumber | undefined, PduError> {
	const length = reader.octet();
	if (length === 0) return success(undefined);
	const type = reader.octet();
	const semiOctets = (length - 1) * 2;
	if (semiOctets > MAX_SEMI_OCTETS) return failure('address');
	const decoded = decodeValue(type, semiOctets, reader.take(length - 1));
	if (!decoded.ok) return decoded;
	return decoded.value.kind === 'number' ? success(decoded.value) : failure('address');
}

function field(length: number, address: Address, value: Uint8Array): Uint8Array {
	const octets = new Uint8Array(2 + value.length);
	octets[0] = length;
	octets[1] = 0x80 | ((address.kind === 'number' ? address.type : ALPHANUMERIC) << 4) | address.plan;
	octets.set(value, 2);
	return octets;
}

function encodeValue(address: Address): Result<{ semiOctets: number; value: Uint8Array }, PduError> {
	if (!isWithin(address.plan, 15)) return failure('range');
	if (address.kind === 'alphanumeric') {
		const septets = septetsOfText(address.text);
		if (!septets.ok) return septets;
		const semiOctets = Math.ceil((septets.value.length * 7) / 4);
		if (semiOctets > MAX_SEMI_OCTETS) return failure('address');
		return success({ semiOctets, value: packSeptets(septets.value) });
	}
	if (!isWithin(address.type, 7) || address.type === ALPHANUMERIC) return failure('range');
	if (!/^[0-9*#a-c]{0,20}$/.test(address.digits)) return failure('address');
	const digits = address.digits.replace(/[^0-9]/g, sign => (10 + SIGNS.indexOf(sign)).toString(16));
	return success({ semiOctets: digits.length, value: semiOctetsOfDigits(digits.toUpperCase()) });
}

function decodeValue(typeOctet: number, semiOctets: number, value: Uint8Array): Result<Address, PduError> {
	const type = (typeOctet >> 4) & 0x07;
	const plan = typeOctet & 0x0f;
	if (type === ALPHANUMERIC) {
		const septets = unpackSeptets(value, Math.floor((semiOctets * 4) / 7));
		if (septets === undefined) return failure('truncated');
		return success({ kind: 'alphanumeric', plan, text: textOfSeptets(septets) });
	}
	// Some service centres count the end mark F as a digit.
	const digits = digitsOfSemiOctets(value).slice(0, semiOctets).replace(/F$/, '');
	if (digits.includes('F')) return failure('address');
	return success({
		kind: 'number',
		type,
		plan,
		digits: digits.replace(/[A-E]/g, digit => SIGNS.charAt(digit.charCodeAt(0) - 0x41)),
	});
}

function isWithin(value: number, highest: number): boolean {
	return Number.isInteger(value) && value >= 0 && value <= highest;
}
