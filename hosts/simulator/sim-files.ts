import { bytesOfHex } from '../../src/base/hex.js';
import { bytesOf } from '../../src/base/text.js';
import { type BookEntry, PLACES, type SimCard } from './sim-card.js';

/** An elementary file of the card (51.011 10), as far as the simulator has it. */
export interface SimFile {
	/** The whole file where it is transparent, else its records, all of one length. */
	readonly content: Uint8Array | readonly Uint8Array[];
}

/** Octets of a phone book's record: 14 of the name, 14 of the number (51.011 10.5.1). */
const NAME = 14;
const RECORD = NAME + 14;
const MESSAGE_RECORD = 176;
const CENTRE_RECORD = 28;

/** A file by its identifier, built from what the card holds now; undefined: the card has none. */
export function simFile(sim: SimCard, identifier: number): SimFile | undefined {
	switch (identifier) {
		case 0x2fe2:
			return { content: swapped(sim.iccid.padEnd(20, 'f')) };
		case 0x6f07: {
			// The first octet is the length; parity and the first digit share the next (51.011 10.3.2).
			const digits = swapped(`9${sim.imsi}`);
			return { content: Uint8Array.from([digits.length, ...digits]) };
		}
		case 0x6fad:
			// Normal operation; two digits of network code.
			return { content: Uint8Array.of(0, 0, 0, 2) };
		case 0x6f3a:
			return { content: book(sim, 'SM') };
		case 0x6f3b:
			return { content: book(sim, 'FD') };
		case 0x6f40:
			return { content: [bookRecord({ number: sim.number, text: '' })] };
		case 0x6f3c:
			return {
				content: sim.messages.map(message =>
					record(MESSAGE_RECORD, message && [STATUS[message.status]!, ...message.pdu]),
				),
			};
		case 0x6f42:
			return { content: [centreRecord(sim.serviceCentre)] };
		default:
			return undefined;
	}
}

/** The status octet of a stored message (51.011 10.5.3), by `<stat>`: unread, read, unsent, sent. */
const STATUS: readonly number[] = Object.freeze([0x03, 0x01, 0x07, 0x05]);

function book(sim: SimCard, name: 'SM' | 'FD'): Uint8Array[] {
	return Array.from({ length: PLACES[name] }, (_, at) => bookRecord(sim.books[name].get(at + 1)));
}

function bookRecord(entry: BookEntry | undefined): Uint8Array {
	if (entry === undefined) return record(RECORD, undefined);
	const octets = record(RECORD, [...bytesOf(entry.text)].slice(0, NAME));
	const number = numberOctets(entry.number);
	octets.set([number.length, ...number], NAME);
	return octets;
}

/** EF_SMSP with the service centre's address alone (51.011 10.5.6). */
function centreRecord(serviceCentre: string): Uint8Array {
	const octets = record(CENTRE_RECORD, [0xfd]);
	const number = numberOctets(serviceCentre);
	octets.set([number.length, ...number], 13);
	return octets;
}

/** Type of number and plan, then the digits. */
function numberOctets(number: string): number[] {
	const digits = number.replace('+', '');
	return [number.startsWith('+') ? 0x91 : 0x81, ...swapped(digits.length % 2 === 0 ? digits : `${digits}f`)];
}

function record(length: number, octets: readonly number[] | undefined): Uint8Array {
	const whole = new Uint8Array(length).fill(0xff);
	if (octets === undefined && length === MESSAGE_RECORD) whole[0] = 0;
	whole.set((octets ?? []).slice(0, length));
	return whole;
}

/** Digits as semi-octets, the first one low. */
function swapped(digits: string): Uint8Array {
	return bytesOfHex(digits.replace(/(.)(.)/g, '$2$1')) ?? new Uint8Array(0);
}
