import { failure, type Result, success } from '../base/result.js';
import type { PduError } from './pdu-error.js';

/** One information element of a user data header, 23.040 9.2.3.24. */
export interface InformationElement {
	/** 0–255. */
	readonly id: number;
	readonly data: Uint8Array;
}

/** Which part of which message this SMS is, 23.040 9.2.3.24.1 and 9.2.3.24.8. */
export interface Concatenation {
	/** 0–255, or 0–65535 where `wide`. */
	readonly reference: number;
	/** The reference has 16 bits. */
	readonly wide: boolean;
	/** 1–255. */
	readonly total: number;
	/** 1–`total`. */
	readonly index: number;
}

/** The ports of an SMS that is for an application, 23.040 9.2.3.24.3 and 9.2.3.24.4. */
export interface Ports {
	readonly destination: number;
	readonly source: number;
	/** The ports have 16 bits. */
	readonly wide: boolean;
}

const CONCATENATION_8 = 0x00;
const PORTS_8 = 0x04;
const PORTS_16 = 0x05;
const CONCATENATION_16 = 0x08;

/** Octets that user data can have, header and all. */
export const MAX_USER_DATA = 140;

/** The header with its length octet. Errors: `range`, `too-long`. */
export function encodeHeader(elements: readonly InformationElement[]): Result<Uint8Array, PduError> {
	let length = 1;
	for (const { id, data } of elements) {
		if (!Number.isInteger(id) || id < 0 || id > 255) return failure('range');
		length += 2 + data.length;
		if (length > MAX_USER_DATA) return failure('too-long');
	}
	const octets = new Uint8Array(length);
	octets[0] = length - 1;
	let at = 1;
	for (const { id, data } of elements) {
		octets[at] = id;
		octets[at + 1] = data.length;
		octets.set(data, at + 2);
		at += 2 + data.length;
	}
	return success(octets);
}

/**
 * The elements at the start of user data, and the octets that the header takes with its length octet. The elements'
 * data are copies. Errors: `truncated` where the header is longer than the user data; `header` where an element is
 * longer than the header.
 */
export function decodeHeader(
	userData: Uint8Array,
): Result<{ readonly elements: readonly InformationElement[]; readonly length: number }, PduError> {
	const length = 1 + (userData[0] ?? 0);
	if (length > userData.length) return failure('truncated');
	const elements: InformationElement[] = [];
	let at = 1;
	while (at < length) {
		const end = at + 2 + (userData[at + 1] ?? 0);
		if (at + 2 > length || end > length) return failure('header');
		elements.push({ id: userData[at]!, data: userData.slice(at + 2, end) });
		at = end;
	}
	return success({ elements, length });
}

/** The element that says so. Errors are the programmer's: see the ranges of `Concatenation`. */
export function concatenationElement({ reference, wide, total, index }: Concatenation): InformationElement {
	return wide
		? { id: CONCATENATION_16, data: Uint8Array.of(reference >> 8, reference, total, index) }
		: { id: CONCATENATION_8, data: Uint8Array.of(reference, total, index) };
}

/**
 * The concatenation that the header tells of; undefined: none. Of several the last counts (23.040 9.2.3.24); one with
 * an impossible index or total is as if it were not there (9.2.3.24.1).
 */
export function concatenationOf(elements: readonly InformationElement[] | undefined): Concatenation | undefined {
	let found: Concatenation | undefined;
	for (const element of elements ?? []) {
		if (!isConcatenation(element)) continue;
		const { data } = element;
		const wide = element.id === CONCATENATION_16;
		const at = wide ? 2 : 1;
		const reference = wide ? (data[0]! << 8) | data[1]! : data[0]!;
		const total = data[at]!;
		const index = data[at + 1]!;
		if (index >= 1 && index <= total) found = { reference, wide, total, index };
	}
	return found;
}

/** Whether the element is a concatenation of the length that it must have. */
export function isConcatenation({ id, data }: InformationElement): boolean {
	return (id === CONCATENATION_8 && data.length === 3) || (id === CONCATENATION_16 && data.length === 4);
}

/** The application ports that the header tells of; undefined: none. Of several the last counts. */
export function portsOf(elements: readonly InformationElement[] | undefined): Ports | undefined {
	let found: Ports | undefined;
	for (const { id, data } of elements ?? []) {
		if (id === PORTS_8 && data.length === 2) found = { destination: data[0]!, source: data[1]!, wide: false };
		else if (id === PORTS_16 && data.length === 4) {
			found = { destination: (data[0]! << 8) | data[1]!, source: (data[2]! << 8) | data[3]!, wide: true };
		}
	}
	return found;
}
