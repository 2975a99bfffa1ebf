import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import {
	type ControlMessage,
	decodeControl,
	encodeControl,
	type OutgoingMessage,
} from '../../src/cmux/control-message.js';
import { hex, joined } from './support.js';

const NONE = { rtc: false, rtr: false, ic: false, dv: false };
const READY = { ...NONE, rtc: true, rtr: true };

function decoded(field: Uint8Array): { messages: ControlMessage[]; whole: boolean } {
	const messages: ControlMessage[] = [];
	const whole = decodeControl(field, message => messages.push(message));
	return { messages, whole };
}

function msc(more: object): OutgoingMessage {
	return {
		name: 'MSC',
		command: true,
		dlci: 1,
		stopped: false,
		signals: NONE,
		break: undefined,
		...more,
	} as OutgoingMessage;
}

const VECTORS: readonly (readonly [string, OutgoingMessage])[] = [
	['E305070D', msc({ signals: READY })],
	['E105070D', msc({ command: false, signals: READY })],
	['E3050B03', msc({ dlci: 2, stopped: true })],
	['E305FB41', msc({ dlci: 62, signals: { ...NONE, ic: true } })],
	['E305FB81', msc({ dlci: 62, signals: { ...NONE, dv: true } })],
	['E307070D03', msc({ signals: READY, break: 0 })],
	['E307070D33', msc({ signals: READY, break: 3 })],
	['E307070DF3', msc({ signals: READY, break: 15 })],
	['4301', { name: 'PSC', command: true }],
	['C301', { name: 'CLD', command: true }],
	['C101', { name: 'CLD', command: false }],
	['A301', { name: 'FCon', command: true }],
	['6301', { name: 'FCoff', command: true }],
	['2307414243', { name: 'TEST', command: true, pattern: hex('41 42 43') }],
	['110391', { name: 'NSC', command: false, type: 0x91 }],
];

describe('a control message', () => {
	test.each(VECTORS)('is %s on the line', (octets, message) => {
		expect(hexOf(encodeControl(message))).toBe(octets);
		expect(decoded(hex(octets))).toEqual({ messages: [message], whole: true });
	});

	test('of a long TEST has two length octets', () => {
		const message: OutgoingMessage = { name: 'TEST', command: true, pattern: new Uint8Array(200).fill(7) };
		const field = encodeControl(message);
		expect(hexOf(field.subarray(0, 3))).toBe('239001');
		expect(decoded(field)).toEqual({ messages: [message], whole: true });
	});

	test.each([
		['83 11', 'PN', 8],
		['93 03', 'RPN', 1],
		['53 05', 'RLS', 2],
		['D3 05', 'SNC', 2],
	])('%s … is known as %s', (head, name, length) => {
		const { messages } = decoded(joined(hex(head), new Uint8Array(length)));
		expect(messages).toEqual([{ name, command: true, type: hex(head)[0], value: new Uint8Array(length) }]);
	});

	test('of another type is unknown and keeps its type octet', () => {
		expect(decoded(hex('0B 03 55')).messages).toEqual([
			{ name: 'unknown', command: true, type: 0x0b, value: hex('55') },
		]);
	});

	test('may have a type of several octets', () => {
		expect(decoded(hex('02 04 07 01 A3 01')).messages.map(({ name }) => name)).toEqual(['unknown', 'FCon']);
	});

	test('may be followed by others in the same field', () => {
		const field = joined(...VECTORS.map(([octets]) => hex(octets)));
		expect(decoded(field)).toEqual({ messages: VECTORS.map(([, message]) => message), whole: true });
	});

	test.each(['E3', 'E3 05', 'E3 05 07', 'E3 03 07', 'E3 04', '11 01', '00', '02 02', '23 FF 41'])(
		'%s is malformed',
		octets => {
			expect(decoded(hex(octets))).toEqual({ messages: [], whole: false });
		},
	);

	test('never throws, whatever the field holds', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 24 }), field => {
				expect(decoded(field).messages.length).toBeLessThanOrEqual(12);
			}),
			{ numRuns: 200 },
		);
	});
});
