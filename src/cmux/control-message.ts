import type { Signals } from '../ports/byte-port.js';
import { LARGEST_SHORT_PAYLOAD } from './frame.js';

/** Type octets with EA = 1 and C/R = 0 (27.010 5.4.6.3). */
const TYPES = Object.freeze({
	PN: 0x81,
	PSC: 0x41,
	CLD: 0xc1,
	TEST: 0x21,
	FCon: 0xa1,
	FCoff: 0x61,
	MSC: 0xe1,
	NSC: 0x11,
	RPN: 0x91,
	RLS: 0x51,
	SNC: 0xd1,
} as const);

type ControlName = keyof typeof TYPES;

const NAMES: readonly ControlName[] = Object.freeze(Object.keys(TYPES) as ControlName[]);

const EA = 0x01;
const COMMAND = 0x02;
/** The V.24 octet of MSC (27.010 5.4.6.3.7): FC, RTC, RTR, IC, DV. */
const FC = 0x02;
const RTC = 0x04;
const RTR = 0x08;
const IC = 0x40;
const DV = 0x80;

interface Directed {
	/** True: a command that wants a response; false: the response. */
	readonly command: boolean;
}

/** Modem status (27.010 5.4.6.3.7): flow control, V.24 signals and break of one DLCI. */
export interface ModemStatusMessage extends Directed {
	readonly name: 'MSC';
	readonly dlci: number;
	/** FC: the sender of the message takes no more frames on this DLCI. */
	readonly stopped: boolean;
	readonly signals: Signals;
	/** A break of `break` × 200 ms, 0–15 (0: no length stated); undefined: no break. */
	readonly break: number | undefined;
}

/** A message of the control channel, DLCI 0 (27.010 5.4.6.3). */
export type ControlMessage =
	| ModemStatusMessage
	/** Power saving, close down, flow on and off for all DLCIs. */
	| (Directed & { readonly name: 'PSC' | 'CLD' | 'FCon' | 'FCoff' })
	/** The response carries what the command carried. */
	| (Directed & { readonly name: 'TEST'; readonly pattern: Uint8Array })
	/** The answer to a command that is not supported; `type` is its type octet. */
	| (Directed & { readonly name: 'NSC'; readonly type: number })
	/** Parameter negotiation, remote port negotiation, line status, service negotiation; see `negotiated`. */
	| (Directed & { readonly name: 'PN' | 'RPN' | 'RLS' | 'SNC'; readonly type: number; readonly value: Uint8Array })
	/** A type that 27.010 does not have. */
	| (Directed & { readonly name: 'unknown'; readonly type: number; readonly value: Uint8Array });

/** Messages that this side sends. */
export type OutgoingMessage = Exclude<ControlMessage, { readonly name: 'unknown' }>;

/** Type, length and value as the information field of a UIH frame on DLCI 0. */
export function encodeControl(message: OutgoingMessage): Uint8Array {
	switch (message.name) {
		case 'MSC': {
			const status = statusOctet(message);
			const dlci = (message.dlci << 2) | 3;
			if (message.break === undefined) return envelope('MSC', message.command, [dlci, status]);
			return envelope('MSC', message.command, [dlci, status, (message.break << 4) | 3]);
		}
		case 'TEST':
			return envelope('TEST', message.command, message.pattern);
		case 'NSC':
			return envelope('NSC', message.command, [message.type]);
		case 'PN':
		case 'RPN':
		case 'RLS':
		case 'SNC':
			return envelope(message.name, message.command, message.value);
		default:
			return envelope(message.name, message.command, []);
	}
}

/**
 * Gives each message of an information field, several may follow each other. False: the rest is not a message, or a
 * value is too short for its type. Patterns and values are views into `field`.
 */
export function decodeControl(field: Uint8Array, give: (message: ControlMessage) => void): boolean {
	let at = 0;
	while (at < field.length) {
		const type = field[at++]!;
		let last = type;
		while ((last & EA) === 0) {
			if (at === field.length) return false;
			last = field[at++]!;
		}
		if (at === field.length) return false;
		let length = field[at]! >> 1;
		if ((field[at++]! & EA) === 0) {
			if (at === field.length) return false;
			length |= field[at++]! << 7;
		}
		if (at + length > field.length) return false;
		const message = messageOf(type, field.subarray(at, at + length));
		if (message === undefined) return false;
		give(message);
		at += length;
	}
	return true;
}

function messageOf(type: number, value: Uint8Array): ControlMessage | undefined {
	const command = (type & COMMAND) !== 0;
	const name = NAMES.find(candidate => TYPES[candidate] === (type & ~COMMAND));
	switch (name) {
		case undefined:
			return { name: 'unknown', command, type, value };
		case 'MSC':
			return value.length < 2 ? undefined : modemStatusOf(command, value);
		case 'TEST':
			return { name, command, pattern: value };
		case 'NSC':
			return value.length < 1 ? undefined : { name, command, type: value[0]! };
		case 'PN':
		case 'RPN':
		case 'RLS':
		case 'SNC':
			return { name, command, type, value };
		default:
			return { name, command };
	}
}

function modemStatusOf(command: boolean, value: Uint8Array): ModemStatusMessage {
	const status = value[1]!;
	const broken = value.length > 2 && (value[2]! & 2) !== 0;
	return {
		name: 'MSC',
		command,
		dlci: value[0]! >> 2,
		stopped: (status & FC) !== 0,
		signals: {
			rtc: (status & RTC) !== 0,
			rtr: (status & RTR) !== 0,
			ic: (status & IC) !== 0,
			dv: (status & DV) !== 0,
		},
		break: broken ? value[2]! >> 4 : undefined,
	};
}

function statusOctet({ stopped, signals }: ModemStatusMessage): number {
	return (
		EA |
		(stopped ? FC : 0) |
		(signals.rtc ? RTC : 0) |
		(signals.rtr ? RTR : 0) |
		(signals.ic ? IC : 0) |
		(signals.dv ? DV : 0)
	);
}

function envelope(name: ControlName, command: boolean, value: ArrayLike<number>): Uint8Array {
	const long = value.length > LARGEST_SHORT_PAYLOAD;
	const field = new Uint8Array((long ? 3 : 2) + value.length);
	field[0] = TYPES[name] | (command ? COMMAND : 0);
	if (long) {
		field[1] = (value.length & 0x7f) << 1;
		field[2] = value.length >> 7;
	} else {
		field[1] = (value.length << 1) | EA;
	}
	field.set(value, long ? 3 : 2);
	return field;
}

/** Whether an NSC that names `type` speaks of the commands called `name`. */
export function isTypeOf(type: number, name: ControlName): boolean {
	return (type & ~COMMAND) === TYPES[name];
}
