import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/base/text.js';
import { describeFrame } from '../../src/cmux/describe-frame.js';
import { FrameType, type FrameView } from '../../src/cmux/frame.js';
import { hex } from './support.js';

function frame(
	dlci: number,
	type: FrameType,
	payload: Uint8Array = new Uint8Array(0),
	commandBit: 0 | 1 = 1,
	pollFinal = false,
): FrameView {
	return { dlci, type, payload, commandBit, pollFinal };
}

describe('a line of the trace', () => {
	test.each([
		['SABM dlci 0 c p', frame(0, FrameType.SABM, undefined, 1, true)],
		['DM dlci 63', frame(63, FrameType.DM, undefined, 0)],
		['UIH dlci 1 c 9 "AT+COPS?\\r"', frame(1, FrameType.UIH, bytesOf('AT+COPS?\r'))],
		['UIH dlci 1 7 "\\r\\n\\"\\\\\\x00\\xff~"', frame(1, FrameType.UIH, bytesOf('\r\n"\\\x00\xff~'), 0)],
		['UIH dlci 0 c 4 MSC command dlci 1 rtc rtr', frame(0, FrameType.UIH, hex('E3 05 07 0D'))],
		['UIH dlci 0 5 MSC response dlci 2 ic dv stopped break 3', frame(0, FrameType.UIH, hex('E1 07 0B C3 33'), 0)],
		['UIH dlci 0 c 2 CLD command', frame(0, FrameType.UIH, hex('C3 01'))],
		['UIH dlci 0 c 3 NSC response type 91', frame(0, FrameType.UIH, hex('11 03 91'))],
		['UIH dlci 0 c 2 malformed', frame(0, FrameType.UIH, hex('E3 05'))],
	])('reads %s', (line, shown) => {
		expect(describeFrame(shown)).toBe(line);
	});

	test('leaves data out where it is to be hidden, and not what concerns the channel', () => {
		expect(describeFrame(frame(1, FrameType.UIH, bytesOf('AT+CPIN="1234"\r')), 'hidden')).toBe('UIH dlci 1 c 15');
		expect(describeFrame(frame(0, FrameType.UIH, hex('C3 01')), 'hidden')).toBe('UIH dlci 0 c 2 CLD command');
	});

	test('is cut where the payload is long', () => {
		const line = describeFrame(frame(1, FrameType.UIH, new Uint8Array(1500).fill(0x41)));
		expect(line).toBe(`UIH dlci 1 c 1500 "${'A'.repeat(128)}"...`);
	});
});
