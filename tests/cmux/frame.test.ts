import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/base/hex.js';
import { FrameType, isFrameType } from '../../src/cmux/frame.js';
import { frameOf, hex } from './support.js';

describe('a frame', () => {
	test.each([
		['SABM 0', 'F9033F011CF9', frameOf(0, FrameType.SABM, undefined, { pollFinal: true })],
		['UA 0', 'F9037301D7F9', frameOf(0, FrameType.UA, undefined, { pollFinal: true })],
		['SABM 1', 'F9073F01DEF9', frameOf(1, FrameType.SABM, undefined, { pollFinal: true })],
		['UA 1', 'F907730115F9', frameOf(1, FrameType.UA, undefined, { pollFinal: true })],
		['MSC for DLCI 1', 'F903EF09E305070DFBF9', frameOf(0, FrameType.UIH, hex('E305070D'))],
	])('%s has the octets that a Telit module takes', (_, octets, frame) => {
		expect(hexOf(frame)).toBe(octets);
	});

	test.each([
		[0, '01', 4],
		[127, 'FF', 4],
		[128, '0001', 5],
		[1500, 'B80B', 5],
		[32767, 'FEFF', 5],
	])('states a payload of %i octets as %s', (length, octets, header) => {
		const frame = frameOf(2, FrameType.UIH, new Uint8Array(length));
		expect(hexOf(frame.subarray(3, header))).toBe(octets);
		expect(frame.length).toBe(header + length + 2);
	});

	test('has an FCS over the payload in UI and not in UIH', () => {
		const one = (type: FrameType, text: string) => frameOf(1, type, hex(text)).at(-2);
		expect(one(FrameType.UIH, '41')).toBe(one(FrameType.UIH, '42'));
		expect(one(FrameType.UI, '41')).not.toBe(one(FrameType.UI, '42'));
	});

	test('has one of six control octets', () => {
		const known = Array.from({ length: 256 }, (_, octet) => octet).filter(isFrameType);
		expect(known).toEqual([0x03, 0x0f, 0x2f, 0x43, 0x63, 0xef]);
	});
});
