import { describe, expect, test } from 'vitest';
import { ByteQueue } from '../../src/base/byte-queue.js';
import { bytesOf } from '../../src/base/text.js';
import { type FrameHead, FrameType } from '../../src/cmux/frame.js';
import { FrameWriter } from '../../src/cmux/frame-writer.js';
import { frameOf, TestPort } from './support.js';

const HEAD: FrameHead = { dlci: 1, type: FrameType.UIH, commandBit: 1, pollFinal: false };

describe('the frame writer', () => {
	test('writes a frame in one call', () => {
		const port = new TestPort();
		const writer = new FrameWriter(port, 127, undefined);
		expect(writer.write(HEAD, bytesOf('AT\r'), false)).toBe(9);
		expect(port.octets()).toEqual(frameOf(1, FrameType.UIH, bytesOf('AT\r')));
		expect(writer.busy).toBe(false);
	});

	test('continues where a port of one octet at a time stopped', () => {
		const port = new TestPort();
		port.takes = 1;
		const writer = new FrameWriter(port, 127, undefined);
		writer.write(HEAD, bytesOf('AT\r'), false);
		for (let octet = 1; octet < 9; octet++) {
			expect(writer.busy).toBe(true);
			writer.flush();
		}
		expect(writer.busy).toBe(false);
		writer.flush();
		expect(port.octets()).toEqual(frameOf(1, FrameType.UIH, bytesOf('AT\r')));
	});

	test('takes a payload out of a queue', () => {
		const port = new TestPort();
		const queue = new ByteQueue(8);
		queue.write(bytesOf('......'));
		queue.drop(6);
		queue.write(bytesOf('abcdef'));
		new FrameWriter(port, 127, undefined).writeFrom(queue, 4, HEAD, false);
		expect(port.octets()).toEqual(frameOf(1, FrameType.UIH, bytesOf('abcd')));
		expect(queue.length).toBe(2);
	});

	test('leads a frame with flags to wake the peer', () => {
		const port = new TestPort();
		new FrameWriter(port, 127, undefined).write(HEAD, bytesOf('AT\r'), true);
		const octets = port.octets();
		expect([...octets.subarray(0, 17)]).toEqual(new Array(17).fill(0xf9));
		expect(octets.subarray(16)).toEqual(frameOf(1, FrameType.UIH, bytesOf('AT\r')));
	});

	test('shows each frame that it writes', () => {
		const shown: number[][] = [];
		const writer = new FrameWriter(new TestPort(), 127, ({ dlci, payload }) => shown.push([dlci, ...payload]));
		writer.write(HEAD, bytesOf('A'), false);
		expect(shown).toEqual([[1, 0x41]]);
	});
});
