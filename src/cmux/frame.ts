import { fcsOf } from './fcs.js';

/** Opens and closes each frame of the basic option (27.010 5.2.6). */
export const FLAG = 0xf9;

/** The P/F bit of the control octet (27.010 5.2.1.3). */
export const POLL_FINAL = 0x10;

/** Flag, address, control, two length octets; FCS, flag. */
export const FRAME_OVERHEAD = 7;

/** The largest information field that two length octets can state (27.010 5.2.1.5). */
export const LARGEST_PAYLOAD = 0x7fff;

/** The largest information field that one length octet can state. */
export const LARGEST_SHORT_PAYLOAD = 127;

/** Control octets without the P/F bit (27.010 5.2.1.3, table 2). */
export const FrameType = Object.freeze({ SABM: 0x2f, UA: 0x63, DM: 0x0f, DISC: 0x43, UIH: 0xef, UI: 0x03 } as const);

/** One of the six control octets. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Address and control of a frame. */
export interface FrameHead {
	/** 0–63. */
	readonly dlci: number;
	readonly type: FrameType;
	/** The C/R bit as it stands in the address octet (27.010 5.2.1.2). */
	readonly commandBit: 0 | 1;
	/** The P/F bit. */
	readonly pollFinal: boolean;
}

/** A frame as the line shows it. The object and its payload are reused: valid only during the call that gives it. */
export interface FrameView extends FrameHead {
	/** The information field. */
	readonly payload: Uint8Array;
}

/** Whether an octet without its P/F bit is one of the control octets. */
export function isFrameType(octet: number): octet is FrameType {
	switch (octet) {
		case FrameType.SABM:
		case FrameType.UA:
		case FrameType.DM:
		case FrameType.DISC:
		case FrameType.UIH:
		case FrameType.UI:
			return true;
		default:
			return false;
	}
}

/**
 * Writes flag, address, control and length at `at`; returns where the information field starts.
 * `length` 0–32767: up to 127 takes one length octet, more takes two.
 */
export function encodeHeader(into: Uint8Array, at: number, head: FrameHead, length: number): number {
	into[at] = FLAG;
	into[at + 1] = (head.dlci << 2) | (head.commandBit << 1) | 1;
	into[at + 2] = head.pollFinal ? head.type | POLL_FINAL : head.type;
	if (length <= LARGEST_SHORT_PAYLOAD) {
		into[at + 3] = (length << 1) | 1;
		return at + 4;
	}
	into[at + 3] = (length & 0x7f) << 1;
	into[at + 4] = length >> 7;
	return at + 5;
}

/**
 * Writes FCS and closing flag behind an information field `[payloadAt…end)` whose frame opened at `at`; returns the end.
 * The FCS of UIH covers only the header, that of all others the information field too (27.010 5.2.1.6).
 */
export function encodeTrailer(into: Uint8Array, at: number, payloadAt: number, end: number): number {
	into[end] = fcsOf(into, at + 1, coversPayload(into[at + 2]!) ? end : payloadAt);
	into[end + 1] = FLAG;
	return end + 2;
}

/** Whether the FCS of a frame with this control octet covers the information field. */
export function coversPayload(control: number): boolean {
	return (control & ~POLL_FINAL) !== FrameType.UIH;
}
