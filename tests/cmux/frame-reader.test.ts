import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, textOf } from '../../src/base/text.js';
import { FrameType } from '../../src/cmux/frame.js';
import { FrameReader } from '../../src/cmux/frame-reader.js';
import { frameOf, framesIn, hex, inBlocks, joined, type Seen } from './support.js';

/** Frames of every type and both length forms, with flags in payloads. */
const FRAMES = [
	frameOf(0, FrameType.SABM, undefined, { pollFinal: true }),
	frameOf(1, FrameType.UA, undefined, { commandBit: 0, pollFinal: true }),
	frameOf(1, FrameType.UIH, bytesOf('AT+COPS?\r')),
	frameOf(2, FrameType.UIH, hex('F9 F9 03 EF 09 F9')),
	frameOf(0, FrameType.UIH, hex('E3 05 07 0D')),
	frameOf(3, FrameType.UI, bytesOf('checked')),
	frameOf(3, FrameType.UIH, new Uint8Array(0)),
	frameOf(3, FrameType.UIH, new Uint8Array(150).fill(0x41)),
	frameOf(61, FrameType.DISC, undefined, { pollFinal: true }),
	frameOf(61, FrameType.DM, undefined, { commandBit: 0, pollFinal: true }),
];
const STREAM = joined(...FRAMES);
const ALL = FRAMES.flatMap(frame => framesIn([frame]));

/** The stream with one flag between two frames instead of two. */
const SHARED = joined(...FRAMES.map((frame, index) => (index === 0 ? frame : frame.subarray(1))));

/** How many of `frames` come in this order in `got`. */
function found(frames: readonly Seen[], got: readonly Seen[]): number {
	const texts = got.map(frame => JSON.stringify(frame));
	let from = 0;
	let count = 0;
	for (const frame of frames) {
		const at = texts.indexOf(JSON.stringify(frame), from);
		if (at < 0) continue;
		from = at + 1;
		count++;
	}
	return count;
}

describe('the frame reader', () => {
	test('reads every type with its parts', () => {
		expect(ALL).toHaveLength(FRAMES.length);
		expect(ALL[0]).toEqual({ dlci: 0, type: FrameType.SABM, commandBit: 1, pollFinal: true, payload: [] });
		expect(ALL[1]).toEqual({ dlci: 1, type: FrameType.UA, commandBit: 0, pollFinal: true, payload: [] });
		expect(ALL[3]?.payload).toEqual([0xf9, 0xf9, 0x03, 0xef, 0x09, 0xf9]);
		expect(ALL[7]?.payload).toHaveLength(150);
	});

	test.each([1, 2, 3, 5, 7, 64, 1000])('reads frames in blocks of %i octets', size => {
		expect(framesIn(inBlocks(STREAM, size))).toEqual(ALL);
		expect(framesIn(inBlocks(SHARED, size))).toEqual(ALL);
	});

	test('gives each frame as soon as its last octet is there', () => {
		const got: number[] = [];
		const reader = new FrameReader(256, frame => got.push(frame.dlci));
		FRAMES.forEach((frame, index) => {
			reader.push(frame.subarray(0, frame.length - 1));
			expect(got).toHaveLength(index);
			reader.push(frame.subarray(frame.length - 1));
			expect(got).toHaveLength(index + 1);
		});
		expect(reader.pending).toBe(false);
		expect(reader.counters).toEqual({
			fcsErrors: 0,
			overlong: 0,
			malformed: 0,
			droppedOctets: 0,
			resynchronisations: 0,
		});
	});

	test('reads a frame after garbage in front', () => {
		for (const garbage of [
			'00',
			'F9',
			'F9 F9 F9',
			'0D 0A 4F 4B 0D 0A',
			'F9 03',
			'F9 03 EF',
			'F9 07 EF 20',
			'F9 07 EF 20 01',
		]) {
			const got = framesIn([hex(garbage), STREAM]);
			expect(found(ALL, got), garbage).toBe(ALL.length);
		}
	});

	test.each([
		['with two flags', STREAM],
		['with shared flags', SHARED],
	])('loses at most one frame by a lost octet %s', (_, stream) => {
		for (let lost = 0; lost < stream.length; lost++) {
			const got = framesIn([stream.subarray(0, lost), stream.subarray(lost + 1)]);
			expect(found(ALL, got), `octet ${lost}`).toBeGreaterThanOrEqual(ALL.length - 1);
		}
	});

	test('loses nothing by a lost flag between two frames', () => {
		const payloads = (frames: readonly Seen[]) => frames.map(({ payload }) => payload);
		const [first, second] = [FRAMES[2]!, FRAMES[4]!];
		const both = payloads(framesIn([first, second]));
		expect(both).toHaveLength(2);
		expect(payloads(framesIn([first.subarray(0, first.length - 1), second]))).toEqual(both);
		// Here it was the only one.
		expect(payloads(framesIn([first.subarray(0, first.length - 1), second.subarray(1)]))).toEqual(both);
	});

	test.each([
		['a doubled octet', (at: number) => STREAM.slice(at, at + 1)],
		['a false flag', () => hex('F9')],
	])('loses at most one frame by %s', (_, extra) => {
		for (let at = 0; at < STREAM.length; at++) {
			const got = framesIn([STREAM.subarray(0, at), extra(at), STREAM.subarray(at)]);
			expect(found(ALL, got), `octet ${at}`).toBeGreaterThanOrEqual(ALL.length - 1);
		}
	});

	test('loses at most one frame by a changed octet', () => {
		for (let at = 0; at < STREAM.length; at++) {
			for (const change of [0x01, 0x80, 0xff]) {
				const bytes = STREAM.slice();
				bytes[at]! ^= change;
				expect(found(ALL, framesIn([bytes])), `octet ${at}`).toBeGreaterThanOrEqual(ALL.length - 1);
			}
		}
	});

	test('finds the next frame without silence once a lost length octet is proved false', () => {
		const frame = frameOf(1, FrameType.UIH, hex('40 41 42'));
		const damaged = joined(frame.subarray(0, 3), frame.subarray(4));
		const got: number[] = [];
		// 40 reads as the first of two length octets: 32 + 128 × 65 is over the limit.
		const reader = new FrameReader(256, ({ dlci }) => got.push(dlci));
		reader.push(damaged);
		reader.push(frameOf(2, FrameType.UIH, hex('43')));
		expect(got).toEqual([2]);
		expect(reader.counters).toMatchObject({ overlong: 1, resynchronisations: 1 });
	});

	test('gives the frames hidden behind a false length when the line falls silent', () => {
		const got: number[] = [];
		const reader = new FrameReader(256, ({ dlci }) => got.push(dlci));
		reader.push(joined(hex('F9 07 EF C9'), frameOf(2, FrameType.UIH, hex('41')), frameOf(3, FrameType.UIH, hex('42'))));
		expect(got).toEqual([]);
		expect(reader.pending).toBe(true);
		reader.reset();
		expect(got).toEqual([2, 3]);
		expect(reader.pending).toBe(false);
	});

	test('takes payloads up to its limit and none beyond', () => {
		for (const limit of [8, 127, 128, 1536]) {
			expect(framesIn([frameOf(1, FrameType.UIH, new Uint8Array(limit))], limit)).toHaveLength(1);
			expect(framesIn([frameOf(1, FrameType.UIH, new Uint8Array(limit + 1))], limit)).toHaveLength(0);
		}
	});

	test('counts an error of the FCS', () => {
		const frame = frameOf(1, FrameType.UIH, hex('41'));
		frame[5]! ^= 1;
		const reader = new FrameReader(256, () => {});
		reader.push(frame);
		expect(reader.counters).toMatchObject({ fcsErrors: 1, malformed: 0 });
	});

	test('refuses a frame with noise in place of its closing flag', () => {
		const frame = frameOf(1, FrameType.UIH, hex('41'));
		expect(framesIn([frame.subarray(0, frame.length - 1), hex('00 00 00 F9')])).toEqual([]);
	});

	test('refuses a UI frame whose payload is damaged, though its header is whole', () => {
		const frame = frameOf(1, FrameType.UI, hex('41 42'));
		frame[4]! ^= 1;
		expect(framesIn([frame])).toEqual([]);
	});

	test('counts the octets that belong to no frame', () => {
		const reader = new FrameReader(256, () => {});
		reader.push(joined(bytesOf('\r\nRDY\r\n'), STREAM, bytesOf('OK'), STREAM));
		expect(reader.counters).toMatchObject({ droppedOctets: 9, resynchronisations: 2 });
	});

	test('takes any garbage and is in step again', () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xf9, 0xef, 0x03, 0x07, 0x3f)), {
					maxLength: 60,
				}),
				fc.integer({ min: 1, max: 9 }),
				(garbage, size) => {
					// A header in the garbage whose FCS fits by chance can hide the frames it spans, no more than the limit.
					const got = framesIn(inBlocks(joined(Uint8Array.from(garbage), STREAM, STREAM), size), 150);
					expect(found(ALL, got)).toBe(ALL.length);
					expect(got.length).toBeLessThanOrEqual(2 * ALL.length + garbage.length / 6);
				},
			),
			{ numRuns: 200 },
		);
	});

	test('gives the same frames however the octets are cut', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 80 }),
				fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
				(noise, cuts) => {
					const bytes = joined(FRAMES[2]!, noise, FRAMES[3]!);
					const blocks: Uint8Array[] = [];
					let at = 0;
					for (const cut of cuts) {
						blocks.push(bytes.subarray(at, at + cut));
						at = Math.min(at + cut, bytes.length);
					}
					blocks.push(bytes.subarray(at));
					expect(framesIn(blocks)).toEqual(framesIn([bytes]));
				},
			),
			{ numRuns: 200 },
		);
	});
});

describe('noise', () => {
	test('is told, octet for octet, and never a part of a frame', () => {
		let noise = '';
		const frames: number[] = [];
		const reader = new FrameReader(
			256,
			frame => frames.push(frame.payload.length),
			bytes => {
				noise += textOf(bytes);
			},
		);
		const frame = frameOf(1, FrameType.UIH, bytesOf('\xf9AT\r'));
		for (const block of [bytesOf('AT\r'), frame, frame, bytesOf('AT+CGMM\r'), frame]) {
			for (let at = 0; at < block.length; at++) reader.push(block.subarray(at, at + 1));
		}
		reader.reset();
		expect(frames).toEqual([4, 4, 4]);
		expect(noise).toBe('AT\rAT+CGMM\r');
	});
});
