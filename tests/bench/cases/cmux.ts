import { encodeHeader, encodeTrailer, FRAME_OVERHEAD, FrameType } from '../../../src/cmux/frame.js';
import { FrameReader } from '../../../src/cmux/frame-reader.js';
import { Multiplexer } from '../../../src/cmux/multiplexer.js';
import type { BenchCase } from '../case.js';
import { StubPort, stillClock } from '../stub.js';

const SIZES = [31, 127, 1500];
/** N1 of the board's own multiplexer. */
const FULL = 127;
const LARGEST = 1536;

function frame(dlci: number, type: FrameType, payload: Uint8Array): Uint8Array {
	const into = new Uint8Array(payload.length + FRAME_OVERHEAD);
	const payloadAt = encodeHeader(
		into,
		0,
		{ dlci, type, commandBit: 1, pollFinal: type !== FrameType.UIH },
		payload.length,
	);
	into.set(payload, payloadAt);
	return into.subarray(0, encodeTrailer(into, 0, payloadAt, payloadAt + payload.length));
}

const payloadOf = (size: number) => new Uint8Array(size).fill(0x41);

/** A multiplexer whose peer has opened DLCI 1. */
function opened(size: number) {
	const port = new StubPort();
	const multiplexer = new Multiplexer({
		port,
		clock: stillClock,
		role: 'responder',
		n1: size,
		receiveLimit: LARGEST,
		sendQueue: 2 * size,
	});
	port.arrive(frame(0, FrameType.SABM, new Uint8Array(0)));
	port.arrive(frame(1, FrameType.SABM, new Uint8Array(0)));
	// MSC command for DLCI 1: rtc, rtr, dv (27.010 5.4.6.3.7).
	port.arrive(frame(0, FrameType.UIH, Uint8Array.of(0xe3, 0x05, 0x07, 0x8d)));
	const channel = multiplexer.channel(1);
	if (channel === undefined) throw new Error('the DLCI did not open');
	return { port, channel };
}

const reader = (size: number): BenchCase => ({
	name: `CMUX frame reader, ${size} octets`,
	unit: 'frame',
	octets: frame(1, FrameType.UIH, payloadOf(size)).length,
	setup() {
		const octets = frame(1, FrameType.UIH, payloadOf(size));
		let frames = 0;
		const digester = new FrameReader(LARGEST, () => {
			frames++;
		});
		return n => {
			frames = 0;
			for (let at = 0; at < n; at++) digester.push(octets);
			if (frames !== n) throw new Error('a frame was lost');
		};
	},
});

const receive = (size: number): BenchCase => ({
	name: `CMUX receive, ${size} octets`,
	unit: 'frame',
	octets: frame(1, FrameType.UIH, payloadOf(size)).length,
	...(size === FULL && { pace: { part: 'receive', payload: size } }),
	setup() {
		const { port, channel } = opened(size);
		const octets = frame(1, FrameType.UIH, payloadOf(size));
		const into = new Uint8Array(LARGEST);
		let count = 0;
		channel.listen({
			readable() {
				count += channel.read(into);
			},
		});
		return n => {
			count = 0;
			for (let at = 0; at < n; at++) port.arrive(octets);
			if (count !== n * size) throw new Error('octets were lost');
		};
	},
});

const send = (size: number): BenchCase => ({
	name: `CMUX send, ${size} octets`,
	unit: 'frame',
	octets: frame(1, FrameType.UIH, payloadOf(size)).length,
	...(size === FULL && { pace: { part: 'send', payload: size } }),
	setup() {
		const { channel } = opened(size);
		const payload = payloadOf(size);
		return n => {
			for (let at = 0; at < n; at++) {
				if (channel.write(payload) !== size) throw new Error('the channel is full');
			}
		};
	},
});

export default [...SIZES.map(reader), ...SIZES.map(receive), ...SIZES.map(send)];
